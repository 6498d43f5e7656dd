package io.sextant.bidder.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.http.BoundedInflater.Result;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedInflaterTest {
    private static final int BOUND = 256 * 1024;

    private final BoundedInflater inflater = new BoundedInflater(BOUND);

    @AfterEach
    void end() {
        inflater.close();
    }

    @Property(tries = 200, seed = "1")
    void shouldGiveBackWhatTheJdkCompressed(@ForAll @Size(max = 5000) byte[] body) throws IOException {
        byte[] gzip = gzip(body);

        assertThat(inflater.inflate(gzip, gzip.length)).isEqualTo(Result.INFLATED);
        assertThat(Arrays.copyOf(inflater.output(), inflater.size())).isEqualTo(body);
    }

    @Test
    void shouldStopAtABomb() throws IOException {
        // 64 MB of zeros are 64 kB of gzip.
        byte[] bomb = gzip(new byte[64 << 20]);

        assertThat(bomb.length).isLessThan(70_000);
        assertThat(inflater.inflate(bomb, bomb.length)).isEqualTo(Result.TOO_LARGE);
        assertThat(inflater.output().length).isLessThanOrEqualTo(BOUND + 1);
    }

    @Test
    void shouldTakeTheBoundItselfAndNotOneByteMore() throws IOException {
        byte[] exact = gzip(new byte[BOUND]);
        byte[] over = gzip(new byte[BOUND + 1]);

        assertThat(inflater.inflate(exact, exact.length)).isEqualTo(Result.INFLATED);
        assertThat(inflater.size()).isEqualTo(BOUND);
        assertThat(inflater.inflate(over, over.length)).isEqualTo(Result.TOO_LARGE);
    }

    @Test
    void shouldStopAtManySmallMembersToo() throws IOException {
        byte[] member = gzip(new byte[100_000]);
        var many = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            many.write(member);
        }

        assertThat(inflater.inflate(many.toByteArray(), many.size())).isEqualTo(Result.TOO_LARGE);
        assertThat(inflater.inflate(many.toByteArray(), 2 * member.length)).isEqualTo(Result.INFLATED);
        assertThat(inflater.size()).isEqualTo(200_000);
    }

    @Test
    void shouldRefuseEveryTruncation() throws IOException {
        byte[] gzip = gzip("{\"id\":\"1\",\"imp\":[]}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        for (int length = 0; length < gzip.length; length++) {
            assertThat(inflater.inflate(gzip, length)).as("first %d bytes", length).isEqualTo(Result.MALFORMED);
        }
    }

    @Property(tries = 500, seed = "1")
    void shouldAgreeWithTheJdkOnDamagedBodies(@ForAll @IntRange(max = 10_000) int seed) throws IOException {
        var random = new Random(seed);
        byte[] body = new byte[200];
        random.nextBytes(body);
        byte[] gzip = gzip(body);
        gzip[random.nextInt(gzip.length)] ^= (byte) (1 << random.nextInt(8));

        Result result = inflater.inflate(gzip, gzip.length);

        if (result == Result.INFLATED) {
            // Damage in the header's time stamp, flags without effect and the like is none; the content is what counts.
            assertThat(Arrays.copyOf(inflater.output(), inflater.size())).isEqualTo(body);
        }
    }

    @Test
    void shouldReadHeadersWithEveryOptionalPart() throws IOException {
        byte[] gzip = gzip(new byte[]{1, 2, 3});
        var full = new ByteArrayOutputStream();
        full.write(gzip, 0, 3);
        full.write(2 | 4 | 8 | 16);
        full.write(gzip, 4, 6);
        full.write(new byte[]{3, 0, 'a', 'b', 'c'});
        full.write(new byte[]{'n', 0});
        full.write(new byte[]{'c', 0});
        full.write(new byte[]{9, 9});
        full.write(gzip, 10, gzip.length - 10);

        assertThat(inflater.inflate(full.toByteArray(), full.size())).isEqualTo(Result.INFLATED);
        assertThat(Arrays.copyOf(inflater.output(), inflater.size())).containsExactly(1, 2, 3);
    }

    @Property(tries = 100, seed = "1")
    void shouldEncodeWhatTheJdkDecodes(@ForAll @Size(max = 20_000) byte[] body) throws IOException {
        try (var encoder = new GzipEncoder()) {
            assertThat(new GZIPInputStream(new ByteArrayInputStream(encoder.encode(body))).readAllBytes())
                    .isEqualTo(body);
            assertThat(new GZIPInputStream(new ByteArrayInputStream(encoder.encode(body))).readAllBytes())
                    .isEqualTo(body);
        }
    }

    @Test
    void shouldHeedWhatTheClientAccepts() {
        assertThat(GzipEncoder.accepted("gzip")).isTrue();
        assertThat(GzipEncoder.accepted("deflate, gzip;q=0.5, br")).isTrue();
        assertThat(GzipEncoder.accepted("gzip;q=0")).isFalse();
        assertThat(GzipEncoder.accepted("gzip; q=0.0, br")).isFalse();
        assertThat(GzipEncoder.accepted("identity")).isFalse();
    }

    private static byte[] gzip(byte[] body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }
}
