package dev.meshd.coordinator.storage;

import org.jdbi.v3.core.Handle;

/** The tables within one running transaction. Must not be kept beyond it. */
public final class Transaction {
  private final Handle handle;

  Transaction(Handle handle) {
    this.handle = handle;
  }

  public UserTable users() {
    return new UserTable(handle);
  }

  public PreAuthKeyTable preAuthKeys() {
    return new PreAuthKeyTable(handle);
  }

  public NodeTable nodes() {
    return new NodeTable(handle);
  }
}
