package dev.meshd.agent.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One encrypted file. Content that is missing, damaged or of another key reads as absent: it is a
 * cache.
 */
public final class SealedFile {
  private final Path path;
  private final StateKey key;

  public SealedFile(Path path, StateKey key) {
    this.path = path;
    this.key = key;
  }

  public void write(byte[] content) throws IOException {
    AtomicFile.write(path, key.seal(name(), content));
  }

  public Optional<byte[]> read() throws IOException {
    try {
      return key.open(name(), Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  public void delete() throws IOException {
    Files.deleteIfExists(path);
  }

  private byte[] name() {
    return path.getFileName().toString().getBytes(UTF_8);
  }
}
