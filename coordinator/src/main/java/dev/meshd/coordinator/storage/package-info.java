/**
 * What survives a restart. Read {@link Database} (one SQLite file, migrated at start), then {@link
 * Transaction} and the tables it gives: {@link UserTable}, {@link PreAuthKeyTable}, {@link
 * NodeTable}; {@link DatabaseCheck} (what is looked at before a file is used, and copies of one);
 * then {@link DataDirectory} (held by one server) and {@link ServerKeys} (the private keys beside
 * the database).
 *
 * <p>A transaction that returned is on disk: the write-ahead log is synced at every commit, so a
 * killed process or a cut power line loses nothing that was answered. The tables hold rows and
 * rules of uniqueness; every other rule is the registry's. One writer: the coordinator's loop.
 */
@NullMarked
package dev.meshd.coordinator.storage;

import org.jspecify.annotations.NullMarked;
