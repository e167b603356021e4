package dev.meshd.wireguard;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The three sessions a peer may have at once. Packets are received under any of them and sent under
 * {@code current} alone.
 *
 * <pre>
 * event                        previous        current       next
 * we initiated, with a next    next            new           -
 * we initiated, without        current         new           -
 * the peer initiated           unchanged       unchanged     new
 * next confirmed               current         next          -
 * </pre>
 *
 * What falls out of the table is retired. When both sides have initiated at once, our {@code
 * previous} may be what the peer sends under, so it stays until {@code next} is proved to work. The
 * responder does not send under {@code next} before the peer has used it, since the peer may never
 * have received the response.
 *
 * <p>Owned by the engine loop; {@link #current()} is published to the data path.
 */
final class KeypairSlots {
  private final Consumer<Keypair> retire;
  private @Nullable Keypair previous;
  private @Nullable Keypair next;
  private volatile @Nullable Keypair current;

  /**
   * @param retire is given each keypair that has left the slots
   */
  KeypairSlots(Consumer<Keypair> retire) {
    this.retire = retire;
  }

  /** The session to send under, or null; any thread. */
  @Nullable Keypair current() {
    return current;
  }

  void installInitiated(Keypair keypair) {
    Keypair oldCurrent = current;
    Keypair oldPrevious = previous;
    current = keypair;
    if (next != null) {
      previous = next;
      next = null;
      retireIfPresent(oldCurrent);
    } else {
      previous = oldCurrent;
    }
    retireIfPresent(oldPrevious);
  }

  void installResponded(Keypair keypair) {
    Keypair oldNext = next;
    next = keypair;
    retireIfPresent(oldNext);
  }

  /** Promotes {@code next} if the peer has used it; returns it then. */
  Optional<Keypair> promoteConfirmed() {
    Keypair promoted = next;
    if (promoted == null || !promoted.isConfirmed()) {
      return Optional.empty();
    }
    Keypair oldPrevious = previous;
    previous = current;
    current = promoted;
    next = null;
    retireIfPresent(oldPrevious);
    return Optional.of(promoted);
  }

  /** Stops sending under every session; receiving goes on. */
  void endSending() {
    Keypair sending = current;
    if (sending != null) {
      sending.endSending();
    }
    if (next != null) {
      next.endSending();
    }
  }

  void clear() {
    Keypair oldPrevious = previous;
    Keypair oldCurrent = current;
    Keypair oldNext = next;
    previous = null;
    current = null;
    next = null;
    retireIfPresent(oldPrevious);
    retireIfPresent(oldCurrent);
    retireIfPresent(oldNext);
  }

  @Nullable Keypair previous() {
    return previous;
  }

  @Nullable Keypair next() {
    return next;
  }

  private void retireIfPresent(@Nullable Keypair keypair) {
    if (keypair != null) {
      retire.accept(keypair);
    }
  }
}
