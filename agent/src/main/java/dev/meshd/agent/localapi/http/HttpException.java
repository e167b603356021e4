package dev.meshd.agent.localapi.http;

import java.io.IOException;

/** A message that is not HTTP/1.1, or a request answered with an error status. */
public final class HttpException extends IOException {
  private final int status;

  public HttpException(int status, String reason) {
    super(reason);
    this.status = status;
  }

  public HttpException(int status, String reason, Throwable cause) {
    super(reason, cause);
    this.status = status;
  }

  public int status() {
    return status;
  }

  /** The reason, in words for the person who sent the request. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
