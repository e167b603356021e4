package dev.meshd.control.transport;

/** What a coordination server does with the requests that arrive inside Noise channels. */
@FunctionalInterface
public interface ControlRequestHandler {
  /**
   * Answers one request, at once or later from any thread. Requests of one connection are
   * independent and concurrent: a map stream stays open while others come and go.
   *
   * <p>Called on the connection's event loop: must not block; long work belongs on a virtual
   * thread. An exception is answered with 500.
   */
  void onRequest(ControlExchange exchange);
}
