package dev.meshd.testkit.sim.mutation;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.util.function.Function;

/**
 * A deliberate mistake in one method of the program, made in its compiled form: nothing in the
 * sources knows of it. Making it fails if the method is gone or no longer contains what the mistake
 * is made of, so that a mutation cannot go stale unnoticed. Immutable.
 *
 * @param name what is wrong then, in a few words
 * @param className the class in which it is wrong
 * @param methodName the method, all of whose overloads are looked at
 * @param edit makes the change, and reports each place to the {@link Spot}
 */
record Mutation(
    String name, String className, String methodName, Function<Spot, CodeTransform> edit) {

  /** Counts the places that an edit has changed. */
  static final class Spot {
    private int hits;

    void hit() {
      hits++;
    }
  }

  /** The class with the mistake in it. */
  byte[] applyTo(byte[] original) {
    Spot spot = new Spot();
    ClassFile classFile = ClassFile.of();
    ClassModel model = classFile.parse(original);
    boolean present = model.methods().stream().anyMatch(this::isMeant);
    if (!present) {
      throw new IllegalStateException(
          "mutation \"%s\": %s has no method %s".formatted(name, className, methodName));
    }
    CodeTransform code = edit.apply(spot);
    byte[] mutated =
        classFile.transformClass(
            model, ClassTransform.transformingMethodBodies(this::isMeant, code));
    if (spot.hits == 0) {
      throw new IllegalStateException(
          "mutation \"%s\": %s.%s has changed, there is nothing to mutate"
              .formatted(name, className, methodName));
    }
    return mutated;
  }

  @Override
  public String toString() {
    return name;
  }

  private boolean isMeant(MethodModel method) {
    return method.methodName().equalsString(methodName) && method.code().isPresent();
  }
}
