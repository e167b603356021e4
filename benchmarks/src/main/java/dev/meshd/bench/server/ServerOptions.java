package dev.meshd.bench.server;

import java.time.Duration;
import java.util.List;

/**
 * How large a run is.
 *
 * @param program the words that run {@code meshd}
 * @param nodes how many simulated nodes
 * @param joinsAtOnce how many of them are joining at any time
 * @param rounds how often each kind of change is made
 * @param idle how long the server is watched doing nothing
 * @param limit how long any one thing may take before it has failed
 */
public record ServerOptions(
    List<String> program, int nodes, int joinsAtOnce, int rounds, Duration idle, Duration limit) {}
