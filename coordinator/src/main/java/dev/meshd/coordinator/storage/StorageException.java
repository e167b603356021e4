package dev.meshd.coordinator.storage;

/**
 * The database or a key file cannot be read or written. The message is a sentence for the operator.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }

  public StorageException(String message) {
    super(message);
  }
}
