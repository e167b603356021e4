package dev.meshd.magicsock.path;

/** Why a ping was sent. */
public enum PingPurpose {
  /** To find out whether a candidate works. */
  DISCOVERY,
  /** To keep trusting the path in use. */
  HEARTBEAT,
  /** Because a user asked; the only kind that also travels by relay. */
  USER
}
