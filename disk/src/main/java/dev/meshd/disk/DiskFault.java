package dev.meshd.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What went wrong with a file, in words for people. Stateless. */
public final class DiskFault {
  private DiskFault() {}

  /**
   * The reason alone, without the file's name that Java puts in front: {@code No space left on
   * device}, {@code Read-only file system}, {@code permission denied}.
   */
  public static String reason(IOException fault) {
    String message = fault.getMessage();
    return switch (fault) {
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException missing -> "it does not exist";
      case FileAlreadyExistsException exists -> "it is not a directory";
      case FileSystemException system when system.getReason() != null -> system.getReason();
      default -> message == null ? fault.getClass().getSimpleName() : message;
    };
  }
}
