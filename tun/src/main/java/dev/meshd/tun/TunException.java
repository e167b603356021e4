package dev.meshd.tun;

/**
 * A TUN interface could not be made or configured. The message is one sentence for the user that
 * names the cause and, where there is one, the remedy.
 */
public final class TunException extends RuntimeException {
  TunException(String message, Throwable cause) {
    super(message, cause);
  }
}
