package dev.meshd.engine;

import dev.meshd.crypto.SecureRandomSource;
import dev.meshd.wireguard.timer.DeadlineHeap;

/** What every {@link MeshLink} shares with the others. Owned by the engine loop. */
record LinkServices(
    SecureRandomSource random,
    DiscoPort disco,
    RelayUse relays,
    EndpointDiscovery discovery,
    UserPings userPings,
    DeadlineHeap<MeshLink> deadlines,
    EngineOutput out) {}
