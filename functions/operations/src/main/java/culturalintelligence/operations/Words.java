package culturalintelligence.operations;

/** Words in commands that an operator copies into a shell. */
final class Words {
  private Words() {}

  /** As a shell takes it for one word. */
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_.:/=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
