package dev.meshd.tun;

import dev.meshd.linux.LinuxException;
import dev.meshd.linux.netlink.Link;
import dev.meshd.linux.netlink.RouteNetlink;
import java.util.Optional;

/**
 * Removes an interface that an earlier process left behind. A TUN interface normally dies with its
 * process, and its addresses and routes with it; one that was made persistent, or whose descriptor
 * went to a child process, stays.
 *
 * <p>The caller makes sure that no running daemon of ours has the interface.
 */
public final class StaleInterface {
  private StaleInterface() {}

  /** What became of it. */
  public enum Outcome {
    /** There was no such interface. */
    ABSENT,
    /** It is gone. */
    REMOVED,
    /** An interface of that name exists but is not a TUN interface; left alone. */
    NOT_OURS
  }

  /**
   * Removes the TUN interface of that name.
   *
   * @throws TunException if it cannot be removed, normally for lack of rights
   */
  public static Outcome remove(String name) {
    try (RouteNetlink netlink = RouteNetlink.open()) {
      Optional<Link> link = netlink.link(name);
      if (link.isEmpty()) {
        return Outcome.ABSENT;
      }
      if (!link.get().kind().equals("tun")) {
        return Outcome.NOT_OURS;
      }
      netlink.deleteLink(link.get().index());
      return Outcome.REMOVED;
    } catch (LinuxException e) {
      throw new TunException("removing the interface " + name + ": " + e.sentence(), e);
    }
  }
}
