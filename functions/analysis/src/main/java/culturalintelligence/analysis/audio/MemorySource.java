package culturalintelligence.analysis.audio;

final class MemorySource implements AudioSource {
  private final byte[] bytes;

  MemorySource(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public int read(long position, byte[] into, int offset, int length) {
    if (position < 0 || position >= bytes.length) {
      return 0;
    }
    int n = (int) Math.min(length, bytes.length - position);
    System.arraycopy(bytes, (int) position, into, offset, n);
    return n;
  }

  @Override
  public void close() {}
}
