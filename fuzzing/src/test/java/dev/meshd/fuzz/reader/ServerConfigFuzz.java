package dev.meshd.fuzz.reader;

import dev.meshd.coordinator.config.ConfigReader;
import dev.meshd.coordinator.config.InvalidConfigException;
import dev.meshd.coordinator.config.ServerConfig;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.Seeds;
import java.io.IOException;

/**
 * The server's configuration. Input: the YAML.
 *
 * <p>Checked: what is refused names its faults; what is taken has durations that are not negative.
 */
public final class ServerConfigFuzz implements FuzzBody {

  @Override
  public void run(byte[] input) {
    try {
      ServerConfig config =
          ConfigReader.parse(new FuzzInput(input).text(), ConfigReader.Overrides.none());
      Expect.that(!config.nodeExpiry().isNegative(), "an expiry is not negative");
      Expect.that(!config.ephemeralTimeout().isNegative(), "a timeout is not negative");
    } catch (InvalidConfigException refused) {
      Expect.that(!refused.faults().isEmpty(), "a refusal says why");
    }
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    String[] texts = {
      "",
      "listen_addr: 0.0.0.0:443\nserver_url: https://vpn.example.org\ndata_dir: /var/lib/meshd\n",
      "listen_addr: \":8080\"\nfallback_listen_addr: 127.0.0.1:8080\nunix_socket: /run/x.sock\n",
      "tls_cert_path: /etc/a.pem\ntls_key_path: /etc/b.pem\n",
      "tls:\n  cert: /etc/a.pem\n  key: /etc/b.pem\n",
      "derp:\n  server:\n    enabled: false\n    region_id: 999\n    stun_listen_addr: 0.0.0.0:3478\n",
      "relay:\n  enabled: true\n  stun: off\n",
      "prefixes:\n  v4: 100.64.0.0/10\n  v6: fd7a:115c:a1e0::/48\n",
      "dns:\n  base_domain: example.org\n  nameservers: [1.1.1.1, 9.9.9.9]\n  magic_dns: true\n",
      "node:\n  expiry: 90d\n  ephemeral:\n    inactivity_timeout: 30m\n",
      "ephemeral_node_inactivity_timeout: 1h30m\nnode_expiry: 0\n",
      "listen_addr: [a, b]\n",
      "a: &a [*a]\n",
      "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n",
      "unknown_key: 1\nlisten_addr: 1\nlisten_addr: 2\n",
      "- a\n- b\n",
      "!!java.lang.Object {}\n",
      "listen_addr: !!binary AAAA\n",
      "\"unterminated",
      "server_url: http://[::1]:8080/x\nnode_expiry: 99999999999d\n",
      "? {a: b}\n: c\n",
      "--- a\n--- b\n",
      "\t\n",
      "server_url: ftp://x\n"
    };
    for (int i = 0; i < texts.length; i++) {
      seeds.add("config-%02d".formatted(i), texts[i]);
    }
  }
}
