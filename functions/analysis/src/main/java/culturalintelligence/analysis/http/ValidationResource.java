package culturalintelligence.analysis.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.analysis.Analyses;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.Correction;
import culturalintelligence.domain.library.Correction.Field;
import culturalintelligence.domain.library.Correction.Value;
import culturalintelligence.domain.music.MixKind;
import culturalintelligence.domain.music.MusicalKey;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** A person's word on a track: it is right, or it is so. It holds for ever. */
@Path("/api")
@Consumes(MediaType.APPLICATION_JSON)
public class ValidationResource {
  private static final Map<String, Field> FIELDS =
      Map.ofEntries(
          Map.entry("artist", Field.ARTIST),
          Map.entry("track_name", Field.TITLE),
          Map.entry("remix_info", Field.MIX_KIND),
          Map.entry("remix_text", Field.MIX_TEXT),
          Map.entry("remixer", Field.REMIXER),
          Map.entry("label", Field.LABEL),
          Map.entry("catalog_number", Field.CATALOGUE_NUMBER),
          Map.entry("genre", Field.GENRE),
          Map.entry("subgenre", Field.SUBGENRE),
          Map.entry("bpm", Field.BPM),
          Map.entry("musical_key", Field.KEY));

  /** What the answer's contract never leaves empty. */
  private static final Set<Field> NEEDED = Set.of(Field.ARTIST, Field.TITLE, Field.GENRE);

  private static final BigDecimal SLOWEST = BigDecimal.valueOf(20);
  private static final BigDecimal FASTEST = BigDecimal.valueOf(400);

  private final Analyses analyses;
  private final Reply reply;

  ValidationResource(Analyses analyses, Reply reply) {
    this.analyses = analyses;
    this.reply = reply;
  }

  @POST
  @Path("/v3.2/file/validate")
  public Response validate(byte[] body) {
    RequestBody request = RequestBody.of(body);
    String path = request.filePath();
    return reply.outcome(analyses.correct(path, correction(request.member("classification"))));
  }

  private static Correction correction(ObjectNode sent) {
    Map<Field, Value> values = new EnumMap<>(Field.class);
    sent.properties()
        .forEach(
            entry -> {
              Field field = FIELDS.get(entry.getKey());
              if (field == null) {
                throw invalid("classification has no field '" + entry.getKey() + "' to correct");
              }
              values.put(field, value(entry.getKey(), field, entry.getValue()));
            });
    return new Correction(values);
  }

  private static Value value(String name, Field field, JsonNode sent) {
    if (sent.isNull()) {
      if (NEEDED.contains(field)) {
        throw invalid(name + " may not be null");
      }
      return new Value.Nothing();
    }
    return switch (field) {
      case BPM -> tempo(sent);
      case MIX_KIND ->
          MixKind.ofCode(text(name, sent))
              .<Value>map(Value.Mix::new)
              .orElseThrow(() -> invalid("remix_info is a code such as 'extended', or null"));
      case KEY ->
          MusicalKey.of(text(name, sent))
              .<Value>map(Value.Key::new)
              .orElseThrow(() -> invalid("musical_key is a key such as 'F#m' or '11A', or null"));
      case ARTIST, TITLE, MIX_TEXT, REMIXER, LABEL, CATALOGUE_NUMBER, GENRE, SUBGENRE ->
          new Value.Text(text(name, sent));
    };
  }

  private static Value tempo(JsonNode sent) {
    if (!sent.isNumber()) {
      throw invalid("bpm is a number from 20 to 400, or null");
    }
    BigDecimal bpm = sent.decimalValue();
    if (bpm.compareTo(SLOWEST) < 0 || bpm.compareTo(FASTEST) > 0) {
      throw invalid("bpm is a number from 20 to 400, or null");
    }
    return new Value.Tempo(bpm.setScale(2, RoundingMode.HALF_UP));
  }

  private static String text(String name, JsonNode sent) {
    String text = sent.isTextual() ? sent.textValue().strip() : "";
    if (text.isEmpty()
        || text.length() > Correction.LONGEST_TEXT
        || text.codePoints()
            .anyMatch(
                c ->
                    Character.isISOControl(c)
                        || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE))) {
      throw invalid(
          name
              + " is a text of 1 to "
              + Correction.LONGEST_TEXT
              + " characters without control characters");
    }
    return text;
  }

  private static Refusal invalid(String sentence) {
    return new Refusal(FailureCode.INVALID_CORRECTION, sentence);
  }
}
