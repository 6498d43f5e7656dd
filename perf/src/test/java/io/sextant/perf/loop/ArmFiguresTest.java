package io.sextant.perf.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.perf.loop.ImpressionLog.Shown;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArmFiguresTest {
    private static final double EXACT = 1e-6;

    /** Four impressions, two on each exchange; the fifth has not been learned from yet. */
    private static ImpressionLog log() {
        var log = new ImpressionLog(List.of("adx", "meridian"), 0.8);
        log.shown("bid-1", new Shown(0.4, 0.3, 0.35, 0.15, 0.5, true, 0));
        log.shown("bid-2", new Shown(0.1, 0.2, 0.1, 0.2, 0.1, false, 0));
        log.shown("bid-3", new Shown(0.3, 0.3, 0.3, 0.3, 0.2, true, 1));
        log.shown("bid-4", new Shown(0.2, 0.1, 0.2, 0.1, 0.2, false, 1));
        log.shown("bid-5", new Shown(0.9, 0.9, 0.9, 0.9, 0.9, true, 1));
        log.predicted("bid-1", 0.6, 0.5);
        log.predicted("bid-2", 0.3, 0.2);
        log.predicted("bid-3", 0.2, 0.1);
        log.predicted("bid-4", 0.1, 0.1);
        return log;
    }

    @Test
    void shouldHoldPredictionsAgainstTheTruthRatherThanAgainstClicks() {
        ArmFigures figures = ArmFigures.of(log(), List.of("adx", "meridian"), 0, 4);

        assertThat(figures.impressions()).isEqualTo(4);
        assertThat(figures.clicks()).isEqualTo(2);
        assertThat(figures.ctr()).isCloseTo(0.25, within(EXACT));
        assertThat(figures.rawPcoc()).isCloseTo(1.2 / 1.0, within(EXACT));
        assertThat(figures.calibratedPcoc()).isCloseTo(0.9 / 1.0, within(EXACT));
        assertThat(figures.servedPcoc()).isCloseTo(1.0 / 1.0, within(EXACT));
        assertThat(figures.exchanges()).extracting(ArmFigures.OfExchange::exchange).containsExactly("adx", "meridian");
        assertThat(figures.exchanges().get(1).rawPcoc()).isCloseTo(0.3 / 0.5, within(EXACT));
        assertThat(figures.exchanges().get(1).impressions()).isEqualTo(2);
        assertThat(figures.exchanges().get(1).clicks()).isEqualTo(1);
    }

    /** The truth has both clicks above both others; the model has one click below one of them. */
    @Test
    void shouldTellHowFarTheModelsAucLiesBelowTheTruths() {
        ArmFigures figures = ArmFigures.of(log(), List.of("adx", "meridian"), 0, 4);

        assertThat(figures.truthAuc()).isEqualTo(1);
        assertThat(figures.auc()).isEqualTo(0.75);
        assertThat(figures.requestAuc()).isEqualTo(1);
        assertThat(figures.informedAuc()).isEqualTo(1);
        assertThat(figures.informedRequestAuc()).isEqualTo(0.75);
        assertThat(figures.aucGap()).isEqualTo(0.25);
        assertThat(figures.ranks()).isFalse();
    }

    @Test
    void shouldLookAtTheStretchAlone() {
        ArmFigures figures = ArmFigures.of(log(), List.of("adx", "meridian"), 2, 4);

        assertThat(figures.rawPcoc()).isCloseTo(0.3 / 0.5, within(EXACT));
        assertThat(figures.auc()).isEqualTo(1);
        assertThat(figures.exchanges().getFirst().impressions()).isZero();
    }

    @Test
    void shouldNotJudgeAnExchangeByFewClicks() {
        assertThat(new ArmFigures.OfExchange("adx", 9_000, 500, 2, 2, 2).holds()).isTrue();
        assertThat(new ArmFigures.OfExchange("adx", 9_000, 501, 1, 1.11, 1).holds()).isFalse();
        assertThat(new ArmFigures.OfExchange("adx", 9_000, 501, 1.11, 1.1, 1.11).holds()).isTrue();
    }
}
