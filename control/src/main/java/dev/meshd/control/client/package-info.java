/**
 * The node's side of the control protocol: logs in, keeps the map stream open, tells the server
 * what changes here.
 *
 * <p>Reading order: {@link dev.meshd.control.client.ControlClient} (what an agent holds), {@link
 * dev.meshd.control.client.ControlEvent} (what it hears), {@link
 * dev.meshd.control.client.ControlIdentity} and {@link dev.meshd.control.client.HostFacts} (what it
 * gives); what the routines share ({@code ClientState}); login ({@code LoginRoutine}, {@code
 * Registrar}, {@link dev.meshd.control.client.RegisterResult}), the map stream ({@code MapRoutine},
 * {@code MapStream}), updates ({@code UpdateRoutine}); the connection under them ({@code
 * ServerLink}, {@code ServerKeyFetch}); the policies ({@link dev.meshd.control.client.Backoff}).
 *
 * <p>Blocking code on virtual threads; the client owns three and whatever answers a ping. It never
 * keeps anything on disk: keys and maps go to the listener, which does.
 */
@NullMarked
package dev.meshd.control.client;

import org.jspecify.annotations.NullMarked;
