package dev.meshd.coordinator.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.meshd.crypto.KeyFormatException;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The server's own private keys, one file each in the data directory, mode 0600, text {@code
 * privkey:<hex>}. Made at the first start. Losing {@code noise.key} makes clients distrust the
 * server, so a file that is there but unreadable stops the start instead of being replaced.
 *
 * @param noise identity of the control channel
 * @param derp identity of the relay
 */
public record ServerKeys(MachinePrivateKey noise, NodePrivateKey derp) {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  /**
   * Reads both keys, making those that are missing.
   *
   * @throws StorageException when a file cannot be read or written, or does not hold a key
   */
  public static ServerKeys loadOrCreate(Path dataDir) {
    return new ServerKeys(
        key(
            dataDir.resolve("noise.key"),
            MachinePrivateKey::parse,
            MachinePrivateKey::generate,
            MachinePrivateKey::text),
        key(
            dataDir.resolve("derp.key"),
            NodePrivateKey::parse,
            NodePrivateKey::generate,
            NodePrivateKey::text));
  }

  private static <K> K key(
      Path file, Function<String, K> parse, Supplier<K> generate, Function<K, String> text) {
    try {
      if (Files.exists(file)) {
        return parse.apply(Files.readString(file, US_ASCII).strip());
      }
      K key = generate.get();
      writeSecret(file, text.apply(key) + "\n");
      return key;
    } catch (KeyFormatException e) {
      throw new StorageException(file + " does not hold a private key", e);
    } catch (IOException e) {
      throw new StorageException("cannot use the key file " + file + ": " + e.getMessage(), e);
    }
  }

  /** Writes a file of mode 0600 that is either all there or not there, also after a power cut. */
  public static void writeSecret(Path file, String text) throws IOException {
    FileAttribute<Set<PosixFilePermission>> ownerOnly =
        PosixFilePermissions.asFileAttribute(OWNER_ONLY);
    Path parent = file.toAbsolutePath().getParent();
    Path draft = Files.createTempFile(parent, "." + file.getFileName(), null, ownerOnly);
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
