package dev.meshd.magicsock.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.magicsock.stun.StunCodec;
import dev.meshd.magicsock.stun.StunResponse;
import dev.meshd.magicsock.stun.StunTxId;
import dev.meshd.packet.Endpoint;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StunServerTest {
  private static final int TIMEOUT_MS = 5000;

  @Test
  void tellsAnIpv4ClientItsIpv4AddressFromADualStackSocket() throws Exception {
    try (var server = StunServer.open(new InetSocketAddress(0));
        var client = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      client.setSoTimeout(TIMEOUT_MS);
      var id = new StunTxId(7, 8);
      byte[] request = StunCodec.request(id);
      InetSocketAddress to = new InetSocketAddress("127.0.0.1", server.address().getPort());
      // Not STUN: no answer, and the next one still gets one.
      client.send(new DatagramPacket(new byte[] {1, 2, 3}, 3, to));
      client.send(new DatagramPacket(request, request.length, to));
      var answer = new DatagramPacket(new byte[100], 100);
      client.receive(answer);
      assertThat(answer.getLength()).isEqualTo(32);
      assertThat(StunCodec.parseResponse(Arrays.copyOf(answer.getData(), answer.getLength())))
          .contains(new StunResponse(id, Endpoint.parse("127.0.0.1:" + client.getLocalPort())));
    }
  }
}
