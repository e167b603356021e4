package dev.meshd.agent.localapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * An open watch of the bus, one JSON object a line. Read by one thread; {@link #close} from any
 * thread ends a read that waits. Nothing is read before {@link #next} is called.
 */
public final class BusWatch implements Closeable {
  private final SocketChannel channel;
  private final BufferedReader lines;

  BusWatch(SocketChannel channel, InputStream in) {
    this.channel = channel;
    this.lines = new BufferedReader(new InputStreamReader(in, UTF_8));
  }

  /** Waits for the next message; empty when the watch was closed here or by the daemon. */
  public Optional<Notify> next() throws IOException {
    try {
      String line = lines.readLine();
      return line == null
          ? Optional.empty()
          : Optional.of(Json.read(line.getBytes(UTF_8), Notify.class));
    } catch (AsynchronousCloseException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
