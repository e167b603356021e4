/**
 * {@code meshd server}: {@link ServerCommand} runs the coordination server; {@link UsersCommand},
 * {@link PreAuthKeysCommand} and {@link NodesCommand} ask a running one through its Unix socket
 * ({@link AdminOptions}). {@link Table} and {@link Ago} are how answers look to people; {@code
 * --json} prints the API's own objects.
 */
@NullMarked
package dev.meshd.cli.server;

import org.jspecify.annotations.NullMarked;
