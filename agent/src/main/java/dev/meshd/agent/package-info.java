/**
 * The daemon as a process: {@link dev.meshd.agent.Daemon} opens and closes its parts. They are,
 * from the outside in: {@code localapi} (what local programs may ask), {@code backend} (what to do
 * and why), {@code node} (a running node around its engine), {@code datapath} (the threads that
 * carry packets), {@code state} (what is kept on disk), {@code bus} (who is told of changes).
 */
@NullMarked
package dev.meshd.agent;

import org.jspecify.annotations.NullMarked;
