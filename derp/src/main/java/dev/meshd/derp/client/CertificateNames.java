package dev.meshd.derp.client;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Whether a certificate is for a host: by its subject alternative names, with a wildcard standing
 * for exactly the leftmost label (RFC 6125, sections 6.4.1 and 6.4.3; RFC 2818 for addresses). The
 * common name does not count. Stateless.
 */
final class CertificateNames {

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private CertificateNames() {}

  static boolean match(X509Certificate certificate, String host) {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException malformed) {
      return false;
    }
    if (names == null) {
      return false;
    }
    return names.stream().anyMatch(name -> matchesEntry(name, host));
  }

  private static boolean matchesEntry(List<?> entry, String host) {
    if (!(entry.get(0) instanceof Integer kind) || !(entry.get(1) instanceof String value)) {
      return false;
    }
    return switch (kind) {
      case DNS_NAME -> matchesDnsName(value, host);
      case IP_ADDRESS -> matchesAddress(value, host);
      default -> false;
    };
  }

  static boolean matchesDnsName(String pattern, String host) {
    String wanted = withoutRootDot(host.toLowerCase(Locale.ROOT));
    String given = withoutRootDot(pattern.toLowerCase(Locale.ROOT));
    if (!given.startsWith("*.")) {
      return !given.isEmpty() && given.equals(wanted);
    }
    int firstDot = wanted.indexOf('.');
    String parent = given.substring(2);
    return firstDot > 0 && parent.contains(".") && wanted.substring(firstDot + 1).equals(parent);
  }

  private static boolean matchesAddress(String given, String host) {
    try {
      return InetAddress.ofLiteral(given).equals(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }

  private static String withoutRootDot(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
