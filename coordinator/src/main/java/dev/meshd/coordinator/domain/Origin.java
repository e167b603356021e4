package dev.meshd.coordinator.domain;

import java.util.OptionalLong;

/**
 * How a node got in.
 *
 * @param authKeyId the pre-auth key it came with, while that key is stored
 * @param ephemeral the node is deleted when it stays away
 */
public record Origin(RegisterMethod method, OptionalLong authKeyId, boolean ephemeral) {}
