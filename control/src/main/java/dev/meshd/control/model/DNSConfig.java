package dev.meshd.control.model;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.meshd.packet.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * How names are resolved on the node; replaced as a whole.
 *
 * @param resolvers global resolvers, in place of the local ones
 * @param routes split DNS by suffix; an empty list means the built-in resolver answers
 * @param domains search domains without trailing dot
 * @param proxied whether names of the mesh are served (MagicDNS)
 * @param nameservers obsolete
 * @param tempCorpIssue13969 obsolete
 */
public record DNSConfig(
    @JsonProperty("Resolvers") List<Resolver> resolvers,
    @JsonProperty("Routes") @JsonSetter(contentNulls = Nulls.SET)
        Map<String, List<Resolver>> routes,
    @JsonProperty("FallbackResolvers") List<Resolver> fallbackResolvers,
    @JsonProperty("Domains") List<String> domains,
    @JsonProperty("Proxied") boolean proxied,
    @JsonProperty("Nameservers") List<IpAddress> nameservers,
    @JsonProperty("CertDomains") List<String> certDomains,
    @JsonProperty("ExtraRecords") List<DNSRecord> extraRecords,
    @JsonProperty("ExitNodeFilteredSet") List<String> exitNodeFilteredSet,
    @JsonProperty("TempCorpIssue13969") String tempCorpIssue13969) {

  /** Absent and null members become the empty value; collections are copied. */
  public DNSConfig {
    resolvers = Absent.list(resolvers);
    routes = Absent.mapOfLists(routes);
    fallbackResolvers = Absent.list(fallbackResolvers);
    domains = Absent.list(domains);
    nameservers = Absent.list(nameservers);
    certDomains = Absent.list(certDomains);
    extraRecords = Absent.list(extraRecords);
    exitNodeFilteredSet = Absent.list(exitNodeFilteredSet);
    tempCorpIssue13969 = Absent.text(tempCorpIssue13969);
  }

  /** A builder with every member absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder holding this value, to change some members. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.resolvers = resolvers;
    b.routes = routes;
    b.fallbackResolvers = fallbackResolvers;
    b.domains = domains;
    b.proxied = proxied;
    b.nameservers = nameservers;
    b.certDomains = certDomains;
    b.extraRecords = extraRecords;
    b.exitNodeFilteredSet = exitNodeFilteredSet;
    b.tempCorpIssue13969 = tempCorpIssue13969;
    return b;
  }

  /**
   * Collects the members of a {@link DNSConfig}; setters are named after the members. Not
   * thread-safe.
   */
  public static final class Builder {
    private List<Resolver> resolvers = List.of();
    private Map<String, List<Resolver>> routes = Map.of();
    private List<Resolver> fallbackResolvers = List.of();
    private List<String> domains = List.of();
    private boolean proxied;
    private List<IpAddress> nameservers = List.of();
    private List<String> certDomains = List.of();
    private List<DNSRecord> extraRecords = List.of();
    private List<String> exitNodeFilteredSet = List.of();
    private String tempCorpIssue13969 = "";

    private Builder() {}

    public Builder resolvers(List<Resolver> value) {
      resolvers = value;
      return this;
    }

    public Builder routes(Map<String, List<Resolver>> value) {
      routes = value;
      return this;
    }

    public Builder fallbackResolvers(List<Resolver> value) {
      fallbackResolvers = value;
      return this;
    }

    public Builder domains(List<String> value) {
      domains = value;
      return this;
    }

    public Builder proxied(boolean value) {
      proxied = value;
      return this;
    }

    public Builder nameservers(List<IpAddress> value) {
      nameservers = value;
      return this;
    }

    public Builder certDomains(List<String> value) {
      certDomains = value;
      return this;
    }

    public Builder extraRecords(List<DNSRecord> value) {
      extraRecords = value;
      return this;
    }

    public Builder exitNodeFilteredSet(List<String> value) {
      exitNodeFilteredSet = value;
      return this;
    }

    public Builder tempCorpIssue13969(String value) {
      tempCorpIssue13969 = value;
      return this;
    }

    public DNSConfig build() {
      return new DNSConfig(
          resolvers,
          routes,
          fallbackResolvers,
          domains,
          proxied,
          nameservers,
          certDomains,
          extraRecords,
          exitNodeFilteredSet,
          tempCorpIssue13969);
    }
  }
}
