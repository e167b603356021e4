package dev.meshd.coordinator.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationVersion;
import org.sqlite.SQLiteDataSource;

/** What can be said of a database file without changing it, and copies of one. Stateless. */
public final class DatabaseCheck {
  private static final String WHOLE = "ok";

  private DatabaseCheck() {}

  /**
   * Reads every page of {@code file}; an empty file passes, it is a database yet to be made.
   *
   * @throws StorageException when it is damaged or no database
   */
  public static void requireWhole(Path file) {
    String found;
    try (Connection connection = connect(file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA quick_check(1)")) {
      found = rows.next() ? rows.getString(1) : "it cannot be read";
    } catch (SQLException e) {
      found = Database.reason(e);
    }
    if (!found.equals(WHOLE)) {
      throw new StorageException(
          "the database "
              + file
              + " is damaged ("
              + found.lines().findFirst().orElse("")
              + "); nothing was changed, bring back a backup with: meshd server restore");
    }
  }

  /**
   * The schema version of a database that is not in use by this process; empty for a file without a
   * schema.
   *
   * @throws StorageException when it was written by a newer version of this program
   */
  public static Optional<String> version(Path file) {
    SQLiteDataSource source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file);
    MigrationInfoService migrations = flyway(source).info();
    requireKnown(file, migrations);
    return Optional.ofNullable(migrations.current()).map(info -> info.getVersion().getVersion());
  }

  static Flyway flyway(DataSource source) {
    return Flyway.configure(DatabaseCheck.class.getClassLoader())
        .dataSource(source)
        .locations("classpath:db/migration")
        .validateMigrationNaming(true)
        .load();
  }

  /** Refuses a schema that this program does not know: it would be read wrongly. */
  static void requireKnown(Path file, MigrationInfoService migrations) {
    MigrationVersion newest =
        Arrays.stream(migrations.all())
            .filter(migration -> migration.getState().isResolved())
            .map(MigrationInfo::getVersion)
            .max(Comparator.naturalOrder())
            .orElse(MigrationVersion.EMPTY);
    MigrationInfo current = migrations.current();
    if (current != null && current.getVersion().compareTo(newest) > 0) {
      throw new StorageException(
          "the database "
              + file
              + " was written by a newer meshd (schema version "
              + current.getVersion()
              + ", this program knows "
              + newest
              + "); install that version again, nothing was changed");
    }
  }

  /**
   * Writes the database as it is at this moment, whoever else uses it, to a new file of mode 0600.
   *
   * @throws StorageException when it cannot be read or the copy cannot be written
   */
  public static void copy(Path file, Path to) {
    try {
      Files.deleteIfExists(to);
      Files.createFile(
          to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try (Connection connection = connect(file);
          PreparedStatement statement = connection.prepareStatement("VACUUM INTO ?")) {
        statement.setString(1, to.toString());
        statement.execute();
      }
    } catch (IOException | SQLException e) {
      throw new StorageException(
          "cannot copy the database to " + to + ": " + Database.reason(e), e);
    }
  }

  private static Connection connect(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }
}
