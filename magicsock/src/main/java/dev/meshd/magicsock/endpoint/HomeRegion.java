package dev.meshd.magicsock.endpoint;

import dev.meshd.crypto.JitterSource;
import java.util.List;
import java.util.SortedSet;

/**
 * The relay region where peers find this node. Netcheck proposes the nearest one; this class
 * decides whether to move.
 *
 * <ul>
 *   <li>Without a live stream from the coordination server there is no move: peers could not learn
 *       of it. A node that has no home yet takes one in any case.
 *   <li>When nothing could be measured the present home stays; a node without one picks any, so
 *       that it is reachable at all.
 *   <li>A region that left the relay map is no home.
 * </ul>
 *
 * <p>Owned by the engine loop. Source: tailscale: wgengine/magicsock/derp.go.
 */
public final class HomeRegion {

  /** No home. */
  public static final int NONE = 0;

  private final JitterSource jitter;
  private int region = NONE;

  public HomeRegion(JitterSource jitter) {
    this.jitter = jitter;
  }

  /** The present home or {@link #NONE}. */
  public int region() {
    return region;
  }

  /**
   * A measurement proposes {@code measured}, or {@link #NONE} if no region answered.
   *
   * @param eligible the regions of the map that may be a home
   * @param controlConnected whether a change would reach the peers
   * @return whether the home changed
   */
  public boolean onMeasured(int measured, SortedSet<Integer> eligible, boolean controlConnected) {
    if (region != NONE && !controlConnected) {
      return false;
    }
    int next = measured != NONE ? measured : fallback(eligible);
    boolean changed = next != region;
    region = next;
    return changed;
  }

  /** The relay map changed. Returns whether the home is lost by it. */
  public boolean onMap(SortedSet<Integer> eligible) {
    if (region == NONE || eligible.contains(region)) {
      return false;
    }
    region = NONE;
    return true;
  }

  private int fallback(SortedSet<Integer> eligible) {
    if (region != NONE || eligible.isEmpty()) {
      return region;
    }
    return List.copyOf(eligible).get((int) jitter.below(eligible.size()));
  }
}
