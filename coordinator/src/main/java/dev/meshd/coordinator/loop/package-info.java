/**
 * The one thread that owns the server's state: {@link CoordinatorLoop}. Registry, sessions and
 * pending registrations are touched on it and nowhere else; connections and administrators hand it
 * work. Work must not wait for anything but the local database.
 */
@NullMarked
package dev.meshd.coordinator.loop;

import org.jspecify.annotations.NullMarked;
