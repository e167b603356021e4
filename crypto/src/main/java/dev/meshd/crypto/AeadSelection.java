package dev.meshd.crypto;

import java.util.Optional;

/**
 * Which engine seals and opens packets, and why: OpenSSL where it is found and passes the
 * self-test, otherwise the JDK. Forced by the system property {@value AeadEngine#PROPERTY}; a
 * forced engine that fails its self-test is an error, never a silent change. Immutable.
 *
 * @param engine the engine to use
 * @param reason one clause for the log
 */
public record AeadSelection(AeadEngine engine, String reason) {
  /** Returns the selection of this process, made when it is first asked for. */
  public static AeadSelection current() {
    return Current.SELECTION;
  }

  /**
   * Chooses an engine.
   *
   * @param forced the value of the property; empty chooses the fastest that works
   * @throws IllegalStateException if the forced engine does not exist or does not work here
   */
  static AeadSelection choose(Optional<String> forced) {
    if (forced.isPresent()) {
      return forced(forced.get());
    }
    if (!AeadEngine.OPENSSL.isPresent()) {
      return new AeadSelection(AeadEngine.JCA, "no usable libcrypto.so.3 on this machine");
    }
    return AeadSelfTest.failure(AeadEngine.OPENSSL)
        .map(failure -> new AeadSelection(AeadEngine.JCA, "libcrypto.so.3 " + failure))
        .orElseGet(
            () -> new AeadSelection(AeadEngine.OPENSSL, "libcrypto.so.3 passed its self-test"));
  }

  private static AeadSelection forced(String name) {
    for (AeadEngine engine : AeadEngine.values()) {
      if (engine.propertyValue().equals(name)) {
        AeadSelfTest.failure(engine)
            .ifPresent(
                failure -> {
                  throw new IllegalStateException(
                      "-D" + AeadEngine.PROPERTY + "=" + name + ": " + failure);
                });
        return new AeadSelection(engine, "forced by -D" + AeadEngine.PROPERTY);
      }
    }
    throw new IllegalStateException(
        "-D" + AeadEngine.PROPERTY + "=" + name + ": the engines are jca and openssl");
  }

  private static final class Current {
    static final AeadSelection SELECTION =
        choose(Optional.ofNullable(System.getProperty(AeadEngine.PROPERTY)));
  }
}
