/**
 * The queue of chunks: what a message says and where it is sent. It stands here because every
 * function that copies, compares or operates shares it, and no function may import another.
 */
@NullMarked
package culturalintelligence.persistence.queue;

import org.jspecify.annotations.NullMarked;
