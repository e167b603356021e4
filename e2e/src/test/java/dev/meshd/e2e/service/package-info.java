/**
 * The daemon and the server as services of a real systemd, which runs in namespaces of its own:
 * {@link dev.meshd.e2e.service.PrivateSystemd}. The units tested are those of {@code packaging/}.
 */
@NullMarked
package dev.meshd.e2e.service;

import org.jspecify.annotations.NullMarked;
