package dev.meshd.wireguard.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.packet.Endpoint;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Cookies from their issuer to the holder and back; section 5.4.7 of the paper. */
class CookieIssuerTest {
  private static final Endpoint SENDER = Endpoint.parse("192.0.2.1:51820");
  private static final long LIFETIME_NS = 120_000_000_000L;

  private final Random random = new Random(3);
  private final NodeKey receiver = NodePrivateKey.generate(random::nextBytes).publicKey();
  private final CookieIssuer issuer = new CookieIssuer(receiver, random::nextBytes);
  private final CookieJar jar = new CookieJar(receiver);
  private final MessageMacs macs = MessageMacs.forReceiver(receiver);
  private long nowNs = 77;

  @Test
  void cookieOfAReplyIsAcceptedInMac2() {
    byte[] first = initiation();
    assertThat(issuer.verifiesMac2(first, SENDER, nowNs)).isFalse();
    assertThat(jar.consume(issuer.reply(first, SENDER, nowNs), nowNs)).isTrue();

    assertThat(issuer.verifiesMac2(initiation(), SENDER, nowNs)).isTrue();
    assertThat(issuer.verifiesMac2(response(), SENDER, nowNs)).isTrue();
    assertThat(issuer.verifiesMac2(first, SENDER, nowNs)).as("mac2 still zero").isFalse();
  }

  @Test
  void everyByteOfTheMessageCounts() {
    byte[] message = withCookieFor(SENDER);
    for (int i = 0; i < message.length; i++) {
      byte[] damaged = message.clone();
      damaged[i] ^= 1;
      assertThat(issuer.verifiesMac2(damaged, SENDER, nowNs)).as("byte %d", i).isFalse();
    }
  }

  @Test
  void cookieIsGoodForOneAddressAndPortOnly() {
    byte[] message = withCookieFor(SENDER);
    for (String other : new String[] {"192.0.2.1:51821", "192.0.2.2:51820", "[2001:db8::1]:1"}) {
      assertThat(issuer.verifiesMac2(message, Endpoint.parse(other), nowNs)).as(other).isFalse();
    }
    Endpoint v6 = Endpoint.parse("[2001:db8::1]:51820");
    assertThat(issuer.verifiesMac2(withCookieFor(v6), v6, nowNs)).isTrue();
    assertThat(issuer.verifiesMac2(withCookieFor(v6), Endpoint.parse("[2001:db8::2]:51820"), nowNs))
        .isFalse();
  }

  @Test
  void secretIsRenewedEvery120Seconds() {
    byte[] message = withCookieFor(SENDER);
    nowNs += LIFETIME_NS - 1;
    assertThat(issuer.verifiesMac2(message, SENDER, nowNs)).isTrue();
    nowNs += 1;
    assertThat(issuer.verifiesMac2(message, SENDER, nowNs)).as("secret too old").isFalse();
    issuer.reply(initiation(), SENDER, nowNs);
    assertThat(issuer.verifiesMac2(message, SENDER, nowNs)).as("another secret").isFalse();
  }

  @Test
  void closedIssuerAcceptsNothing() {
    byte[] message = withCookieFor(SENDER);
    issuer.close();
    assertThat(issuer.verifiesMac2(message, SENDER, nowNs)).isFalse();
  }

  @Test
  void repliesAreShorterThanWhatTheyAnswerAndNeverTheSame() {
    byte[] message = initiation();
    byte[] one = issuer.reply(message, SENDER, nowNs);
    byte[] two = issuer.reply(message, SENDER, nowNs);
    assertThat(one).hasSize(64);
    assertThat(Arrays.copyOf(one, 8)).isEqualTo(Arrays.copyOf(two, 8));
    assertThat(Arrays.copyOfRange(one, 8, 32)).isNotEqualTo(Arrays.copyOfRange(two, 8, 32));
  }

  @Test
  void replyToAnotherMessageIsNotAccepted() {
    byte[] reply = issuer.reply(initiation(), SENDER, nowNs);
    initiation(); // the latest is what a reply must answer
    assertThat(jar.consume(reply, nowNs)).isFalse();
  }

  private byte[] withCookieFor(Endpoint sender) {
    assertThat(jar.consume(issuer.reply(initiation(), sender, nowNs), nowNs)).isTrue();
    return initiation();
  }

  private byte[] initiation() {
    return stamped(1, 148);
  }

  private byte[] response() {
    return stamped(2, 92);
  }

  private byte[] stamped(int type, int length) {
    byte[] message = new byte[length];
    random.nextBytes(message);
    message[0] = (byte) type;
    Arrays.fill(message, length - 16, length, (byte) 0);
    macs.stamp(message, jar, nowNs);
    return message;
  }
}
