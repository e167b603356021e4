package dev.meshd.fuzz.reader;

import dev.meshd.control.noise.InitiatorHandshake;
import dev.meshd.control.noise.NoiseException;
import dev.meshd.control.noise.NoiseSession;
import dev.meshd.control.noise.ResponderHandshake;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The handshake of the control channel, both sides. Input: a byte that chooses, then for
 *
 * <pre>
 * even  the server: the initiation as it came
 * odd   the client: a byte how many bytes come at a time, then what the server answers
 * bit 1 what comes is changed by (exclusive or) the input, beginning with a genuine message
 * </pre>
 *
 * <p>Checked: a genuine message with any bit changed that the handshake covers is refused; the
 * client never reports a session that the server does not share.
 */
public final class NoiseHandshakeFuzz implements FuzzBody {

  private static final int CLIENT = 1;
  private static final int CHANGE_GENUINE = 2;
  private static final int VERSION = 131;

  private final MachinePrivateKey server = Fixed.machineKey(1);
  private final MachinePrivateKey client = Fixed.machineKey(2);

  @Override
  public void run(byte[] input) throws Exception {
    FuzzInput in = new FuzzInput(input);
    int mode = in.u8();
    if ((mode & CLIENT) == 0) {
      server(in.rest(), (mode & CHANGE_GENUINE) != 0);
    } else {
      client(in.u8() + 1, in.rest(), (mode & CHANGE_GENUINE) != 0);
    }
  }

  private void server(byte[] bytes, boolean changeGenuine) throws NoiseException {
    byte[] genuine = start().initiation();
    byte[] initiation = changeGenuine ? changed(genuine, bytes) : bytes;
    try {
      ResponderHandshake.accept(server, initiation, Fixed.random(9));
      Expect.that(!changeGenuine || Arrays.equals(genuine, initiation), "a change is noticed");
      Expect.same("", ResponderHandshake.fault(initiation), "what is accepted has no fault");
    } catch (NoiseException refused) {
      Expect.that(!Arrays.equals(genuine, initiation), "a genuine initiation is accepted");
    }
  }

  private void client(int step, byte[] bytes, boolean changeGenuine) throws NoiseException {
    InitiatorHandshake handshake = start();
    byte[] genuine =
        ResponderHandshake.accept(server, handshake.initiation(), Fixed.random(9)).response();
    byte[] answer = changeGenuine ? changed(genuine, bytes) : bytes;
    try {
      for (int at = 0; at < answer.length; at += step) {
        int length = Math.min(step, answer.length - at);
        Optional<NoiseSession> session = handshake.onBytes(ByteBuffer.wrap(answer, at, length));
        if (session.isPresent()) {
          Expect.that(
              answer.length >= genuine.length
                  && Arrays.equals(genuine, Arrays.copyOf(answer, genuine.length)),
              "only the server's own response makes a session");
          return;
        }
      }
    } catch (NoiseException refused) {
      Expect.that(!Arrays.equals(genuine, answer), "a genuine response is accepted");
    }
  }

  private InitiatorHandshake start() throws NoiseException {
    return InitiatorHandshake.start(client, server.publicKey(), VERSION, Fixed.random(7));
  }

  private static byte[] changed(byte[] genuine, byte[] by) {
    byte[] changed = genuine.clone();
    for (int i = 0; i < Math.min(by.length, changed.length); i++) {
      changed[i] ^= by[i];
    }
    return changed;
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    try {
      InitiatorHandshake handshake = start();
      byte[] initiation = handshake.initiation();
      byte[] response = ResponderHandshake.accept(server, initiation, Fixed.random(9)).response();
      seeds.add("server-genuine", new FuzzOutput().u8(0).bytes(initiation).done());
      seeds.add("server-longer", new FuzzOutput().u8(0).bytes(initiation).u8(0).done());
      seeds.add("server-cut", new FuzzOutput().u8(0).bytes(Arrays.copyOf(initiation, 100)).done());
      seeds.add("client-genuine", new FuzzOutput().u8(1).u8(255).bytes(response).done());
      seeds.add("client-by-byte", new FuzzOutput().u8(1).u8(0).bytes(response).done());
      seeds.add(
          "client-error",
          new FuzzOutput()
              .u8(1)
              .u8(9)
              .bytes(ResponderHandshake.errorFrame("no such thing"))
              .done());
      seeds.add("client-endless-error", new FuzzOutput().u8(1).u8(9).u8(3).u16(0xffff).done());
      for (int at = 0; at < initiation.length; at += 16) {
        seeds.add("server-change-" + at, new FuzzOutput().u8(2).bytes(new byte[at]).u8(1).done());
      }
      for (int at = 0; at < response.length; at += 16) {
        seeds.add(
            "client-change-" + at, new FuzzOutput().u8(3).u8(5).bytes(new byte[at]).u8(1).done());
      }
    } catch (NoiseException e) {
      throw new IOException(e);
    }
  }
}
