package culturalintelligence.persistence.mapping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.domain.migration.Conversion;
import culturalintelligence.domain.migration.FieldSource;
import culturalintelligence.domain.migration.Mapping;
import culturalintelligence.domain.migration.MappingKind;
import culturalintelligence.domain.migration.Selection;
import culturalintelligence.domain.migration.SourceColumn;
import culturalintelligence.domain.migration.SourceTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of every table, as an operator reads and edits it: a JSON text ({@code
 * mapping.schema.json} describes it). Reading and checking find all mistakes at once, each with its
 * place.
 *
 * @param selection which tables were looked for
 */
public record MappingDocument(Selection selection, List<TableEntry> tables) {
  public static final int FORMAT = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  public MappingDocument {
    tables = List.copyOf(tables);
  }

  /**
   * One table's part.
   *
   * @param kind null: the table is left out
   */
  public record TableEntry(
      String schema,
      String name,
      @Nullable MappingKind kind,
      Map<String, List<FieldSource>> fields,
      Place place) {
    String qualifiedName() {
      return schema + "." + name;
    }

    public boolean isAbout(SourceTable table) {
      return schema.equals(table.schema()) && name.equals(table.name());
    }
  }

  /** Where the parts of a table stand in the text, and what it says of carried columns. */
  record Place(
      DocumentNode node,
      Map<String, DocumentNode> fields,
      Map<String, List<DocumentNode>> sources,
      @Nullable DocumentNode carried) {}

  /** The JSON Schema of these documents: {@code mapping.schema.json}, beside this class. */
  public static String schema() {
    try (InputStream file = MappingDocument.class.getResourceAsStream("/mapping.schema.json")) {
      if (file == null) {
        throw new IllegalStateException("mapping.schema.json is not packaged");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The document that proposes the usual mapping of these tables. */
  public static String propose(Selection selection, List<SourceTable> tables) {
    ObjectNode root = JSON.createObjectNode();
    root.put("format", FORMAT);
    ObjectNode selected = root.putObject("selection");
    texts(selected.putArray("schemas"), selection.schemas());
    texts(selected.putArray("add"), selection.add());
    texts(selected.putArray("leave_out"), selection.leaveOut());
    ArrayNode list = root.putArray("tables");
    for (SourceTable table : tables) {
      list.add(write(table, Mapping.propose(table)));
    }
    try {
      DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
      DefaultIndenter lines = new DefaultIndenter("  ", "\n");
      printer.indentObjectsWith(lines);
      printer.indentArraysWith(lines);
      return JSON.writer(printer).writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document is always JSON", e);
    }
  }

  /** One table's part as JSON, for the ledger too. */
  public static ObjectNode write(SourceTable table, Mapping mapping) {
    ObjectNode node = JSON.createObjectNode();
    node.put("schema", table.schema());
    node.put("table", table.name());
    node.put("as", mapping.kind().word());
    ObjectNode fields = node.putObject("fields");
    mapping
        .fields()
        .forEach(
            (field, sources) -> {
              ArrayNode list = fields.putArray(field);
              for (FieldSource source : sources) {
                ObjectNode from = list.addObject();
                from.put("column", source.column());
                if (source.member() != null) {
                  from.put("member", source.member());
                }
                from.put("conversion", source.conversion().word());
              }
            });
    texts(node.putArray("carried"), carried(table, mapping));
    return node;
  }

  /** The columns that the carried row keeps: all but a path that the track keeps. */
  static List<String> carried(SourceTable table, Mapping mapping) {
    return table.columns().stream()
        .map(SourceColumn::name)
        .filter(
            name ->
                !(mapping instanceof Mapping.Tracks tracks
                    && !tracks.pathCarried()
                    && tracks.path().equals(name)))
        .toList();
  }

  /** The mapping that {@link #write} wrote. */
  public static Mapping mapping(SourceTable table, String json) {
    List<MappingProblem> problems = new ArrayList<>();
    TableEntry entry = table(DocumentNode.parse(json), problems);
    if (entry == null || !problems.isEmpty()) {
      throw new IllegalStateException("the ledger holds a mapping this version can't read");
    }
    MappingKind kind = entry.kind() == null ? MappingKind.WHOLE : entry.kind();
    return Mapping.of(table, kind, entry.fields());
  }

  private static void texts(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }

  /**
   * Reads a document.
   *
   * @throws MappingProblems when it can't be understood
   */
  public static MappingDocument parse(String text) {
    List<MappingProblem> problems = new ArrayList<>();
    DocumentNode root = DocumentNode.parse(text);
    Map<String, DocumentNode> members = root.object(problems);
    known(members, List.of("$schema", "format", "note", "selection", "tables"), problems);
    DocumentNode format = members.get("format");
    if (format == null) {
      problems.add(root.problem("\"format\": 1 is missing"));
    } else if (!(format.value() instanceof BigDecimal number)
        || number.compareTo(BigDecimal.valueOf(FORMAT)) != 0) {
      problems.add(format.problem("this version reads format 1 only"));
    }
    Selection selection = selection(members.get("selection"), problems);
    List<TableEntry> tables = new ArrayList<>();
    DocumentNode list = members.get("tables");
    if (list == null) {
      problems.add(root.problem("\"tables\" is missing"));
    } else {
      for (DocumentNode node : list.list(problems)) {
        TableEntry table = table(node, problems);
        if (table != null) {
          if (tables.stream().anyMatch(t -> t.qualifiedName().equals(table.qualifiedName()))) {
            problems.add(node.problem(table.qualifiedName() + " stands here twice; remove one"));
          }
          tables.add(table);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new MappingProblems(problems);
    }
    return new MappingDocument(selection, tables);
  }

  private static void known(
      Map<String, DocumentNode> members, List<String> names, List<MappingProblem> problems) {
    members.forEach(
        (name, member) -> {
          if (!names.contains(name)) {
            problems.add(
                member.problem(
                    "\"%s\" means nothing here; known are %s"
                        .formatted(name, String.join(", ", names))));
          }
        });
  }

  private static Selection selection(@Nullable DocumentNode node, List<MappingProblem> problems) {
    if (node == null) {
      return Selection.DEFAULT;
    }
    Map<String, DocumentNode> members = node.object(problems);
    known(members, List.of("schemas", "add", "leave_out"), problems);
    return new Selection(
        texts(members.get("schemas"), problems),
        texts(members.get("add"), problems),
        texts(members.get("leave_out"), problems));
  }

  private static List<String> texts(@Nullable DocumentNode node, List<MappingProblem> problems) {
    return node == null ? List.of() : node.texts(problems);
  }

  private static @Nullable TableEntry table(DocumentNode node, List<MappingProblem> problems) {
    Map<String, DocumentNode> members = node.object(problems);
    known(members, List.of("schema", "table", "as", "note", "fields", "carried"), problems);
    String schema = required(node, members, "schema", problems);
    String name = required(node, members, "table", problems);
    String as = required(node, members, "as", problems);
    if (schema == null || name == null || as == null) {
      return null;
    }
    Optional<MappingKind> kind = MappingKind.ofWord(as);
    if (kind.isEmpty() && !as.equals("none")) {
      DocumentNode at = members.getOrDefault("as", node);
      problems.add(
          at.problem(
              "\"%s\" is no mapping; use none, %s"
                  .formatted(
                      as,
                      List.of(MappingKind.values()).stream()
                          .map(MappingKind::word)
                          .collect(Collectors.joining(", ")))));
      return null;
    }
    Map<String, List<FieldSource>> fields = new LinkedHashMap<>();
    Map<String, List<DocumentNode>> places = new LinkedHashMap<>();
    DocumentNode listed = members.get("fields");
    Map<String, DocumentNode> fieldNodes = listed == null ? Map.of() : listed.object(problems);
    fieldNodes.forEach(
        (field, sources) -> {
          List<FieldSource> read = new ArrayList<>();
          List<DocumentNode> at = new ArrayList<>();
          for (DocumentNode source : sources.list(problems)) {
            FieldSource from = source(source, problems);
            if (from != null) {
              read.add(from);
              at.add(source);
            }
          }
          fields.put(field, read);
          places.put(field, at);
        });
    return new TableEntry(
        schema,
        name,
        kind.orElse(null),
        fields,
        new Place(node, fieldNodes, places, members.get("carried")));
  }

  private static @Nullable FieldSource source(DocumentNode node, List<MappingProblem> problems) {
    Map<String, DocumentNode> members = node.object(problems);
    known(members, List.of("column", "member", "conversion", "note"), problems);
    String column = required(node, members, "column", problems);
    String word = required(node, members, "conversion", problems);
    DocumentNode member = members.get("member");
    String memberName = member == null ? null : member.text(problems);
    if (column == null || word == null) {
      return null;
    }
    Optional<Conversion> conversion = Conversion.ofWord(word);
    if (conversion.isEmpty()) {
      problems.add(
          members
              .getOrDefault("conversion", node)
              .problem(
                  "\"%s\" is no conversion; there are %s"
                      .formatted(
                          word,
                          List.of(Conversion.values()).stream()
                              .map(Conversion::word)
                              .collect(Collectors.joining(", ")))));
      return null;
    }
    return new FieldSource(column, memberName, conversion.get());
  }

  private static @Nullable String required(
      DocumentNode node,
      Map<String, DocumentNode> members,
      String name,
      List<MappingProblem> problems) {
    DocumentNode member = members.get(name);
    if (member == null) {
      problems.add(node.problem("\"" + name + "\" is missing"));
      return null;
    }
    return member.text(problems);
  }

  /**
   * The mapping of each of these tables; empty where it is left out.
   *
   * @throws MappingProblems when the document does not fit the tables
   */
  public Map<SourceTable, Optional<Mapping>> fit(List<SourceTable> found) {
    List<MappingProblem> problems = new ArrayList<>();
    Map<SourceTable, Optional<Mapping>> mappings = new LinkedHashMap<>();
    for (TableEntry entry : tables) {
      if (found.stream().noneMatch(entry::isAbout)) {
        problems.add(
            entry
                .place()
                .node()
                .problem(
                    "the source has no table %s by this selection; remove it here, or add it to the selection"
                        .formatted(entry.qualifiedName())));
      }
    }
    for (SourceTable table : found) {
      Optional<TableEntry> entry = tables.stream().filter(t -> t.isAbout(table)).findFirst();
      if (entry.isEmpty()) {
        problems.add(
            new MappingProblem(
                1,
                1,
                "tables",
                "the source's table %s is not here; add it as whole or another mapping, or as none to leave it out"
                    .formatted(table.qualifiedName())));
      } else {
        mappings.put(table, MappingCheck.check(entry.get(), table, problems));
      }
    }
    if (!problems.isEmpty()) {
      throw new MappingProblems(problems);
    }
    return mappings;
  }
}
