package culturalintelligence.domain.music;

/** The tag fields the system knows by name, whatever a format calls them. */
public enum TagField {
  TITLE,
  ARTIST,
  ALBUM,
  ALBUM_ARTIST,
  GENRE,
  /** As written: a year, a date, or a time stamp. */
  DATE,
  TRACK_NUMBER,
  TRACK_TOTAL,
  DISC_NUMBER,
  DISC_TOTAL,
  /** As written; {@code 0} stands for unknown in most DJ programs. */
  BPM,
  /** The initial key in the notation of whoever wrote it. */
  KEY,
  LABEL,
  CATALOGUE_NUMBER,
  ISRC,
  REMIXER,
  /** What a tagger calls version, mix or subtitle (ID3's TIT3). */
  SUBTITLE,
  COMPOSER,
  COMMENT,
  /** 0 to 5 stars. */
  RATING,
  /** 1 to 10, as Mixed In Key writes it. */
  ENERGY,
  ENCODER,
  REPLAYGAIN_TRACK_GAIN,
  REPLAYGAIN_TRACK_PEAK,
  REPLAYGAIN_ALBUM_GAIN,
  REPLAYGAIN_ALBUM_PEAK
}
