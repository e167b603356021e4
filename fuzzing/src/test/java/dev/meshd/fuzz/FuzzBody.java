package dev.meshd.fuzz;

/**
 * What one target does with one input.
 *
 * <p>A body keeps nothing from input to input that could change what the next one does, so that a
 * finding replays alone. It swallows the refusals that the code under test documents and nothing
 * else; what it finds wrong it says with an {@link AssertionError}.
 */
public interface FuzzBody {

  /** Feeds one input. Any exception is a finding. */
  void run(byte[] input) throws Exception;

  /**
   * Adds the inputs that a fuzzer should start from: one of every kind the target knows, well
   * formed, and the borders that are hard to hit by chance.
   */
  void seeds(Seeds seeds) throws Exception;
}
