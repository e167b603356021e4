package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * One rule of the inbound packet filter; rules only allow.
 *
 * @param srcIps address, CIDR, range {@code a-b}, {@code *}, or {@code cap:<node capability>}
 * @param srcBits obsolete; its presence voids the whole filter
 * @param ipProto IP protocol numbers; empty means TCP, UDP, ICMP and ICMPv6
 * @param capGrant exclusive with {@code dstPorts}
 */
public record FilterRule(
    @JsonProperty("SrcIPs") @Always List<String> srcIps,
    @JsonProperty("SrcBits") List<Integer> srcBits,
    @JsonProperty("DstPorts") List<NetPortRange> dstPorts,
    @JsonProperty("IPProto") List<Integer> ipProto,
    @JsonProperty("CapGrant") List<CapGrant> capGrant) {

  /** Absent and null members become the empty value; collections are copied. */
  public FilterRule {
    srcIps = Absent.list(srcIps);
    srcBits = Absent.list(srcBits);
    dstPorts = Absent.list(dstPorts);
    ipProto = Absent.list(ipProto);
    capGrant = Absent.list(capGrant);
  }

  /** The rule that lets everything in. */
  public static final FilterRule ALLOW_ALL =
      of(List.of("*"), List.of(new NetPortRange("*", null, PortRange.ANY)), List.of());

  /** A rule that admits packets. */
  public static FilterRule of(
      List<String> srcIps, List<NetPortRange> dstPorts, List<Integer> ipProto) {
    return new FilterRule(srcIps, List.of(), dstPorts, ipProto, List.of());
  }

  /** A rule that grants application capabilities. */
  public static FilterRule ofGrants(List<String> srcIps, List<CapGrant> grants) {
    return new FilterRule(srcIps, List.of(), List.of(), List.of(), grants);
  }
}
