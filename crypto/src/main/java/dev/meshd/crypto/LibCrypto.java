package dev.meshd.crypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The EVP functions of the system's OpenSSL 3 ({@code libcrypto.so.3}), bound once.
 *
 * <p>Pointers are passed as {@code long}: a memory segment per argument would be an object per
 * call. Callers therefore check bounds and keep memory alive themselves. Functions used per packet
 * are linked as <em>critical</em>, without the change of thread state that other foreign calls pay
 * for: they run for microseconds, take no lock and never block. Immutable.
 *
 * @see <a href="https://docs.openssl.org/3.0/man3/EVP_EncryptInit/">EVP_EncryptInit(3)</a>
 */
final class LibCrypto {
  static final long NULL = 0;
  static final int EVP_CTRL_AEAD_SET_IVLEN = 0x9;
  static final int EVP_CTRL_AEAD_GET_TAG = 0x10;
  static final int EVP_CTRL_AEAD_SET_TAG = 0x11;

  private static final String LIBRARY = "libcrypto.so.3";

  final MethodHandle newContext;
  final MethodHandle freeContext;
  final MethodHandle chacha20Poly1305;
  final MethodHandle encryptInit;
  final MethodHandle encryptUpdate;
  final MethodHandle encryptFinal;
  final MethodHandle decryptInit;
  final MethodHandle decryptUpdate;
  final MethodHandle decryptFinal;
  final MethodHandle control;

  private LibCrypto(Linker linker, SymbolLookup library) {
    var create = FunctionDescriptor.of(JAVA_LONG);
    var init = returningInt(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    var update = returningInt(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
    var finish = returningInt(JAVA_LONG, JAVA_LONG, JAVA_LONG);
    var binder = new Binder(linker, library);
    newContext = binder.bind("EVP_CIPHER_CTX_new", create);
    freeContext = binder.bind("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(JAVA_LONG));
    chacha20Poly1305 = binder.bind("EVP_chacha20_poly1305", create);
    encryptInit = binder.bindCritical("EVP_EncryptInit_ex", init);
    encryptUpdate = binder.bindCritical("EVP_EncryptUpdate", update);
    encryptFinal = binder.bindCritical("EVP_EncryptFinal_ex", finish);
    decryptInit = binder.bindCritical("EVP_DecryptInit_ex", init);
    decryptUpdate = binder.bindCritical("EVP_DecryptUpdate", update);
    decryptFinal = binder.bindCritical("EVP_DecryptFinal_ex", finish);
    control =
        binder.bindCritical(
            "EVP_CIPHER_CTX_ctrl", returningInt(JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
  }

  /** Returns the library; empty when the machine has none, or one without these functions. */
  static Optional<LibCrypto> load() {
    return Loaded.LIBRARY;
  }

  private static FunctionDescriptor returningInt(MemoryLayout... arguments) {
    return FunctionDescriptor.of(JAVA_INT, arguments);
  }

  private record Binder(Linker linker, SymbolLookup library) {
    MethodHandle bind(String name, FunctionDescriptor function) {
      return linker.downcallHandle(library.findOrThrow(name), function);
    }

    MethodHandle bindCritical(String name, FunctionDescriptor function) {
      return linker.downcallHandle(
          library.findOrThrow(name), function, Linker.Option.critical(false));
    }
  }

  /** Loads the library when it is first asked for. */
  private static final class Loaded {
    static final Optional<LibCrypto> LIBRARY = tryLoad();

    private static Optional<LibCrypto> tryLoad() {
      try {
        SymbolLookup library = SymbolLookup.libraryLookup(LibCrypto.LIBRARY, Arena.global());
        return Optional.of(new LibCrypto(Linker.nativeLinker(), library));
      } catch (RuntimeException | LinkageError e) {
        return Optional
            .empty(); // absent, too old, or native access denied: the JDK's cipher serves
      }
    }
  }
}
