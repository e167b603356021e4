package dev.meshd.agent.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.meshd.disk.PrivateFile;
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
  private final PrivateFile file;
  private final StateKey key;

  public SealedFile(Path path, StateKey key) {
    this.file = PrivateFile.at(path);
    this.key = key;
  }

  public void write(byte[] content) throws IOException {
    file.replace(key.seal(name(), content));
  }

  public Optional<byte[]> read() throws IOException {
    try {
      return key.open(name(), Files.readAllBytes(file.path()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  public void delete() throws IOException {
    file.delete();
  }

  private byte[] name() {
    return file.path().getFileName().toString().getBytes(UTF_8);
  }
}
