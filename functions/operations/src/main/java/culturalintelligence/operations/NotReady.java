package culturalintelligence.operations;

/** Something must be done first; {@code next} is the command that does it. */
final class NotReady extends RuntimeException {
  final String next;

  NotReady(String sentence, String next) {
    super(sentence);
    this.next = next;
  }
}
