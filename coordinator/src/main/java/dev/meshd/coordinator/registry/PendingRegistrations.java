package dev.meshd.coordinator.registry;

import dev.meshd.control.model.RegisterRequest;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.SecureRandomSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The devices waiting for approval, oldest first. Bounded: each lives {@link #LIFETIME}, and beyond
 * {@link #MAX_PENDING}, or {@link #MAX_PER_ASKER} of one asker, the oldest lapses. They do not
 * survive a restart; clients then simply ask again. Owned by the coordinator loop.
 */
public final class PendingRegistrations {
  public static final Duration LIFETIME = Duration.ofMinutes(15);
  public static final int MAX_PENDING = 1024;

  /** So that nobody can push out those who ask from elsewhere. */
  public static final int MAX_PER_ASKER = 64;

  public static final String ID_HEAD = "hskey-authreq-";

  private static final int ID_BYTES = 12;

  private final InstantSource clock;
  private final SecureRandomSource random;
  private final Map<String, PendingRegistration> byId = new LinkedHashMap<>();

  public PendingRegistrations(InstantSource clock, SecureRandomSource random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * The wait of this device and node key, begun now unless it asked before.
   *
   * @param from where the request came from, to be shown to the person who decides
   */
  PendingRegistration open(MachineKey machine, RegisterRequest request, Asker from) {
    for (PendingRegistration pending : byId.values()) {
      if (!pending.isApproved()
          && pending.machineKey().equals(machine)
          && pending.request().nodeKey().equals(request.nodeKey())) {
        pending.renew(request, from);
        return pending;
      }
    }
    List<PendingRegistration> ofAsker =
        byId.values().stream()
            .filter(p -> !from.local() && p.from().network().equals(from.network()))
            .toList();
    if (ofAsker.size() >= MAX_PER_ASKER) {
      lapse(ofAsker.getFirst());
    } else if (byId.size() >= MAX_PENDING) {
      lapse(byId.values().iterator().next());
    }
    byte[] bytes = new byte[ID_BYTES];
    random.fill(bytes);
    String id = ID_HEAD + HexFormat.of().formatHex(bytes);
    PendingRegistration pending =
        new PendingRegistration(id, machine, request, from, clock.instant().plus(LIFETIME));
    byId.put(id, pending);
    return pending;
  }

  public Optional<PendingRegistration> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Those still waiting. */
  public Collection<PendingRegistration> waiting() {
    return byId.values().stream().filter(pending -> !pending.isApproved()).toList();
  }

  private void lapse(PendingRegistration pending) {
    byId.remove(pending.id());
    pending.lapsed();
  }

  /** Ends the waits whose time is up. */
  public void lapseOld() {
    Instant now = clock.instant();
    List<PendingRegistration> old =
        byId.values().stream().filter(pending -> !pending.lapsesAt().isAfter(now)).toList();
    for (PendingRegistration pending : old) {
      byId.remove(pending.id());
      pending.lapsed();
    }
  }
}
