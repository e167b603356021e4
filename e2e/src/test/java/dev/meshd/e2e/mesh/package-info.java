/**
 * Whole meshes in the lab: our server and nodes, Headscale and Tailscale clients, in every mix.
 *
 * <p>Start at {@link MeshdServer} and {@link MeshdNode}, then {@link HeadscaleServer} and {@link
 * TailscaleNode}, which wrap the real programs; the tests combine them.
 */
@NullMarked
package dev.meshd.e2e.mesh;

import org.jspecify.annotations.NullMarked;
