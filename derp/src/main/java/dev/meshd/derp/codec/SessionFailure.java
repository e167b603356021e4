package dev.meshd.derp.codec;

/** Why a session ended by its own judgement. The names are metric labels. */
public enum SessionFailure {
  /** A step of the login took too long. */
  LOGIN_TIMEOUT,
  /** The first frame was not the one that opens a connection, or not well formed. */
  BAD_GREETING,
  /** The other side's login did not open or made no sense. */
  BAD_LOGIN,
  /** A frame had a length its type does not allow. */
  BAD_FRAME,
  /** The client asked for what only relays of the same region may do. */
  NO_MESH_RIGHT,
  /** The client is not welcome here. */
  NOT_ADMITTED,
  /** Nothing was heard for too long. */
  SILENT
}
