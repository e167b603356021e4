package dev.meshd.testkit.sim;

import dev.meshd.magicsock.stun.StunCodec;
import dev.meshd.packet.Endpoint;

/** Answers STUN requests with where it saw them come from. */
final class SimStunServer implements SimInternet.Host {

  private final SimInternet internet;

  SimStunServer(SimInternet internet) {
    this.internet = internet;
  }

  @Override
  public void onDatagram(Endpoint from, Endpoint to, byte[] datagram) {
    StunCodec.parseRequest(datagram)
        .ifPresent(id -> internet.send(to, from, StunCodec.response(id, from)));
  }
}
