package dev.meshd.coordinator.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.packet.Endpoint;
import dev.meshd.packet.IpAddress;
import dev.meshd.packet.IpPrefix;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a node may tell others about itself. All of it is shown to every other node and some of it
 * to administrators on their terminals, so a node that lies must not be able to make that large,
 * unreadable, or a way to have others send where they should not.
 *
 * <ul>
 *   <li>Host facts are at most {@value #MAX_HOSTINFO_BYTES} bytes of JSON; characters that steer
 *       terminals or hide text become U+FFFD; texts are cut at {@value #MAX_TEXT} characters.
 *   <li>Endpoints are addresses that a peer elsewhere could send to: not loopback, multicast,
 *       unspecified or broadcast, not port 0, and not inside the mesh itself.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class ReportedFacts {
  /** Real ones have one or two thousand; a subnet router with hundreds of routes ten. */
  static final int MAX_HOSTINFO_BYTES = 32 * 1024;

  static final int MAX_TEXT = 1024;

  /** Controls, line separators, and what reorders or hides text. */
  private static final Pattern STEERING =
      Pattern.compile("[\\p{Cc}\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\u200e\\u200f]");

  private static final IpAddress BROADCAST = IpAddress.parse("255.255.255.255");

  private final List<IpPrefix> mesh;
  private final WebStats stats;

  /**
   * @param mesh the ranges of node addresses
   */
  ReportedFacts(List<IpPrefix> mesh, WebStats stats) {
    this.mesh = List.copyOf(mesh);
    this.stats = stats;
  }

  /**
   * Host facts fit to be passed on; null stays null.
   *
   * @throws WireException when they are too large
   */
  @Nullable Hostinfo hostinfo(@Nullable Hostinfo reported) throws WireException {
    if (reported == null) {
      return null;
    }
    byte[] json = WireJson.encode(reported);
    if (json.length > MAX_HOSTINFO_BYTES) {
      stats.hostinfoTooLarge.increment();
      throw new WireException("host facts of " + json.length + " bytes");
    }
    JsonNode tree = WireJson.mapper().valueToTree(reported);
    if (!clean(tree)) {
      return reported;
    }
    try {
      return WireJson.mapper().treeToValue(tree, Hostinfo.class);
    } catch (JsonProcessingException e) {
      throw new WireException("host facts that cannot be cleaned", e);
    }
  }

  /** Cleans texts inside {@code node} and says whether anything changed. */
  private static boolean clean(JsonNode node) {
    boolean changed = false;
    if (node instanceof ObjectNode object) {
      for (var member : List.copyOf(object.properties())) {
        changed |= clean(member.getValue());
        if (member.getValue().isTextual() && isUnfit(member.getValue().textValue())) {
          object.put(member.getKey(), fit(member.getValue().textValue()));
          changed = true;
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        changed |= clean(array.get(i));
        if (array.get(i).isTextual() && isUnfit(array.get(i).textValue())) {
          array.set(i, TextNode.valueOf(fit(array.get(i).textValue())));
          changed = true;
        }
      }
    }
    return changed;
  }

  private static boolean isUnfit(String text) {
    return text.length() > MAX_TEXT || STEERING.matcher(text).find();
  }

  private static String fit(String text) {
    String cut = text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    return STEERING.matcher(cut).replaceAll("\ufffd");
  }

  /** The endpoints that a peer may be told of; null stays null. */
  @Nullable List<Endpoint> endpoints(@Nullable List<Endpoint> reported) {
    if (reported == null) {
      return null;
    }
    List<Endpoint> usable = reported.stream().filter(this::isUsable).toList();
    stats.endpointsDropped.add(reported.size() - usable.size());
    return usable;
  }

  private boolean isUsable(Endpoint endpoint) {
    IpAddress address = endpoint.address().unmapped();
    return endpoint.port() != 0
        && !endpoint.isDerp()
        && !address.isUnspecified()
        && !address.isLoopback()
        && !address.isMulticast()
        && !address.equals(BROADCAST)
        && mesh.stream().noneMatch(range -> range.contains(address));
  }
}
