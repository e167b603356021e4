package dev.meshd.coordinator.relay;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The addresses of the relay's own host. Anybody may ask for them, on threads that must not wait,
 * so a name is looked up by a thread of its own, at most once a minute, and callers get what the
 * last look-up found. Thread-safe.
 */
final class BootstrapAddresses implements Supplier<Map<String, List<InetAddress>>> {
  private static final long FRESH_NS = TimeUnit.MINUTES.toNanos(1);

  private final String host;
  private final boolean literal;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile List<InetAddress> known = List.of();
  private volatile long knownSinceNs;

  BootstrapAddresses(String host) {
    this.host = host;
    this.literal = isLiteral(host);
    if (!literal) {
      lookUp();
    }
  }

  @Override
  public Map<String, List<InetAddress>> get() {
    if (!literal && System.nanoTime() - knownSinceNs >= FRESH_NS) {
      lookUp();
    }
    return known.isEmpty() ? Map.of() : Map.of(host, known);
  }

  private boolean isLiteral(String text) {
    try {
      known = List.of(InetAddress.ofLiteral(text));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void lookUp() {
    if (looking.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("bootstrap-dns")
          .start(
              () -> {
                try {
                  known = Arrays.asList(InetAddress.getAllByName(host));
                } catch (UnknownHostException e) {
                  known = List.of();
                } finally {
                  knownSinceNs = System.nanoTime();
                  looking.set(false);
                }
              });
    }
  }
}
