package io.sextant.perf.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.fixtures.request.BidRequestFixtures;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final int REQUESTS = 4_000;
    private static final Traffic TRAFFIC = Traffic.encode(
            IntStream.range(0, REQUESTS).mapToObj(_ -> BidRequestFixtures.banner().build()).toList(), i -> i % 20 != 0,
            11);

    private static double share(Predicate<Traffic.Template> condition) {
        return TRAFFIC.only(condition).size() / (double) REQUESTS;
    }

    @Test
    void shouldMixEncodingsAsExchangesDoWhenItEncodes() {
        // four standard deviations of so many draws are 0.03
        assertThat(share(Traffic.Template::protobuf)).isCloseTo(0.3, within(0.03));
        assertThat(share(Traffic.Template::gzip)).isCloseTo(1 / 3.0, within(0.03));
        assertThat(share(template -> template.gzip() && template.protobuf())).isCloseTo(0.1, within(0.02));
        assertThat(TRAFFIC.bidShare()).isEqualTo(0.95);
    }

    @Test
    void shouldSayHowLongABodyIsWhenItWritesTheHead() {
        for (int i = 0; i < 100; i++) {
            String text = new String(TRAFFIC.template(i).bytes(), StandardCharsets.ISO_8859_1);
            int body = text.indexOf("\r\n\r\n") + 4;
            assertThat(text).contains("Content-Length: " + (text.length() - body) + "\r\n");
        }
    }

    @Test
    void shouldPointAtTheIdWhenARequestIsPatched() {
        for (int i = 0; i < 100; i++) {
            Traffic.Template template = TRAFFIC.template(i);
            if (template.patched()) {
                assertThat(new String(template.bytes(), template.idAt(), Traffic.ID_CHARS, StandardCharsets.US_ASCII))
                        .isEqualTo(template.request().getId()).isEqualTo(Traffic.id(i));
            }
        }
    }

    @Test
    void shouldMakeIdsOfOneLengthWhenNumbersGrow() {
        assertThat(Traffic.id(0)).isEqualTo("Q000000000000000");
        assertThat(Traffic.id(0xabc123)).isEqualTo("Q000000000abc123");
    }
}
