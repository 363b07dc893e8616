package culturalintelligence.domain.library;

import culturalintelligence.domain.music.MixKind;
import culturalintelligence.domain.music.MusicalKey;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person says of a track. A field not named stays as it is; one named with null is emptied.
 * No field named at all is the plain word "this is right".
 */
public record Correction(Map<Field, Value> values) {
  /** The longest text a person may give, in characters. */
  public static final int LONGEST_TEXT = 1_000;

  public Correction {
    values = Map.copyOf(values);
  }

  /** The fields a person may set. */
  public enum Field {
    ARTIST,
    TITLE,
    MIX_KIND,
    MIX_TEXT,
    REMIXER,
    LABEL,
    CATALOGUE_NUMBER,
    GENRE,
    SUBGENRE,
    BPM,
    KEY
  }

  /** A value of the field's own type, checked. */
  public sealed interface Value {
    /** The field is to be empty. */
    record Nothing() implements Value {}

    /** Not blank, at most {@link #LONGEST_TEXT} characters. */
    record Text(String text) implements Value {}

    record Mix(MixKind kind) implements Value {}

    record Key(MusicalKey key) implements Value {}

    /** From 20 to 400, two decimals. */
    record Tempo(BigDecimal bpm) implements Value {}
  }

  /** The text of a field after this correction of what it was. */
  public @Nullable String text(Field field, @Nullable String before) {
    return switch (values.get(field)) {
      case null -> before;
      case Value.Nothing _ -> null;
      case Value.Text text -> text.text();
      case Value.Mix mix -> mix.kind().code();
      case Value.Key key -> key.key().canonical();
      case Value.Tempo tempo -> tempo.bpm().toPlainString();
    };
  }

  /** The tempo after this correction of what it was. */
  public @Nullable BigDecimal bpm(@Nullable BigDecimal before) {
    return switch (values.get(Field.BPM)) {
      case null -> before;
      case Value.Tempo tempo -> tempo.bpm();
      case Value _ -> null;
    };
  }
}
