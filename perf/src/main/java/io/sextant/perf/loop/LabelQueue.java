package io.sextant.perf.loop;

import io.sextant.controller.AttributionConfig;
import io.sextant.fixtures.market.ClickProcess.Response;
import io.sextant.protocol.event.Example;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Impressions that wait for their click, as the controller's attribution lets them: the label is sent when the window has
 * passed, whether there was a click or not; a click after that takes the label back, as long as the late window lasts.
 * Threading: one thread at a time.
 */
final class LabelQueue {
    private record Due(long timeMs, long order, Example example) {}

    private final long windowMs;
    private final long lateWindowMs;
    private final PriorityQueue<Due> due = new PriorityQueue<>(
            Comparator.comparingLong(Due::timeMs).thenComparingLong(Due::order));
    private long order;

    LabelQueue(AttributionConfig config) {
        this.windowMs = config.window().toMillis();
        this.lateWindowMs = config.lateWindow().toMillis();
    }

    /** An impression has been shown, and this is what will come of it. */
    void shown(Example impression, Response response) {
        long shownMs = impression.getImpressionTimeMs();
        boolean inTime = response.clicked() && response.delayMs() <= windowMs;
        add(shownMs + windowMs, impression.toBuilder().setWeight(1).setClick(inTime).build());
        if (response.clicked() && !inTime && response.delayMs() <= lateWindowMs) {
            add(shownMs + response.delayMs(), impression.toBuilder().setWeight(-1).setClick(false).build());
            add(shownMs + response.delayMs(), impression.toBuilder().setWeight(1).setClick(true).build());
        }
    }

    private void add(long timeMs, Example example) {
        due.add(new Due(timeMs, order++, example));
    }

    /** Hands on everything that is due before {@code toMs}, in the order in which it is due. */
    void release(long toMs, Consumer<Example> trainer) {
        while (!due.isEmpty() && due.element().timeMs < toMs) {
            trainer.accept(due.remove().example);
        }
    }
}
