package dev.meshd.testkit.sim;

/** The last trial of a history, when everybody talks and the network is healthy. */
enum Ending {
  /** Direct paths stay as they are while nothing happens. */
  STAY_DIRECT,
  /** A machine moves: it is reached again at once, and directly soon. */
  MOVE,
  /** A machine moves while the server is away: what machines learn they tell each other. */
  MOVE_WITHOUT_SERVER,
  /** A machine's daemon restarts, and it does not call anybody. */
  RESTART,
  /** UDP stops: the relay takes over when trust in the direct path has run out. */
  UDP_LOST,
  /** Every relay stops: direct paths go on. */
  RELAYS_LOST,
  /** A machine sleeps for minutes. */
  SLEEP,
  /** One packet, the handshake for it is lost, and nothing is sent after it. */
  LOST_HANDSHAKE,
  /** More packets than a replay window holds, and an attacker who repeats those at its edge. */
  LONG_SESSION,
  /** Nobody says anything for so long that every session key is gone. */
  SILENCE,
  /** The administrator removes a machine that goes on as if it were a member. */
  REMOVAL
}
