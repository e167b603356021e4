package dev.meshd.agent.localapi.http;

/**
 * The bytes of a message after its head. They may hold a secret, so {@code toString} shows only how
 * many there are.
 */
public final class HttpBody {
  private final byte[] bytes;

  private HttpBody(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes over the array; the caller leaves it alone from here on. */
  public static HttpBody of(byte[] bytes) {
    return new HttpBody(bytes);
  }

  /** The array itself, for reading. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
