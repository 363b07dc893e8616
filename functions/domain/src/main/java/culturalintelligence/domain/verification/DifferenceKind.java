package culturalintelligence.domain.verification;

/**
 * In what way two values that should be the same differ. A kind says what a person would suspect
 * first; it excuses nothing: every one of them is a difference.
 */
public enum DifferenceKind {
  /** NULL on one side, the empty text on the other. */
  NULL_AND_EMPTY,
  /** NULL on one side, a value on the other. */
  NULL_AND_VALUE,
  /** The same text but for spaces at its beginning or end. */
  OUTER_SPACE,
  /** The same characters in another Unicode normalisation form (NFC and NFD). */
  UNICODE_FORM,
  /** UTF-8 once read as Latin-1 or Windows-1252. */
  WRONG_ENCODING,
  /** The same text but for capitals. */
  LETTER_CASE,
  /** One is the beginning of the other. */
  CUT_SHORT,
  /** 0.0 and −0.0. */
  SIGN_OF_ZERO,
  /** One number, written otherwise: 1 and 1.0. */
  NUMBER_SPELLING,
  /** Numbers at most four steps of double precision apart: 0.3 and 0.1 + 0.2. */
  ROUNDING,
  /** Times less than a millisecond apart. */
  MICROSECONDS,
  /** Times apart by whole quarters of an hour, at most 26 hours: another time zone. */
  TIME_ZONE,
  /** JSON objects with the same members in another order. */
  KEY_ORDER,
  /** JSON arrays with the same elements in another order. */
  ARRAY_ORDER,
  /** A member or element that only one side has. */
  MEMBER,
  /** JSON of one meaning and order with other spaces or escapes, or a key that comes twice. */
  JSON_SPELLING,
  /** Texts of one length in which a single character differs. */
  ONE_CHARACTER,
  /** None of these: another value. */
  VALUE
}
