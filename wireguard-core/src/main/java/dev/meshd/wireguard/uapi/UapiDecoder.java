package dev.meshd.wireguard.uapi;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a client sends into requests.
 *
 * <pre>
 * get=1\n \n
 * set=1\n key=value\n ... \n
 * </pre>
 *
 * <p>Several may follow one another. A request counts when its empty line has come; what is cut off
 * before is forgotten. A line is at most {@value #MAX_LINE_BYTES} bytes long and a request at most
 * {@value #MAX_REQUEST_BYTES}, which is more than a hundred thousand allowed IPs; beyond that the
 * rest is passed over and the request faulty. After {@link UapiRequest.Nonsense} nothing more is
 * read. Owned by its connection.
 */
public final class UapiDecoder {
  static final int MAX_LINE_BYTES = 1024;
  static final int MAX_REQUEST_BYTES = 16 << 20;

  private final Zones zones;
  private final byte[] line = new byte[MAX_LINE_BYTES];
  private int length;
  private boolean cutOff;
  private int requestBytes;
  private State state = State.OPERATION;
  private @Nullable SetOperation set;

  public UapiDecoder(Zones zones) {
    this.zones = zones;
  }

  private enum State {
    /** Between requests. */
    OPERATION,
    /** After {@code get=1}. */
    GET,
    /** After {@code set=1}. */
    SET,
    /** The client does not speak the protocol. */
    CLOSED
  }

  /** Takes in everything that remains in {@code bytes} and returns the requests it completes. */
  public List<UapiRequest> decode(ByteBuffer bytes) {
    List<UapiRequest> requests = new ArrayList<>();
    while (bytes.hasRemaining() && state != State.CLOSED) {
      byte next = bytes.get();
      requestBytes = Math.min(requestBytes + 1, MAX_REQUEST_BYTES + 1);
      if (next == '\n') {
        endLine(requests);
      } else if (length < MAX_LINE_BYTES) {
        line[length++] = next;
      } else {
        cutOff = true;
      }
    }
    return requests;
  }

  private void endLine(List<UapiRequest> requests) {
    switch (state) {
      case OPERATION -> operation(requests);
      case GET -> requests.add(length == 0 ? next(new UapiRequest.Get()) : close());
      case SET -> setLine(requests);
      case CLOSED -> {}
    }
    Arrays.fill(line, 0, length, (byte) 0);
    length = 0;
    cutOff = false;
  }

  private void operation(List<UapiRequest> requests) {
    if (isLine("get=1")) {
      state = State.GET;
    } else if (isLine("set=1")) {
      state = State.SET;
      set = new SetOperation(zones);
    } else {
      requests.add(close());
    }
  }

  private void setLine(List<UapiRequest> requests) {
    SetOperation operation = set;
    if (operation == null) {
      return;
    }
    if (length == 0 && !cutOff) {
      requests.add(next(operation.end()));
    } else if (cutOff || requestBytes > MAX_REQUEST_BYTES) {
      if (!operation.isFaulty()) {
        operation.fail(UapiFault.unreadable("a line or the request is too long"));
      }
    } else {
      operation.line(line, length);
    }
  }

  private UapiRequest next(UapiRequest request) {
    state = State.OPERATION;
    set = null;
    requestBytes = 0;
    return request;
  }

  private UapiRequest close() {
    state = State.CLOSED;
    return new UapiRequest.Nonsense();
  }

  private boolean isLine(String text) {
    boolean same = length == text.length() && !cutOff;
    for (int i = 0; same && i < length; i++) {
      same = line[i] == text.charAt(i);
    }
    return same;
  }
}
