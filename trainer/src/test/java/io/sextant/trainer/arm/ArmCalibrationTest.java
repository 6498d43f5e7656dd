package io.sextant.trainer.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.calibration.Calibration;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.trainer.Samples;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ArmCalibrationTest {
    private static final String LARGE = "large";
    private static final String SMALL = "small";

    private final Segments names = new Segments();

    @Test
    void shouldTakePredictionsAsTheyAreUntilThereAreEnoughClicks() {
        ArmCalibration calibration = calibration(Map.of());
        for (int i = 0; i < 1_000; i++) {
            // 19 clicks in the newer half, which alone is looked at
            calibration.add(0.2, i >= 962 && i % 2 == 0, 1, 0);
        }
        calibration.refitWhenDue();
        assertThat(calibration.current()).isEqualTo(SegmentCalibrations.identity());

        for (int i = 0; i < 340; i++) {
            calibration.add(0.2, i < 5, 1, 0);
        }
        calibration.refitWhenDue();
        // 24 clicks where 134 were predicted, and 50 prior ones that say the model is right
        assertThat(calibration.clicks()).isEqualTo(24);
        assertThat(calibration.current().arm().at(0.2)).isCloseTo(0.2 * (24 + 50) / (134 + 50), within(1e-3));
    }

    /** One exchange promises 30 % too much, another 20 % too little; measured on examples that come after the fit. */
    @Test
    void shouldMakeEveryExchangeHonest() {
        ArmCalibration calibration = calibration(Map.of());
        var stream = new Stream(3);
        stream.feed(calibration, 80_000, 1.3, 0.8);

        var after = new Stream(4);
        double[] pcoc = after.pcoc(calibration, 50_000, 1.3, 0.8);

        assertThat(calibration.clicks()).isBetween(1_000.0, 2_000.0);
        assertThat(pcoc[0]).as("the large exchange").isCloseTo(1, within(0.08));
        assertThat(pcoc[1]).as("the small exchange").isCloseTo(1, within(0.12));
        assertThat(calibration.current().segments()).containsOnlyKeys(LARGE, SMALL);
        assertThat(calibration.at(0.03, names.number("unheard of"))).isEqualTo(calibration.current().arm().at(0.03));
    }

    @Test
    void shouldForgetWhatAnUntrainedModelSaid() {
        ArmCalibration calibration = calibration(Map.of());
        var stream = new Stream(5);
        stream.feed(calibration, 5_000, 3, 3);
        assertThat(calibration.current().arm().at(0.03)).isLessThan(0.02);
        stream.feed(calibration, 25_000, 1, 1);

        double[] pcoc = new Stream(6).pcoc(calibration, 50_000, 1, 1);

        assertThat(pcoc[0]).isCloseTo(1, within(0.1));
    }

    @Test
    void shouldGoOnWithTheSameMapsWhenRestored() {
        ArmCalibration straight = calibration(Map.of("calibration.window", "4000"));
        var stream = new Stream(7);
        stream.feed(straight, 9_010, 1.2, 0.9);
        Map<String, String> notes = new HashMap<>();
        straight.save(notes);
        notes.put("segments", names.save());

        var otherNames = new Segments();
        otherNames.restore(notes.get("segments"));
        var restored = new ArmCalibration(
                Samples.config(Path.of("models"), Map.of("calibration.window", "4000")).calibration(), otherNames);
        restored.restore(notes);
        assertThat(restored.current()).isEqualTo(straight.current());
        new Stream(8).feed(straight, 5_000, 1.2, 0.9);
        new Stream(8).feed(restored, 5_000, 1.2, 0.9);

        assertThat(restored.current()).isEqualTo(straight.current()).isNotEqualTo(SegmentCalibrations.identity());
        assertThat(restored.clicks()).isEqualTo(straight.clicks());
        notes.put("calibration", "{\"arm\":{\"scores\":[0.5],\"rates\":[2]},\"segments\":{}}");
        assertThatThrownBy(() -> restored.restore(notes)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("calibration's rate 0 is 2.0");
    }

    @Test
    void shouldDoNothingWhenTurnedOff() {
        ArmCalibration calibration = calibration(Map.of("calibration.mode", "none"));
        new Stream(9).feed(calibration, 10_000, 2, 2);
        calibration.startFrom(new SegmentCalibrations(Calibration.of(new double[]{0.1}, new double[]{0.2}), Map.of()));

        assertThat(calibration.current()).isEqualTo(SegmentCalibrations.identity());
        assertThat(calibration.at(0.3, 0)).isEqualTo(0.3);
    }

    /** Mode paper has one map for the arm; its left edges are half a bucket low, which 100,000 buckets make nothing of. */
    @Test
    void shouldFitOneMapForTheArmInThePapersMode() {
        ArmCalibration calibration = calibration(Map.of("calibration.mode", "paper"));
        new Stream(10).feed(calibration, 60_000, 1.5, 1.5);

        double[] pcoc = new Stream(11).pcoc(calibration, 50_000, 1.5, 1.5);

        assertThat(calibration.current().segments()).isEmpty();
        assertThat(pcoc[0]).isCloseTo(1, within(0.1));
    }

    @Test
    void shouldKeepAnEarlierVersionsMapUntilThereAreClicks() {
        ArmCalibration calibration = calibration(Map.of());
        var earlier = new SegmentCalibrations(Calibration.of(new double[]{0.1}, new double[]{0.2}), Map.of());
        calibration.startFrom(earlier);
        for (int i = 0; i < 2_000; i++) {
            calibration.add(0.1, false, 1, 0);
            calibration.refitWhenDue();
        }

        assertThat(calibration.current()).isEqualTo(earlier);
        assertThat(calibration.at(0.1, 0)).isEqualTo(0.2);
    }

    private ArmCalibration calibration(Map<String, String> overrides) {
        return new ArmCalibration(Samples.config(Path.of("models"), overrides).calibration(), names);
    }

    /** Impressions with known click probability of about 3 %, a fifth of them of a second exchange. */
    private final class Stream {
        private final SplittableRandom random;

        Stream(long seed) {
            random = new SplittableRandom(seed);
            names.number(LARGE);
            names.number(SMALL);
        }

        void feed(ArmCalibration calibration, int count, double large, double small) {
            for (int i = 0; i < count; i++) {
                int segment = random.nextInt(5) == 0 ? 1 : 0;
                double truth = truth();
                calibration.add(truth * (segment == 0 ? large : small), random.nextDouble() < truth, 1, segment);
                if (i % 50 == 0) {
                    calibration.refitWhenDue();
                }
            }
        }

        /** Against expected clicks, whose sum has no noise. */
        double[] pcoc(ArmCalibration calibration, int count, double large, double small) {
            double[] predicted = new double[2];
            double[] expected = new double[2];
            for (int i = 0; i < count; i++) {
                int segment = random.nextInt(5) == 0 ? 1 : 0;
                double truth = truth();
                predicted[segment] += calibration.at(truth * (segment == 0 ? large : small), segment);
                expected[segment] += truth;
            }
            return new double[]{predicted[0] / expected[0], predicted[1] / expected[1]};
        }

        private double truth() {
            return Math.min(0.3, 0.025 * Math.exp(0.6 * random.nextGaussian()));
        }
    }
}
