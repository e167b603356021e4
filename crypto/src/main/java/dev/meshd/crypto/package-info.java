/**
 * Keys by role, the packet cipher, and the small set of primitives the protocols are built from.
 *
 * <p>Read in this order: {@link RoleKey} and {@link NodeKey} (public keys and their text), {@link
 * NodePrivateKey} (private ones), {@link X25519} behind {@link KeyAgreement}, {@link Blake2s} and
 * {@link Hkdf} (handshakes), {@link ChaCha20Poly1305} and {@link XChaCha20Poly1305} (small
 * messages), {@link Aead} and {@link AeadEngine} (packets), {@link NaclBox} (path discovery, relay
 * login).
 *
 * <p>Keys are values or thread-safe; an {@link Aead} belongs to one thread at a time. This is the
 * only package that makes foreign calls, and only into the system's libcrypto. It never logs, never
 * puts a secret into a message or a {@code toString}, and invents no cryptography: the arithmetic
 * is the JDK's, OpenSSL's or Bouncy Castle's.
 *
 * <p>Specifications: RFC 7693, RFC 7748, RFC 8439, draft-irtf-cfrg-xchacha-03, RFC 5869 over
 * BLAKE2s, NaCl crypto_box.
 */
@NullMarked
package dev.meshd.crypto;

import org.jspecify.annotations.NullMarked;
