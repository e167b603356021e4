package dev.meshd.e2e.control;

import dev.meshd.control.client.ControlClient;
import dev.meshd.control.client.ControlEvent;
import dev.meshd.control.client.ControlIdentity;
import dev.meshd.control.client.ControlServices;
import dev.meshd.control.client.ControlSettings;
import dev.meshd.control.client.HostFacts;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.session.Netmap;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import io.netty.channel.EventLoopGroup;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A node that has the control client only: it keeps what an agent would keep, and waits for events.
 */
final class ControlNode implements AutoCloseable {
  private static final long PATIENCE_S = 30;

  private final EventLoopGroup loops;
  private final String url;
  private final BlockingQueue<ControlEvent> events = new LinkedBlockingQueue<>();
  private final MachinePrivateKey machineKey = MachinePrivateKey.generate();
  private volatile Optional<NodePrivateKey> nodeKey = Optional.empty();
  private volatile Optional<NodePrivateKey> oldNodeKey = Optional.empty();
  private volatile Optional<MachineKey> serverKey = Optional.empty();
  private HostFacts facts;
  private ControlClient client;

  ControlNode(EventLoopGroup loops, String url, String hostname) {
    this.loops = loops;
    this.url = url;
    this.facts =
        new HostFacts(
            Hostinfo.builder().hostname(hostname).os("linux").ipnVersion("0.1.0-test").build(),
            DiscoPrivateKey.generate().publicKey(),
            List.of());
    start();
  }

  private void start() {
    client =
        new ControlClient(
            ControlSettings.of(ServerUrl.parse(url)),
            new ControlIdentity(machineKey, nodeKey, oldNodeKey, serverKey),
            facts,
            loops,
            SystemTrust.of(List.of()),
            ControlServices.NONE,
            this::onEvent);
    client.start();
  }

  /** Ends the process, so to speak, and begins another with what was kept. */
  void restart() {
    client.close();
    start();
  }

  private void onEvent(ControlEvent event) {
    switch (event) {
      case ControlEvent.ServerKeyPinned(MachineKey key) -> serverKey = Optional.of(key);
      case ControlEvent.NodeKeyCommitted(NodePrivateKey key, Optional<NodePrivateKey> old) -> {
        nodeKey = Optional.of(key);
        oldNodeKey = old;
      }
      default -> {}
    }
    events.add(event);
  }

  ControlClient client() {
    return client;
  }

  NodePrivateKey nodeKey() {
    return nodeKey.orElseThrow();
  }

  HostFacts facts() {
    return facts;
  }

  void update(HostFacts newFacts) {
    facts = newFacts;
    client.updateHost(newFacts);
  }

  /** The next event of a kind; others before it are skipped. */
  <T extends ControlEvent> T next(Class<T> kind) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
    while (true) {
      ControlEvent event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (event == null) {
        throw new AssertionError(
            "no " + kind.getSimpleName() + " in time; status " + client.status());
      }
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
  }

  /** Waits for a map that fulfils the condition. */
  Netmap awaitMap(String what, Predicate<Netmap> condition) throws InterruptedException {
    Netmap last = null;
    try {
      while (true) {
        last = next(ControlEvent.NetmapChanged.class).netmap();
        if (condition.test(last)) {
          return last;
        }
      }
    } catch (AssertionError e) {
      throw new AssertionError("never " + what + "; last map " + last, e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
