package dev.meshd.derp;

import java.util.List;
import java.util.Objects;

/**
 * Relay hosts that reach each other and so count as one place. Immutable.
 *
 * @param id positive and below 65536, because it travels as the port of a pseudo endpoint; 900-999
 *     is for self-hosters
 * @param code short name, such as {@code fra}
 * @param name name for people
 * @param latitude degrees, 0 if unknown
 * @param longitude degrees, 0 if unknown
 * @param avoid deprecated on the wire: left out of incremental probing unless it is home
 * @param noMeasureNoHome never measured and never chosen as home, only used to reach peers whose
 *     home it is
 * @param nodes in the order in which they are tried
 */
public record DerpRegion(
    int id,
    String code,
    String name,
    double latitude,
    double longitude,
    boolean avoid,
    boolean noMeasureNoHome,
    List<DerpNode> nodes) {

  /** The largest id that fits the 16-bit port of a relay's pseudo endpoint. */
  public static final int MAX_ID = 65_535;

  public DerpRegion {
    if (id < 1 || id > MAX_ID) {
      throw new IllegalArgumentException("relay region id out of range: " + id);
    }
    Objects.requireNonNull(code);
    Objects.requireNonNull(name);
    nodes = List.copyOf(nodes);
  }

  public static DerpRegion of(int id, String code, String name, DerpNode... nodes) {
    return new DerpRegion(id, code, name, 0, 0, false, false, List.of(nodes));
  }

  /** The nodes that relay, in the order in which they are tried. */
  public List<DerpNode> relays() {
    return nodes.stream().filter(node -> !node.stunOnly()).toList();
  }
}
