package dev.meshd.testkit.sim;

/** Lets transitions happen to a world, and undoes those that do not last. */
final class Stage {

  private final SimWorld world;

  Stage(SimWorld world) {
    this.world = world;
  }

  void apply(Transition transition) {
    switch (transition) {
      case Transition.Weather weather -> {
        world.trace("underlay: %s", weather.faults());
        world.internet().useFaults(weather.faults());
      }
      case Transition.OnlyShortDatagrams _ -> {
        LinkFaults faults = world.internet().faults().onlyShortDatagrams();
        world.trace("underlay: %s", faults);
        world.internet().useFaults(faults);
      }
      case Transition.SiteForgetsFlows forgets -> {
        world.trace("the router forgets of %s", world.sites().get(forgets.site()));
        world.sites().get(forgets.site()).forgetFlows();
      }
      case Transition.Crash crash -> crash(node(crash.node()), crash.downNs());
      case Transition.Sleep sleep -> sleep(node(sleep.node()), sleep.forNs());
      case Transition.Roam roam -> {
        SimSite site = world.sites().get(roam.site());
        world.trace("%s moves to %s", node(roam.node()), site);
        node(roam.node()).roam(site);
      }
      case Transition.LeaveAndJoin leave -> leaveAndJoin(node(leave.node()), leave.awayNs());
      case Transition.Delete delete -> {
        world.trace("the administrator removes %s", node(delete.node()));
        node(delete.node()).onDeleted();
      }
      case Transition.Expire expire -> {
        world.trace("the key of %s expires", node(expire.node()));
        world.coordinator().setExpired(node(expire.node()).name(), true);
      }
      case Transition.RenewKey renew -> {
        world.trace("%s logs in again with a new key", node(renew.node()));
        node(renew.node()).renewKey();
      }
      case Transition.Allow allow -> allow(node(allow.from()), node(allow.to()), allow.allowed());
      case Transition.RelayDown down -> relayDown(relay(down.region()), down.forNs());
      case Transition.RelayRetired retired -> retire(relay(retired.region()), retired.untilMapNs());
      case Transition.ServerDown down -> serverDown(down.forNs());
      case Transition.ServerSlow slow -> {
        world.trace("map messages take up to %.1f s", slow.maxExtraNs() / 1e9);
        world.coordinator().useExtraDelay(slow.maxExtraNs());
      }
      case Transition.Masquerade lie -> {
        SimNode liar = node(lie.node());
        world.trace("%s calls %s as %s", liar, node(lie.to()), node(lie.as()));
        if (lie.as() != lie.node()) {
          world.ledger().forge(liar, node(lie.to()), node(lie.as()), false);
          world.ledger().forge(liar, node(lie.to()), node(lie.as()), true);
        }
      }
    }
  }

  private void crash(SimNode node, long downNs) {
    world.trace("%s is killed", node);
    boolean wasUp = node.isUp();
    node.stop();
    if (wasUp) {
      world.events().after(downNs, () -> start(node));
    }
  }

  private void start(SimNode node) {
    if (!node.isUp()) {
      world.trace("%s starts", node);
      node.start();
    }
  }

  private void sleep(SimNode node, long forNs) {
    if (node.isAwake()) {
      world.trace("%s falls asleep", node);
      node.fallAsleep();
      world
          .events()
          .after(
              forNs,
              () -> {
                world.trace("%s wakes up", node);
                node.wakeUp();
              });
    }
  }

  private void leaveAndJoin(SimNode node, long awayNs) {
    world.trace("%s leaves", node);
    node.leave();
    world.events().after(awayNs, () -> start(node));
  }

  private void allow(SimNode from, SimNode to, boolean allowed) {
    world.trace("%s %s call %s", from, allowed ? "may" : "may not", to);
    world.coordinator().setAllowed(from.name(), to.name(), allowed);
  }

  private void relayDown(SimRelay relay, long forNs) {
    world.trace("relay %d breaks", relay.region());
    relay.stop();
    world.events().after(forNs, relay::start);
  }

  /** The last region stays: a mesh without any relay is no mesh. */
  private void retire(SimRelay relay, long untilMapNs) {
    long left = world.relays().stream().filter(other -> !other.isRetired()).count();
    if (left > 1 && !relay.isRetired()) {
      world.trace("relay %d is gone for good", relay.region());
      relay.retire();
      world.events().after(untilMapNs, () -> world.coordinator().withdrawRelay(relay.region()));
    }
  }

  private void serverDown(long forNs) {
    if (world.coordinator().isUp()) {
      world.trace("the coordination server is down");
      world.coordinator().stop();
      world.nodes().forEach(SimNode::loseControl);
      world.events().after(forNs, world.coordinator()::start);
    }
  }

  private SimNode node(int index) {
    return world.nodes().get(index);
  }

  private SimRelay relay(int region) {
    return world.relay(region).orElseThrow();
  }
}
