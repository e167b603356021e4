package dev.meshd.coordinator.netmap;

import dev.meshd.coordinator.domain.NodeRecord;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What viewers of a node see change. All but {@link #WHOLE} fit into a patch. */
enum PeerAspect {
  /**
   * Anything a patch cannot say: name, owner, addresses, host facts, a value that became unknown.
   */
  WHOLE,
  KEY,
  DISCO_KEY,
  ENDPOINTS,
  HOME_DERP,
  ONLINE,
  EXPIRY;

  /** The kind of change in metrics. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What differs between two states of one node; empty when viewers see no difference. */
  static Set<PeerAspect> between(NodeRecord before, NodeRecord after) {
    if (!samePatchless(before, after)) {
      return EnumSet.of(WHOLE);
    }
    Set<PeerAspect> changed = EnumSet.noneOf(PeerAspect.class);
    if (!before.nodeKey().equals(after.nodeKey())) {
      changed.add(KEY);
    }
    if (!before.facts().discoKey().equals(after.facts().discoKey())) {
      changed.add(after.facts().discoKey().isZero() ? WHOLE : DISCO_KEY);
    }
    if (!before.facts().endpoints().equals(after.facts().endpoints())) {
      changed.add(ENDPOINTS);
    }
    if (before.facts().homeDerp() != after.facts().homeDerp()) {
      changed.add(after.facts().homeDerp() == 0 ? WHOLE : HOME_DERP);
    }
    if (!before.presence().equals(after.presence())) {
      changed.add(ONLINE);
    }
    if (!before.expiry().equals(after.expiry())) {
      changed.add(EXPIRY);
    }
    return changed;
  }

  private static boolean samePatchless(NodeRecord before, NodeRecord after) {
    return before.label().given().equals(after.label().given())
        && before.owner().equals(after.owner())
        && before.addresses().equals(after.addresses())
        && before.facts().capabilityVersion() == after.facts().capabilityVersion()
        && MapComposer.shownHostinfo(before).equals(MapComposer.shownHostinfo(after));
  }
}
