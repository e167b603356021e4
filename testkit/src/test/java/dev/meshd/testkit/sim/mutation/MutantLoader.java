package dev.meshd.testkit.sim.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Loads the whole program anew, with one mistake in it. Libraries and the JDK are shared with the
 * loader above.
 */
final class MutantLoader extends ClassLoader {

  private static final String OURS = "dev.meshd.";

  private final Mutation mutation;
  private boolean mutated;

  MutantLoader(Mutation mutation) {
    super(MutantLoader.class.getClassLoader());
    this.mutation = mutation;
  }

  /** Whether the class with the mistake has been asked for; otherwise nothing was tried. */
  boolean hasMutated() {
    return mutated;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      return known != null ? known : define(name);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      if (name.equals(mutation.className())) {
        bytes = mutation.applyTo(bytes);
        mutated = true;
      }
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
