package dev.meshd.cli.server;

import dev.meshd.coordinator.admin.ApiUser;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code meshd server users}: who owns nodes. */
@Command(
    name = "users",
    description = "Users, who own nodes.",
    subcommands = {
      UsersCommand.Create.class,
      UsersCommand.ListAll.class,
      UsersCommand.Rename.class,
      UsersCommand.Delete.class
    })
final class UsersCommand extends CommandGroup {

  private static void print(List<ApiUser> users, PrintWriter out) {
    Instant now = Instant.now();
    Table table = new Table("ID", "NAME", "DISPLAY NAME", "EMAIL", "CREATED");
    for (ApiUser user : users) {
      table.row(
          user.id(),
          user.name(),
          user.displayName(),
          user.email(),
          Ago.of(user.createdAt(), now, ""));
    }
    table.print(out);
  }

  @Command(name = "create", description = "Make a user.")
  static final class Create implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Parameters(paramLabel = "NAME", description = "The new user's name, also the login name.")
    private String name = "";

    @Option(
        names = {"-d", "--display-name"},
        paramLabel = "TEXT",
        description = "What people see instead of the name.")
    private String displayName = "";

    @Option(
        names = {"-e", "--email"},
        paramLabel = "ADDRESS",
        description = "Mail address.")
    private String email = "";

    @Override
    public void run() {
      options.show(
          client -> client.createUser(name, displayName, email),
          (user, out) ->
              out.println("User " + user.name() + " created with id " + user.id() + "."));
    }
  }

  @Command(name = "list", description = "List the users.")
  static final class ListAll implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Override
    public void run() {
      options.show(client -> client.users(), UsersCommand::print);
    }
  }

  @Command(name = "rename", description = "Give a user another name.")
  static final class Rename implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Parameters(index = "0", paramLabel = "USER", description = "Name or id.")
    private String user = "";

    @Parameters(index = "1", paramLabel = "NEW", description = "The new name.")
    private String newName = "";

    @Override
    public void run() {
      options.show(
          client -> client.renameUser(user, newName),
          (renamed, out) ->
              out.println("User " + renamed.id() + " is now named " + renamed.name() + "."));
    }
  }

  @Command(
      name = "delete",
      aliases = "destroy",
      description = "Delete a user who owns no node, and the user's pre-auth keys.")
  static final class Delete implements Runnable {
    @Mixin private AdminOptions options = new AdminOptions();

    @Parameters(paramLabel = "USER", description = "Name or id.")
    private String user = "";

    @Override
    public void run() {
      options.show(
          client -> {
            client.deleteUser(user);
            return Map.of("deleted", user);
          },
          (answer, out) -> out.println("User " + user + " deleted."));
    }
  }
}
