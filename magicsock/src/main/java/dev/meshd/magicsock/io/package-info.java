/**
 * The sockets of path discovery: {@link dev.meshd.magicsock.io.StunServer} answers binding requests
 * for anyone.
 *
 * <p>Thin shells around the packages beside this one; each class says which thread it runs on.
 */
@NullMarked
package dev.meshd.magicsock.io;

import org.jspecify.annotations.NullMarked;
