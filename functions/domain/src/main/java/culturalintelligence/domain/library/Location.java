package culturalintelligence.domain.library;

/** Where the bytes under a library root are. */
public sealed interface Location {

  /** A folder of this machine, or mounted on it. */
  record Folder(String path) implements Location {}

  /**
   * Objects of a bucket.
   *
   * @param prefix without a slash at either end; may be empty
   */
  record Bucket(String name, String prefix) implements Location {}
}
