package dev.meshd.agent.backend;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meshd.agent.localapi.Json;
import dev.meshd.agent.localapi.PeerStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is known of one node before it becomes a {@link PeerStatus}. Owned by its maker.
 */
final class PeerFacts {
  String id = "";
  long nodeId;
  String publicKey = "";
  String hostName = "";
  String dnsName = "";
  String os = "";
  long userId;
  long altSharerUserId;
  List<String> ips = List.of();
  List<String> allowedIps = List.of();
  List<String> tags = List.of();
  List<String> primaryRoutes = List.of();
  List<String> addrs = List.of();
  String relay = "";
  String created = Json.ZERO_TIME;
  String lastSeen = Json.ZERO_TIME;
  boolean online;
  boolean exitNodeOption;
  @Nullable String keyExpiry;
  Map<String, JsonNode> capMap = Map.of();

  private String currentAddress = "";
  private long rxBytes;
  private long txBytes;
  private String lastHandshake = Json.ZERO_TIME;
  private boolean active;
  private boolean inMagicSock;
  private boolean inEngine;
  private boolean inNetworkMap = true;

  /** This node before there is a network map. */
  static PeerFacts unknown(String publicKey, String os) {
    PeerFacts facts = new PeerFacts();
    facts.publicKey = publicKey;
    facts.os = os;
    facts.inNetworkMap = false;
    return facts;
  }

  PeerFacts withTraffic(
      String direct,
      long rx,
      long tx,
      String handshake,
      boolean isActive,
      boolean hasPaths,
      boolean hasSession) {
    currentAddress = direct;
    rxBytes = rx;
    txBytes = tx;
    lastHandshake = handshake;
    active = isActive;
    inMagicSock = hasPaths;
    inEngine = hasSession;
    return this;
  }

  PeerFacts withSelf(List<String> ownEndpoints, String homeRelay, boolean isOnline) {
    addrs = ownEndpoints;
    relay = homeRelay;
    online = isOnline;
    return this;
  }

  PeerStatus build(boolean expired) {
    return new PeerStatus(
        id,
        nodeId,
        publicKey,
        hostName,
        dnsName,
        os,
        userId,
        altSharerUserId,
        ips,
        allowedIps,
        tags,
        primaryRoutes,
        addrs,
        currentAddress,
        relay,
        "",
        rxBytes,
        txBytes,
        created,
        Json.ZERO_TIME,
        lastSeen,
        lastHandshake,
        online,
        false,
        exitNodeOption,
        active,
        List.of(),
        0,
        "",
        capMap,
        false,
        inNetworkMap,
        inMagicSock,
        inEngine,
        expired,
        keyExpiry);
  }
}
