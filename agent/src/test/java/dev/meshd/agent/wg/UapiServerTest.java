package dev.meshd.agent.wg;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meshd.wireguard.uapi.DeviceChange;
import dev.meshd.wireguard.uapi.UapiFault;
import dev.meshd.wireguard.uapi.UapiRequest;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UapiServerTest {
  @TempDir private Path directory;
  private final FakeInterface served = new FakeInterface();

  @Test
  void manyRequestsOnOneConnectionAreAnsweredInOrder() throws IOException {
    try (UapiServer server = UapiServer.open(served, directory);
        SocketChannel client = connect(server)) {
      send(client, "get=1\n\nset=1\nlisten_port=7\n\nset=1\nfwmark=x\n\nget=1\n\n");
      assertThat(read(client, 4))
          .isEqualTo("fake=1\nerrno=0\n\nerrno=0\n\nerrno=-22\n\nfake=1\nerrno=0\n\n");
      assertThat(served.changes).containsExactly(new DeviceChange.ListenOn(7));
    }
  }

  @Test
  void whoDoesNotSpeakTheProtocolIsSentAwayAndOthersAreServed() throws IOException {
    try (UapiServer server = UapiServer.open(served, directory);
        SocketChannel stranger = connect(server);
        SocketChannel client = connect(server)) {
      send(stranger, "GET / HTTP/1.1\r\n");
      assertThat(stranger.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      send(client, "get=1\n\n");
      assertThat(read(client, 1)).startsWith("fake=1");
    }
  }

  @Test
  void onlyTheOwnerMayConnect() throws IOException {
    try (UapiServer server = UapiServer.open(served, directory)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(server))))
          .isEqualTo("rw-------");
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void socketOfADeadProcessIsReplaced() throws IOException {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(directory.resolve("fake0.sock")));
    }
    assertThat(directory.resolve("fake0.sock")).exists();
    try (UapiServer server = UapiServer.open(served, directory);
        SocketChannel client = connect(server)) {
      send(client, "get=1\n\n");
      assertThat(read(client, 1)).startsWith("fake=1");
    }
  }

  @Test
  void anotherProcessesSocketIsLeftInItsPlace() throws IOException {
    UapiServer server = UapiServer.open(served, directory);
    Path file = file(server);
    Files.delete(file);
    Files.createFile(file);
    assertThat(server.isInPlace()).isFalse();
    server.close();
    assertThat(file).exists();
  }

  private static Path file(UapiServer server) {
    return server.file().orElseThrow();
  }

  private static SocketChannel connect(UapiServer server) throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(file(server)));
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
  }

  /** Reads that many answers, each of which ends with an empty line. */
  private static String read(SocketChannel channel, int answers) throws IOException {
    StringBuilder text = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocate(1000);
    while (text.toString().split("\n\n", -1).length <= answers
        && channel.read(buffer.clear()) >= 0) {
      text.append(US_ASCII.decode(buffer.flip()));
    }
    return text.toString();
  }

  private static final class FakeInterface implements UapiServer.Served {
    final List<DeviceChange> changes = Collections.synchronizedList(new ArrayList<>());

    @Override
    public String name() {
      return "fake0";
    }

    @Override
    public byte[] get() {
      return "fake=1\nerrno=0\n\n".getBytes(US_ASCII);
    }

    @Override
    public Optional<UapiFault> set(UapiRequest.Set request) {
      changes.addAll(request.changes());
      return request.fault();
    }
  }
}
