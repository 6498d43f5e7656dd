package io.sextant.bidder.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.RunningBidder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdmissionTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Any; deadlines count from it. */
    private static final long ARRIVAL_NS = -77 * MS;

    @TempDir
    private Path directory;

    private Admission admission;

    @SuppressWarnings("NullAway.Init")
    AdmissionTest() {}

    @BeforeEach
    void make() throws IOException {
        BidderConfig config = RunningBidder.config(directory, Map.of("http.tmax-default", "120ms", "http.tmax-max",
                "500ms", "http.network-margin", "20ms", "http.shed-after", "300ms"));
        admission = new Admission(config.http(), Set.of("adx", "other"));
    }

    @Test
    void shouldRefuseWhatHasWaitedTooLongWhateverItsTmax() {
        assertThat(refusesAfter(300)).isFalse();
        assertThat(refusesAfter(301)).isTrue();
    }

    @Test
    void shouldKnowTheTimeOfAnExchangesRequestsByTheLargestTmaxOfItsLast() {
        see("adx", 100, 10);
        see("adx", 150, 1);
        see("adx", 100, 10);

        // 150 ms less 20 for the network
        assertThat(refusesAfter(130)).isFalse();
        assertThat(refusesAfter(131)).isTrue();
        assertThat(admission.refuses("other", ARRIVAL_NS, ARRIVAL_NS + 131 * MS)).isFalse();
    }

    @Test
    void shouldForgetALargeTmaxThatDoesNotComeAgain() {
        see("adx", 400, 1);
        see("adx", 100, Admission.WINDOW);
        assertThat(refusesAfter(150)).isFalse();

        see("adx", 100, Admission.WINDOW);

        assertThat(refusesAfter(80)).isFalse();
        assertThat(refusesAfter(81)).isTrue();
    }

    @Test
    void shouldRefuseWhatCannotBeDoneInTheTimeLeft() {
        see("adx", 100, 1);
        for (int i = 0; i < 1000; i++) {
            admission.answered(30 * MS);
        }

        // 100 less 20 for the network less the 30 that an answer takes; the average comes near them to within 32 ns
        assertThat(refusesAfter(49)).isFalse();
        assertThat(refusesAfter(51)).isTrue();
    }

    @Test
    void shouldNotRefuseForEverAfterOneLongPause() {
        see("adx", 100, 1);
        admission.answered(TimeUnit.MINUTES.toNanos(1));

        int refused = 0;
        while (refusesAfter(0)) {
            refused++;
        }

        // 60,000/32 = 1875 ms, less a 32nd of it at each refusal, until it is below 80: 1875 · (31/32)^n < 80 at n = 100
        assertThat(refused).isEqualTo(100);
    }

    @Test
    void shouldGiveTheDeadlineByTmaxAndWithoutOneByTheDefault() {
        assertThat(admission.deadlineNs("adx", 200, ARRIVAL_NS)).isEqualTo(ARRIVAL_NS + 180 * MS);
        assertThat(admission.deadlineNs("adx", 0, ARRIVAL_NS)).isEqualTo(ARRIVAL_NS + 100 * MS);
        assertThat(admission.deadlineNs("adx", 60_000, ARRIVAL_NS)).isEqualTo(ARRIVAL_NS + 480 * MS);
        assertThat(admission.deadlineNs("stranger", 200, ARRIVAL_NS)).isEqualTo(ARRIVAL_NS + 180 * MS);
    }

    private void see(String exchange, int tmaxMs, int times) {
        for (int i = 0; i < times; i++) {
            admission.deadlineNs(exchange, tmaxMs, ARRIVAL_NS);
        }
    }

    private boolean refusesAfter(long waitedMs) {
        return admission.refuses("adx", ARRIVAL_NS, ARRIVAL_NS + waitedMs * MS);
    }
}
