package dev.meshd.fuzz.reader;

import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.Seeds;
import dev.meshd.magicsock.stun.StunCodec;
import dev.meshd.magicsock.stun.StunResponse;
import dev.meshd.magicsock.stun.StunTxId;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * STUN, at the server (requests) and at the client (responses). Input: one datagram.
 *
 * <p>Checked: what a response says survives being written again; a datagram is never both; the
 * answer to a request is no longer than 44 bytes, so that the server is no amplifier.
 */
public final class StunFuzz implements FuzzBody {

  private static final Endpoint SENDER = Endpoint.parse("[2001:db8::1]:41641");
  private static final int LONGEST_ANSWER = 44;

  @Override
  public void run(byte[] input) {
    Optional<StunTxId> request = StunCodec.parseRequest(input);
    Optional<StunResponse> response = StunCodec.parseResponse(input);
    Expect.that(request.isEmpty() || response.isEmpty(), "a datagram is a request or a response");
    request.ifPresent(
        id -> {
          byte[] answer = StunCodec.response(id, SENDER);
          Expect.that(answer.length <= LONGEST_ANSWER, "an answer stays short");
          Expect.same(
              Optional.of(new StunResponse(id, SENDER)),
              StunCodec.parseResponse(answer),
              "our own answer can be read");
        });
    response.ifPresent(
        read ->
            Expect.same(
                response,
                StunCodec.parseResponse(StunCodec.response(read.id(), read.mapped())),
                "a response means the same when written again"));
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    StunTxId id = StunTxId.random(Fixed.random(1));
    byte[] request = StunCodec.request(id);
    seeds.add("request", request);
    seeds.add("request-cut", Arrays.copyOf(request, request.length - 1));
    seeds.add("request-longer", Arrays.copyOf(request, request.length + 4));
    for (String source :
        new String[] {"192.0.2.1:1", "255.255.255.255:65535", "[2001:db8::7]:3478", "[::]:0"}) {
      byte[] response = StunCodec.response(id, Endpoint.parse(source));
      String name = source.replaceAll("[^0-9a-f]+", "-");
      seeds.add("response-" + name, response);
      byte[] plain = response.clone();
      plain[20] = 0;
      plain[21] = 1;
      seeds.add("response-plain-" + name, plain);
      byte[] old = response.clone();
      old[20] = (byte) 0x80;
      seeds.add("response-old-" + name, old);
    }
    byte[] mapped =
        StunCodec.response(id, Endpoint.of(IpAddress.parse("::ffff:192.0.2.1").unmapped(), 5));
    seeds.add("response-surplus", Arrays.copyOf(mapped, mapped.length + 9));
    byte[] family = mapped.clone();
    family[25] = 9;
    seeds.add("response-unknown-family", family);
    byte[] overlong = mapped.clone();
    overlong[3] = (byte) 0xff;
    seeds.add("response-overlong", overlong);
  }
}
