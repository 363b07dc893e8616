package culturalintelligence.domain.music;

import culturalintelligence.domain.music.Classification.Evidence;
import culturalintelligence.domain.music.Classification.Field;
import culturalintelligence.domain.music.GenreTaxonomy.Genre;
import culturalintelligence.domain.names.NameReader;
import culturalintelligence.domain.names.NameReading;
import culturalintelligence.domain.names.NameReading.Found;
import culturalintelligence.domain.names.Placeholders;
import culturalintelligence.domain.names.Sites;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Concludes from tags, name, folders and profiles what a track is. Pure and deterministic.
 *
 * <p>Design. Each field is settled by itself. A tag wins over the name unless it is a placeholder,
 * the mark of a site, or the file's own name put there by a program that found no tag; where both
 * speak, agreement raises the confidence and disagreement lowers it and is noted. The genre is a
 * vote ({@link GenreVote}). A classification is as sure as the less sure of artist and title, for
 * one of them wrong makes it another track; {@value #FLOOR} is the least it says. The genre has a
 * confidence of its own, since a track can be known for certain and its genre not at all; either
 * under {@value #REVIEW_UNDER} asks for a person.
 */
public final class Classifier {
  private static final String UNKNOWN_ARTIST = "Unknown Artist";
  private static final String UNKNOWN_TITLE = "Unknown Title";
  private static final String UNKNOWN_GENRE = "Electronic";
  private static final double FLOOR = 0.1;
  private static final double REVIEW_UNDER = 0.6;
  private static final int MOST_PROFILES = 8;
  private static final int NEAREST_FOLDERS = 4;

  private final GenreTaxonomy taxonomy;
  private final ClassificationInput input;
  private final NameReading name;
  private final Map<Field, Double> confidences = new EnumMap<>(Field.class);
  private final List<Evidence> evidence = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private Classifier(GenreTaxonomy taxonomy, ClassificationInput input) {
    this.taxonomy = taxonomy;
    this.input = input;
    this.name = NameReader.read(input.pathAsSent());
    this.notes.addAll(name.notes());
  }

  /** The artists and labels whose profiles a classification of this file would weigh. */
  public static Profiles.Names names(String pathAsSent, Tags tags) {
    NameReading name = NameReader.read(pathAsSent);
    Set<String> artists = new LinkedHashSet<>();
    Set<String> labels = new LinkedHashSet<>();
    usable(tags, TagField.ARTIST).ifPresent(artist -> addActs(artists, artist));
    if (name.artist() != null) {
      addActs(artists, name.artist().value());
    }
    usable(tags, TagField.LABEL).map(Profiles::keyOf).ifPresent(labels::add);
    if (name.label() != null) {
      labels.add(Profiles.keyOf(name.label().value()));
    }
    return new Profiles.Names(artists, labels);
  }

  /** What the track is taken to be. Gives the same answer for the same input, and never throws. */
  public static Classification classify(ClassificationInput input) {
    return classify(GenreTaxonomy.bundled(), input);
  }

  static Classification classify(GenreTaxonomy taxonomy, ClassificationInput input) {
    return new Classifier(taxonomy, input).conclude();
  }

  private Classification conclude() {
    final String artist = artist();
    final String plainTitle = title();
    final Mix mix = mix(plainTitle);
    final String title = withMix(plainTitle, mix);
    final String remixer = remixer(mix);
    final String label = text(Field.LABEL, TagField.LABEL, "label", name.label());
    final String catalogueNumber =
        text(
            Field.CATALOGUE_NUMBER,
            TagField.CATALOGUE_NUMBER,
            "catalogue_number",
            name.catalogueNumber());
    final Bpm bpm = bpm();
    final MusicalKey key = key();
    final GenreVote vote = vote(artist, label);
    final GenreVote.Result genre = vote.result(bpm);
    evidence.addAll(
        vote.evidence().stream()
            .sorted(Comparator.comparingDouble(Evidence::weight).reversed())
            .toList());
    settleGenre(vote, genre, bpm);
    double confidence = rounded(Math.max(FLOOR, sureOfIdentity()));
    boolean needsReview = Math.min(confidence, of(Field.GENRE)) < REVIEW_UNDER;
    return new Classification(
        artist,
        title,
        mix == null ? null : mix.kind(),
        mix == null ? null : mix.text(),
        remixer,
        label,
        catalogueNumber,
        genre == null ? UNKNOWN_GENRE : genre.root().name(),
        genre == null || genre.subgenre() == null ? null : genre.subgenre().name(),
        bpm == null ? null : bpm.value(),
        key,
        confidence,
        confidences,
        evidence,
        needsReview,
        notes);
  }

  /** From the name alone, it is the rate at which such names were right about both. */
  private double sureOfIdentity() {
    boolean nameAlone = input.tags().fields().isEmpty() && name.artist() != null;
    return nameAlone ? name.confidence() : Math.min(of(Field.ARTIST), of(Field.TITLE));
  }

  // ---- artist and title

  private String artist() {
    String tag = usable(TagField.ARTIST, "artist");
    String read = name.artist() == null ? null : name.artist().value();
    if (tag == null && read == null) {
      tag = divided().map(NameReading::artist).map(Found::value).orElse(null);
    }
    if (tag == null && read == null) {
      tag = usable(input.tags(), TagField.ALBUM_ARTIST).orElse(null);
      if (tag != null) {
        return settled(Field.ARTIST, "tag:album_artist", tag, 0.6);
      }
    }
    String settled = settle(Field.ARTIST, "artist", tag, name.artist());
    if (settled == null) {
      confidences.put(Field.ARTIST, 0.0);
      notes.add("Nothing names an artist.");
      return UNKNOWN_ARTIST;
    }
    return settled;
  }

  private String title() {
    String tag = usable(TagField.TITLE, "title");
    Found<String> read = name.title();
    if (tag != null && read != null && isOwnName(tag)) {
      notes.add("The title tag is the file's own name.");
      tag = null;
    }
    if (tag != null && usable(input.tags(), TagField.ARTIST).isEmpty() && name.artist() == null) {
      tag = divided().map(NameReading::title).map(Found::value).orElse(tag);
    }
    String settled = settle(Field.TITLE, "title", tag, read);
    if (settled != null) {
      return settled;
    }
    confidences.put(Field.TITLE, 0.0);
    notes.add("Nothing gives a title.");
    String stem = name.path().stem();
    return stem.isEmpty() ? UNKNOWN_TITLE : stem;
  }

  /** A title tag "Artist - Title" that no artist tag goes with, taken apart as a name is. */
  private Optional<NameReading> divided() {
    return usable(input.tags(), TagField.TITLE)
        .filter(title -> title.contains(" - ") && title.indexOf('/') < 0 && title.indexOf('\\') < 0)
        .map(NameReader::read)
        .filter(reading -> reading.artist() != null && reading.title() != null);
  }

  /** DJ programs show a file without tags under its own name, and then write that into it. */
  private boolean isOwnName(String tag) {
    return name.artist() != null && Text.key(tag).equals(Text.key(name.path().stem()));
  }

  /** Tag and name, weighed; null when neither says anything. */
  private @Nullable String settle(
      Field field, String what, @Nullable String tag, @Nullable Found<String> read) {
    if (tag == null) {
      return read == null
          ? null
          : settled(field, "name:" + what, read.value(), rounded(read.confidence()));
    }
    evidence.add(new Evidence("tag:" + what, tag, 0.9));
    if (read == null) {
      confidences.put(field, 0.85);
      return tag;
    }
    evidence.add(new Evidence("name:" + what, read.value(), rounded(read.confidence())));
    Agreement agreement = Agreement.of(tag, read.value());
    confidences.put(
        field,
        switch (agreement) {
          case FULL -> 0.97;
          case PART -> 0.9;
          // A name that is itself a guess speaks less against the tag.
          case NONE -> rounded(0.85 - 0.25 * read.confidence());
        });
    if (agreement == Agreement.NONE) {
      notes.add("The name says " + what + " \"" + read.value() + "\", the tag \"" + tag + "\".");
    }
    return tag;
  }

  private String settled(Field field, String source, String value, double weight) {
    evidence.add(new Evidence(source, value, weight));
    confidences.put(field, weight);
    return value;
  }

  private enum Agreement {
    FULL,
    /** One is the beginning or a part of the other, as "A" is of "A feat. B". */
    PART,
    NONE;

    static Agreement of(String tag, String read) {
      String a = letters(tag);
      String b = letters(read);
      if (a.equals(b)) {
        return FULL;
      }
      boolean part = !a.isEmpty() && !b.isEmpty() && (a.contains(b) || b.contains(a));
      return part ? PART : NONE;
    }

    private static String letters(String text) {
      StringBuilder out = new StringBuilder(text.length());
      Text.key(text).codePoints().filter(Character::isLetterOrDigit).forEach(out::appendCodePoint);
      return out.isEmpty() ? text : out.toString();
    }
  }

  // ---- version and remixer

  private @Nullable Mix mix(String title) {
    Mix inTitle = Mix.inTitle(title).orElse(null);
    Mix subtitle = usable(input.tags(), TagField.SUBTITLE).flatMap(Mix::of).orElse(null);
    Mix read = name.mix() == null ? null : name.mix().value();
    Mix best = inTitle != null ? inTitle : subtitle != null ? subtitle : read;
    if (inTitle != null) {
      evidence.add(new Evidence("title:mix", inTitle.text(), 0.95));
    }
    if (subtitle != null) {
      evidence.add(new Evidence("tag:subtitle", subtitle.text(), 0.9));
    }
    if (read != null && inTitle == null) {
      evidence.add(new Evidence("name:mix", read.text(), 0.75));
    }
    if (best != null) {
      boolean both = read != null && read.kind() == best.kind();
      confidences.put(Field.MIX, both ? 0.97 : best.equals(read) ? 0.75 : 0.9);
    }
    return best;
  }

  /** The title with the version in brackets, as DJs' tags have it. */
  private static String withMix(String title, @Nullable Mix mix) {
    if (mix == null || Mix.inTitle(title).isPresent()) {
      return title;
    }
    return title + " (" + mix.text() + ")";
  }

  private @Nullable String remixer(@Nullable Mix mix) {
    String tag = usable(TagField.REMIXER, "remixer");
    if (tag != null) {
      return settled(Field.REMIXER, "tag:remixer", tag, 0.9);
    }
    if (mix == null || mix.remixer() == null) {
      return null;
    }
    return settled(Field.REMIXER, "mix:remixer", mix.remixer(), 0.8);
  }

  // ---- label, catalogue number, tempo, key

  private @Nullable String text(
      Field field, TagField tagField, String what, @Nullable Found<String> read) {
    return settle(field, what, usable(tagField, what), read);
  }

  private @Nullable Bpm bpm() {
    Bpm tag = input.tags().first(TagField.BPM).map(Text::clean).flatMap(Bpm::of).orElse(null);
    Bpm read = name.bpm() == null ? null : name.bpm().value();
    if (tag != null) {
      evidence.add(new Evidence("tag:bpm", tag.toString(), 0.9));
    }
    if (read != null) {
      evidence.add(new Evidence("name:bpm", read.toString(), 0.8));
    }
    if (tag == null || read == null) {
      Bpm only = tag == null ? read : tag;
      if (only != null) {
        confidences.put(Field.BPM, tag == null ? 0.8 : 0.9);
      }
      return only;
    }
    Bpm.Relation relation = tag.relationTo(read);
    confidences.put(Field.BPM, relation == Bpm.Relation.SAME ? 0.97 : 0.7);
    switch (relation) {
      case SAME -> {}
      case HALF -> notes.add("The tag's tempo " + tag + " is half the name's " + read + ".");
      case DOUBLE -> notes.add("The tag's tempo " + tag + " is double the name's " + read + ".");
      case DIFFERENT -> notes.add("The tag's tempo is " + tag + ", the name's " + read + ".");
    }
    return tag;
  }

  private @Nullable MusicalKey key() {
    MusicalKey tag =
        input.tags().first(TagField.KEY).map(Text::clean).flatMap(MusicalKey::of).orElse(null);
    MusicalKey read = name.key() == null ? null : name.key().value();
    if (tag != null) {
      evidence.add(new Evidence("tag:key", tag.canonical(), 0.9));
    }
    if (read != null) {
      evidence.add(new Evidence("name:key", read.canonical(), 0.8));
    }
    if (tag != null && read != null && tag != read) {
      notes.add("The tag's key is " + tag.canonical() + ", the name's " + read.canonical() + ".");
      confidences.put(Field.KEY, 0.6);
    } else if (tag != null || read != null) {
      confidences.put(Field.KEY, tag == null ? 0.8 : read == null ? 0.9 : 0.97);
    }
    return tag != null ? tag : read;
  }

  // ---- genre

  private GenreVote vote(String artist, @Nullable String label) {
    GenreVote vote = new GenreVote(taxonomy);
    for (String value : input.tags().fields().getOrDefault(TagField.GENRE, List.of())) {
      voteOfTag(vote, Text.clean(value));
    }
    Found<Genre> prefix = name.genre();
    if (prefix != null) {
      vote.add("name:genre", prefix.value().name(), prefix.value(), 0.6);
    }
    voteOfFolders(vote, artist);
    Set<String> acts = new LinkedHashSet<>();
    addActs(acts, artist);
    for (String act : acts) {
      voteOfProfile(vote, "artist:genre", input.profiles().artists().get(act));
    }
    if (label != null) {
      input.profiles().label(label).ifPresent(found -> voteOfProfile(vote, "label:genre", found));
    }
    return vote;
  }

  private void voteOfTag(GenreVote vote, String tag) {
    if (tag.isEmpty() || Placeholders.isPlaceholder(tag)) {
      return;
    }
    List<Genre> named = taxonomy.inTag(tag);
    if (named.isEmpty()) {
      vote.addUnknown("tag:genre", tag);
      notes.add("The genre tag \"" + tag + "\" is no genre.");
      return;
    }
    // A long list was not chosen for this track but for a whole release or library.
    boolean sweeping = named.size() > 3;
    double weight =
        sweeping ? 0.35 : named.size() > 1 ? 0.65 : isVague(named.getFirst()) ? 0.5 : 0.85;
    for (Genre genre : named) {
      vote.add("tag:genre", genre.name(), genre, weight);
      weight = rounded(weight * (sweeping ? 0.8 : 0.5));
    }
  }

  /** Shops' catch-alls, which say little more than that it is danced to. */
  private static boolean isVague(Genre genre) {
    return switch (genre.name()) {
      case "Electronic", "Dance", "Electronica", "Club", "Bass" -> true;
      default -> false;
    };
  }

  private void voteOfFolders(GenreVote vote, String artist) {
    double weight = 0.5;
    for (int up = 0; up < NEAREST_FOLDERS; up++) {
      String folder = name.path().folder(up);
      boolean isTheArtist = Agreement.of(artist, folder) == Agreement.FULL;
      FolderGenres.Match match =
          folder.isEmpty() || isTheArtist ? null : FolderGenres.in(folder, taxonomy).orElse(null);
      if (match != null) {
        vote.add("folder:genre", folder, match.genre(), rounded(weight * match.share()));
      }
      weight *= 0.8;
    }
  }

  private void voteOfProfile(GenreVote vote, String source, Profiles.@Nullable Profile profile) {
    if (profile == null || profile.tracks() < 1) {
      return;
    }
    Genre genre =
        Optional.ofNullable(profile.subgenre())
            .flatMap(taxonomy::find)
            .or(() -> taxonomy.find(profile.genre()))
            .orElse(null);
    if (genre == null) {
      return;
    }
    double share = Math.clamp(profile.share(), 0, 1);
    double known = Math.min(1, 0.4 + profile.tracks() / 10.0);
    vote.add(source, genre.name(), genre, rounded(0.8 * share * known));
  }

  private void settleGenre(GenreVote vote, GenreVote.@Nullable Result genre, @Nullable Bpm bpm) {
    if (genre == null) {
      confidences.put(Field.GENRE, FLOOR);
      notes.add("Nothing says what genre it is.");
      return;
    }
    confidences.put(Field.GENRE, rounded(genre.confidence()));
    Genre subgenre = genre.subgenre();
    if (subgenre != null) {
      confidences.put(
          Field.SUBGENRE, rounded(Math.min(genre.confidence(), vote.weightOf(subgenre))));
    }
    if (!genre.rivals().isEmpty()) {
      notes.add("There is evidence for " + String.join(", ", genre.rivals()) + " too.");
    }
    if (bpm != null && genre.isUnusual(bpm)) {
      notes.add("Its tempo " + bpm + " is unusual for " + genre.root().name() + ".");
    } else if (bpm != null && genre.isOctave(bpm)) {
      notes.add("Its tempo " + bpm + " is counted at half or double time.");
    }
  }

  // ---- tags

  /** The tag's value without sites' marks; null, with a note where it was spam, if none is left. */
  private @Nullable String usable(TagField field, String what) {
    String value = usable(input.tags(), field).orElse(null);
    if (value == null && input.tags().first(field).isPresent()) {
      notes.add("The " + what + " tag is a placeholder or a site's mark.");
    }
    return value;
  }

  private static Optional<String> usable(Tags tags, TagField field) {
    return tags.first(field)
        .map(Text::clean)
        .map(Classifier::withoutSites)
        .filter(value -> !value.isEmpty() && !Placeholders.isPlaceholder(value));
  }

  private static String withoutSites(String value) {
    if (value.indexOf('.') < 0) {
      return value;
    }
    List<String> kept = new ArrayList<>();
    for (String word : value.split(" ", -1)) {
      if (!Sites.isSite(unwrapped(word))) {
        kept.add(word);
      }
    }
    String rest = String.join(" ", kept).strip();
    return rest.chars().anyMatch(c -> Character.isLetterOrDigit(c)) || kept.size() > 2 ? rest : "";
  }

  private static String unwrapped(String word) {
    int start = 0;
    int end = word.length();
    while (start < end && "([{<\"'".indexOf(word.charAt(start)) >= 0) {
      start++;
    }
    while (end > start && ")]}>\"',".indexOf(word.charAt(end - 1)) >= 0) {
      end--;
    }
    return word.substring(start, end);
  }

  /** The whole name and each of the acts it lists. */
  private static void addActs(Set<String> keys, String artist) {
    String whole = Profiles.keyOf(artist);
    keys.add(whole);
    String rest = whole;
    for (String joint :
        List.of(" feat. ", " feat ", " ft. ", " ft ", " vs. ", " vs ", " x ", " & ", ";")) {
      rest = rest.replace(joint, ", ");
    }
    for (String act : rest.split(", ", MOST_PROFILES)) {
      if (!act.isBlank() && keys.size() < MOST_PROFILES) {
        keys.add(act.strip());
      }
    }
  }

  private double of(Field field) {
    return confidences.getOrDefault(field, 0.0);
  }

  private static double rounded(double value) {
    return BigDecimal.valueOf(Math.clamp(value, 0, 1))
        .setScale(3, RoundingMode.HALF_UP)
        .doubleValue();
  }
}
