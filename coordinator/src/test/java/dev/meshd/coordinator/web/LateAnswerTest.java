package dev.meshd.coordinator.web;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.meshd.control.transport.NoiseUpgradeServer;
import dev.meshd.coordinator.gate.ConnectionGate;
import dev.meshd.coordinator.gate.GateLimits;
import dev.meshd.coordinator.registry.IpAllocator;
import dev.meshd.coordinator.registry.NodeRegistry;
import dev.meshd.coordinator.registry.RegistrationView;
import dev.meshd.coordinator.storage.Database;
import dev.meshd.crypto.MachinePrivateKey;
import dev.meshd.crypto.SecureRandomSource;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Found by fuzzing: an answer that was ready after its client had left went through the pipeline as
 * an error, which nobody took, and was logged with a stack trace.
 */
class LateAnswerTest {

  @Test
  void anAnswerWhoseClientHasLeftIsDroppedInSilence(@TempDir Path directory) {
    Deque<Runnable> elsewhere = new ArrayDeque<>();
    MachinePrivateKey key = MachinePrivateKey.generate();
    var services =
        new FrontDoor.Services(
            key.publicKey(),
            new NoiseUpgradeServer(key, SecureRandomSource.system(), exchange -> {}),
            new NodeRegistry(
                Database.open(directory.resolve("db")),
                new IpAllocator(Optional.empty(), Optional.empty()),
                InstantSource.system()),
            id -> CompletableFuture.completedFuture(new RegistrationView.Unknown()),
            InstantSource.system(),
            () -> true,
            elsewhere::add,
            new ConnectionGate(GateLimits.standard(1L << 28, 100)),
            new WebStats());
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new HttpServerCodec(),
            new HttpObjectAggregator(FrontDoor.MAX_BODY_BYTES),
            new FrontDoor(services));
    byte[] question = "GET /health HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    channel.writeInbound(Unpooled.wrappedBuffer(question));
    var _ = channel.close();
    channel.runPendingTasks();
    elsewhere.remove().run();
    channel.runPendingTasks();
    assertThatCode(channel::checkException).doesNotThrowAnyException();
  }
}
