package dev.meshd.fuzz.reader;

import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import dev.meshd.wireguard.uapi.UapiDecoder;
import dev.meshd.wireguard.uapi.UapiRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a client says on the configuration socket of a tunnel. Input: a byte how many bytes come at
 * a time, then what it says.
 *
 * <p>Checked: the cutting of the stream changes nothing; a request needs the bytes of its lines;
 * after nonsense nothing more is read.
 */
public final class UapiFuzz implements FuzzBody {

  @Override
  public void run(byte[] input) {
    FuzzInput in = new FuzzInput(input);
    int step = in.u8() + 1;
    byte[] said = in.rest();
    List<UapiRequest> whole = decode(said, Math.max(1, said.length));
    Expect.same(
        whole.toString(), decode(said, step).toString(), "cutting the stream changes nothing");
    for (int i = 0; i < whole.size(); i++) {
      boolean last = i == whole.size() - 1;
      Expect.that(last || !(whole.get(i) instanceof UapiRequest.Nonsense), "nonsense is the end");
      if (whole.get(i) instanceof UapiRequest.Set set) {
        Expect.that(set.changes().size() <= said.length / 2, "a change needs a line");
      }
    }
  }

  private static List<UapiRequest> decode(byte[] said, int step) {
    UapiDecoder decoder =
        new UapiDecoder(zone -> zone.equals("eth0") ? OptionalInt.of(7) : OptionalInt.empty());
    List<UapiRequest> requests = new ArrayList<>();
    for (int at = 0; at < said.length; at += step) {
      requests.addAll(decoder.decode(ByteBuffer.wrap(said, at, Math.min(step, said.length - at))));
    }
    return requests;
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    String key = Fixed.nodeKey(2).publicKey().hex();
    String peer = "public_key=" + key + "\n";
    String[] texts = {
      "get=1\n\n",
      "get=1\n\nget=1\n\nset=1\n\n",
      "set=1\nprivate_key="
          + key
          + "\nlisten_port=51820\nfwmark=4294967295\nreplace_peers=true\n\n",
      "set=1\n" + peer + "preshared_key=" + key + "\nendpoint=[2001:db8::1]:9\n\n",
      "set=1\n" + peer + "endpoint=[fe80::1%eth0]:9\n\n",
      "set=1\n" + peer + "update_only=true\nremove=true\n\n",
      "set=1\n"
          + peer
          + "replace_allowed_ips=true\nallowed_ip=10.1.2.3/8\nallowed_ip=-fd00::/8\n\n",
      "set=1\n" + peer + "persistent_keepalive_interval=65536\n\n",
      "set=1\n" + peer + "protocol_version=2\n\n",
      "set=1\nlisten_port=-1\n\nget=1\n\n",
      "set=1\nno_such_key=1\n\n",
      "set=1\nlisten_port\n\n",
      "set=1\n" + peer.repeat(9) + "\n",
      "get=2\n\nget=1\n\n",
      "get=1\nget=1\n\n",
      "set=1\n" + "a".repeat(1025) + "\n\n",
      "set=1\nprivate_key=" + "0".repeat(64) + "\n\n",
      "\n",
      "set=1\nlisten_port=1"
    };
    for (int i = 0; i < texts.length; i++) {
      seeds.add("said-%02d".formatted(i), new FuzzOutput().u8(i * 13).text(texts[i]).done());
    }
  }
}
