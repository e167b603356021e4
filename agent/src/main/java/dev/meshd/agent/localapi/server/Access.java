package dev.meshd.agent.localapi.server;

/** What a request needs its caller to be allowed. */
enum Access {
  /** Every local user. */
  READ,
  /** Root, the daemon's own user, the operator. */
  WRITE
}
