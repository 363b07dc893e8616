/** Settings that are nobody's to read: from AWS Secrets Manager, when a function starts. */
@NullMarked
package culturalintelligence.persistence.secrets;

import org.jspecify.annotations.NullMarked;
