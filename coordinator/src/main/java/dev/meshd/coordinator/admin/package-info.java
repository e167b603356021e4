/**
 * Administration. Read {@link AdminApi} (what can be asked, on the coordinator loop), {@link
 * AdminServer} (the Unix socket it is asked through, and who may), {@link AdminClient} (the asking
 * side, used by the commands), and the JSON they share: {@link ApiUser}, {@link ApiPreAuthKey},
 * {@link ApiNode}.
 *
 * <p>HTTP and JSON in the manner of Headscale's REST API v1: the same paths and names, ids as
 * decimal text, times as RFC 3339. There is no other way in: the socket is the owner's, and only
 * root and the owner are answered.
 */
@NullMarked
package dev.meshd.coordinator.admin;

import org.jspecify.annotations.NullMarked;
