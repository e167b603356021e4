package dev.meshd.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Puts seed inputs together, as {@link FuzzInput} takes them apart. */
public final class FuzzOutput {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public FuzzOutput u8(int value) {
    out.write(value);
    return this;
  }

  public FuzzOutput u16(int value) {
    return u8(value >>> 8).u8(value);
  }

  public FuzzOutput bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public FuzzOutput piece(byte[] bytes) {
    return u16(bytes.length).bytes(bytes);
  }

  public FuzzOutput text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  public byte[] done() {
    return out.toByteArray();
  }
}
