package dev.meshd.e2e.attack;

import dev.meshd.control.model.Hostinfo;
import dev.meshd.control.model.MapRequest;
import dev.meshd.control.model.MapResponse;
import dev.meshd.control.model.OverTLSPublicKeyResponse;
import dev.meshd.control.model.RegisterRequest;
import dev.meshd.control.model.RegisterRequestAuth;
import dev.meshd.control.model.RegisterResponse;
import dev.meshd.control.model.WireException;
import dev.meshd.control.model.WireJson;
import dev.meshd.control.tls.SystemTrust;
import dev.meshd.control.transport.MapFrames;
import dev.meshd.control.transport.NoiseConnection;
import dev.meshd.control.transport.NoiseDialer;
import dev.meshd.control.transport.NoiseTls;
import dev.meshd.control.transport.ReplyStream;
import dev.meshd.control.transport.ServerUrl;
import dev.meshd.crypto.DiscoKey;
import dev.meshd.crypto.DiscoPrivateKey;
import dev.meshd.crypto.MachineKey;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.NodeKey;
import dev.meshd.crypto.NodePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.channel.EventLoopGroup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A device with keys and a channel to the server, that sends whatever it is told to. */
final class Enrolled implements AutoCloseable {
  static final int VERSION = 131;
  private static final int TIMEOUT_S = 20;
  private static final int MAX_MAP_BYTES = 16 << 20;

  final String name;
  final MachinePrivateKey machine = MachinePrivateKey.generate();
  final NodePrivateKey node = NodePrivateKey.generate();
  final DiscoKey disco = DiscoPrivateKey.generate().publicKey();
  private final NoiseConnection connection;

  Enrolled(EventLoopGroup loops, String url, MachineKey server, String name) throws IOException {
    this.name = name;
    try {
      connection =
          new NoiseDialer(
                  loops, new NoiseTls(SystemTrust.of(List.of())), SecureRandomSource.system())
              .dial(ServerUrl.parse(url), machine, server, VERSION, false)
              .get(TIMEOUT_S, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IOException("no channel to " + url, e);
    }
  }

  static MachineKey serverKey(String url) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      byte[] body =
          http.send(
                  HttpRequest.newBuilder(URI.create(url + "/key?v=" + VERSION)).build(),
                  HttpResponse.BodyHandlers.ofByteArray())
              .body();
      return WireJson.decode(body, OverTLSPublicKeyResponse.class).publicKey();
    } catch (WireException e) {
      throw new IOException(e);
    }
  }

  NodeKey key() {
    return node.publicKey();
  }

  Hostinfo host() {
    return Hostinfo.builder().hostname(name).os("linux").build();
  }

  RegisterRequest.Builder request(NodeKey key) {
    return RegisterRequest.builder().version(VERSION).nodeKey(key).hostinfo(host());
  }

  RegisterResponse join(String authKey) throws IOException {
    RegisterResponse answer =
        register(request(key()).auth(RegisterRequestAuth.ofKey(authKey)).build());
    if (!answer.machineAuthorized()) {
      throw new IOException(name + " cannot join: " + answer.error());
    }
    return answer;
  }

  RegisterResponse register(RegisterRequest request) throws IOException {
    Reply reply = post("/machine/register", WireJson.encode(request));
    try {
      return WireJson.decode(reply.body(), RegisterResponse.class);
    } catch (WireException e) {
      throw new IOException("register answered " + reply.status(), e);
    }
  }

  /** A status and a whole body. */
  record Reply(int status, byte[] body) {}

  MapRequest.Builder map(NodeKey key) {
    return MapRequest.builder().version(VERSION).nodeKey(key).discoKey(disco).hostinfo(host());
  }

  Reply map(MapRequest request) throws IOException {
    return post("/machine/map", WireJson.encode(request));
  }

  /** The status of a request whose body, if there is one, never ends. */
  int status(MapRequest request) throws IOException {
    try (ReplyStream reply = send("/machine/map", WireJson.encode(request))) {
      return reply.status();
    }
  }

  /** The whole map as this node sees it now. */
  MapResponse view() throws IOException {
    Reply reply = map(map(key()).readOnly(true).build());
    try {
      byte[] json =
          MapFrames.read(new ByteArrayInputStream(reply.body()), MAX_MAP_BYTES).orElseThrow();
      return WireJson.decode(json, MapResponse.class);
    } catch (WireException e) {
      throw new IOException("map answered " + reply.status(), e);
    }
  }

  Reply post(String path, byte[] body) throws IOException {
    try (ReplyStream reply = send(path, body)) {
      reply.deadline(System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S));
      return new Reply(reply.status(), reply.readAllBytes());
    }
  }

  private ReplyStream send(String path, byte[] body) throws IOException {
    try {
      return connection.send("POST", "mesh", path, Map.of(), body).get(TIMEOUT_S, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IOException(path + " got no answer", e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
