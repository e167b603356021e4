package dev.meshd.coordinator.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.meshd.crypto.KeyFormatException;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.disk.DiskFault;
import dev.meshd.disk.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  public static final String NOISE = "noise.key";
  public static final String DERP = "derp.key";

  /**
   * Reads both keys for a server that knows nodes: only the relay's may be missing.
   *
   * @throws StorageException also when {@code noise.key} is missing
   */
  public static ServerKeys load(Path dataDir) {
    Path noise = dataDir.resolve(NOISE);
    if (!Files.exists(noise)) {
      throw new StorageException(
          "the key file "
              + noise
              + " is missing although the database knows nodes, which would all refuse another key;"
              + " bring back a backup with: meshd server restore");
    }
    return loadOrCreate(dataDir);
  }

  /**
   * Reads both keys, making those that are missing.
   *
   * @throws StorageException when a file cannot be read or written, or does not hold a key
   */
  public static ServerKeys loadOrCreate(Path dataDir) {
    return new ServerKeys(
        key(
            dataDir.resolve(NOISE),
            MachinePrivateKey::parse,
            MachinePrivateKey::generate,
            MachinePrivateKey::text),
        key(
            dataDir.resolve(DERP),
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
      PrivateFile.at(file).replace((text.apply(key) + "\n").getBytes(US_ASCII));
      return key;
    } catch (KeyFormatException e) {
      throw new StorageException(file + " does not hold a private key", e);
    } catch (IOException e) {
      throw new StorageException("cannot use the key file " + file + ": " + DiskFault.reason(e), e);
    }
  }
}
