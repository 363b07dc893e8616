package culturalintelligence.localdev.sample;

/**
 * What is wrong with single rows of {@code metacrate_tracks}. Each kind comes once in every 997
 * rows, so a library of a thousand has them all; what is wrong with whole libraries (empty texts
 * beside NULLs, naive times, names cut short) is spread by chance.
 */
enum Dirt {
  NONE,
  /** The path of the row before: the column is not unique. */
  SAME_PATH,
  /** The path of the row before, in capitals: the same file on Windows, another on Linux. */
  SHOUTED_PATH,
  LONG_PATH,
  DECOMPOSED_PATH,
  FORWARD_SLASHES,
  /** A line break and a blank at the end, from a list pasted into an import. */
  PASTED_PATH,
  EMOJI_NAME,
  EMPTY_NAME,
  NO_NAME,
  BPM_TEXT,
  BPM_WORD,
  BPM_LIST,
  BPM_NULL,
  BPM_OBJECT,
  BPM_ZERO,
  BPM_ABSURD,
  /** 125.5 written 125.50: jsonb keeps the zero. */
  BPM_TRAILING_ZERO,
  CONFIDENCE_TEXT,
  CONFIDENCE_PERCENT,
  CONFIDENCE_NAN,
  /** One rounding step over 1. */
  CONFIDENCE_OVER,
  CONFIDENCE_NEGATIVE_ZERO,
  CONFIDENCE_TINY,
  NO_CONFIDENCE,
  NO_CLASSIFICATION,
  CLASSIFICATION_JSON_NULL,
  CLASSIFICATION_EMPTY,
  CLASSIFICATION_LIST,
  /** JSON in a JSON string: encoded twice. */
  CLASSIFICATION_TEXT,
  NO_METADATA,
  METADATA_FAILED,
  METADATA_LIST,
  METADATA_TEXT,
  /** Who bought the file: name, account, address. */
  PURCHASER,
  PURCHASER_NESTED,
  /** jsonb refuses U+0000, so writers leave its spelling or its picture. */
  NUL_SPELLED,
  NUL_PICTURED,
  NO_TIME,
  INFINITE_TIME,
  ANCIENT_TIME,
  HASH_CAPITALS,
  HASH_MD5,
  HASH_ABSENT,
  HASH_EMPTY,
  BIG_NUMBERS,
  DEEP,
  MOJIBAKE,
  SITE_NAME,
  PLACEHOLDER,
  GENRE_IS_NUMBER,
  GENRE_IS_ADVICE,
  HUMAN_VALIDATED,
  TAGS_TYPED,
  TAG_WITHOUT_NAME,
  NO_NORMALIZED,
  DURATION_ABSURD,
  DURATION_TEXT,
  EMPTY_TEXTS,
  MIXED_IN_KEY;

  private static final Dirt[] ALL = values();
  private static final int EVERY = 997;

  static Dirt of(long row) {
    int turn = (int) (row % EVERY * 617 % EVERY);
    return turn < ALL.length ? ALL[turn] : NONE;
  }
}
