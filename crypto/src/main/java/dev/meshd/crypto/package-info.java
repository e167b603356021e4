/** Keys by role, AEAD engines, hashes and the NaCl box. */
@NullMarked
package dev.meshd.crypto;

import org.jspecify.annotations.NullMarked;
