package dev.meshd.magicsock.netcheck;

import dev.meshd.derp.DerpNode;
import dev.meshd.derp.DerpRegion;
import dev.meshd.packet.Endpoint;

/**
 * What {@link Netcheck} wants done. Called from within its inputs; answers come back later through
 * its inputs, never from within these calls.
 */
public interface NetcheckOutput {

  /**
   * Sends a request from the socket that carries the data path, so that the answer tells the data
   * path's mapping.
   *
   * @return whether the system took it
   */
  boolean sendStun(Endpoint server, byte[] request);

  /**
   * Looks a host up; {@link Netcheck#onResolved} is called with what was found, even if that is
   * nothing.
   */
  void resolve(String host);

  /**
   * Measures a region over HTTPS: connects to it as a relay client would, then times one request
   * for {@code /derp/latency-check} on that connection. {@link Netcheck#onHttpsLatency} takes the
   * time of the request, or {@link Netcheck#onHttpsFailed} is called.
   */
  void measureHttps(DerpRegion region);

  /**
   * Sends one ICMP echo over IPv4 to a node; {@link Netcheck#onIcmpLatency} takes the answer's
   * time, if any comes.
   */
  void measureIcmp(DerpRegion region, DerpNode node);

  /** The measurement is over. A new one may be started from here on. */
  void onReport(NetcheckReport report);
}
