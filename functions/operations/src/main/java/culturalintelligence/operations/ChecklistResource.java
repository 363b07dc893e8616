package culturalintelligence.operations;

import culturalintelligence.domain.phase.ChecklistItem;
import culturalintelligence.persistence.phase.Checklist;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The migration plan's list, ticked by evidence. */
@Path("/operations/checklist")
@Produces(MediaType.APPLICATION_JSON)
public class ChecklistResource {
  private final TargetSchema schema;
  private final Checklist checklist;

  ChecklistResource(TargetSchema schema, Checklist checklist) {
    this.schema = schema;
    this.checklist = checklist;
  }

  /**
   * The list.
   *
   * @param next what leads on with the first task that is not done; null when all are
   */
  public record Tasks(int done, int tasks, List<ChecklistItem> items, @Nullable String next) {}

  @GET
  public Tasks tasks() throws SQLException {
    TargetSchema.State state = schema.state();
    List<ChecklistItem> items = checklist.items(state.applied().size(), state.pending());
    return new Tasks(
        (int) items.stream().filter(i -> i.state() == ChecklistItem.State.DONE).count(),
        items.size(),
        items,
        items.stream()
            .filter(i -> i.state() != ChecklistItem.State.DONE)
            .map(ChecklistItem::next)
            .findFirst()
            .orElse(null));
  }
}
