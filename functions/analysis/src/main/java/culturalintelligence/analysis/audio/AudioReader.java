package culturalintelligence.analysis.audio;

import culturalintelligence.domain.music.AudioReading;
import culturalintelligence.domain.music.AudioReading.Damage;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Reads any audio file: sniffs the format, scans its structure once, gathers its tags.
 *
 * <p>No file makes it throw, run for long or allocate much: see {@link Limits}. Only a failing
 * source does ({@link IOException}). Safe for use by several threads.
 */
public final class AudioReader {

  /** What the file is and says. Reads heads and tails, not the whole. */
  public AudioReading read(AudioSource source) throws IOException {
    Bytes in = new Bytes(source, new Limits());
    try {
      return read(in);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The same, with the hashes of the bytes and of the audio in them, in one pass over them. */
  public HashedReading readAndHash(AudioSource source) throws IOException {
    return FileHash.of(source, read(source));
  }

  private static AudioReading read(Bytes in) {
    Sniffer.Sniffed sniffed;
    try {
      sniffed = Sniffer.sniff(in);
    } catch (Bytes.OutOfBytes | Limits.LimitReached e) {
      return new AudioReading.NotAudio("no known audio format");
    }
    return switch (sniffed) {
      case Sniffer.Refused refused -> new AudioReading.NotAudio(refused.reason());
      case Sniffer.Found found -> read(in, found);
    };
  }

  private static AudioReading read(Bytes in, Sniffer.Found found) {
    Scan scan = new Scan(found.container(), in.size());
    try {
      for (long p : found.id3()) {
        Id3v2Tag.read(in, p, in.size(), scan, scan.tags.block(found.container().id3Rank()));
      }
      found.container().reader().read(in, found.start(), scan);
    } catch (Bytes.OutOfBytes e) {
      scan.damage(Damage.TRUNCATED, Bytes.OutOfBytes.SENTENCE);
    } catch (Limits.LimitReached e) {
      scan.damage(Damage.CORRUPT, e.sentence());
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      // A fault of ours: the file is told to be damaged, the rest of the library goes on, and the
      // mutation runs count it as a crash.
      scan.damage(Damage.CORRUPT, UNEXPECTED + e);
    }
    return scan.result();
  }

  /** How a note begins that tells of a fault in a reader. */
  static final String UNEXPECTED = "unexpected ";
}
