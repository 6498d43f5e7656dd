package io.sextant.controller.stream;

import io.sextant.controller.AttributionConfig.WaitingConfig;
import io.sextant.controller.state.FeedbackHistory;

/**
 * Judges whether a campaign's clicks come steadily, by what each minute of it brings against what its past makes one expect
 * (Pan et al. 2024, Ad recommendation in a collapsed and entangled world, section 6.3, there for conversions).
 *
 * <p>
 * Threading: without state; safe for any thread.
 */
/*
 * With n impressions and k clicks in a pane, and r the click-through rate of the panes before it, chance alone makes
 * (k - n r)^2 come to n r (1 - r) on average. The ratio of the two, summed over panes that fade with age, is 1 for
 * clicks that come one by one and far above 1 for clicks that are held back and reported together. Clicks count in the
 * pane that they come in, not in that of their impression: that is where bursts show.
 */
record FeedbackVariance(WaitingConfig config) {
    private static final long FADED_HALF_LIVES = 20;

    /** Counts an impression that came at {@code timeMs}. */
    void impression(FeedbackHistory.Builder history, long timeMs) {
        advance(history, timeMs);
        history.setImpressions(history.getImpressions() + 1);
    }

    /** Counts a click that came at {@code timeMs}. */
    void click(FeedbackHistory.Builder history, long timeMs) {
        advance(history, timeMs);
        history.setClicks(history.getClicks() + 1);
    }

    /** Whether closed panes say that clicks come steadily; no as long as there are too few of them to tell. */
    boolean steady(FeedbackHistory.Builder history) {
        return history.getChance() >= config.clicksMin() && dispersion(history) <= config.dispersionMax();
    }

    /** Whether what is known has faded to less than a millionth, so that it can be forgotten. */
    boolean faded(FeedbackHistory history, long timeMs) {
        return timeMs - history.getPaneMs() > FADED_HALF_LIVES * config.halfLife().toMillis();
    }

    /** How many times as much clicks vary as chance alone would make them; NaN before anything is known. */
    static double dispersion(FeedbackHistory.Builder history) {
        return history.getDeviation() / history.getChance();
    }

    /** Closes the open pane if {@code timeMs} lies behind it. A time before it counts in the open pane. */
    private void advance(FeedbackHistory.Builder history, long timeMs) {
        long paneMs = timeMs - Math.floorMod(timeMs, config.pane().toMillis());
        if (history.getPaneMs() == 0) {
            history.setPaneMs(paneMs);
        }
        if (paneMs <= history.getPaneMs()) {
            return;
        }
        double impressions = history.getImpressions();
        double clicks = history.getClicks();
        double deviation = history.getDeviation();
        double chance = history.getChance();
        if (history.getPastClicks() >= config.clicksMin()) {
            double rate = Math.min(1, history.getPastClicks() / history.getPastImpressions());
            double expected = impressions * rate;
            deviation += (clicks - expected) * (clicks - expected);
            chance += expected * (1 - rate);
        }
        double kept = Math.pow(0.5, (double) (paneMs - history.getPaneMs()) / config.halfLife().toMillis());
        history.setPastImpressions((history.getPastImpressions() + impressions) * kept)
                .setPastClicks((history.getPastClicks() + clicks) * kept).setDeviation(deviation * kept)
                .setChance(chance * kept).setPaneMs(paneMs).setImpressions(0).setClicks(0);
    }
}
