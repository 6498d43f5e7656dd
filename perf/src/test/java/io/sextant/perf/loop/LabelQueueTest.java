package io.sextant.perf.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.fixtures.market.ClickProcess.Response;
import io.sextant.protocol.event.Example;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Window of ten seconds, late window of a minute. */
class LabelQueueTest {
    private final LabelQueue queue = new LabelQueue(new ConfigurationLoader("controller", Map.of())
            .load(ControllerConfig.class, null, Map.of("attribution.window", "10s", "attribution.late-window", "1m"))
            .attribution());

    private void shown(String bidId, long timeMs, Response response) {
        queue.shown(Example.newBuilder().setBidId(bidId).setImpressionTimeMs(timeMs).build(), response);
    }

    private static Response click(long delayMs) {
        return new Response(true, 0.1, delayMs);
    }

    private static Response none() {
        return new Response(false, 0.1, 0);
    }

    /** As bid id, label, weight. */
    private List<String> released(long toMs) {
        List<String> released = new ArrayList<>();
        queue.release(toMs, example -> released.add(
                example.getBidId() + (example.getClick() ? " click " : " none ") + (int) example.getWeight()));
        return released;
    }

    @Test
    void shouldKeepEveryLabelUntilItsWindowHasPassedWhetherThereWasAClickOrNot() {
        shown("a", 1_000, click(2_000));
        shown("b", 2_000, none());

        assertThat(released(11_000)).isEmpty();
        assertThat(released(11_001)).containsExactly("a click 1");
        assertThat(released(12_001)).containsExactly("b none 1");
        assertThat(released(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void shouldTakeALabelBackWhenTheClickComesLate() {
        shown("a", 0, click(30_000));
        shown("b", 20_000, none());

        assertThat(released(Long.MAX_VALUE)).containsExactly("a none 1", "a none -1", "a click 1", "b none 1");
    }

    @Test
    void shouldLeaveALabelWhenTheClickComesTooLate() {
        shown("a", 0, click(60_001));

        assertThat(released(Long.MAX_VALUE)).containsExactly("a none 1");
    }
}
