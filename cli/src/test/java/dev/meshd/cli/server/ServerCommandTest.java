package dev.meshd.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.cli.Meshd;
import dev.meshd.coordinator.CoordinatorServer;
import dev.meshd.coordinator.config.ConfigReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The administration commands against a server in this process: what they print and how they end.
 */
class ServerCommandTest {
  @TempDir static Path dir;
  private static CoordinatorServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        CoordinatorServer.start(
            ConfigReader.parse(
                """
                listen_addr: 127.0.0.1:0
                derp: {server: {enabled: false}}
                data_dir: %s
                unix_socket: %s
                """
                    .formatted(dir.resolve("data"), socket()),
                ConfigReader.Overrides.none()));
    assertThat(admin("users", "create", "alice", "-d", "Alice A.").exitCode).isZero();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void usersAreATableOrJson() {
    assertThat(admin("users", "list").out)
        .matches(
            "ID  NAME +DISPLAY NAME +EMAIL +CREATED\n1   alice +Alice A\\. +\\d+ \\w+ ago\n(.*\n)*");
    assertThat(admin("users", "list", "--json").out).contains("\"displayName\" : \"Alice A.\"");
  }

  @Test
  void usersAreRenamedAndDeleted() {
    assertThat(admin("users", "create", "bob").out).startsWith("User bob created with id ");
    assertThat(admin("users", "rename", "bob", "robert").out).endsWith("is now named robert.\n");
    assertThat(admin("users", "delete", "robert").out).isEqualTo("User robert deleted.\n");
    refused(admin("users", "delete", "robert"), "there is no user 'robert'");
    refused(admin("users", "create", "alice"), "there is a user 'alice' already");
    refused(admin("users", "create", "1x"), "not usable");
  }

  @Test
  void aKeyIsPrintedOnceAndListedWithoutItsSecret() {
    Outcome created =
        admin("preauthkeys", "create", "-u", "alice", "--reusable", "--ephemeral", "-e", "0");
    assertThat(created.out).matches("hskey-auth-[0-9a-f]{12}-[0-9a-f]{64}\n");
    String begin = created.out.substring(0, 24);
    Outcome list = admin("preauthkeys", "list");
    String row = list.out.lines().filter(line -> line.contains(begin)).findFirst().orElseThrow();
    assertThat(row).contains("alice", "reusable, ephemeral", "never", "usable");
    assertThat(list.out).doesNotContain(created.out.strip());
    String id = row.split(" ")[0];
    assertThat(admin("preauthkeys", "expire", id).out).isEqualTo("Key " + id + " expired.\n");
    assertThat(admin("preauthkeys", "list").out.lines().filter(line -> line.contains(begin)))
        .singleElement()
        .asString()
        .endsWith("revoked");
    assertThat(admin("preauthkeys", "delete", id).exitCode).isZero();
  }

  @Test
  void tagsReplaceTheUser() {
    assertThat(admin("preauthkeys", "create", "--tags", "tag:web,tag:db").exitCode).isZero();
    refused(admin("preauthkeys", "create"), "a key needs a user or tags");
    refused(admin("preauthkeys", "create", "--tags", "web"), "'web' is not a tag");
    refused(admin("preauthkeys", "create", "-u", "nobody"), "there is no user 'nobody'");
  }

  @Test
  void nodesThatAreNotThereAreNamed() {
    assertThat(admin("nodes", "list").out).startsWith("ID  NAME  OWNER");
    assertThat(admin("nodes", "list", "--json").out.strip()).isEqualTo("[ ]");
    refused(admin("nodes", "show", "box"), "there is no node 'box'");
    refused(admin("nodes", "delete", "7"), "there is no node '7'");
    refused(admin("nodes", "register", "-u", "alice", "-k", "x"), "no registration 'x' is waiting");
  }

  @Test
  void misuseEndsWithTwoAndAHint() {
    for (String[] words :
        new String[][] {
          {"users"},
          {"users", "create"},
          {"preauthkeys", "create", "-u", "alice", "-e", "soon"},
          {"nodes", "expire", "box", "-e", "tomorrow"},
          {"nodes", "register", "-u", "alice"}
        }) {
      Outcome outcome = run(join(words));
      assertThat(outcome.exitCode).as(String.join(" ", words)).isEqualTo(Meshd.EXIT_USAGE);
      assertThat(outcome.err).contains("--help").doesNotContain("Exception");
    }
  }

  @Test
  void noServerIsOneSentence() {
    Outcome outcome =
        run("server", "users", "list", "--socket", dir.resolve("none.sock").toString());
    refused(outcome, "no meshd server is running");
  }

  @Test
  void aBadConfigurationIsToldInFull() throws IOException {
    Path config = dir.resolve("bad.yaml");
    Files.writeString(config, "listen_addr: x\ndns: {base_domain: \"?\"}\n");
    Outcome outcome = run("server", "--config", config.toString(), "--server-url", "y");
    assertThat(outcome.exitCode).isEqualTo(Meshd.EXIT_FAILURE);
    assertThat(outcome.err)
        .startsWith("meshd server: configuration has 3 faults:\n")
        .contains(
            "\n  line 1: listen_addr: ", "\n  line 2: dns.base_domain: ", "\n  --server-url: ")
        .doesNotContain("Exception");
    refused(run("server", "--config", dir.resolve("none").toString()), "there is no file");
  }

  @Test
  void aConfigurationIsCheckedWithoutStartingAnything() throws IOException {
    Path good = dir.resolve("good.yaml");
    Files.writeString(good, "metrics_listen_addr: ':9090'\n");
    Outcome outcome = run("server", "config", "check", good.toString());
    assertThat(outcome.exitCode).isZero();
    assertThat(outcome.out).contains("metrics_listen_addr: :9090", "base_domain: mesh.internal");
    assertThat(outcome.err).contains("warning: metrics_listen_addr: can be asked by anybody");
    Path bad = dir.resolve("typo.yaml");
    Files.writeString(bad, "\nlisten_adr: ':1'\nnode: {expiry: soon}\n");
    outcome = run("server", "config", "check", bad.toString());
    assertThat(outcome.exitCode).isEqualTo(Meshd.EXIT_FAILURE);
    assertThat(outcome.out).isEmpty();
    assertThat(outcome.err.lines())
        .satisfiesExactly(
            line -> assertThat(line).endsWith("did you mean listen_addr?").startsWith("line 2: "),
            line -> assertThat(line).startsWith("line 3: node.expiry: must be a duration"),
            line -> assertThat(line).endsWith("typo.yaml cannot be used: 2 faults"));
  }

  @Test
  void whatIsMistypedIsAnsweredWithWhatIsNear() {
    Outcome outcome = run("server", "nodes", "lst");
    assertThat(outcome.exitCode).isEqualTo(Meshd.EXIT_USAGE);
    assertThat(outcome.err).contains("Did you mean: ").contains("list");
  }

  @Test
  void answersComeAsTableOrJson() {
    assertThat(admin("users", "list", "-o", "json").out).startsWith("[ {\n");
    assertThat(admin("users", "list", "-o", "json-line").out)
        .startsWith("[{\"id\":\"1\"")
        .hasLineCount(1);
    assertThat(admin("users", "list", "-o", "xml").exitCode).isEqualTo(Meshd.EXIT_USAGE);
  }

  @Test
  void aNodeIsNamedByParameterOrIdentifier() {
    refused(admin("nodes", "show", "-i", "7"), "there is no node '7'");
    refused(admin("nodes", "rename", "-i", "7", "new"), "there is no node '7'");
    refused(admin("nodes", "rename", "7", "new"), "there is no node '7'");
    refused(admin("nodes", "move", "7", "-u", "alice"), "there is no node '7'");
    refused(admin("nodes", "expire", "7", "--in", "12h"), "there is no node '7'");
    assertThat(admin("nodes", "expire", "7", "--in", "12h", "-d").exitCode)
        .isEqualTo(Meshd.EXIT_USAGE);
    assertThat(admin("nodes", "show").exitCode).isEqualTo(Meshd.EXIT_USAGE);
    assertThat(admin("nodes", "pending").out).startsWith("ID  NAME  SYSTEM");
  }

  @Test
  void aServerWithoutLevelsSaysSo() {
    refused(admin("log-level", "debug"), "has no levels to change");
  }

  @Test
  void timesAreShownInTheLargestWholeUnit() {
    Instant now = Instant.parse("2026-01-02T00:00:00Z");
    assertThat(Ago.of("2026-01-01T00:00:00Z", now, "")).isEqualTo("1 d ago");
    assertThat(Ago.of("2026-01-02T00:00:59Z", now, "")).isEqualTo("in 59 s");
    assertThat(Ago.of(null, now, "never")).isEqualTo("never");
  }

  private static void refused(Outcome outcome, String sentence) {
    assertThat(outcome.exitCode).isEqualTo(Meshd.EXIT_FAILURE);
    assertThat(outcome.out).isEmpty();
    assertThat(outcome.err).contains(sentence).doesNotContain("Exception").hasLineCount(1);
  }

  private record Outcome(int exitCode, String out, String err) {}

  private static Outcome admin(String... words) {
    String[] all = Arrays.copyOf(join(words), words.length + 3);
    all[words.length + 1] = "--socket";
    all[words.length + 2] = socket().toString();
    return run(all);
  }

  private static String[] join(String... words) {
    String[] all = new String[words.length + 1];
    all[0] = "server";
    System.arraycopy(words, 0, all, 1, words.length);
    return all;
  }

  private static Outcome run(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = Meshd.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  private static Path socket() {
    return dir.resolve("server.sock");
  }
}
