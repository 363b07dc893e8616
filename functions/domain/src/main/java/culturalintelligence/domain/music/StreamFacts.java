package culturalintelligence.domain.music;

import org.jspecify.annotations.Nullable;

/**
 * What the audio stream of one file is. A value that could not be read, or that is impossible, is
 * null.
 *
 * @param container the file format, such as {@code MP3}, {@code FLAC}, {@code MP4}, {@code Ogg}
 * @param codec the coding inside it, such as {@code AAC}, {@code ALAC}, {@code Vorbis}, {@code PCM}
 * @param durationSeconds greater than 0
 * @param sampleRate in Hz
 * @param channels from 1
 * @param bitDepth bits per sample, for codings that have one
 * @param bitrate the mean, in bit/s
 * @param bitrateMode constant, variable or average, where the stream says so
 * @param encoder the program that made it, as it signed itself
 * @param lossless whether the coding keeps every sample
 */
public record StreamFacts(
    String container,
    String codec,
    @Nullable Double durationSeconds,
    @Nullable Integer sampleRate,
    @Nullable Integer channels,
    @Nullable Integer bitDepth,
    @Nullable Long bitrate,
    @Nullable BitrateMode bitrateMode,
    @Nullable String encoder,
    boolean lossless) {

  /** How the bits are spread over time. */
  public enum BitrateMode {
    CONSTANT,
    VARIABLE,
    AVERAGE
  }
}
