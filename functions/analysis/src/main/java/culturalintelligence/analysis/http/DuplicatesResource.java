package culturalintelligence.analysis.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.DuplicateGroup;
import culturalintelligence.domain.library.DuplicatePage;
import culturalintelligence.domain.library.TrackStore;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The identical files of the library, page by page. */
@Path("/api")
public class DuplicatesResource {
  private static final int USUAL = 50;
  private static final int MOST = 500;

  private final TrackStore store;
  private final Reply reply;

  DuplicatesResource(TrackStore store, Reply reply) {
    this.store = store;
    this.reply = reply;
  }

  @GET
  @Path("/v3.2/duplicates")
  public Response duplicates(@RestQuery @Nullable String limit, @RestQuery @Nullable String after) {
    int most = limit == null ? USUAL : parse(limit);
    ContentHash from =
        after == null || after.isEmpty()
            ? null
            : ContentHash.parse(after)
                .orElseThrow(
                    () ->
                        new Refusal(
                            FailureCode.INVALID_PAGE,
                            "after is the next_after of the page before: 64 hexadecimal digits"));
    return reply.json(200, page(store.duplicates(from, most)));
  }

  private static int parse(String limit) {
    try {
      int most = Integer.parseInt(limit);
      if (most >= 1 && most <= MOST) {
        return most;
      }
    } catch (NumberFormatException e) {
      // Falls through to the refusal: a word is as wrong as 0.
    }
    throw new Refusal(FailureCode.INVALID_PAGE, "limit is a number from 1 to " + MOST);
  }

  private ObjectNode page(DuplicatePage page) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("status", "success");
    ArrayNode groups = node.putArray("duplicate_groups");
    long wasted = 0;
    for (DuplicateGroup group : page.groups()) {
      ObjectNode one = groups.addObject();
      one.put("file_hash", group.content().hex());
      one.put("duplicate_count", group.copies().count());
      one.put("file_size_bytes", group.sizeBytes());
      one.put("space_waste_bytes", group.wastedBytes());
      one.put("primary_file", group.copies().primary());
      ArrayNode others = one.putArray("duplicate_files");
      group.copies().paths().stream().skip(1).forEach(others::add);
      wasted += group.wastedBytes();
    }
    node.put("groups_in_page", page.groups().size());
    node.put("space_waste_bytes", wasted);
    ContentHash next = page.next();
    node.put("has_more", next != null);
    node.put("next_after", next == null ? null : next.hex());
    node.set("api_info", Answers.apiInfo(reply.watch()));
    return node;
  }
}
