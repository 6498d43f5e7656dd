package io.sextant.trainer.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.protocol.event.Example;
import io.sextant.trainer.Samples;
import io.sextant.trainer.TrainerCounter;
import org.junit.jupiter.api.Test;

class ExampleBatchTest {
    private static final int EXAMPLES = 4_000;

    @Test
    void shouldTrainOnEveryClickAndOnTheShareOfNegativesThatIsAskedFor() {
        ExampleBatch batch = new ExampleBatch(Samples.schema(), EXAMPLES, 0.1);
        double negatives = 0;
        double kept = 0;
        double compared = 0;
        for (int i = 0; i < EXAMPLES; i++) {
            Example example = Samples.example("control", i);
            assertThat(batch.add(example)).isNull();
            compared += batch.compared(i) ? 1 : 0;
        }
        float[] weights = batch.trainingWeights();
        for (int i = 0; i < EXAMPLES; i++) {
            assertThat(batch.weights()[i]).isEqualTo(1);
            if (batch.labels()[i] > 0) {
                assertThat(weights[i]).isEqualTo(1);
            } else {
                negatives++;
                kept += weights[i];
            }
        }

        // four standard errors
        assertThat(kept / negatives).isCloseTo(0.1, within(4 * Math.sqrt(0.09 / negatives)));
        assertThat(compared / EXAMPLES).isCloseTo(1.0 / ExampleBatch.COMPARED, within(4 * Math.sqrt(0.11 / EXAMPLES)));
    }

    @Test
    void shouldTakeANegativeBackIfAndOnlyIfItWasTrainedOn() {
        ExampleBatch batch = new ExampleBatch(Samples.schema(), 3, 0.5);
        int left = 0;
        for (int i = 0; i < 200; i++) {
            batch.clear();
            Example.Builder example = Samples.builder("control", i).setClick(false);
            batch.add(example.build());
            batch.add(example.setWeight(-1).build());
            batch.add(example.setWeight(1).setClick(true).build());

            float first = batch.trainingWeights()[0];
            // adding 0 makes one zero of the two
            assertThat(first).isIn(0f, 1f);
            assertThat(batch.trainingWeights()[1] + 0f).isEqualTo(0f - first);
            assertThat(batch.trainingWeights()[2]).isEqualTo(1);
            left += first == 0 ? 1 : 0;
        }
        assertThat(left).isBetween(60, 140);
    }

    @Test
    void shouldTrainOnEverythingWhenNoShareIsSet() {
        ExampleBatch batch = new ExampleBatch(Samples.schema(), 50, 1);
        for (int i = 0; i < 50; i++) {
            batch.add(Samples.builder("control", i).setClick(false).build());
        }
        assertThat(batch.trainingWeights()).containsOnly(1);
        assertThat(batch.isFull()).isTrue();
        assertThat(batch.add(Samples.builder("control", 0).setFeature(1, 0).build()))
                .isEqualTo(TrainerCounter.EXAMPLES_OUT_OF_RANGE);
    }
}
