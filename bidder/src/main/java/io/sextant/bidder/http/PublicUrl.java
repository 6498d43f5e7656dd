package io.sextant.bidder.http;

/** The address that notices and clicks come back to. Thread-safe. */
public final class PublicUrl {
    private final String configured;
    private final String host;
    private volatile String url;

    /** As configured, or, once the port is {@linkplain #bound}, this machine's own address. */
    public PublicUrl(HttpConfig config) {
        this.configured = config.publicUrl();
        this.host = config.host().equals("0.0.0.0") || config.host().equals("::") ? "127.0.0.1" : config.host();
        this.url = configured;
    }

    /** Notes the bound port. */
    void bound(int port) {
        if (configured.isEmpty()) {
            url = "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /** Scheme, host and port, without a slash at the end. */
    public String url() {
        return url;
    }
}
