package culturalintelligence.analysis.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import culturalintelligence.domain.duplicates.PrimaryRule;
import culturalintelligence.domain.failure.FailureCode;
import culturalintelligence.domain.library.ContentHash;
import culturalintelligence.domain.library.DuplicateGroup;
import culturalintelligence.domain.library.DuplicatePage;
import culturalintelligence.domain.library.RelatedGroup;
import culturalintelligence.domain.library.RelatedPage;
import culturalintelligence.domain.library.TrackStore;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The identical files of the library, and those with the same audio, page by page. */
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
    return reply.json(200, page(store.duplicates(from(after), most(limit))));
  }

  /** Of the whole library, or of one file's audio. */
  @GET
  @Path("/v3.2/related")
  public Response related(
      @RestQuery @Nullable String limit,
      @RestQuery @Nullable String after,
      @RestQuery("file_hash") @Nullable String fileHash) {
    if (fileHash == null) {
      return reply.json(200, page(store.related(from(after), most(limit))));
    }
    ContentHash content =
        ContentHash.parse(fileHash)
            .orElseThrow(
                () ->
                    new Refusal(
                        FailureCode.MALFORMED_HASH,
                        "A file hash is 64 hexadecimal digits (SHA-256)"));
    return reply.json(200, page(new RelatedPage(store.relatedTo(content).stream().toList(), null)));
  }

  private static @Nullable ContentHash from(@Nullable String after) {
    return after == null || after.isEmpty()
        ? null
        : ContentHash.parse(after)
            .orElseThrow(
                () ->
                    new Refusal(
                        FailureCode.INVALID_PAGE,
                        "after is the next_after of the page before: 64 hexadecimal digits"));
  }

  private static int most(@Nullable String limit) {
    return limit == null ? USUAL : parse(limit);
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
    int unknown = 0;
    for (DuplicateGroup group : page.groups()) {
      ObjectNode one = groups.addObject();
      one.put("file_hash", group.content().hex());
      one.put("duplicate_count", group.copies().count());
      one.put("file_size_bytes", group.sizeBytes());
      one.put("space_waste_bytes", group.wastedBytes());
      one.put("primary_file", group.copies().primary());
      ArrayNode others = one.putArray("duplicate_files");
      group.copies().paths().stream().skip(1).forEach(others::add);
      Long known = group.wastedBytes();
      wasted += known == null ? 0 : known;
      unknown += known == null ? 1 : 0;
    }
    node.put("groups_of_unknown_size", unknown);
    return end(node, page.groups().size(), wasted, page.next());
  }

  private ObjectNode page(RelatedPage page) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("status", "success");
    ArrayNode groups = node.putArray("related_groups");
    long wasted = 0;
    for (RelatedGroup group : page.groups()) {
      ObjectNode one = groups.addObject();
      one.put("payload_digest", group.payload().hex());
      one.put("content_count", group.count());
      one.put("space_waste_bytes", group.wastedBytes());
      one.put("primary_file", group.files().getFirst().primary());
      ArrayNode files = one.putArray("contents");
      for (RelatedGroup.Content content : group.files()) {
        ObjectNode file = files.addObject();
        file.put("file_hash", content.content().hex());
        file.put("file_size_bytes", content.sizeBytes());
        file.put("codec", content.codec());
        file.put("bitrate", content.bitrate());
        file.put("duplicate_count", content.copies());
        file.put("primary_file", content.primary());
      }
      wasted += group.wastedBytes();
    }
    return end(node, page.groups().size(), wasted, page.next());
  }

  private ObjectNode end(ObjectNode node, int groups, long wasted, @Nullable ContentHash next) {
    node.put("groups_in_page", groups);
    node.put("space_waste_bytes", wasted);
    node.put("primary_rule", PrimaryRule.SENTENCE);
    node.put("has_more", next != null);
    node.put("next_after", next == null ? null : next.hex());
    node.set("api_info", Answers.apiInfo(reply.watch()));
    return node;
  }
}
