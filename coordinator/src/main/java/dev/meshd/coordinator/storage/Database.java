package dev.meshd.coordinator.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The server's SQLite file. Write-ahead log with a sync at each commit; foreign keys enforced;
 * migrations of {@code db/migration} applied at {@link #open}. Thread-safe, although SQLite admits
 * one writer at a time.
 */
public final class Database implements AutoCloseable {
  /** One for the writer, one so that a health check never waits for it. */
  private static final int CONNECTIONS = 2;

  private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);
  private static final int PING_TIMEOUT_SECONDS = 2;

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private volatile boolean takesWrites = true;
  private volatile LongConsumer transactionNanos = nanos -> {};

  private Database(HikariDataSource pool) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
  }

  /**
   * Opens {@code file}, making it when there is none; its directory must exist. Before the schema
   * of an older version is changed, a copy of the file is put beside it.
   *
   * @throws StorageException when the file cannot be read or written, is no database or a damaged
   *     one, or was written by a newer version; nothing has been changed then
   */
  public static Database open(Path file) {
    SQLiteConfig sqlite = new SQLiteConfig();
    sqlite.setJournalMode(SQLiteConfig.JournalMode.WAL);
    sqlite.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    sqlite.enforceForeignKeys(true);
    sqlite.setBusyTimeout((int) BUSY_TIMEOUT.toMillis());
    SQLiteDataSource source = new SQLiteDataSource(sqlite);
    source.setUrl("jdbc:sqlite:" + file);
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setPoolName("meshd-server");
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    try {
      makeForOwner(file);
      DatabaseCheck.requireWhole(file);
      HikariDataSource pool = new HikariDataSource(config);
      try {
        migrate(pool, file);
        return new Database(pool);
      } catch (FlywayException | StorageException e) {
        pool.close();
        throw e;
      }
    } catch (IOException | FlywayException | PoolInitializationException e) {
      throw new StorageException("cannot use the database " + file + ": " + reason(e), e);
    }
  }

  /**
   * Makes an empty file of mode 0600, which SQLite takes for a new database and copies for its log.
   */
  private static void makeForOwner(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
  }

  private static void migrate(HikariDataSource pool, Path file) {
    Flyway flyway = DatabaseCheck.flyway(pool);
    MigrationInfoService migrations = flyway.info();
    MigrationInfo current = migrations.current();
    if (current != null) {
      DatabaseCheck.requireKnown(file, migrations);
      if (migrations.pending().length > 0) {
        DatabaseCheck.copy(file, file.resolveSibling(copyName(file, current)));
      }
    }
    flyway.migrate();
  }

  private static String copyName(Path file, MigrationInfo current) {
    return file.getFileName() + ".version-" + current.getVersion();
  }

  /** The innermost message, on one line: the outer ones speak of pools and migrations. */
  static String reason(Throwable failure) {
    Throwable inner = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      inner = cause;
    }
    String message = inner.getMessage();
    return message == null
        ? inner.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  /**
   * Runs {@code work} as one transaction: all of it is on disk when this returns, none of it when
   * it throws.
   *
   * @throws StorageException when the database refuses
   */
  public <T> T inTransaction(Function<Transaction, T> work) {
    long began = System.nanoTime();
    try {
      return jdbi.inTransaction(
          TransactionIsolationLevel.SERIALIZABLE, handle -> work.apply(new Transaction(handle)));
    } catch (JdbiException e) {
      throw new StorageException("the database failed: " + reason(e), e);
    } finally {
      transactionNanos.accept(System.nanoTime() - began);
    }
  }

  /** Has {@code listener} told how long each transaction took, in nanoseconds, from now on. */
  public void onTransaction(LongConsumer listener) {
    transactionNanos = listener;
  }

  /** Says whether the last attempt to write what nodes repeat succeeded. */
  public void noteWrites(boolean succeed) {
    takesWrites = succeed;
  }

  /** True when the database answers and takes what is written. */
  public boolean isAlive() {
    if (!takesWrites) {
      return false;
    }
    try (Connection connection = pool.getConnection()) {
      return connection.isValid(PING_TIMEOUT_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
