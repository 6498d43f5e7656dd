package io.sextant.perf.estimators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.perf.estimators.EstimatorVerdict.Correlation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimatorFiguresTest {
    /**
     * Publishers with more exposures are clicked more, as rivals leave them: so whatever follows CTR rises with exposures. One
     * estimator is p (1 - p) itself, one falls with exposures, one follows CTR and falls at fixed CTR, one is noise.
     */
    private static Judgements judgements(long seed) {
        var random = new SplittableRandom(seed);
        int n = 4_000;
        double[] predicted = new double[n];
        double[] exposures = new double[n];
        double[] falls = new double[n];
        double[] both = new double[n];
        double[] noise = new double[n];
        double[] errors = new double[n];
        for (int i = 0; i < n; i++) {
            exposures[i] = Math.floor(Math.pow(10, 4 * random.nextDouble()) - 1);
            predicted[i] = 0.01 * (1 + random.nextDouble() + Math.log10(1 + exposures[i]));
            falls[i] = 1 / Math.sqrt(1 + exposures[i]);
            both[i] = predicted[i] * (1 + 0.1 * falls[i]);
            noise[i] = random.nextDouble();
            errors[i] = falls[i] * random.nextDouble(-1, 1);
        }
        double[] zeros = new double[n];
        return new Judgements(List.of("ctr", "falls", "both", "noise"),
                List.of(Arrays.stream(predicted).map(p -> p * (1 - p)).toArray(), falls, both, noise), predicted,
                exposures, new TrueErrors(errors, zeros, errors, zeros), 1_000, 1);
    }

    private static List<EstimatorRun> runs() {
        return List.of(EstimatorRun.of(1, judgements(1)), EstimatorRun.of(2, judgements(2)),
                EstimatorRun.of(3, judgements(3)));
    }

    @Test
    void shouldTellWhatFallsWithExposuresFromWhatFollowsClickProbability() {
        List<EstimatorVerdict> verdicts = EstimatorReport.verdicts(runs(), Map.of("falls", 12.0));

        assertThat(verdicts).extracting(EstimatorVerdict::name).containsExactly("ctr", "falls", "both", "noise",
                Contestants.VARIANCE, Contestants.SCARCITY);
        assertThat(verdicts).extracting(EstimatorVerdict::verdict).containsExactly(
                "proxy for CTR; finds no errors", "measures what is not known; finds errors",
                "proxy for CTR; finds no errors", "neither exposures nor CTR; finds no errors",
                "proxy for CTR; finds no errors", "measures what is not known; finds errors");
        assertThat(verdicts.get(0).variance().mean()).isCloseTo(1, within(1e-12));
        assertThat(verdicts.get(0).exposures().mean()).isGreaterThan(0.5);
        assertThat(verdicts.get(1).exposures().mean()).isCloseTo(-1, within(1e-12));
        assertThat(verdicts.get(1).exposuresFixed().mean()).isCloseTo(-1, within(1e-12));
        assertThat(verdicts.get(1).costNs()).isEqualTo(12);
        assertThat(verdicts.get(3).costNs()).isNaN();
    }

    /** What follows CTR rises with exposures, and not at fixed CTR; what falls does so in both. */
    @Test
    void shouldShowUncertaintyByExposuresAtAnyAndAtFixedClickProbability() {
        List<EstimatorFigures> figures = runs().getFirst().estimators();
        List<ExposureCell> ctr = figures.get(0).cells();
        List<ExposureCell> falls = figures.get(1).cells();

        assertThat(ctr).extracting(ExposureCell::from).containsExactly(0.0, 1.0, 10.0, 100.0, 1_000.0, 10_000.0);
        assertThat(ctr.stream().mapToLong(ExposureCell::requests).sum()).isEqualTo(4_000);
        assertThat(ctr.get(4).relative()).isGreaterThan(1.5 * ctr.get(1).relative());
        assertThat(ctr.get(4).fixedCtr() / ctr.get(1).fixedCtr()).isCloseTo(1, within(0.15));
        assertThat(falls.get(0).relative()).isGreaterThan(10 * falls.get(3).relative());
        assertThat(falls.get(0).fixedCtr()).isGreaterThan(1.2 * falls.get(3).fixedCtr());
        assertThat(ctr.get(5).relative()).isNaN();
    }

    @Test
    void shouldJudgeByTheWholeIntervalAndByTheMeanOfASingleRun() {
        Correlation wide = Correlation.of(-0.1, -0.5);
        Correlation narrow = Correlation.of(-0.3, -0.31, -0.32);
        Correlation single = Correlation.of(-0.3, Double.NaN);

        assertThat(wide.mean()).isCloseTo(-0.3, within(1e-12));
        assertThat(wide.below(-0.2)).isFalse();
        // t(0.975, 2) = 4.3027; sd 0.01.
        assertThat(narrow.high()).isCloseTo(-0.31 + 4.3027 * 0.01 / Math.sqrt(3), within(1e-5));
        assertThat(narrow.below(-0.2)).isTrue();
        assertThat(single.below(-0.2)).isTrue();
        assertThat(single.above(-0.4)).isTrue();
        assertThat(EstimatorVerdict.verdict(narrow, Correlation.of(0.9), Correlation.of(0.2)))
                .isEqualTo("falls with exposures, but follows CTR first; finds errors");
        assertThat(EstimatorVerdict.verdict(Correlation.of(0), Correlation.of(-0.9), Correlation.of(0)))
                .isEqualTo("proxy for CTR, upside down; finds no errors");
    }
}
