package culturalintelligence.persistence.queue;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

/**
 * In executables, in place of what the AWS SDK does when a certain C library is there. Here it
 * never is; the SDK looks before it calls these, but an executable is linked when it is built, and
 * then whatever they name would be missing.
 */
@TargetClass(className = "software.amazon.awssdk.checksums.internal.ChecksumProvider")
@SuppressWarnings("DoNotCallSuggester")
final class NoChecksumsInC {
  @Substitute
  static SdkChecksum createCrtCrc32C() {
    throw new UnsupportedOperationException();
  }

  @Substitute
  static SdkChecksum crc64NvmeCrtImplementation() {
    throw new UnsupportedOperationException();
  }

  @Substitute
  static SdkChecksum crtXxHash(ChecksumAlgorithm algorithm) {
    throw new UnsupportedOperationException();
  }
}
