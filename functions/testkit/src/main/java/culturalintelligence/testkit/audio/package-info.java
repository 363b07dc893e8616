/**
 * Small real audio files, made byte by byte: headers, checksums and tags as the formats'
 * specifications want them.
 */
@NullMarked
package culturalintelligence.testkit.audio;

import org.jspecify.annotations.NullMarked;
