package dev.meshd.fuzz.reader;

import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.Seeds;
import dev.meshd.magicsock.disco.DiscoBox;
import dev.meshd.magicsock.disco.DiscoCodec;
import dev.meshd.magicsock.disco.DiscoEnvelope;
import dev.meshd.magicsock.disco.DiscoMessage;
import dev.meshd.magicsock.disco.TxId;
import dev.meshd.packet.Endpoint;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Disco, opened and sealed. Input: one message's plaintext, which is also taken for a datagram.
 *
 * <p>Checked: what is decoded is encodable, opens when sealed, and decodes to the same; a sealed
 * datagram does not open with any byte changed; a call-me-maybe names at most 64 addresses.
 */
public final class DiscoCodecFuzz implements FuzzBody {

  private final DiscoPrivateKey ours = Fixed.discoKey(1);
  private final DiscoPrivateKey theirs = Fixed.discoKey(2);
  private final DiscoBox receiver = new DiscoBox(ours, Fixed.random(1));
  private final DiscoBox sender = new DiscoBox(theirs, Fixed.random(2));

  @Override
  public void run(byte[] input) {
    if (DiscoEnvelope.sender(input).isPresent()) {
      receiver.open(theirs.publicKey(), input);
    }
    Optional<DiscoMessage> decoded = DiscoCodec.decode(input);
    if (decoded.isEmpty() || decoded.get() instanceof DiscoMessage.Unsupported) {
      return;
    }
    DiscoMessage message = decoded.get();
    if (message instanceof DiscoMessage.CallMeMaybe call) {
      Expect.that(
          call.endpoints().size() <= DiscoCodec.MAX_CALL_ME_MAYBE, "64 addresses are enough");
    }
    Expect.same(
        decoded, DiscoCodec.decode(DiscoCodec.encode(message)), "encoding keeps the message");
    byte[] datagram = sender.seal(ours.publicKey(), message).orElseThrow();
    Expect.same(decoded, receiver.open(theirs.publicKey(), datagram), "sealing keeps the message");
    int at = 38 + Math.floorMod(Arrays.hashCode(input), datagram.length - 38);
    datagram[at] ^= 1;
    Expect.that(receiver.open(theirs.publicKey(), datagram).isEmpty(), "a change is noticed");
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    TxId id = TxId.random(Fixed.random(5));
    List<DiscoMessage> messages =
        List.of(
            new DiscoMessage.Ping(id, Optional.of(Fixed.nodeKey(2).publicKey()), 0),
            new DiscoMessage.Ping(id, Optional.of(Fixed.nodeKey(2).publicKey()), 1300),
            new DiscoMessage.Ping(id, Optional.empty(), 0),
            new DiscoMessage.Ping(id, Optional.empty(), 31),
            new DiscoMessage.Pong(id, Endpoint.parse("192.0.2.1:1")),
            new DiscoMessage.Pong(id, Endpoint.parse("[2001:db8::1]:65535")),
            new DiscoMessage.CallMeMaybe(List.of()),
            new DiscoMessage.CallMeMaybe(
                List.of(Endpoint.parse("192.0.2.1:1"), Endpoint.parse("[2001:db8::1]:2"))));
    for (int i = 0; i < messages.size(); i++) {
      byte[] plain = DiscoCodec.encode(messages.get(i));
      seeds.add("message-" + i, plain);
      seeds.add("message-" + i + "-cut", Arrays.copyOf(plain, plain.length - 1));
      seeds.add("message-" + i + "-longer", Arrays.copyOf(plain, plain.length + 1));
      seeds.add("datagram-" + i, sender.seal(ours.publicKey(), messages.get(i)).orElseThrow());
    }
    byte[] many = new byte[2 + 18 * 65];
    many[0] = 3;
    seeds.add("call-65", many);
    seeds.add("relay-allocation", new byte[] {4, 0, 1, 2, 3});
  }
}
