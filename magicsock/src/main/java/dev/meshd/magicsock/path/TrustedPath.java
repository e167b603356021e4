package dev.meshd.magicsock.path;

import dev.meshd.magicsock.Deadline;
import dev.meshd.packet.Endpoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The best path known to a peer and how long it is trusted.
 *
 * <pre>
 * none ──pong──▶ trusted ──6.5 s without a pong──▶ doubted ──its ping times out──▶ none
 *                        ──the peer has moved────▶
 *                   ▲                                 │
 *                   └────────────── any pong ─────────┘
 * </pre>
 *
 * While trusted, the path carries traffic alone and only a better one replaces it. While doubted it
 * still carries traffic, the relay carries a copy, and any path that answers replaces it.
 *
 * <p>Owned by the engine loop.
 */
public final class TrustedPath {

  private @Nullable PathQuality best;
  private long trustedUntilNs;

  /** The path, trusted or not. */
  public Optional<PathQuality> best() {
    return Optional.ofNullable(best);
  }

  /** Whether there is a path and it may carry traffic alone. */
  public boolean isTrusted(long nowNs) {
    return best != null && nowNs < trustedUntilNs;
  }

  /** Whether a trusted path leads straight to the peer. */
  public boolean isTrustedDirect(long nowNs) {
    return best != null && best.isDirect() && nowNs < trustedUntilNs;
  }

  /** When trust runs out, or {@link Deadline#NONE}. */
  public long expiryNs(long nowNs) {
    return isTrusted(nowNs) ? trustedUntilNs : Deadline.NONE;
  }

  /** A pong proved {@code path}: adopt or refresh it if it is the best. */
  public void onPong(PathQuality path, long nowNs) {
    PathQuality current = best;
    boolean adopt =
        current == null
            || !isTrusted(nowNs)
            || current.sameAddress(path)
            || PathSelector.better(path, current);
    if (adopt) {
      best = path;
      trustedUntilNs = nowNs + PathTimings.TRUST_NS;
    }
  }

  /** A ping to {@code address} was never answered: forget the path if it was this, and doubted. */
  public void onPingTimeout(Endpoint address, long nowNs) {
    if (isVia(address) && !isTrusted(nowNs)) {
      best = null;
    }
  }

  /** The peer no longer lists an address there: it may have moved. One pong restores the trust. */
  void doubt(long nowNs) {
    trustedUntilNs = Math.min(trustedUntilNs, nowNs);
  }

  /** The address cannot be used any longer, for whatever reason. */
  public void forget(Endpoint address) {
    if (isVia(address)) {
      best = null;
    }
  }

  /** Forgets the path, as after a change of the local network. */
  public void clear() {
    best = null;
  }

  private boolean isVia(Endpoint address) {
    return best != null && best.address().equals(address);
  }
}
