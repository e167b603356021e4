/**
 * Everything a server needs to go on elsewhere, in one file. {@link
 * dev.meshd.coordinator.backup.BackupArchive} is the file: a zip of the database, the private keys
 * and the relay's certificate with a manifest of their hashes; {@link
 * dev.meshd.coordinator.backup.Backup} makes one while the server runs, {@link
 * dev.meshd.coordinator.backup.Restore} puts one back while none does.
 *
 * <p>A backup is as secret as the data directory: whoever has it can be the server.
 */
@NullMarked
package dev.meshd.coordinator.backup;

import org.jspecify.annotations.NullMarked;
