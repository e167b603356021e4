package dev.meshd.agent.localapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * An open watch of the bus. Read by one thread; {@link #close} from any thread ends a read that
 * waits.
 */
public final class BusWatch implements Closeable {
  private final SocketChannel channel;
  private final MappingIterator<JsonNode> messages;

  BusWatch(SocketChannel channel, InputStream in) throws IOException {
    this.channel = channel;
    this.messages = Json.mapper().readerFor(JsonNode.class).readValues(in);
  }

  /** Waits for the next message; empty when the watch was closed here or by the daemon. */
  public Optional<Notify> next() throws IOException {
    try {
      return messages.hasNextValue()
          ? Optional.of(Json.convert(messages.nextValue(), Notify.class))
          : Optional.empty();
    } catch (AsynchronousCloseException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
