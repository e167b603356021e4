package dev.meshd.coordinator.registry;

/**
 * A request that the rules do not allow. Nothing was changed; the message is a sentence for the
 * person who asked.
 */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What kind of answer the refusal is. */
  public enum Reason {
    BAD_INPUT,
    NOT_FOUND,
    CONFLICT
  }

  private final Reason reason;
  private final String sentence;

  public RefusedException(Reason reason, String sentence) {
    super(sentence);
    this.reason = reason;
    this.sentence = sentence;
  }

  /** The text for the person who asked. */
  public String sentence() {
    return sentence;
  }

  public Reason reason() {
    return reason;
  }

  static RefusedException badInput(String sentence) {
    return new RefusedException(Reason.BAD_INPUT, sentence);
  }

  static RefusedException notFound(String sentence) {
    return new RefusedException(Reason.NOT_FOUND, sentence);
  }

  static RefusedException conflict(String sentence) {
    return new RefusedException(Reason.CONFLICT, sentence);
  }
}
