package culturalintelligence.persistence.mapping;

import java.util.List;
import java.util.stream.Collectors;

/** A mapping document can't be used as it is. */
public final class MappingProblems extends RuntimeException {
  private final transient List<MappingProblem> problems;

  public MappingProblems(List<MappingProblem> problems) {
    super(
        problems.stream()
            .map(MappingProblem::toString)
            .collect(Collectors.joining("; ", "the mapping can't be used: ", "")));
    this.problems = List.copyOf(problems);
  }

  public List<MappingProblem> problems() {
    return problems;
  }
}
