package culturalintelligence.domain.migration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which mapping a table's names and types call for. Names are compared in lower case without
 * anything but letters and digits, so {@code filePath} is {@code file_path}. A proposal never
 * guesses a unit: what a name does not say is left for the operator to say.
 */
final class MappingRules {
  private static final List<String> PATHS =
      names(
          "filepath path fullpath trackpath audiopath songpath musicpath absolutepath filelocation location fileuri uri file filename");

  /** What a track row's own columns may be called. */
  private static final List<Rule> TRACK_COLUMNS =
      List.of(
          new Rule(
              "sha256",
              Conversion.SHA256,
              c -> c.isCharacters() || c.type().equals("bytea"),
              names("filehash sha256 filesha256 sha256hash contenthash hash")),
          new Rule(
              "artist",
              Conversion.TEXT,
              SourceColumn::isCharacters,
              names("artist artistname trackartist performer")),
          new Rule(
              "title",
              Conversion.TEXT,
              SourceColumn::isCharacters,
              names("title trackname tracktitle songtitle songname name")),
          new Rule(
              "mix",
              Conversion.MIX,
              SourceColumn::isCharacters,
              names("remixinfo mix mixname remix version")),
          new Rule(
              "label",
              Conversion.TEXT,
              SourceColumn::isCharacters,
              names("label recordlabel labelname publisher")),
          new Rule(
              "catalogue_number",
              Conversion.TEXT,
              SourceColumn::isCharacters,
              names("catalognumber cataloguenumber catno catalog catalogue")),
          new Rule(
              "genre",
              Conversion.TEXT,
              SourceColumn::isCharacters,
              names("genre genrename maingenre primarygenre")),
          new Rule(
              "subgenre", Conversion.TEXT, SourceColumn::isCharacters, names("subgenre style")),
          new Rule(
              "bpm", Conversion.BPM, MappingRules::mayBeNumber, names("bpm tempo beatsperminute")),
          new Rule(
              "musical_key",
              Conversion.MUSICAL_KEY,
              SourceColumn::isCharacters,
              names("musicalkey initialkey camelotkey keysignature tonality key")),
          new Rule(
              "confidence",
              Conversion.CONFIDENCE,
              MappingRules::mayBeNumber,
              names("confidencescore confidence")),
          new Rule(
              "decided_at",
              Conversion.INSTANT,
              MappingRules::isTimestamp,
              names(
                  "processingtimestamp classifiedat analysedat analyzedat processedat updatedat createdat")));

  /** The members of what MetaCrate said of a track. */
  private static final List<Member> SAID =
      List.of(
          new Member("artist", Conversion.TEXT, "artist"),
          new Member("title", Conversion.TEXT, "track_name"),
          new Member("title", Conversion.TEXT, "title"),
          new Member("mix", Conversion.MIX, "remix_info"),
          new Member("label", Conversion.TEXT, "label"),
          new Member("catalogue_number", Conversion.TEXT, "catalog_number"),
          new Member("genre", Conversion.TEXT, "genre"),
          new Member("subgenre", Conversion.TEXT, "subgenre"),
          new Member("bpm", Conversion.BPM, "bpm"),
          new Member("musical_key", Conversion.MUSICAL_KEY, "musical_key"),
          new Member("musical_key", Conversion.MUSICAL_KEY, "key"),
          new Member("confidence", Conversion.CONFIDENCE, "confidence"));

  /** The members of what MetaCrate read from a file. */
  private static final List<Member> READ =
      List.of(new Member("sha256", Conversion.SHA256, "file_hash"));

  private static final List<Rule> PROFILE_COLUMNS =
      List.of(
          new Rule("sort_name", Conversion.TEXT, SourceColumn::isCharacters, names("sortname")),
          new Rule(
              "aliases",
              Conversion.NAMES,
              MappingRules::isList,
              names("aliases alias alsoknownas aka")),
          new Rule(
              "country", Conversion.TEXT, SourceColumn::isCharacters, names("country countrycode")),
          new Rule(
              "genre",
              Conversion.TEXT,
              SourceColumn::isCharacters,
              names("genre genrename maingenre primarygenre")),
          new Rule(
              "subgenre", Conversion.TEXT, SourceColumn::isCharacters, names("subgenre style")));

  private static final List<Rule> GENRE_COLUMNS =
      List.of(
          new Rule(
              "parent_name",
              Conversion.TEXT,
              SourceColumn::isCharacters,
              names("parent parentgenre parentname")),
          new Rule(
              "aliases",
              Conversion.NAMES,
              MappingRules::isList,
              names("aliases alias alsoknownas aka")),
          new Rule(
              "bpm_low",
              Conversion.BPM,
              MappingRules::mayBeNumber,
              names("bpmlow bpmmin minbpm bpmfrom tempomin")),
          new Rule(
              "bpm_high",
              Conversion.BPM,
              MappingRules::mayBeNumber,
              names("bpmhigh bpmmax maxbpm bpmto tempomax")),
          new Rule(
              "bpm_low",
              Conversion.RANGE_LOW,
              MappingRules::isRange,
              names("tempo bpm bpmrange temporange")),
          new Rule(
              "bpm_high",
              Conversion.RANGE_LAST,
              MappingRules::isWholeRange,
              names("tempo bpm bpmrange temporange")),
          new Rule(
              "bpm_high",
              Conversion.RANGE_HIGH,
              c -> isRange(c) && !isWholeRange(c),
              names("tempo bpm bpmrange temporange")));

  private static final List<Rule> DUPLICATE_COLUMNS =
      List.of(
          new Rule(
              "group_key",
              Conversion.TEXT,
              c -> true,
              names("groupid groupkey duplicategroup duplicategroupid")),
          new Rule(
              "sha256",
              Conversion.SHA256,
              c -> c.isCharacters() || c.type().equals("bytea"),
              names("filehash sha256 hash contenthash")),
          new Rule(
              "kept_path",
              Conversion.EXACT,
              SourceColumn::isText,
              names("keptpath keeppath primarypath primaryfile originalpath masterpath bestpath")),
          new Rule(
              "spare_path",
              Conversion.EXACT,
              SourceColumn::isText,
              names("sparepath duplicatepath duplicatefile copypath filepath path")),
          new Rule(
              "reason",
              Conversion.TEXT,
              SourceColumn::isCharacters,
              names("reason method matchtype detectionmethod")),
          new Rule(
              "similarity",
              Conversion.CONFIDENCE,
              MappingRules::mayBeNumber,
              names("similarity similarityscore confidence confidencescore score")));

  private MappingRules() {}

  /** Columns of these names and this type fill that field. */
  private record Rule(
      String field, Conversion conversion, Predicate<SourceColumn> type, List<String> names) {}

  private record Member(String field, Conversion conversion, String member) {}

  private static List<String> names(String words) {
    return List.of(words.split(" "));
  }

  static Mapping propose(SourceTable table) {
    String name = plain(table.name());
    if (name.contains("duplicate") || name.contains("dupe")) {
      return duplicates(table);
    }
    Optional<SourceColumn> path = first(table, PATHS, c -> c.isText() && c.carriedType() == null);
    if (path.isPresent() && table.hasKey()) {
      return tracks(table, path.get());
    }
    if (!table.hasKey()) {
      return new Mapping.Whole();
    }
    if (name.contains("artist")) {
      return profile(table, MappingKind.ARTISTS, names("name artist artistname"));
    }
    if (name.contains("label")) {
      return profile(table, MappingKind.LABELS, names("name label labelname"));
    }
    return name.contains("genre") ? genres(table) : new Mapping.Whole();
  }

  private static Mapping tracks(SourceTable table, SourceColumn path) {
    Map<String, List<FieldSource>> found = new LinkedHashMap<>();
    add(found, "path", new FieldSource(path.name(), null, Conversion.EXACT));
    for (SourceColumn column : table.columns()) {
      if (column.isJson()) {
        String name = plain(column.name());
        if (name.contains("classif")) {
          members(found, column, SAID);
        } else if (name.contains("extract") || name.contains("metadata")) {
          members(found, column, READ);
        }
      }
    }
    columns(table, TRACK_COLUMNS, path.name(), found);
    return Mapping.of(table, MappingKind.TRACKS, inOrder(MappingKind.TRACKS, found));
  }

  private static Mapping profile(SourceTable table, MappingKind kind, List<String> nameColumns) {
    Optional<SourceColumn> name = first(table, nameColumns, SourceColumn::isCharacters);
    boolean aboutTracks = first(table, names("trackid fileid songid"), c -> true).isPresent();
    if (name.isEmpty() || aboutTracks) {
      return new Mapping.Whole();
    }
    Map<String, List<FieldSource>> found = new LinkedHashMap<>();
    add(found, "name", new FieldSource(name.get().name(), null, Conversion.TEXT));
    columns(table, PROFILE_COLUMNS, name.get().name(), found);
    return Mapping.of(table, kind, inOrder(kind, found));
  }

  private static Mapping genres(SourceTable table) {
    Optional<SourceColumn> name =
        first(table, names("name genre genrename title"), SourceColumn::isCharacters);
    boolean aboutTracks = first(table, names("trackid fileid songid"), c -> true).isPresent();
    if (name.isEmpty() || aboutTracks) {
      return new Mapping.Whole();
    }
    Map<String, List<FieldSource>> found = new LinkedHashMap<>();
    add(found, "name", new FieldSource(name.get().name(), null, Conversion.TEXT));
    if (table.key().size() == 1) {
      String keyType = table.column(table.key().getFirst()).map(SourceColumn::type).orElse("");
      first(table, names("parentid parentgenreid parent"), c -> c.type().equals(keyType))
          .ifPresent(c -> add(found, "parent", new FieldSource(c.name(), null, Conversion.ROW)));
    }
    List<FieldSource> parent = found.getOrDefault("parent", List.of());
    columns(
        table,
        GENRE_COLUMNS,
        parent.isEmpty() ? name.get().name() : parent.getFirst().column(),
        found);
    return Mapping.of(table, MappingKind.GENRES, inOrder(MappingKind.GENRES, found));
  }

  private static Mapping duplicates(SourceTable table) {
    Map<String, List<FieldSource>> found = new LinkedHashMap<>();
    columns(table, DUPLICATE_COLUMNS, "", found);
    boolean says =
        found.containsKey("sha256")
            || found.containsKey("kept_path")
            || found.containsKey("spare_path");
    return says
        ? Mapping.of(table, MappingKind.DUPLICATES, inOrder(MappingKind.DUPLICATES, found))
        : new Mapping.Whole();
  }

  private static void columns(
      SourceTable table, List<Rule> rules, String taken, Map<String, List<FieldSource>> found) {
    for (Rule rule : rules) {
      first(table, rule.names(), rule.type().and(c -> !c.name().equals(taken)))
          .ifPresent(
              c -> add(found, rule.field(), new FieldSource(c.name(), null, rule.conversion())));
    }
  }

  private static void members(
      Map<String, List<FieldSource>> found, SourceColumn column, List<Member> members) {
    for (Member member : members) {
      add(
          found,
          member.field(),
          new FieldSource(column.name(), member.member(), member.conversion()));
    }
  }

  private static void add(Map<String, List<FieldSource>> found, String field, FieldSource source) {
    found.computeIfAbsent(field, _ -> new ArrayList<>()).add(source);
  }

  private static Map<String, List<FieldSource>> inOrder(
      MappingKind kind, Map<String, List<FieldSource>> found) {
    Map<String, List<FieldSource>> ordered = new LinkedHashMap<>();
    for (String field : kind.fields()) {
      List<FieldSource> sources = found.getOrDefault(field, List.of());
      if (!sources.isEmpty()) {
        ordered.put(field, sources);
      }
    }
    return ordered;
  }

  /** The first of these names that a column of that type has. */
  private static Optional<SourceColumn> first(
      SourceTable table, List<String> names, Predicate<SourceColumn> type) {
    for (String name : names) {
      for (SourceColumn column : table.columns()) {
        if (plain(column.name()).equals(name) && type.test(column)) {
          return Optional.of(column);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean mayBeNumber(SourceColumn column) {
    return column.isNumber() || column.isCharacters();
  }

  private static boolean isTimestamp(SourceColumn column) {
    return column.type().startsWith("timestamp");
  }

  private static boolean isList(SourceColumn column) {
    return column.type().endsWith("[]") || column.isJson() || column.isCharacters();
  }

  private static boolean isRange(SourceColumn column) {
    return isWholeRange(column) || column.type().equals("numrange");
  }

  private static boolean isWholeRange(SourceColumn column) {
    return column.type().equals("int4range") || column.type().equals("int8range");
  }

  /** Letters and digits of any script, in lower case. */
  private static String plain(String name) {
    StringBuilder plain = new StringBuilder();
    name.codePoints().filter(Character::isLetterOrDigit).forEach(plain::appendCodePoint);
    return plain.toString().toLowerCase(Locale.ROOT);
  }
}
