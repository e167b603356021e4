package dev.meshd.e2e.attack;

import static dev.meshd.e2e.attack.Verdicts.heldIf;
import static dev.meshd.e2e.attack.Verdicts.report;

import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.Node;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterRequestAuth;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.crypto.MachineKey;
import dev.meshd.packet.Endpoint;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Two registered nodes of different users, one of which lies in every way the control protocol
 * offers: {@code URL VICTIMKEY LIARKEY SINGLEUSEKEY}.
 */
public final class LyingNode {
  private static final int RACERS = 16;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final String url;
  private final MachineKey server;
  private final Enrolled victim;
  private final Enrolled liar;
  private final String liarKey;

  private LyingNode(String url, String victimKey, String liarKey) throws Exception {
    this.url = url;
    this.liarKey = liarKey;
    this.server = Enrolled.serverKey(url);
    this.victim = new Enrolled(loops, url, server, "victim");
    this.liar = new Enrolled(loops, url, server, "liar");
    victim.join(victimKey);
    liar.join(liarKey);
    victim.map(victim.map(victim.key()).omitPeers(true).build());
    liar.map(liar.map(liar.key()).omitPeers(true).build());
  }

  public static void main(String[] args) throws Exception {
    LyingNode node = new LyingNode(args[0], args[1], args[2]);
    node.run(args[3]);
    node.loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private void run(String singleUseKey) {
    report("registers the key of another", () -> refused(liar.request(victim.key()).build()));
    report(
        "registers the key of another with a good auth key",
        () -> refused(liar.request(victim.key()).auth(RegisterRequestAuth.ofKey(liarKey)).build()));
    report(
        "rotates its key to that of another",
        () ->
            refused(
                liar.request(victim.key())
                    .oldNodeKey(liar.key())
                    .auth(RegisterRequestAuth.ofKey(liarKey))
                    .build()));
    report(
        "logs another out",
        () -> refused(liar.request(victim.key()).expiry(RegisterRequest.LOGOUT_EXPIRY).build()));
    report("asks for the map of another", this::othersMap);
    report("changes the endpoints of another", this::othersEndpoints);
    report("waits in the place of another", this::othersFollowUp);
    report("asks for tags", this::tags);
    report("claims the disco key of another", this::discoKey);
    report("claims endpoints that are nobody's", this::endpoints);
    report("claims ten thousand endpoints", this::manyEndpoints);
    report("calls itself something that steers a terminal", this::hostname);
    report("describes itself in 60 KiB", this::hugeHostinfo);
    report(RACERS + " devices race for a key of one use", () -> race(singleUseKey));
    report("changes its mind two hundred times", this::flood);
    report(
        "the other is still there", () -> heldIf(victim.view().node() != null, "it has its map"));
  }

  private String refused(RegisterRequest request) throws IOException {
    RegisterResponse answer = liar.register(request);
    return heldIf(
        !answer.machineAuthorized() && !answer.error().isEmpty(), "refused: " + answer.error());
  }

  private String othersMap() throws IOException {
    int stream = liar.status(liar.map(victim.key()).stream(true).build());
    int whole = liar.map(liar.map(victim.key()).readOnly(true).build()).status();
    return heldIf(stream == 404 && whole == 404, "refused with " + stream + " and " + whole);
  }

  private String othersEndpoints() throws IOException {
    List<Endpoint> before = seenByLiar().endpoints();
    int status =
        liar.map(
                liar.map(victim.key())
                    .omitPeers(true)
                    .endpoints(List.of(Endpoint.parse("192.0.2.66:1")))
                    .build())
            .status();
    return heldIf(
        status == 404 && seenByLiar().endpoints().equals(before),
        "refused with " + status + ", nothing changed");
  }

  private String othersFollowUp() throws IOException {
    try (Enrolled newcomer = new Enrolled(loops, url, server, "newcomer");
        Enrolled stranger = new Enrolled(loops, url, server, "stranger")) {
      String wanted = newcomer.register(newcomer.request(newcomer.key()).build()).authUrl();
      RegisterResponse got =
          stranger.register(stranger.request(stranger.key()).followup(wanted).build());
      return heldIf(
          !got.authUrl().isEmpty() && !got.authUrl().equals(wanted), "it got a link of its own");
    }
  }

  private String tags() throws IOException {
    Hostinfo asking = liar.host().toBuilder().requestTags(List.of("tag:server")).build();
    try (Enrolled tagged = new Enrolled(loops, url, server, "tagged")) {
      RegisterResponse answer =
          tagged.register(
              tagged
                  .request(tagged.key())
                  .hostinfo(asking)
                  .auth(RegisterRequestAuth.ofKey(liarKey))
                  .build());
      return heldIf(
          !answer.machineAuthorized() && !answer.error().isEmpty(), "refused: " + answer.error());
    }
  }

  private String discoKey() throws IOException {
    liar.map(liar.map(liar.key()).omitPeers(true).discoKey(victim.disco).build());
    return heldIf(seenByVictim().discoKey().equals(liar.disco), "it keeps its own");
  }

  private String endpoints() throws IOException {
    List<Endpoint> claimed =
        List.of(
            Endpoint.parse("127.0.0.1:53"),
            Endpoint.parse("224.0.0.1:5353"),
            Endpoint.parse("255.255.255.255:9"),
            Endpoint.parse("0.0.0.0:1"),
            Endpoint.parse("100.64.0.1:41641"),
            Endpoint.parse("[::1]:1"),
            Endpoint.parse("[ff02::1]:1"),
            Endpoint.parse("192.0.2.7:0"),
            Endpoint.parse("192.0.2.7:41641"));
    liar.map(liar.map(liar.key()).omitPeers(true).endpoints(claimed).build());
    List<Endpoint> told = seenByVictim().endpoints();
    return heldIf(
        told.equals(List.of(Endpoint.parse("192.0.2.7:41641"))), "others are told of " + told);
  }

  private String manyEndpoints() throws IOException {
    List<Endpoint> claimed =
        IntStream.range(0, 10_000)
            .mapToObj(i -> Endpoint.parse("192.0." + i / 250 + "." + (1 + i % 250) + ":1"))
            .toList();
    liar.map(liar.map(liar.key()).omitPeers(true).endpoints(claimed).build());
    int told = seenByVictim().endpoints().size();
    return heldIf(told <= 64, "others are told of " + told);
  }

  private String hostname() throws IOException {
    Hostinfo steering =
        liar.host().toBuilder().hostname("li\u001b[2Jar\u202e\n").os("lin\rux").build();
    liar.map(liar.map(liar.key()).omitPeers(true).hostinfo(steering).build());
    Hostinfo told = seenByVictim().hostinfo();
    boolean clean =
        (told.hostname() + told.os())
            .chars()
            .noneMatch(c -> Character.isISOControl(c) || c == '\u202e');
    return heldIf(clean, "others are told \"" + told.hostname() + "\"");
  }

  private String hugeHostinfo() throws IOException {
    Hostinfo huge = liar.host().toBuilder().osVersion("x".repeat(60_000)).build();
    int status = liar.map(liar.map(liar.key()).omitPeers(true).hostinfo(huge).build()).status();
    return heldIf(status == 400, "refused with " + status);
  }

  private String race(String singleUseKey) throws IOException {
    List<Enrolled> racers = new ArrayList<>();
    try {
      for (int i = 0; i < RACERS; i++) {
        racers.add(new Enrolled(loops, url, server, "racer" + i));
      }
      var admitted = new AtomicInteger();
      var refused = new AtomicInteger();
      List<Thread> running =
          racers.stream()
              .map(
                  racer ->
                      Thread.ofVirtual()
                          .start(
                              () -> {
                                try {
                                  racer.join(singleUseKey);
                                  admitted.incrementAndGet();
                                } catch (IOException e) {
                                  refused.incrementAndGet();
                                }
                              }))
              .toList();
      for (Thread thread : running) {
        thread.join();
      }
      return heldIf(
          admitted.get() == 1 && refused.get() == RACERS - 1, admitted.get() + " of them got in");
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      racers.forEach(Enrolled::close);
    }
  }

  private String flood() throws IOException {
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      Endpoint one = Endpoint.parse("192.0.2.7:" + (1000 + i));
      int status =
          liar.map(liar.map(liar.key()).omitPeers(true).endpoints(List.of(one)).build()).status();
      refused += status == 429 ? 1 : 0;
    }
    return heldIf(refused > 50, refused + " of 200 changes were refused");
  }

  /** The victim as the liar is told of it. */
  private Node seenByLiar() throws IOException {
    return peer(liar, victim);
  }

  private Node seenByVictim() throws IOException {
    return peer(victim, liar);
  }

  private static Node peer(Enrolled viewer, Enrolled of) throws IOException {
    return viewer.view().peers().stream()
        .filter(node -> node.key().equals(of.key()))
        .findFirst()
        .orElseThrow(() -> new IOException(viewer.name + " is not told of " + of.name));
  }
}
