package culturalintelligence.domain.names;

import culturalintelligence.domain.music.Bpm;
import culturalintelligence.domain.music.GenreTaxonomy.Genre;
import culturalintelligence.domain.music.Mix;
import culturalintelligence.domain.music.MusicalKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file's name and folders say. A field is null when they don't say it. No text is blank or
 * holds a control character.
 *
 * @param artist as written, with those featured if they stand there
 * @param title with the mix, as DJs' tags write it: {@code Strobe (Extended Mix)}
 * @param mix its text is that of the name; its remixer is null where it names none
 * @param featured whom {@code feat.}, {@code ft.} or {@code featuring} introduces
 * @param catalogueNumber such as {@code CAT001}
 * @param genre from a prefix of the name; folders are no part of it
 * @param storeId the number or code a shop, a site or a program put before or behind the name
 * @param energy 1 to 10, as Mixed In Key writes it behind the key
 * @param confidence 0..1, that artist and title both are what the tags would say
 * @param notes what was left out or guessed, one sentence each
 */
public record NameReading(
    PathParts path,
    @Nullable Found<String> artist,
    @Nullable Found<String> title,
    @Nullable Found<Mix> mix,
    @Nullable Found<String> featured,
    @Nullable Found<String> label,
    @Nullable Found<String> catalogueNumber,
    @Nullable Found<Genre> genre,
    @Nullable Found<Bpm> bpm,
    @Nullable Found<MusicalKey> key,
    @Nullable Found<Integer> trackNumber,
    @Nullable Found<String> storeId,
    @Nullable Found<Integer> energy,
    double confidence,
    List<String> notes) {

  public NameReading {
    notes = List.copyOf(notes);
  }

  /**
   * A value and how sure it is.
   *
   * @param confidence 0..1
   */
  public record Found<T>(T value, double confidence) {}
}
