package dev.meshd.coordinator.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meshd.coordinator.storage.DataDirectory;
import dev.meshd.coordinator.storage.ServerKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The file of a backup: a zip whose first entry {@code manifest.json} says {@code {"format": 1,
 * "made": RFC 3339, "files": {NAME: SHA-256 in hex}}}, followed by those files as they lie in the
 * data directory. Stateless.
 */
final class BackupArchive {
  /** What a data directory may hold that belongs to a backup; the database always does. */
  static final List<String> NAMES =
      List.of(
          DataDirectory.DATABASE,
          ServerKeys.NOISE,
          ServerKeys.DERP,
          DataDirectory.RELAY_CERTIFICATE);

  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final int FORMAT = 1;
  private static final String MANIFEST = "manifest.json";
  private static final int MAX_MANIFEST_BYTES = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private BackupArchive() {}

  /** Packs those of the {@link #NAMES} that are in {@code directory} into a new file. */
  static void pack(Path directory, Path archive, Instant made) throws IOException {
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("format", FORMAT).put("made", made.toString());
    ObjectNode hashes = manifest.putObject("files");
    for (String name : NAMES) {
      Path file = directory.resolve(name);
      if (Files.exists(file)) {
        hashes.put(name, copyHashing(file, OutputStream.nullOutputStream()));
      }
    }
    Files.createFile(archive, OWNER_ONLY);
    try (OutputStream out = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(MANIFEST));
      zip.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
      for (String name : NAMES) {
        if (hashes.has(name)) {
          zip.putNextEntry(new ZipEntry(name));
          Files.copy(directory.resolve(name), zip);
        }
      }
    }
  }

  /**
   * Unpacks an archive into an empty directory, checking every hash; returns when it was made.
   *
   * @throws BackupException when it is none, damaged, or of a newer format
   */
  static Instant unpack(Path archive, Path directory) throws IOException, BackupException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      JsonNode manifest = manifest(archive, zip);
      Map<String, String> hashes = new TreeMap<>();
      manifest
          .path("files")
          .properties()
          .forEach(entry -> hashes.put(entry.getKey(), entry.getValue().asText()));
      if (!NAMES.containsAll(hashes.keySet())
          || !hashes.keySet().containsAll(List.of(DataDirectory.DATABASE, ServerKeys.NOISE))) {
        throw damaged(archive, "it does not hold the files of a server");
      }
      for (var wanted : hashes.entrySet()) {
        unpack(archive, zip, wanted.getKey(), wanted.getValue(), directory);
      }
      return Instant.parse(manifest.path("made").asText());
    } catch (java.util.zip.ZipException | java.time.DateTimeException e) {
      throw damaged(archive, String.valueOf(e.getMessage()));
    }
  }

  private static void unpack(Path archive, ZipFile zip, String name, String hash, Path directory)
      throws IOException, BackupException {
    @Nullable ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw damaged(archive, name + " is missing");
    }
    Path file = Files.createFile(directory.resolve(name), OWNER_ONLY);
    try (InputStream in = zip.getInputStream(entry);
        OutputStream out = Files.newOutputStream(file)) {
      if (!copyHashing(in, out).equals(hash)) {
        throw damaged(archive, name + " does not match its hash");
      }
    }
  }

  private static JsonNode manifest(Path archive, ZipFile zip) throws IOException, BackupException {
    @Nullable ZipEntry entry = zip.getEntry(MANIFEST);
    if (entry == null) {
      throw damaged(archive, "it has no " + MANIFEST);
    }
    JsonNode manifest;
    try (InputStream in = zip.getInputStream(entry)) {
      manifest = JSON.readTree(in.readNBytes(MAX_MANIFEST_BYTES));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw damaged(archive, MANIFEST + " is not JSON");
    }
    int format = manifest.path("format").asInt();
    if (format > FORMAT) {
      throw new BackupException(
          archive
              + " was made by a newer meshd (format "
              + format
              + ", this program knows "
              + FORMAT
              + "); restore it with that version");
    }
    if (format != FORMAT) {
      throw damaged(archive, "its format is not " + FORMAT);
    }
    return manifest;
  }

  private static BackupException damaged(Path archive, String why) {
    return new BackupException(archive + " is not a whole backup of a meshd server: " + why);
  }

  private static String copyHashing(Path file, OutputStream out) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return copyHashing(in, out);
    }
  }

  private static String copyHashing(InputStream in, OutputStream out) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      in.transferTo(new DigestOutputStream(out, digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }
}
