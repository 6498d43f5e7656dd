package io.sextant.bidder;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real server, whose one event loop is kept busy with something else, by a clock that only the test moves on. */
class HeldUpLoopTest {
    /** Starts like gzip and is none: whoever inflates it answers 400. */
    private static final byte[] NO_GZIP = {0x1f, (byte) 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

    @TempDir
    private Path directory;

    private final AtomicLong nowNs = new AtomicLong(1_000_000_000);
    private final byte[] good = new OpenRtbCodec().write(BidRequestFixtures.banner().setTmax(3_000).build());
    private RunningBidder bidder;
    private Socket socket;
    private BufferedReader answers;

    @SuppressWarnings("NullAway.Init")
    HeldUpLoopTest() {}

    @BeforeEach
    void start() throws IOException {
        bidder = RunningBidder.start(directory, Map.of("http.event-loops", "1", "http.shed-after", "4s"),
                nowNs::get);
        socket = new Socket(InetAddress.getLoopbackAddress(), bidder.process.port());
        socket.setSoTimeout(20_000);
        answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        send(good);
        assertThat(status()).isEqualTo(200);
    }

    @AfterEach
    void stop() throws IOException {
        socket.close();
        bidder.close();
    }

    @Test
    void shouldRefuseWithoutInflatingWhatLayThereWhileTheLoopWasBusy() throws Exception {
        holdUpFor(Duration.ofSeconds(5), NO_GZIP);

        assertThat(status()).isEqualTo(204);
        assertThat(bidder.count("bidder.requests", "outcome", "shed")).isEqualTo(1);
        assertThat(bidder.count("bidder.requests", "outcome", "bad_request")).isZero();
    }

    @Test
    void shouldRefuseWhatIsLaterThanTheTmaxOfItsExchange() throws Exception {
        // 3 s were all that the one request before this had
        holdUpFor(Duration.ofMillis(3_500), NO_GZIP);

        assertThat(status()).isEqualTo(204);
        assertThat(bidder.count("bidder.requests", "outcome", "shed")).isEqualTo(1);
    }

    @Test
    void shouldAnswerWhatIsStillInTime() throws Exception {
        holdUpFor(Duration.ofSeconds(1), NO_GZIP);
        assertThat(status()).isEqualTo(400);

        holdUpFor(Duration.ofSeconds(1), good);
        assertThat(status()).isEqualTo(200);

        assertThat(bidder.count("bidder.requests", "outcome", "shed")).isZero();
    }

    @Test
    void shouldTakeTheNextRequestOfARefusedOnesConnection() throws Exception {
        holdUpFor(Duration.ofSeconds(5), good);
        assertThat(status()).isEqualTo(204);

        send(good);

        assertThat(status()).isEqualTo(200);
    }

    /** Keeps the loop busy while a request comes in. */
    private void holdUpFor(Duration time, byte[] body) throws Exception {
        var held = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        bidder.process.loops().execute(() -> {
            held.countDown();
            try {
                release.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        held.await();
        send(body);
        nowNs.addAndGet(time.toNanos());
        release.countDown();
    }

    private void send(byte[] body) throws IOException {
        byte[] head = ("POST /openrtb2/bid HTTP/1.1\r\nhost: x\r\ncontent-length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] message = new byte[head.length + body.length];
        System.arraycopy(head, 0, message, 0, head.length);
        System.arraycopy(body, 0, message, head.length, body.length);
        socket.getOutputStream().write(message);
    }

    /** Reads one answer. */
    private int status() throws IOException {
        int status = Integer.parseInt(answers.readLine().substring("HTTP/1.1 ".length()).substring(0, 3));
        int length = 0;
        for (String line = answers.readLine(); !line.isEmpty(); line = answers.readLine()) {
            if (line.startsWith("content-length:")) {
                length = Integer.parseInt(line.substring("content-length:".length()).strip());
            }
        }
        for (int i = 0; i < length; i++) {
            answers.read();
        }
        return status;
    }
}
