package dev.meshd.cli.server;

import dev.meshd.coordinator.admin.ApiNode;
import dev.meshd.coordinator.admin.ApiRegistration;
import dev.meshd.coordinator.config.DurationText;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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

/** {@code meshd server nodes}: the devices of the network. */
@Command(
    name = "nodes",
    description = "The devices of the network.",
    subcommands = {
      NodesCommand.ListAll.class,
      NodesCommand.Show.class,
      NodesCommand.Pending.class,
      NodesCommand.Register.class,
      NodesCommand.Rename.class,
      NodesCommand.Expire.class,
      NodesCommand.Delete.class,
      NodesCommand.Tag.class,
      NodesCommand.Move.class
    })
final class NodesCommand extends CommandGroup {

  private static void print(List<ApiNode> nodes, PrintWriter out) {
    Instant now = Instant.now();
    Table table = new Table("ID", "NAME", "OWNER", "ADDRESSES", "STATE", "KEY EXPIRES", "VERSION");
    for (ApiNode node : nodes) {
      table.row(
          node.id(),
          node.givenName(),
          owner(node),
          String.join(" ", node.ipAddresses()),
          state(node, now),
          Ago.of(node.expiry(), now, "never"),
          node.clientVersion());
    }
    table.print(out);
  }

  private static void print(ApiNode node, PrintWriter out) {
    Instant now = Instant.now();
    Table table = new Table("ID", node.id());
    table.row("Name", node.givenName());
    table.row("Host name", node.name());
    table.row("Owner", owner(node));
    table.row("Addresses", String.join(" ", node.ipAddresses()));
    table.row("State", state(node, now));
    table.row("Key expires", Ago.of(node.expiry(), now, "never"));
    table.row("Ephemeral", node.ephemeral() ? "yes" : "no");
    table.row("Joined", Ago.of(node.createdAt(), now, ""));
    table.row("Home relay", node.homeDerp() == 0 ? "unknown" : Integer.toString(node.homeDerp()));
    table.row("Endpoints", String.join(" ", node.endpoints()));
    table.row("Client", (node.clientVersion() + " " + node.os()).strip());
    table.row("Node key", node.nodeKey());
    table.row("Machine key", node.machineKey());
    table.print(out);
  }

  private static String owner(ApiNode node) {
    return node.tags().isEmpty() ? node.user() : String.join(",", node.tags());
  }

  private static String state(ApiNode node, Instant now) {
    if (node.expired()) {
      return "expired";
    }
    return node.online() ? "online" : "offline, seen " + Ago.of(node.lastSeen(), now, "never");
  }

  @Command(name = "list", description = "List the nodes.")
  static final class ListAll implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Option(
        names = {"-u", "--user"},
        paramLabel = "USER",
        description = "Only those of this user.")
    private Optional<String> user = Optional.empty();

    @Override
    public void run() {
      options.show(client -> client.nodes(user), NodesCommand::print);
    }
  }

  @Command(name = "show", description = "Show one node in full.")
  static final class Show implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Mixin private NodeChoice node = new NodeChoice();

    @Override
    public void run() {
      options.show(client -> client.node(node.chosen()), NodesCommand::print);
    }
  }

  @Command(name = "pending", description = "List the devices that wait for approval.")
  static final class Pending implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Override
    public void run() {
      options.show(client -> client.registrations(), Pending::print);
    }

    private static void print(List<ApiRegistration> waiting, PrintWriter out) {
      Instant now = Instant.now();
      Table table = new Table("ID", "NAME", "SYSTEM", "FROM", "LAPSES");
      for (ApiRegistration device : waiting) {
        table.row(
            device.id(),
            device.name(),
            device.system(),
            device.from(),
            Ago.of(device.lapsesAt(), now, ""));
      }
      table.print(out);
    }
  }

  @Command(name = "register", description = "Let a waiting device in; its page shows this command.")
  static final class Register implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Option(
        names = {"-u", "--user"},
        paramLabel = "USER",
        description = "Who will own the node, by name or id; may be left out if there is one user.")
    private Optional<String> user = Optional.empty();

    @Option(
        names = {"-k", "--key"},
        paramLabel = "ID",
        required = true,
        description = "The registration's id.")
    private String key = "";

    @Override
    public void run() {
      options.show(
          client -> client.registerNode(user, key),
          (node, out) ->
              out.println(
                  "Node "
                      + node.givenName()
                      + " registered with id "
                      + node.id()
                      + " and addresses "
                      + String.join(" ", node.ipAddresses())
                      + "."));
    }
  }

  @Command(
      name = "rename",
      description = "Give a node another name; it no longer follows its host name.")
  static final class Rename implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Spec private @Nullable CommandSpec spec;

    @Option(
        names = {"-i", "--identifier"},
        paramLabel = "NODE",
        description = "Name or id, in place of the first parameter.")
    private @Nullable String identifier;

    @Parameters(
        arity = "1..2",
        paramLabel = "[NODE] NEW",
        description = "The node's name or id, and its new name, a DNS label.")
    private List<String> words = new ArrayList<>();

    @Override
    public void run() {
      if (spec != null && words.size() != (identifier == null ? 2 : 1)) {
        throw new ParameterException(spec.commandLine(), "one node and one new name are needed");
      }
      String node = identifier == null ? words.getFirst() : identifier;
      options.show(
          client -> client.renameNode(node, words.getLast()),
          (renamed, out) ->
              out.println("Node " + renamed.id() + " is now named " + renamed.givenName() + "."));
    }
  }

  @Command(
      name = "expire",
      description = "End a node's key now or later; the device must log in again then.")
  static final class Expire implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Spec private @Nullable CommandSpec spec;

    @Mixin private NodeChoice node = new NodeChoice();

    @Option(
        names = {"-e", "--expiry"},
        paramLabel = "TIME",
        description = "When, as 2030-01-31T12:00:00Z. Default: now.")
    private @Nullable String expiry;

    @Option(names = "--in", paramLabel = "DURATION", description = "When, from now: 12h, 30d.")
    private @Nullable String in;

    @Option(
        names = {"-d", "--disable"},
        description = "The key never ends.")
    private boolean disable;

    @Override
    public void run() {
      Instant end = end();
      options.show(
          client ->
              disable
                  ? client.disableNodeExpiry(node.chosen())
                  : client.expireNode(node.chosen(), end),
          (changed, out) ->
              out.println(
                  changed.expiry() == null
                      ? "The key of node " + changed.givenName() + " never expires."
                      : "The key of node "
                          + changed.givenName()
                          + " expires at "
                          + changed.expiry()
                          + "."));
    }

    private Instant end() {
      if ((expiry == null ? 0 : 1) + (in == null ? 0 : 1) + (disable ? 1 : 0) > 1) {
        throw misuse("--expiry, --in and --disable say different things: use one of them");
      }
      if (in != null) {
        return DurationText.parse(in)
            .map(Instant.now()::plus)
            .orElseThrow(
                () -> misuse("--in must be a duration such as 12h or 30d, not '" + in + "'"));
      }
      if (expiry == null) {
        return Instant.now();
      }
      try {
        return Instant.parse(expiry);
      } catch (DateTimeParseException e) {
        throw misuse("--expiry must be a time such as 2030-01-31T12:00:00Z, not '" + expiry + "'");
      }
    }

    private ParameterException misuse(String sentence) {
      if (spec == null) {
        throw new IllegalStateException("used outside a command");
      }
      return new ParameterException(spec.commandLine(), sentence);
    }
  }

  @Command(name = "delete", description = "Delete a node; the device is logged out.")
  static final class Delete implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Mixin private NodeChoice node = new NodeChoice();

    @Override
    public void run() {
      options.show(
          client -> {
            client.deleteNode(node.chosen());
            return Map.of("deleted", node.chosen());
          },
          (answer, out) -> out.println("Node " + node.chosen() + " deleted."));
    }
  }

  @Command(
      name = "tag",
      description = "Take a node from its user and give it to tags; the list is the whole list.")
  static final class Tag implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Mixin private NodeChoice node = new NodeChoice();

    @Option(
        names = {"-t", "--tags"},
        paramLabel = "TAG",
        split = ",",
        required = true,
        description = "tag:NAME, several separated by commas.")
    private List<String> tags = new ArrayList<>();

    @Override
    public void run() {
      options.show(
          client -> client.tagNode(node.chosen(), tags),
          (changed, out) ->
              out.println(
                  "Node "
                      + changed.givenName()
                      + " has the tags "
                      + String.join(", ", changed.tags())
                      + "."));
    }
  }

  @Command(
      name = "move",
      description = "Give a node to another user; a tagged node loses its tags.")
  static final class Move implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Mixin private NodeChoice node = new NodeChoice();

    @Option(
        names = {"-u", "--user"},
        paramLabel = "USER",
        required = true,
        description = "The new owner, by name or id.")
    private String user = "";

    @Override
    public void run() {
      options.show(
          client -> client.moveNode(node.chosen(), user),
          (moved, out) ->
              out.println("Node " + moved.givenName() + " now belongs to " + moved.user() + "."));
    }
  }
}
