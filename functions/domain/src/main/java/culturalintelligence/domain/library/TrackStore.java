package culturalintelligence.domain.library;

import culturalintelligence.domain.music.Profiles;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where tracks are kept. Every call blocks, and costs one round trip unless it says otherwise.
 *
 * <p>Any of them may throw {@link StoreUnavailableException}; nothing was changed then, or a repeat
 * changes nothing more.
 */
public interface TrackStore {

  /**
   * The track of a path. A track spelled exactly so is preferred to one that only Windows takes for
   * the same.
   */
  Optional<KnownTrack> find(PathKey key);

  /** The primary of the tracks with these bytes. */
  Optional<KnownTrack> findByHash(ContentHash content);

  /**
   * Records an analysis, once per path and content: whoever comes second, or at the same time, gets
   * what the first recorded. A person's word is never replaced.
   *
   * @return the track as it is answered from now on
   */
  KnownTrack record(AnalysedTrack track);

  /**
   * Records a person's word on a track, and lets the profiles of its artist and label learn from
   * it. A few round trips, in one transaction.
   *
   * @return the track as it is answered from now on; empty when no such track is known
   */
  Optional<KnownTrack> correct(PathKey key, Correction correction);

  /** What validated tracks say of these names. */
  Profiles profiles(Profiles.Names names);

  /**
   * The contents with more than one file, in the order of their hashes.
   *
   * @param after {@link DuplicatePage#next} of the page before; null for the first page
   * @param limit how many groups at most, from 1
   */
  DuplicatePage duplicates(@Nullable ContentHash after, int limit);

  /**
   * The audio that lies in more than one content, in the order of the payload hashes.
   *
   * @param after {@link RelatedPage#next} of the page before; null for the first page
   * @param limit how many groups at most, from 1
   */
  RelatedPage related(@Nullable ContentHash after, int limit);

  /**
   * The contents with the same audio as this one, itself included; empty when no file has these
   * bytes, or it is not known where their audio lies.
   */
  Optional<RelatedGroup> relatedTo(ContentHash content);

  /** How much is held. */
  LibraryFigures figures();
}
