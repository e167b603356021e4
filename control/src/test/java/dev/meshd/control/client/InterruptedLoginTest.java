package dev.meshd.control.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.control.client.Registrar.Keys;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.control.model.WireJson;
import dev.meshd.crypto.JitterSource;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A process that ends in the middle of a login loses neither the node nor the auth key. */
class InterruptedLoginTest {
  private static final Hostinfo HOST = Hostinfo.builder().hostname("box").build();

  private final List<String> order = new ArrayList<>();
  private final List<NodeKey> asked = new ArrayList<>();

  /** What the server knows. */
  private final Set<NodeKey> known = new HashSet<>();

  private Optional<NodePrivateKey> kept = Optional.empty();
  private boolean diskFull;

  private Registrar process() {
    NewKeys keys = new NewKeys(kept, NodePrivateKey::generate, this::keep);
    return new Registrar(this::answer, 131, keys, JitterSource.system());
  }

  private void keep(NodePrivateKey key) throws IOException {
    if (diskFull) {
      throw new IOException("cannot write /state: No space left on device");
    }
    order.add("kept");
    kept = Optional.of(key);
  }

  private ControlRequests.Reply answer(RegisterRequest request, Duration timeout) {
    order.add("asked");
    asked.add(request.nodeKey());
    boolean admitted = known.contains(request.nodeKey()) || request.auth() != null;
    if (admitted) {
      known.add(request.nodeKey());
    }
    RegisterResponse response =
        admitted
            ? RegisterResponse.builder().machineAuthorized(true).build()
            : RegisterResponse.builder().authUrl("http://server/register/x").build();
    return new ControlRequests.Reply(200, "", WireJson.encodeText(response));
  }

  @Test
  void aNewKeyIsKeptBeforeTheServerHearsOfIt() throws Exception {
    Registrar registrar = process();
    registrar.register(registrar.fresh(Optional.empty()), "key", HOST);
    assertThat(order).containsExactly("kept", "asked");
    assertThat(kept.orElseThrow().publicKey()).isEqualTo(asked.getFirst());
  }

  @Test
  void aProcessKilledBeforeTheAnswerComesBackAsTheNodeItBecame() throws Exception {
    Registrar killed = process();
    killed.register(killed.fresh(Optional.empty()), "key", HOST);
    Registrar next = process();
    RegisterResult result = next.register(next.fresh(Optional.empty()), "", HOST);
    assertThat(result).isInstanceOf(RegisterResult.Registered.class);
    assertThat(known).hasSize(1);
  }

  @Test
  void aProcessKilledInARenewalFindsTheKeyTheServerHasTaken() throws Exception {
    NodePrivateKey old = NodePrivateKey.generate();
    Registrar killed = process();
    Keys renewed = killed.fresh(Optional.of(old));
    killed.register(renewed, "key", HOST);
    // The server now knows the new key only; the next process still believes in the old one.
    RegisterResult result = process().register(new Keys(old, Optional.empty()), "", HOST);
    assertThat(result)
        .isInstanceOfSatisfying(
            RegisterResult.Registered.class,
            done -> assertThat(done.key().publicKey()).isEqualTo(renewed.current().publicKey()));
  }

  @Test
  void aKeyThatNoServerHasTakenChangesNothing() throws Exception {
    NodePrivateKey current = NodePrivateKey.generate();
    known.add(current.publicKey());
    keep(NodePrivateKey.generate());
    RegisterResult result = process().register(new Keys(current, Optional.empty()), "", HOST);
    assertThat(result)
        .isInstanceOfSatisfying(
            RegisterResult.Registered.class,
            done -> assertThat(done.key().publicKey()).isEqualTo(current.publicKey()));
  }

  @Test
  void aKeyThatCannotBeKeptIsNotUsed() throws Exception {
    diskFull = true;
    Registrar registrar = process();
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(() -> registrar.fresh(Optional.empty())))
        .hasMessageContaining("No space left on device");
    assertThat(asked).isEmpty();
  }

  @Test
  void aLoginThatEndedWellLeavesNothingPending() throws Exception {
    Registrar registrar = process();
    Keys first = registrar.fresh(Optional.empty());
    registrar.settle();
    Keys second = registrar.fresh(Optional.of(first.current()));
    assertThat(second.current().publicKey()).isNotEqualTo(first.current().publicKey());
  }
}
