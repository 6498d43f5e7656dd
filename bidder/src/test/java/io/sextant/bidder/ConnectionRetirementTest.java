package io.sextant.bidder;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionRetirementTest {
    @TempDir
    private Path directory;

    private final byte[] body = new OpenRtbCodec().write(BidRequestFixtures.banner().setTmax(3_000).build());
    private RunningBidder bidder;

    @SuppressWarnings("NullAway.Init")
    ConnectionRetirementTest() {}

    @BeforeEach
    void start() throws IOException {
        bidder = RunningBidder.start(directory, Map.of("http.connection-requests-max", "3", "http.event-loops", "1"));
    }

    @AfterEach
    void stop() {
        bidder.close();
    }

    @Test
    void shouldCloseAnHttp1ConnectionAfterItsLastAnswerAndSaySo() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), bidder.process.port())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            for (int i = 0; i < 3; i++) {
                out.write(("POST /openrtb2/bid HTTP/1.1\r\nhost: x\r\ncontent-length: " + body.length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.write(body);
            }

            // Ends only because the server closes.
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
            assertThat(answers.split("connection: close", -1)).hasSize(2);
        }
    }

    @Test
    void shouldRetireAnHttp2ConnectionWithoutLosingARequest() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            var client = vertx.createHttpClient(
                    new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false),
                    new PoolOptions().setHttp2MaxSize(1));
            Set<Object> connections = new HashSet<>();
            for (int i = 0; i < 12; i++) {
                int status = client.request(HttpMethod.POST, bidder.process.port(), "127.0.0.1", "/openrtb2/bid")
                        .compose(request -> {
                            connections.add(request.connection());
                            return request.send(Buffer.buffer(body))
                                    .compose(response -> response.body().map(response.statusCode()));
                        }).await(10, TimeUnit.SECONDS);
                assertThat(status).isEqualTo(200);
            }
            assertThat(connections).hasSizeGreaterThan(1);
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }
}
