package io.sextant.protocol.openrtb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Damaged bodies are read or refused with a place, and nothing else happens; what is read can be written. */
class CodecFuzzTest {
    private static final int MESSAGES = 60;
    private static final int DAMAGES = 100;
    private static final String SIGNS = "{}[]\",:\\0123456789-+.eEtfn \u0000\u001f";
    private static final List<Message> ROOTS = List.of(BidRequest.getDefaultInstance(),
            BidResponse.getDefaultInstance(),
            NativeRequest.getDefaultInstance());

    private final OpenRtbCodec codec = new OpenRtbCodec();
    private final SplittableRandom random = new SplittableRandom(42);
    private int read;
    private int refused;

    @Test
    void shouldReadOrRefuseDamagedJson() {
        for (int i = 0; i < MESSAGES; i++) {
            Message root = ROOTS.get(i % ROOTS.size());
            byte[] json = codec.write(new Messages(i, 0.15).random(root));
            for (int j = 0; j < DAMAGES; j++) {
                byte[] damaged = damaged(json);
                attempt(() -> codec.read(root, damaged, 0, damaged.length));
            }
        }

        assertThat(read).isGreaterThan(500);
        assertThat(refused).isGreaterThan(2000);
    }

    @Test
    void shouldReadOrRefuseJsonCutAnywhere() {
        byte[] json = codec.write(new Messages(5, 0.2).random(BidRequest.getDefaultInstance()));

        for (int length = 0; length < json.length; length++) {
            int end = length;
            attempt(() -> codec.readBidRequest(json, 0, end));
        }

        assertThat(read).isZero();
        assertThat(refused).isEqualTo(json.length);
    }

    @Test
    void shouldReadOrRefuseDamagedProtobuf() {
        for (int i = 0; i < MESSAGES; i++) {
            Message root = ROOTS.get(i % ROOTS.size());
            byte[] body = new Messages(i, 0.15).random(root).toByteArray();
            for (int j = 0; j < DAMAGES; j++) {
                byte[] damaged = damaged(body);
                attempt(() -> codec.readProtobuf(root, damaged, 0, damaged.length));
            }
        }

        assertThat(read).isGreaterThan(500);
        assertThat(refused).isGreaterThan(2000);
    }

    @Test
    void shouldReadOrRefuseAnyBytes() {
        for (int i = 0; i < 20_000; i++) {
            byte[] body = new byte[random.nextInt(40)];
            random.nextBytes(body);
            if (random.nextBoolean()) {
                for (int j = 0; j < body.length; j++) {
                    body[j] = (byte) SIGNS.charAt((body[j] & 0xFF) % SIGNS.length());
                }
            }
            if (body.length > 0 && random.nextBoolean()) {
                body[0] = '{';
            }
            attempt(() -> codec.readBidRequest(body));
            attempt(() -> codec.readProtobuf(BidRequest.getDefaultInstance(), body, 0, body.length));
        }

        assertThat(refused).isGreaterThan(10_000);
    }

    private void attempt(Supplier<Message> reader) {
        Message message;
        try {
            message = reader.get();
        } catch (OpenRtbFormatException e) {
            assertThat(e).hasMessageMatching("(?s)\\S.*: .+");
            refused++;
            return;
        }
        read++;
        try {
            byte[] json = codec.write(message);
            assertThat(JsonTrees.tree(json)).as(new String(json, UTF_8)).isNotNull();
        } catch (OpenRtbFormatException e) {
            // A protobuf peer can send numbers and an unknown_json that JSON cannot hold.
            assertThat(e).hasMessageMatching("(?s).+: (JSON has no number|unknown_json) .+");
        }
    }

    private byte[] damaged(byte[] body) {
        byte[] copy = body.clone();
        for (int i = 1 + random.nextInt(2); i > 0 && copy.length > 2; i--) {
            int from = random.nextInt(copy.length);
            int to = Math.min(copy.length, from + 1 + random.nextInt(20));
            switch (random.nextInt(5)) {
                case 0 -> copy = Arrays.copyOf(copy, from + 1);
                case 1 -> copy[from] = (byte) random.nextInt(256);
                case 2 -> copy[from] = (byte) SIGNS.charAt(random.nextInt(SIGNS.length()));
                case 3 -> {
                    byte[] shorter = Arrays.copyOf(copy, copy.length - (to - from));
                    System.arraycopy(copy, to, shorter, from, copy.length - to);
                    copy = shorter;
                }
                default -> System.arraycopy(body, 0, copy, from, Math.min(to - from, body.length));
            }
        }
        return copy;
    }
}
