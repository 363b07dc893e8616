package culturalintelligence.testkit.audio;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The comment block that FLAC, Vorbis and Opus share (Vorbis I, section 5). */
final class VorbisComment {
  static final String VENDOR = "Cultural Intelligence test audio 1";

  private VorbisComment() {}

  /** Without framing bit and packet type; the picture, if any, as text, the way Ogg carries it. */
  static byte[] of(TagText tags, boolean withPicture) {
    List<String> comments = new ArrayList<>();
    tags.fields.forEach(
        (field, values) -> values.forEach(value -> comments.add(field.vorbis + "=" + value)));
    tags.named.forEach((name, values) -> values.forEach(value -> comments.add(name + "=" + value)));
    byte[] jpeg = tags.jpeg;
    if (withPicture && jpeg != null) {
      comments.add("METADATA_BLOCK_PICTURE=" + Base64.getEncoder().encodeToString(picture(jpeg)));
    }
    Bytes out = new Bytes().little32(VENDOR.length()).text(VENDOR).little32(comments.size());
    for (String comment : comments) {
      byte[] utf8 = comment.getBytes(StandardCharsets.UTF_8);
      out.little32(utf8.length).raw(utf8);
    }
    return out.done();
  }

  /**
   * FLAC's PICTURE block (RFC 9639, section 8.8): a front cover whose size in pixels is not said.
   */
  static byte[] picture(byte[] jpeg) {
    return new Bytes()
        .big32(3)
        .big32(10)
        .text("image/jpeg")
        .big32(0)
        .big32(0)
        .big32(0)
        .big32(0)
        .big32(0)
        .big32(jpeg.length)
        .raw(jpeg)
        .done();
  }
}
