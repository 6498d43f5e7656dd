package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.SmallModels.Impression;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The engine that serves against the one that trains: 24 fields, the standard net, 100 requests of 100 ads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TensorFlowParityTest {
    private static final int REQUESTS = 100;
    private static final int ADS = 100;
    private static final float LOGIT_TOLERANCE = 1e-4f;
    /** Of the largest derivative. */
    private static final float RELATIVE_TOLERANCE = 1e-4f;
    /** A unit that is 0 but for rounding is shut in one engine and open in the other; a row in a thousand has one. */
    private static final double KINKS = 1e-3;

    private final FeatureSchema schema = FeatureSchemas.standard(0.01, 1);
    private CtrModel array;
    private CtrModel tensorFlow;

    /** An answer of each engine, and how far they have been apart. */
    private static final class Comparison {
        final float[] ofArray;
        final float[] ofTensorFlow;
        float difference;
        float largest;
        int numbers;
        int beyond;

        Comparison(int values) {
            ofArray = new float[values];
            ofTensorFlow = new float[values];
        }

        void note() {
            numbers += ofArray.length;
            for (float value : ofTensorFlow) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < ofArray.length; i++) {
                float apart = Math.abs(ofArray[i] - ofTensorFlow[i]);
                difference = Math.max(difference, apart);
                beyond += apart <= RELATIVE_TOLERANCE * largest ? 0 : 1;
            }
        }

        void assertLogitsClose() {
            assertThat(largest).as("largest logit").isGreaterThan(1);
            assertThat(difference).as("difference of logits up to %s", largest).isLessThanOrEqualTo(LOGIT_TOLERANCE);
        }

        void assertRelativelyClose() {
            assertThat(beyond).as("of %d numbers up to %s", numbers, largest)
                    .isLessThanOrEqualTo((int) (KINKS * numbers));
            assertThat(difference).isLessThan(0.1f * largest);
        }
    }

    @BeforeAll
    void makeBoth() {
        Architecture standard = Architecture.standard();
        Weights weights = Weights.initial(schema, standard, 7, 0.03);
        SplittableRandom random = new SplittableRandom(8);
        // As large as training makes them: logits a few units wide, every part of the net with a say.
        grow(weights.embedding, 0.2, random);
        grow(weights.linear, 0.3, random);
        weights.hiddenBiases.forEach(biases -> grow(biases, 0.1, random));
        grow(weights.output, 0.1, random);
        grow(weights.gateBiases, 0.1, random);
        grow(weights.gateOutput, 0.3, random);
        ModelDescription description = SmallModels.description(schema, standard);
        array = new ArrayCtrModel(description, weights, KernelChoice.kernels());
        tensorFlow = new TensorFlowCtrModel(description, weights, TensorFlowOptions.singleThread());
    }

    @AfterAll
    void closeBoth() {
        array.close();
        tensorFlow.close();
    }

    private static void grow(float[] values, double deviation, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) random.nextGaussian(0, deviation);
        }
    }

    @Test
    void shouldGiveTheLogitsOfTenThousandRowsPlainAndMasked() {
        Comparison plain = new Comparison(ADS);
        Comparison dropped = new Comparison(ADS);
        Comparison masked = new Comparison(20);
        Comparison gates = new Comparison(ADS);
        int[] request = {CtrModel.MASKED};
        try (CtrScratch one = array.newScratch(ADS); CtrScratch two = tensorFlow.newScratch(ADS)) {
            for (int number = 0; number < REQUESTS; number++) {
                Impression impression = Impression.random(schema, ADS, number);
                int[] rows = impression.rows();
                int[] masks = new SplittableRandom(number).ints(ADS, 0, 1024).toArray();
                impression.begin(array, one);
                impression.begin(tensorFlow, two);
                array.score(one, plain.ofArray);
                tensorFlow.score(two, plain.ofTensorFlow);
                plain.note();
                array.scoreDropped(rows, ADS, masks, 1, one, dropped.ofArray);
                tensorFlow.scoreDropped(rows, ADS, masks, 1, two, dropped.ofTensorFlow);
                dropped.note();
                array.scoreDropped(request, 1, masks, 20, one, masked.ofArray);
                tensorFlow.scoreDropped(request, 1, masks, 20, two, masked.ofTensorFlow);
                masked.note();
                array.gate(rows, ADS, one, gates.ofArray);
                tensorFlow.gate(rows, ADS, two, gates.ofTensorFlow);
                gates.note();
            }
        }

        plain.assertLogitsClose();
        dropped.assertLogitsClose();
        masked.assertLogitsClose();
        gates.assertLogitsClose();
    }

    @Test
    void shouldGiveTheGradientsAndTheLinearisedVariance() {
        int adInputs = array.description().adInputs();
        Comparison gradients = new Comparison(ADS * adInputs);
        Comparison moved = new Comparison(ADS * adInputs);
        Comparison movedLogits = new Comparison(ADS);
        Comparison variances = new Comparison(ADS);
        float[] logits = new float[ADS];
        try (CtrScratch one = array.newScratch(ADS); CtrScratch two = tensorFlow.newScratch(ADS)) {
            for (int number = 0; number < REQUESTS / 5; number++) {
                Impression impression = Impression.random(schema, ADS, number);
                int[] rows = impression.rows();
                float[] displacement = new float[ADS * adInputs];
                grow(displacement, 0.05, new SplittableRandom(number));
                impression.begin(array, one);
                impression.begin(tensorFlow, two);
                array.score(one, logits);
                tensorFlow.score(two, logits);
                array.adGradients(rows, ADS, one, gradients.ofArray);
                tensorFlow.adGradients(rows, ADS, two, gradients.ofTensorFlow);
                gradients.note();
                array.adGradientsAt(rows, ADS, displacement, one, movedLogits.ofArray, moved.ofArray);
                tensorFlow.adGradientsAt(rows, ADS, displacement, two, movedLogits.ofTensorFlow, moved.ofTensorFlow);
                moved.note();
                movedLogits.note();
                rows[number] = CtrModel.MASKED;
                array.droppedVariance(rows, ADS, one, logits, variances.ofArray);
                tensorFlow.droppedVariance(rows, ADS, two, logits, variances.ofTensorFlow);
                variances.note();
            }
        }

        gradients.assertRelativelyClose();
        moved.assertRelativelyClose();
        movedLogits.assertLogitsClose();
        variances.assertRelativelyClose();
    }
}
