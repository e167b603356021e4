package dev.meshd.linux;

/** The user that this process acts as. */
public final class EffectiveUser {
  private static final int ROOT = 0;

  private EffectiveUser() {}

  /** The effective user id, as geteuid(2) gives it. */
  public static int id() {
    return Libc.geteuid();
  }

  public static boolean isRoot() {
    return id() == ROOT;
  }
}
