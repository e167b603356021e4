package dev.meshd.cli.server;

import dev.meshd.coordinator.admin.ApiNode;
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
      NodesCommand.Register.class,
      NodesCommand.Rename.class,
      NodesCommand.Expire.class,
      NodesCommand.Delete.class,
      NodesCommand.Tag.class
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

    @Parameters(paramLabel = "NODE", description = "Name or id.")
    private String node = "";

    @Override
    public void run() {
      options.show(client -> client.node(node), NodesCommand::print);
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

    @Parameters(index = "0", paramLabel = "NODE", description = "Name or id.")
    private String node = "";

    @Parameters(index = "1", paramLabel = "NEW", description = "The new name, a DNS label.")
    private String newName = "";

    @Override
    public void run() {
      options.show(
          client -> client.renameNode(node, newName),
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

    @Parameters(paramLabel = "NODE", description = "Name or id.")
    private String node = "";

    @Option(
        names = {"-e", "--expiry"},
        paramLabel = "TIME",
        description = "When, as 2030-01-31T12:00:00Z. Default: now.")
    private @Nullable String expiry;

    @Option(
        names = {"-d", "--disable"},
        description = "The key never ends.")
    private boolean disable;

    @Override
    public void run() {
      Instant end = end();
      options.show(
          client -> disable ? client.disableNodeExpiry(node) : client.expireNode(node, end),
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
      if (expiry == null) {
        return Instant.now();
      }
      try {
        return Instant.parse(expiry);
      } catch (DateTimeParseException e) {
        if (spec == null) {
          throw e;
        }
        throw new ParameterException(
            spec.commandLine(),
            "--expiry must be a time such as 2030-01-31T12:00:00Z, not '" + expiry + "'",
            e);
      }
    }
  }

  @Command(name = "delete", description = "Delete a node; the device is logged out.")
  static final class Delete implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Parameters(paramLabel = "NODE", description = "Name or id.")
    private String node = "";

    @Override
    public void run() {
      options.show(
          client -> {
            client.deleteNode(node);
            return Map.of("deleted", node);
          },
          (answer, out) -> out.println("Node " + node + " deleted."));
    }
  }

  @Command(
      name = "tag",
      description = "Take a node from its user and give it to tags; the list is the whole list.")
  static final class Tag implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Parameters(paramLabel = "NODE", description = "Name or id.")
    private String node = "";

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
          client -> client.tagNode(node, tags),
          (changed, out) ->
              out.println(
                  "Node "
                      + changed.givenName()
                      + " has the tags "
                      + String.join(", ", changed.tags())
                      + "."));
    }
  }
}
