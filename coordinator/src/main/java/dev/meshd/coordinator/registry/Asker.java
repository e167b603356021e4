package dev.meshd.coordinator.registry;

/**
 * Where a request to register came from.
 *
 * @param address as shown to the person who decides
 * @param network addresses of the same text count as one asker
 * @param local this host itself, which may ask for everybody: a reverse proxy
 */
public record Asker(String address, String network, boolean local) {}
