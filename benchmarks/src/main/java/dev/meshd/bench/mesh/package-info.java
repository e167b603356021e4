/**
 * Whole meshes side by side: ours, and tailscaled with Headscale where they are found. {@link
 * dev.meshd.bench.mesh.MeshBenchmark} (what is measured), {@code Mesh} (a server and how nodes are
 * started), {@code MeshNode} (a daemon, its client commands and its local API, which both kinds
 * share), {@code HeadscaleSetup}.
 */
@NullMarked
package dev.meshd.bench.mesh;

import org.jspecify.annotations.NullMarked;
