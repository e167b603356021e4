package dev.meshd.fuzz.reader;

import dev.meshd.agent.state.NodeState;
import dev.meshd.agent.state.StateDirectory;
import dev.meshd.agent.state.StateException;
import dev.meshd.agent.state.StateStore;
import dev.meshd.derp.server.IdentityFile;
import dev.meshd.derp.server.ServerIdentity;
import dev.meshd.fuzz.Expect;
import dev.meshd.fuzz.Fixed;
import dev.meshd.fuzz.FuzzBody;
import dev.meshd.fuzz.FuzzInput;
import dev.meshd.fuzz.FuzzOutput;
import dev.meshd.fuzz.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Files that outlive the process and may come back damaged. Input: a byte that chooses, then the
 * content: even is the agent's state, odd the relay's certificates and key as PEM.
 *
 * <p>Checked: a file is refused with a sentence that names it and no key, and left as it was, or
 * what it says survives being written again.
 */
public final class StateFileFuzz implements FuzzBody {

  private final Path root;

  public StateFileFuzz() {
    try {
      Path memory = Path.of("/dev/shm");
      root =
          Files.isWritable(memory)
              ? Files.createTempDirectory(memory, "meshd-fuzz")
              : Files.createTempDirectory("meshd-fuzz");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    root.toFile().deleteOnExit();
    for (String name : List.of("lock", "meshd.state", "identity.pem")) {
      root.resolve(name).toFile().deleteOnExit();
    }
  }

  @Override
  public void run(byte[] input) throws Exception {
    FuzzInput in = new FuzzInput(input);
    if ((in.u8() & 1) == 0) {
      state(in.rest());
    } else {
      identity(in.rest());
    }
  }

  private void state(byte[] content) throws IOException {
    try (StateDirectory directory = StateDirectory.open(root)) {
      Path file = directory.file("meshd.state");
      Files.write(file, content);
      try {
        StateStore store = StateStore.open(directory);
        NodeState read = store.state();
        if (!new String(content, StandardCharsets.UTF_8).isBlank()) {
          NodeState changed = store.update(state -> state.withServerKey("http://x", "y"));
          NodeState again = StateStore.open(directory).state();
          Expect.same(changed.prefs(), again.prefs(), "prefs survive");
          Expect.same(changed.serverKeys(), again.serverKeys(), "server keys survive");
          Expect.same(changed.login(), again.login(), "the login survives");
          Expect.same(
              read.machineKey().publicKey(),
              again.machineKey().publicKey(),
              "the identity survives");
        }
      } catch (StateException refused) {
        Expect.that(refused.getMessage().contains(file.toString()), "a refusal names the file");
        Expect.that(!refused.getMessage().contains("privkey:0"), "a refusal shows a key");
        Expect.that(Arrays.equals(content, Files.readAllBytes(file)), "a refused file is kept");
      }
    }
  }

  private void identity(byte[] pem) throws IOException {
    Path file = root.resolve("identity.pem");
    Files.write(file, pem);
    try {
      ServerIdentity identity = IdentityFile.load(file, file);
      Expect.that(!identity.chain().isEmpty(), "an identity has a certificate");
    } catch (IOException refused) {
      Expect.that(refused.getMessage() != null, "a refusal says why");
    }
  }

  @Override
  public void seeds(Seeds seeds) throws IOException {
    try (StateDirectory directory = StateDirectory.open(root)) {
      Files.deleteIfExists(directory.file("meshd.state"));
      StateStore store = StateStore.open(directory);
      store.update(state -> state.withServerKey("https://vpn.example.org", "mkey:00"));
      byte[] whole = Files.readAllBytes(directory.file("meshd.state"));
      String text = new String(whole, StandardCharsets.UTF_8);
      seeds.add("state", state(text));
      seeds.add("state-cut", state(text.substring(0, text.length() / 2)));
      seeds.add("state-version-2", state(text.replace("\"version\": 1", "\"version\": 2")));
      seeds.add("state-version-text", state(text.replace("\"version\": 1", "\"version\": \"1\"")));
      seeds.add("state-no-machine-key", state(text.replace("machineKey", "otherKey")));
      seeds.add("state-bad-key", state(text.replace("privkey:", "privkey:zz")));
      seeds.add(
          "state-bad-prefs",
          state(text.replace("\"prefs\" : {", "\"prefs\" : {\"WantRunning\":[],")));
      seeds.add(
          "state-prefs-null", state(text.replaceAll("(?s)\"prefs\" ?: .*", "\"prefs\": null}")));
      seeds.add("state-login", state(text.replace("\"version\"", "\"login\": {}, \"version\"")));
    }
    for (String odd :
        new String[] {"", " \n", "null", "[]", "{}", "1", "{\"version\":1}", "\u0000\u0000"}) {
      seeds.add("state-odd-" + Integer.toHexString(odd.hashCode()), state(odd));
    }
    Path file = root.resolve("identity.pem");
    Files.deleteIfExists(file);
    IdentityFile.loadOrMakeSelfSigned(file, List.of("relay.example.org"), Fixed.NOW, Duration.ZERO);
    String pem = Files.readString(file);
    seeds.add("pem", pem(pem));
    seeds.add("pem-cut", pem(pem.substring(0, pem.length() / 2)));
    seeds.add("pem-key-only", pem(pem.substring(pem.lastIndexOf("-----BEGIN"))));
    seeds.add("pem-certificate-only", pem(pem.substring(0, pem.lastIndexOf("-----BEGIN"))));
    seeds.add("pem-empty", pem("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"));
    seeds.add("pem-sec1", pem(pem.replace("PRIVATE KEY", "EC PRIVATE KEY")));
    seeds.add("pem-rsa", pem(pem.replace("PRIVATE KEY", "RSA PRIVATE KEY")));
    seeds.add("pem-encrypted", pem(pem.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")));
    seeds.add(
        "pem-parameters",
        pem(
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + pem));
    seeds.add("pem-none", pem("not PEM at all"));
  }

  private static byte[] state(String text) {
    return new FuzzOutput().u8(0).text(text).done();
  }

  private static byte[] pem(String text) {
    return new FuzzOutput().u8(1).text(text).done();
  }
}
