package dev.meshd.crypto;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;

/**
 * The EVP functions of the system's OpenSSL 3 ({@code libcrypto.so.3}), bound once.
 *
 * <p>Pointers are passed as {@code long}: a memory segment per argument would be an object per
 * call. Callers therefore check bounds and keep memory alive themselves. Functions used per packet
 * are linked as <em>critical</em>, without the change of thread state that other foreign calls pay
 * for: they run for microseconds, take no lock and never block.
 *
 * <p>The handles are static and final because only then does the compiler turn a call through one
 * into a plain call. Where the library or a function is missing, {@link #isPresent()} is false and
 * every handle throws {@link UnsatisfiedLinkError}. Immutable.
 *
 * @see <a href="https://docs.openssl.org/3.0/man3/EVP_EncryptInit/">EVP_EncryptInit(3)</a>
 */
final class LibCrypto {
  static final int EVP_CTRL_AEAD_GET_TAG = 0x10;
  static final int EVP_CTRL_AEAD_SET_TAG = 0x11;

  private static final String NAME = "libcrypto.so.3";
  private static final Optional<SymbolLookup> LIBRARY = load();

  private static final FunctionDescriptor NEW = FunctionDescriptor.of(JAVA_LONG);
  private static final FunctionDescriptor FREE = FunctionDescriptor.ofVoid(JAVA_LONG);
  private static final FunctionDescriptor INIT =
      returningInt(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor UPDATE =
      returningInt(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final FunctionDescriptor FINAL = returningInt(JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final FunctionDescriptor CTRL =
      returningInt(JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);

  /** {@code EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void)}. */
  static final MethodHandle CTX_NEW = bind("EVP_CIPHER_CTX_new", NEW);

  /** {@code void EVP_CIPHER_CTX_free(ctx)}, which overwrites the key. */
  static final MethodHandle CTX_FREE = bind("EVP_CIPHER_CTX_free", FREE);

  /** {@code const EVP_CIPHER *EVP_chacha20_poly1305(void)}. */
  static final MethodHandle CHACHA20_POLY1305 = bind("EVP_chacha20_poly1305", NEW);

  /** {@code int EVP_EncryptInit_ex(ctx, cipher, engine, key, iv)}; zero leaves an item as it is. */
  static final MethodHandle ENCRYPT_INIT = bindCritical("EVP_EncryptInit_ex", INIT);

  /** {@code int EVP_EncryptUpdate(ctx, out, written, in, length)}; no output: associated data. */
  static final MethodHandle ENCRYPT_UPDATE = bindCritical("EVP_EncryptUpdate", UPDATE);

  /** {@code int EVP_EncryptFinal_ex(ctx, out, written)}. */
  static final MethodHandle ENCRYPT_FINAL = bindCritical("EVP_EncryptFinal_ex", FINAL);

  /** {@code int EVP_DecryptInit_ex(ctx, cipher, engine, key, iv)}. */
  static final MethodHandle DECRYPT_INIT = bindCritical("EVP_DecryptInit_ex", INIT);

  /** {@code int EVP_DecryptUpdate(ctx, out, written, in, length)}. */
  static final MethodHandle DECRYPT_UPDATE = bindCritical("EVP_DecryptUpdate", UPDATE);

  /** {@code int EVP_DecryptFinal_ex(ctx, out, written)}: 1 when the tag is right. */
  static final MethodHandle DECRYPT_FINAL = bindCritical("EVP_DecryptFinal_ex", FINAL);

  /** {@code int EVP_CIPHER_CTX_ctrl(ctx, command, number, pointer)}. */
  static final MethodHandle CTX_CTRL = bindCritical("EVP_CIPHER_CTX_ctrl", CTRL);

  private LibCrypto() {}

  /** Says whether the machine has the library with all these functions. */
  static boolean isPresent() {
    return LIBRARY.isPresent();
  }

  private static Optional<SymbolLookup> load() {
    try {
      SymbolLookup library = SymbolLookup.libraryLookup(NAME, Arena.global());
      // The newest of the functions; all of them have been there since OpenSSL 1.1.
      return library.find("EVP_chacha20_poly1305").map(found -> library);
    } catch (RuntimeException | LinkageError e) {
      return Optional.empty(); // absent, or native access denied: the JDK's cipher serves
    }
  }

  private static MethodHandle bind(String name, FunctionDescriptor function) {
    return LIBRARY
        .flatMap(library -> library.find(name))
        .map(symbol -> Linker.nativeLinker().downcallHandle(symbol, function))
        .orElseGet(() -> missing(name, function.toMethodType()));
  }

  private static MethodHandle bindCritical(String name, FunctionDescriptor function) {
    return LIBRARY
        .flatMap(library -> library.find(name))
        .map(
            symbol ->
                Linker.nativeLinker()
                    .downcallHandle(symbol, function, Linker.Option.critical(false)))
        .orElseGet(() -> missing(name, function.toMethodType()));
  }

  private static MethodHandle missing(String name, MethodType type) {
    MethodHandle thrower =
        MethodHandles.throwException(type.returnType(), UnsatisfiedLinkError.class)
            .bindTo(new UnsatisfiedLinkError(NAME + " has no " + name));
    return MethodHandles.dropArguments(thrower, 0, type.parameterList());
  }

  private static FunctionDescriptor returningInt(MemoryLayout... arguments) {
    return FunctionDescriptor.of(JAVA_INT, arguments);
  }
}
