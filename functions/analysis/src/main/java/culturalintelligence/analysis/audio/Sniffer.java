package culturalintelligence.analysis.audio;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which format a file is, by what stands in it; its name is not asked. ID3v2 tags in front are
 * stepped over, because taggers put them before anything.
 */
final class Sniffer {
  private Sniffer() {}

  /** How far an MPEG or ADTS frame is looked for when a file begins with something else. */
  private static final int SYNC_SEARCH = 512 << 10;

  sealed interface Sniffed {}

  /**
   * @param start where the format itself begins
   * @param id3 where ID3v2 tags in front of it begin
   */
  record Found(Container container, long start, List<Long> id3) implements Sniffed {}

  record Refused(String reason) implements Sniffed {}

  static Sniffed sniff(Bytes in) {
    if (in.size() == 0) {
      return new Refused("the file is empty");
    }
    List<Long> id3 = new ArrayList<>(1);
    long p = 0;
    for (int i = 0; i < 8; i++) {
      long length = Id3v2Tag.length(in, p);
      if (length == 0) {
        break;
      }
      id3.add(p);
      p += length;
      long zeros = p;
      while (in.has(zeros, 1) && in.u8(zeros) == 0 && zeros - p < SYNC_SEARCH) {
        zeros++;
      }
      if (in.has(zeros, 1)) {
        p = zeros;
      }
    }
    Container c = byMagic(in, p);
    if (c != null) {
      return new Found(c, p, id3);
    }
    if (id3.isEmpty()) {
      String other = notAudio(in);
      if (other != null) {
        return new Refused(other);
      }
    }
    // A tag that tells a length beyond the file may still have audio behind what is there of it.
    Sniffed frames = byFrames(in, p < in.size() ? p : 10, id3);
    if (frames != null) {
      return frames;
    }
    if (MusepackReader.isOld(in, p)) {
      return new Found(Container.MUSEPACK, p, id3);
    }
    return new Refused(
        id3.isEmpty() ? "no known audio format" : "an ID3 tag without audio behind it");
  }

  private static @Nullable Sniffed byFrames(Bytes in, long start, List<Long> id3) {
    long end = Math.min(in.size(), start + SYNC_SEARCH);
    for (long p = start; p + 4 <= end; p++) {
      if ((p & 0xff) == 0) {
        in.limits().step();
      }
      if (in.u8(p) != 0xff || (in.u8(p + 1) & 0xe0) != 0xe0) {
        continue;
      }
      int h = in.i32be(p);
      boolean exact = p == start;
      if (AdtsReader.isHeader(in, p)) {
        if (AdtsReader.chain(in, p, 4) >= (exact ? 2 : 4)) {
          return new Found(Container.ADTS, p, id3);
        }
      } else if (MpegFrame.isValid(h)) {
        if (MpegFrame.chain(in, p, 4) >= (exact ? id3.isEmpty() ? 2 : 1 : 4)) {
          return new Found(Container.MPEG, p, id3);
        }
      }
    }
    return null;
  }

  private static final String ASF_GUID = "0&\u00b2u\u008ef\u00cf\u0011";

  static @Nullable Container byMagic(Bytes in, long p) {
    if (in.at(p, "fLaC")) {
      return Container.FLAC;
    }
    if (in.at(p, "OggS")) {
      return Container.OGG;
    }
    if (in.at(p, "RIFF") || in.at(p, "RIFX") || in.at(p, "RF64") || in.at(p, "BW64")) {
      return in.at(p + 8, "WAVE") ? Container.WAVE : null;
    }
    if (in.at(p, "riff.\u0091\u00cf\u0011")) {
      return Container.WAVE64;
    }
    if (in.at(p, "FORM") && (in.at(p + 8, "AIFF") || in.at(p + 8, "AIFC"))) {
      return Container.AIFF;
    }
    if (in.at(p, "FORM") && (in.at(p + 8, "8SVX") || in.at(p + 8, "16SV"))) {
      return Container.SVX;
    }
    if (in.at(p, AmrReader.NARROW) || in.at(p, AmrReader.WIDE)) {
      return Container.AMR;
    }
    if (in.at(p, VocReader.MAGIC)) {
      return Container.VOC;
    }
    if (DtsReader.isSync(in, p) && DtsReader.isStream(in, p)) {
      return Container.DTS;
    }
    if (in.at(p, ASF_GUID)) {
      return Container.ASF;
    }
    if (in.at(p, "\u001aE\u00df\u00a3")) {
      return Container.MATROSKA;
    }
    if (in.at(p, "DSD ")) {
      return Container.DSF;
    }
    if (in.at(p, "FRM8") && in.at(p + 12, "DSD ")) {
      return Container.DFF;
    }
    if (in.at(p, "caff")) {
      return Container.CAF;
    }
    if (in.at(p, ".RMF") || in.at(p, ".ra\u00fd")) {
      return Container.REAL;
    }
    if (in.at(p, ".snd")) {
      return Container.AU;
    }
    if (in.at(p, "MAC ")) {
      return Container.MONKEYS;
    }
    if (in.at(p, "wvpk")) {
      return Container.WAVPACK;
    }
    if (in.at(p, "MPCK") || in.at(p, "MP+")) {
      return Container.MUSEPACK;
    }
    if (in.at(p, "TTA1") || in.at(p, "TTA2")) {
      return Container.TTA;
    }
    if (in.at(p, "tBaK")) {
      return Container.TAK;
    }
    if (in.at(p, "OFR ")) {
      return Container.OPTIMFROG;
    }
    if (in.at(p, "ADIF")) {
      return Container.ADTS;
    }
    if (in.at(p, "ajkg")) {
      return Container.SHORTEN;
    }
    if (in.at(p, "\u000bw") && Ac3Reader.chain(in, p) >= 2) {
      return Container.AC3;
    }
    if (isBox(in, p)) {
      return Container.MP4;
    }
    return LoasReader.chain(in, p) >= 4 ? Container.LOAS : null;
  }

  private static boolean isBox(Bytes in, long p) {
    if (!in.has(p, 8)) {
      return false;
    }
    return in.at(p + 4, "ftyp")
        || in.at(p + 4, "moov")
        || in.at(p + 4, "mdat")
        || in.at(p + 4, "wide")
        || in.at(p + 4, "pnot")
        || ((in.at(p + 4, "free") || in.at(p + 4, "skip"))
            && in.u32be(p) >= 8
            && in.has(p + in.u32be(p), 8)
            && isBox(in, p + in.u32be(p)));
  }

  /** Formats that readers of frames would take for noise with frames in it. */
  private static @Nullable String notAudio(Bytes in) {
    if (in.at(0, "MThd") || (in.at(0, "RIFF") && in.at(8, "RMID"))) {
      return "a MIDI score";
    }
    if (in.at(0, "RIFF")) {
      return "RIFF, but not of sound";
    }
    if (in.at(0, "Extended Module: ")
        || in.at(0, "IMPM")
        || in.at(44, "SCRM")
        || in.at(20, "!Scream!")
        || in.at(0, "MTM")
        || in.at(0, "PSID")
        || in.at(0, "RSID")) {
      return "a tracker module";
    }
    if (in.has(1080, 4)) {
      for (String m : new String[] {"M.K.", "M!K!", "FLT4", "FLT8", "4CHN", "6CHN", "8CHN"}) {
        if (in.at(1080, m)) {
          return "a tracker module";
        }
      }
    }
    if (in.at(0, "\u0089PNG")
        || in.at(0, "\u00ff\u00d8\u00ff")
        || in.at(0, "GIF8")
        || in.at(0, "II*\0")
        || in.at(0, "MM\0*")) {
      return "a picture";
    }
    if (in.at(0, "PK\u0003\u0004")
        || in.at(0, "%PDF")
        || in.at(0, "Rar!")
        || in.at(0, "\u001f\u008b")) {
      return "an archive or a document";
    }
    if (in.at(0, "APETAGEX") || in.at(0, "TAG")) {
      return null;
    }
    int n = (int) Math.min(in.size(), 512);
    for (int i = 0; i < n; i++) {
      int b = in.u8(i);
      if (b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != 0x0c && b != 0x1b) {
        return null;
      }
      if (b == 0xff) {
        return null;
      }
    }
    return "text";
  }
}
