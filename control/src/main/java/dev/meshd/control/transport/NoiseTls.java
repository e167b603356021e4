package dev.meshd.control.transport;

import dev.meshd.control.tls.SystemTrust;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS below Noise. Noise proves who the server is; TLS is only there to pass middleboxes. So a
 * certificate that does not verify is logged and accepted. No ALPN is offered: the connection must
 * speak HTTP/1.1. Thread-safe.
 */
public final class NoiseTls {
  private static final Logger LOG = LoggerFactory.getLogger(NoiseTls.class);

  private final SslContext context;

  /** Checks certificates, for the log, against {@code trust}. */
  public NoiseTls(SystemTrust trust) {
    try {
      context =
          SslContextBuilder.forClient()
              .sslProvider(io.netty.handler.ssl.SslProvider.JDK)
              .trustManager(new Reporting(trust.trustManager()))
              .build();
    } catch (SSLException e) {
      throw new IllegalStateException("the JDK offers no TLS", e);
    }
  }

  SslHandler newHandler(Channel channel, String host, int port) {
    SslHandler handler = context.newHandler(channel.alloc(), host, port);
    SSLParameters parameters = handler.engine().getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    handler.engine().setSSLParameters(parameters);
    return handler;
  }

  private static final class Reporting extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager real;

    Reporting(X509ExtendedTrustManager real) {
      this.real = real;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
      try {
        real.checkServerTrusted(chain, authType, engine);
      } catch (CertificateException e) {
        LOG.info(
            "the certificate of {} does not verify ({}); the Noise handshake decides",
            engine.getPeerHost(),
            e.getMessage());
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      real.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      real.checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      real.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      real.checkClientTrusted(chain, authType, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      real.checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return real.getAcceptedIssuers();
    }
  }
}
