package dev.meshd.wireguard;

import static dev.meshd.wireguard.WireGuardConstants.*;

import dev.meshd.crypto.Aead;
import dev.meshd.crypto.AeadClosedException;
import dev.meshd.crypto.AeadEngine;
import dev.meshd.wireguard.noise.TransportKeys;
import dev.meshd.wireguard.transport.ReplayWindow;
import dev.meshd.wireguard.transport.TransportLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One session with a peer: a key for each direction, a counter, a replay window.
 *
 * <p>Three threads meet here and share no mutable field but the flags marked volatile. The engine
 * loop creates and closes the keypair. The sealing thread owns the counter, and there is exactly
 * one such thread, so no counter is used twice. The opening thread owns the replay window. Closing
 * wipes both keys at once; what is sealed or opened afterwards fails.
 *
 * <p>Neither {@link #seal} nor {@link #open} allocates.
 */
public final class Keypair {
  /** Answer of {@link #seal} when the session can send no more. */
  public static final int NOT_SEALED = -1;

  private final WireGuardPeer peer;
  private final int localIndex;
  private final int remoteIndex;
  private final boolean initiator;
  private final long createdNs;
  private final Aead sendCipher;
  private final Aead receiveCipher;

  // Sealing thread.
  private long nextCounter;

  // Opening thread.
  private final ReplayWindow replayWindow = new ReplayWindow();
  private boolean lastMinuteNoted;

  /** Set by the opening thread, once; read by the engine loop. */
  private volatile boolean confirmed;

  /** Set by the sealing thread, once; read by the engine loop. */
  private volatile boolean wornOut;

  /** Set by the engine loop, once; read by the sealing thread. */
  private volatile boolean sendingEnded;

  /** Takes the keys over and wipes them. */
  Keypair(
      WireGuardPeer peer,
      AeadEngine engine,
      TransportKeys keys,
      int localIndex,
      boolean initiator,
      long nowNs) {
    this.peer = peer;
    this.localIndex = localIndex;
    this.remoteIndex = keys.remoteIndex();
    this.initiator = initiator;
    this.confirmed = initiator;
    this.createdNs = nowNs;
    this.sendCipher = engine.create(keys.sendKey());
    this.receiveCipher = engine.create(keys.receiveKey());
    keys.wipe();
  }

  public WireGuardPeer peer() {
    return peer;
  }

  /** The receiver index of packets we receive. */
  public int localIndex() {
    return localIndex;
  }

  /**
   * Whether the handshake was begun by us; only the initiator renews a session because of its age.
   */
  public boolean isInitiator() {
    return initiator;
  }

  public long createdNs() {
    return createdNs;
  }

  /**
   * Whether a packet may be sent under this session: neither too old, nor out of counters, nor
   * ended. Sealing thread.
   */
  public boolean canSend(long nowNs) {
    return !sendingEnded
        && nowNs - createdNs < REJECT_AFTER_TIME_NS
        && Long.compareUnsigned(nextCounter, REJECT_AFTER_MESSAGES) < 0;
  }

  /**
   * Seals a packet in place. Sealing thread.
   *
   * @param offset where the message begins; the padded plaintext lies {@link
   *     TransportLayout#HEADER_LENGTH} bytes further and has {@link TransportLayout#TAG_LENGTH}
   *     bytes of room behind it
   * @param paddedLength bytes of plaintext, padding included
   * @return the length of the message, or {@link #NOT_SEALED} when the session has ended
   */
  public int seal(MemorySegment buffer, long offset, int paddedLength) {
    long counter = nextCounter;
    if (sendingEnded || Long.compareUnsigned(counter, REJECT_AFTER_MESSAGES) >= 0) {
      return NOT_SEALED;
    }
    nextCounter = counter + 1;
    TransportLayout.writeHeader(buffer, offset, remoteIndex, counter);
    try {
      sendCipher.seal(counter, buffer, offset + TransportLayout.HEADER_LENGTH, paddedLength);
    } catch (AeadClosedException closed) {
      return NOT_SEALED;
    }
    return paddedLength + TransportLayout.OVERHEAD;
  }

  /** Whether sending has worn this session out so far that we should renew it. Sealing thread. */
  public boolean isDueAfterSending(long nowNs) {
    if (Long.compareUnsigned(nextCounter, REKEY_AFTER_MESSAGES) > 0 && !wornOut) {
      wornOut = true;
    }
    return isDue(nowNs);
  }

  /**
   * Whether this session should be renewed: it has sent too much, can send no more, or was begun by
   * us and has reached the age for it. Any thread; sees the number of packets as of the last {@link
   * #isDueAfterSending}.
   */
  boolean isDue(long nowNs) {
    long ageNs = nowNs - createdNs;
    return wornOut
        || sendingEnded
        || ageNs >= REJECT_AFTER_TIME_NS
        || (initiator && ageNs > REKEY_AFTER_TIME_NS);
  }

  /**
   * Opens a message in place: age, authenticity, then replay. Opening thread.
   *
   * @param length of the whole message, at least {@link TransportLayout#OVERHEAD}
   * @return null when the plaintext of {@code length - OVERHEAD} bytes is now at {@code offset +
   *     HEADER_LENGTH}; otherwise why not, and nothing about the session has changed
   */
  public @Nullable DropReason open(MemorySegment buffer, long offset, int length, long nowNs) {
    if (nowNs - createdNs >= REJECT_AFTER_TIME_NS) {
      return DropReason.KEYPAIR_EXPIRED;
    }
    long counter = TransportLayout.counter(buffer, offset);
    int sealedLength = length - TransportLayout.HEADER_LENGTH;
    if (!receiveCipher.open(
        counter, buffer, offset + TransportLayout.HEADER_LENGTH, sealedLength)) {
      return DropReason.DATA_FORGED;
    }
    return replayWindow.accept(counter, REJECT_AFTER_MESSAGES) ? null : DropReason.REPLAYED;
  }

  /**
   * Notes that the peer has used this session; true the first time for a session the peer began.
   * Opening thread.
   */
  public boolean confirm() {
    if (confirmed) {
      return false;
    }
    confirmed = true;
    return true;
  }

  boolean isConfirmed() {
    return confirmed;
  }

  /**
   * Whether, judged on receiving, this is the last moment for us to renew the session before the
   * peer can send nothing any more; true once. Opening thread.
   */
  public boolean isLastMinute(long nowNs) {
    long lastMinuteNs = REJECT_AFTER_TIME_NS - KEEPALIVE_TIMEOUT_NS - REKEY_TIMEOUT_NS;
    if (lastMinuteNoted || !initiator || nowNs - createdNs <= lastMinuteNs) {
      return false;
    }
    lastMinuteNoted = true;
    return true;
  }

  /**
   * Ends sending while packets can still be received, for when our private key has changed. Engine
   * loop.
   */
  void endSending() {
    sendingEnded = true;
  }

  /** Wipes both keys. Engine loop. */
  void close() {
    sendingEnded = true;
    sendCipher.close();
    receiveCipher.close();
  }

  /** Places the counter near its limit, which no test could reach by sending. */
  void skipToCounter(long counter) {
    nextCounter = counter;
  }
}
