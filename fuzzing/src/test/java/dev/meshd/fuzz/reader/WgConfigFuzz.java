package dev.meshd.fuzz.reader;

import dev.meshd.agent.wg.WgConfig;
import dev.meshd.agent.wg.WgConfigException;
import dev.meshd.agent.wg.WgConfigFile;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * wg-quick style files. Input: the file.
 *
 * <p>Checked: numbers in range; faults have a line and never show a private key.
 */
public final class WgConfigFuzz implements FuzzBody {

  @Override
  public void run(byte[] input) {
    String text = new FuzzInput(input).text();
    try {
      WgConfig config = WgConfigFile.parse("test.conf", text);
      Expect.that(config.listenPort() >= 0 && config.listenPort() <= 65535, "the port is a port");
      Expect.that(config.mtuBytes() >= 0 && config.mtuBytes() <= 65535, "the MTU is one");
      config.privateKey().close();
    } catch (WgConfigException refused) {
      Expect.that(!refused.faults().isEmpty(), "a refusal says why");
    }
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    String key = Fixed.nodeKey(1).base64();
    String peer = Fixed.nodeKey(2).publicKey().base64();
    String head = "[Interface]\nPrivateKey = " + key + "\n";
    seeds.add("smallest", head);
    seeds.add(
        "whole",
        head
            + "Address = 10.9.0.1/24, fd00::1/64\nListenPort = 51820\nMTU=1420\nTable = off\n"
            + "DNS = 10.9.0.53\nPostUp = true\nSaveConfig = true\nFwMark = 0x10\n\n[Peer] # one\nPublicKey = "
            + peer
            + "\nPresharedKey = "
            + key
            + "\nAllowedIPs = 0.0.0.0/0, ::/0\nEndpoint = vpn.example.org:51820\nPersistentKeepalive = 25\n");
    seeds.add("two-peers", head + ("[Peer]\nPublicKey=" + peer + "\n").repeat(2));
    seeds.add("keepalive-off", head + "[Peer]\nPublicKey=" + peer + "\nPersistentKeepalive=off\n");
    seeds.add("endpoint-v6", head + "[Peer]\nPublicKey=" + peer + "\nEndpoint=[2001:db8::1]:1\n");
    seeds.add("windows-line-ends", head.replace("\n", "\r\n"));
    seeds.add("no-section", "PrivateKey = " + key);
    seeds.add("unknown-section", head + "[Tunnel]\nA = b\n");
    seeds.add("unknown-key", head + "Colour = red\n");
    seeds.add("no-value", head + "Address\nMTU =\n");
    seeds.add("bad-numbers", head + "ListenPort = 65536\nMTU = -1\nFwMark = off\n");
    seeds.add("bad-key", "[Interface]\nPrivateKey = AAAA\n");
    seeds.add("comments-only", "# nothing\n;\n\n");
    seeds.add("not-utf8", new byte[] {'[', (byte) 0xff, (byte) 0xfe, ']', '\n', 0});
    seeds.add("byte-order-mark", "\ufeff" + head);
    seeds.add("many-lines", (head + "\n").repeat(20).getBytes(StandardCharsets.UTF_8));
  }
}
