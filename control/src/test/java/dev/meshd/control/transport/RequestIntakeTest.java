package dev.meshd.control.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestIntakeTest {
  private static final int FREE = NoiseServerLimits.FREE_BODY_BYTES;

  private final NoiseServerLimits limits =
      new NoiseServerLimits(
          64, 8, 4 * FREE, 4 * FREE, Duration.ofSeconds(15), Duration.ofSeconds(30));
  private final SharedBodySpace space = new SharedBodySpace(limits.sharedBodyBytes());
  private final ControlStats stats = new ControlStats();

  @Test
  void aRequestThatIsNeverCompleteIsReset() {
    EmbeddedChannel stream = begin();
    advance(stream, 14);
    send(stream, 1);
    assertThat(stream.isOpen()).isTrue();
    advance(stream, 2);
    assertThat(stream.isOpen()).isFalse();
    assertThat(stats.requestsLate()).isEqualTo(1);
  }

  @Test
  void aCompleteRequestMayWaitForItsAnswer() {
    EmbeddedChannel stream = begin();
    stream.writeInbound(new DefaultLastHttpContent());
    advance(stream, 3600);
    assertThat(stream.isOpen()).isTrue();
    assertThat(stats.requests()).isEqualTo(1);
  }

  @Test
  void aBodyBeyondTheLimitIsReset() {
    EmbeddedChannel stream = begin();
    send(stream, 4 * FREE);
    assertThat(stream.isOpen()).isTrue();
    send(stream, 1);
    assertThat(stream.isOpen()).isFalse();
    assertThat(stats.bodiesRefused()).isEqualTo(1);
    assertThat(space.used()).isZero();
  }

  @Test
  void largeBodiesShareRoomAndSmallOnesNeedNone() {
    EmbeddedChannel one = begin();
    send(one, 4 * FREE);
    EmbeddedChannel two = begin();
    send(two, 3 * FREE);
    assertThat(two.isOpen()).isFalse();
    EmbeddedChannel small = begin();
    send(small, FREE);
    assertThat(small.isOpen()).isTrue();
    one.writeInbound(new DefaultLastHttpContent());
    assertThat(space.used()).isZero();
    EmbeddedChannel three = begin();
    send(three, 3 * FREE);
    assertThat(three.isOpen()).isTrue();
    three.close();
    assertThat(space.used()).isZero();
  }

  private EmbeddedChannel begin() {
    EmbeddedChannel stream = new EmbeddedChannel();
    stream.freezeTime();
    stream.pipeline().addLast(new RequestIntake(limits, space, stats));
    stream.writeInbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/"));
    return stream;
  }

  private static void send(EmbeddedChannel stream, int bytes) {
    stream.writeInbound(new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[bytes])));
    for (Object in = stream.readInbound(); in != null; in = stream.readInbound()) {
      ReferenceCountUtil.release(in);
    }
  }

  private static void advance(EmbeddedChannel stream, int seconds) {
    stream.advanceTimeBy(seconds, TimeUnit.SECONDS);
    stream.runScheduledPendingTasks();
  }
}
