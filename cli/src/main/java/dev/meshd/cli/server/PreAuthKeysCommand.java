package dev.meshd.cli.server;

import dev.meshd.coordinator.admin.ApiPreAuthKey;
import dev.meshd.coordinator.config.DurationText;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code meshd server preauthkeys}: keys that let nodes in without a person. */
@Command(
    name = "preauthkeys",
    description = "Keys that let nodes in without a person.",
    subcommands = {
      PreAuthKeysCommand.Create.class,
      PreAuthKeysCommand.ListAll.class,
      PreAuthKeysCommand.Expire.class,
      PreAuthKeysCommand.Delete.class
    })
final class PreAuthKeysCommand extends CommandGroup {

  private static void print(List<ApiPreAuthKey> keys, PrintWriter out) {
    Instant now = Instant.now();
    Table table = new Table("ID", "KEY", "OWNER", "KIND", "EXPIRES", "STATE");
    for (ApiPreAuthKey key : keys) {
      table.row(
          key.id(),
          key.key(),
          owner(key),
          kind(key),
          Ago.of(key.expiration(), now, "never"),
          state(key));
    }
    table.print(out);
  }

  private static String owner(ApiPreAuthKey key) {
    String user = key.user();
    return !key.aclTags().isEmpty() ? String.join(",", key.aclTags()) : user == null ? "" : user;
  }

  private static String kind(ApiPreAuthKey key) {
    String uses = key.reusable() ? "reusable" : "single use";
    return key.ephemeral() ? uses + ", ephemeral" : uses;
  }

  private static String state(ApiPreAuthKey key) {
    String refusal = key.refusal();
    if (refusal != null) {
      return refusal.replace("authkey ", "");
    }
    return key.used() ? "usable, was used" : "usable";
  }

  @Command(name = "create", description = "Make a key and print it; it is shown only once.")
  static final class Create implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Spec private @Nullable CommandSpec spec;

    @Option(
        names = {"-u", "--user"},
        paramLabel = "USER",
        description = "Owner of the nodes, by name or id. Needed without --tags.")
    private Optional<String> user = Optional.empty();

    @Option(names = "--reusable", description = "The key lets in any number of nodes.")
    private boolean reusable;

    @Option(names = "--ephemeral", description = "Its nodes are deleted when they stay away.")
    private boolean ephemeral;

    @Option(
        names = {"-e", "--expiration"},
        paramLabel = "DURATION",
        description = "How long the key works: 30m, 24h, 7d, or 0 for ever. Default: 1h.")
    private String expiration = "1h";

    @Option(
        names = "--tags",
        paramLabel = "TAG",
        split = ",",
        description = "Nodes belong to these tags instead of a user.")
    private List<String> tags = new ArrayList<>();

    @Override
    public void run() {
      Optional<Instant> end = end();
      options.show(
          client -> client.createPreAuthKey(user, reusable, ephemeral, end, tags),
          (key, out) -> out.println(key.key()));
    }

    private Optional<Instant> end() {
      Optional<Duration> lifetime = DurationText.parse(expiration);
      if (lifetime.isEmpty() && spec != null) {
        throw new ParameterException(
            spec.commandLine(),
            "--expiration must be a duration such as 30m, 24h or 7d, not '" + expiration + "'");
      }
      return lifetime.filter(span -> !span.isZero()).map(span -> Instant.now().plus(span));
    }
  }

  @Command(name = "list", description = "List the keys, without their secrets.")
  static final class ListAll implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Override
    public void run() {
      options.show(client -> client.preAuthKeys(), PreAuthKeysCommand::print);
    }
  }

  @Command(name = "expire", description = "End a key at once; nodes it let in stay.")
  static final class Expire implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Parameters(paramLabel = "ID", description = "The key's id.")
    private String id = "";

    @Override
    public void run() {
      options.show(
          client -> {
            client.expirePreAuthKey(id);
            return Map.of("expired", id);
          },
          (answer, out) -> out.println("Key " + id + " expired."));
    }
  }

  @Command(name = "delete", description = "Delete a key; nodes it let in stay.")
  static final class Delete implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Parameters(paramLabel = "ID", description = "The key's id.")
    private String id = "";

    @Override
    public void run() {
      options.show(
          client -> {
            client.deletePreAuthKey(id);
            return Map.of("deleted", id);
          },
          (answer, out) -> out.println("Key " + id + " deleted."));
    }
  }
}
