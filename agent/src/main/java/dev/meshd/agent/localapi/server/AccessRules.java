package dev.meshd.agent.localapi.server;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who may write. Users are compared by the identity the kernel reports, not by name.
 *
 * <p>Thread-safe: immutable but for the operator, which is asked for anew each time because it is a
 * pref.
 */
public final class AccessRules {
  private final UserPrincipal daemonUser;
  private final Supplier<String> operator;
  private final UserPrincipalLookupService users =
      FileSystems.getDefault().getUserPrincipalLookupService();

  /**
   * @param daemonUser the user this process runs as
   * @param operator name of the operating user; empty for none
   */
  public AccessRules(UserPrincipal daemonUser, Supplier<String> operator) {
    this.daemonUser = daemonUser;
    this.operator = operator;
  }

  boolean allows(Access access, UserPrincipal caller) {
    return switch (access) {
      case READ -> true;
      case WRITE ->
          caller.equals(daemonUser) || isUser(caller, "0") || isUser(caller, operator.get());
    };
  }

  private boolean isUser(UserPrincipal caller, String nameOrId) {
    return !nameOrId.isEmpty() && lookUp(nameOrId).filter(caller::equals).isPresent();
  }

  private Optional<UserPrincipal> lookUp(String nameOrId) {
    try {
      return Optional.of(users.lookupPrincipalByName(nameOrId));
    } catch (IOException e) {
      return Optional.empty(); // no such user
    }
  }
}
