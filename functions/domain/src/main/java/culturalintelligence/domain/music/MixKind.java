package culturalintelligence.domain.music;

import java.util.Optional;

/** What kind of version of a piece a track is; the code is the one clients read. */
public enum MixKind {
  ORIGINAL("original", "Original Mix"),
  RADIO_EDIT("radio_edit", "Radio Edit"),
  EXTENDED("extended", "Extended Mix"),
  CLUB("club", "Club Mix"),
  DUB("dub", "Dub Mix"),
  REMIX("remix", "Remix"),
  BOOTLEG("bootleg", "Bootleg"),
  EDIT("edit", "Edit"),
  VIP("vip", "VIP Mix"),
  MASHUP("mashup", "Mashup"),
  INSTRUMENTAL("instrumental", "Instrumental"),
  ACAPELLA("acapella", "Acapella"),
  REWORK("rework", "Rework"),
  REMASTER("remaster", "Remaster"),
  LIVE("live", "Live");

  private final String code;
  private final String text;

  MixKind(String code, String text) {
    this.code = code;
    this.text = text;
  }

  /** The code of the HTTP contract, such as {@code radio_edit}. */
  public String code() {
    return code;
  }

  /** How a person writes it when no more is known than the kind. */
  public String text() {
    return text;
  }

  /** The kind with this code, in exactly the contract's spelling. */
  public static Optional<MixKind> ofCode(String code) {
    for (MixKind kind : values()) {
      if (kind.code.equals(code)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
