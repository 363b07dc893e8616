package culturalintelligence.persistence.mapping;

/**
 * Something wrong in a mapping document.
 *
 * @param line from 1
 * @param column from 1
 * @param path such as {@code tables[2].fields.bpm[0].column}
 * @param sentence what is wrong and what to do
 */
public record MappingProblem(int line, int column, String path, String sentence) {
  @Override
  public String toString() {
    return "line %d, column %d%s: %s"
        .formatted(line, column, path.isEmpty() ? "" : " (" + path + ")", sentence);
  }
}
