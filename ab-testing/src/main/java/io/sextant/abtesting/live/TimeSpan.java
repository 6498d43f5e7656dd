package io.sextant.abtesting.live;

import org.jspecify.annotations.Nullable;

/**
 * What the report is about, by the time of the bid, in milliseconds since the epoch: the experiment, and the time before it
 * in which the same units were in the same arms but the arms did not differ yet.
 *
 * @param preFromMs start of the time before; null where there is none
 * @param fromMs    end of the time before and start of the experiment, inclusive
 * @param toMs      end of the experiment, exclusive
 */
public record TimeSpan(@Nullable Long preFromMs, long fromMs, long toMs) {
    enum Period {
        BEFORE, NOW, OUTSIDE
    }

    Period periodOf(long timeMs) {
        if (timeMs >= fromMs) {
            return timeMs < toMs ? Period.NOW : Period.OUTSIDE;
        }
        return preFromMs != null && timeMs >= preFromMs ? Period.BEFORE : Period.OUTSIDE;
    }

    /** The earliest bid that counts. */
    long startMs() {
        return preFromMs == null ? fromMs : preFromMs;
    }
}
