package io.sextant.model.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.SmallModels;
import io.sextant.model.ctr.SmallModels.Impression;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is particular to the array engine: a row's results have the same bits whatever rows they are computed together
 * with, and whatever the scratch was used for before.
 */
class ArrayCtrModelTest {
    private static final FeatureSchema SCHEMA = FeatureSchemas.standard(0.01, 1);
    private static final int CANDIDATES = 140;
    private static final int PASSES = 3;

    /** Nets of every shape, on the kernels of this process and on plain ones. */
    @SuppressWarnings("ImmutableEnumChecker") // a model is immutable
    enum Net {
        STANDARD(KernelChoice.kernels(), 16, 0.2, 0.8f, 256, 128, 64), AWAKE(KernelChoice.kernels(), 16, 0.2, 0, 256,
                128, 64), PLAIN(new PlainKernels(), 16, 0.2, 0.8f, 256, 128, 64), ODD(KernelChoice.kernels(), 8, 0.3,
                        0.4f, 50,
                        33), NARROW(KernelChoice.kernels(), 5, 0.2, 0, 7), WITHOUT_HIDDEN_LAYERS(KernelChoice.kernels(),
                                6, 0.2, 0), WITHOUT_DROPOUT(KernelChoice.kernels(), 8, 0, 0.4f, 50, 33);

        final ArrayCtrModel model;

        /** Every second unit's bias is {@code asleep} lower, so that many are 0 in all rows, as in trained nets. */
        Net(Kernels kernels, int embeddingSize, double dropRate, float asleep, Integer... hidden) {
            Architecture architecture = new Architecture(embeddingSize, List.of(hidden), dropRate, 9);
            Weights weights = SmallModels.random(SCHEMA, architecture, 0.15, 5);
            for (float[] biases : weights.hiddenBiases) {
                for (int unit = 0; unit < biases.length; unit += 2) {
                    biases[unit] -= asleep;
                }
            }
            this.model = new ArrayCtrModel(SmallModels.description(SCHEMA, architecture), weights, kernels);
        }
    }

    /** All that can be asked about some rows of an impression that has begun and been scored. */
    private static final class Answers {
        final float[] plain;
        final float[] dropped;
        final float[] linearised;
        final float[] variances;
        final float[] gradients;
        final float[] movedLogits;
        final float[] movedGradients;
        final float[] displaced;

        Answers(int rows, int adInputs) {
            plain = new float[rows];
            dropped = new float[rows * PASSES];
            linearised = new float[rows];
            variances = new float[rows];
            gradients = new float[rows * adInputs];
            movedLogits = new float[rows];
            movedGradients = new float[rows * adInputs];
            displaced = new float[rows];
        }

        List<float[]> all() {
            return List.of(plain, dropped, linearised, variances, gradients, movedLogits, movedGradients, displaced);
        }

        /** Puts the answers for a part of the rows where they belong. */
        void put(Answers part, int from, int rows) {
            for (int i = 0; i < all().size(); i++) {
                int width = all().get(i).length / plain.length;
                System.arraycopy(part.all().get(i), 0, all().get(i), from * width, rows * width);
            }
        }
    }

    /** The questions: candidates with their masks and displacements. */
    private static final class Rows {
        final int[] rows;
        final int[] masks;
        final float[] displacement;

        private Rows(int[] rows, int[] masks, float[] displacement) {
            this.rows = rows;
            this.masks = masks;
            this.displacement = displacement;
        }

        static Rows random(int count, int adInputs, long seed) {
            SplittableRandom random = new SplittableRandom(seed);
            return new Rows(random.ints(count, 0, CANDIDATES).toArray(),
                    random.ints((long) count * PASSES, 0, 1024).toArray(),
                    KernelNumbers.ORDINARY.array(count * adInputs, random));
        }

        Rows slice(int from, int count) {
            int adInputs = displacement.length / rows.length;
            return new Rows(Arrays.copyOfRange(rows, from, from + count),
                    Arrays.copyOfRange(masks, from * PASSES, (from + count) * PASSES),
                    Arrays.copyOfRange(displacement, from * adInputs, (from + count) * adInputs));
        }

        /** The same, but now and then the masked row. */
        int[] withMasked() {
            return IntStream.of(rows).map(row -> row % 7 == 0 ? CtrModel.MASKED : row).toArray();
        }
    }

    @Property(tries = 40, seed = "1")
    void shouldGiveTheSameBitsHoweverRowsAreAskedForTogether(@ForAll Net net, @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 60) int groupMax) {
        ArrayCtrModel model = net.model;
        Impression impression = Impression.random(SCHEMA, CANDIDATES, seed);
        int count = 150;
        Rows rows = Rows.random(count, model.description().adInputs(), seed);
        ArrayScratch scratch = model.newScratch(CANDIDATES);
        SplittableRandom random = new SplittableRandom(seed);

        begin(model, impression, scratch);
        Answers together = ask(model, scratch, rows);
        Answers apart = new Answers(count, model.description().adInputs());
        for (int from = 0; from < count;) {
            int group = Math.min(count - from, 1 + random.nextInt(groupMax));
            apart.put(ask(model, scratch, rows.slice(from, group)), from, group);
            from += group;
        }

        assertSame(apart, together);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheSameBitsWhenEveryRowAndPassIsAskedForAlone(Net net) {
        ArrayCtrModel model = net.model;
        int adInputs = model.description().adInputs();
        Impression impression = Impression.random(SCHEMA, CANDIDATES, 2);
        int count = 150;
        Rows rows = Rows.random(count, adInputs, 3);
        ArrayScratch scratch = model.newScratch(CANDIDATES);
        begin(model, impression, scratch);

        Answers together = ask(model, scratch, rows);
        Answers alone = new Answers(count, adInputs);
        float[] logit = new float[1];
        for (int row = 0; row < count; row++) {
            alone.put(ask(model, scratch, rows.slice(row, 1)), row, 1);
            for (int pass = 0; pass < PASSES; pass++) {
                model.scoreDropped(new int[]{rows.withMasked()[row]}, 1, new int[]{rows.masks[row * PASSES + pass]},
                        1, scratch, logit);
                alone.dropped[row * PASSES + pass] = logit[0];
            }
        }

        assertSame(alone, together);
    }

    /** The request's uncertainty: many passes of the one masked row, over a block of rows and more. */
    @ParameterizedTest
    @EnumSource
    void shouldGiveTheSameBitsInOneCallOfKPassesAsInKCallsOfOne(Net net) {
        ArrayCtrModel model = net.model;
        int passes = 300;
        int[] masked = {CtrModel.MASKED};
        int[] masks = new SplittableRandom(1).ints(passes, 0, 1024).toArray();
        ArrayScratch scratch = model.newScratch(CANDIDATES);
        begin(model, Impression.random(SCHEMA, 3, 1), scratch);

        float[] together = new float[passes];
        model.scoreDropped(masked, 1, masks, passes, scratch, together);
        float[] apart = new float[passes];
        float[] logit = new float[1];
        for (int pass = 0; pass < passes; pass++) {
            model.scoreDropped(masked, 1, new int[]{masks[pass]}, 1, scratch, logit);
            apart[pass] = logit[0];
        }

        assertSame(apart, together);
    }

    @ParameterizedTest
    @EnumSource
    void shouldScoreACandidateTheSameInABatchOfAnySize(Net net) {
        ArrayCtrModel model = net.model;
        int most = 200;
        Impression impression = Impression.random(SCHEMA, most, 4);
        AdParts ads = model.prepare(impression.ads);
        ArrayScratch scratch = model.newScratch(most);
        FeatureBatch batch = new FeatureBatch(SCHEMA, most);
        System.arraycopy(impression.batch.request, 0, batch.request, 0, batch.request.length);
        float[] alone = new float[most];
        float[] logits = new float[most];
        for (int ad = 0; ad < most; ad++) {
            batch.clear();
            batch.add(ad);
            model.begin(ads, batch, scratch);
            model.score(scratch, logits);
            alone[ad] = logits[0];
        }

        batch.clear();
        for (int ad = 0; ad < most; ad++) {
            batch.add(ad);
            model.begin(ads, batch, scratch);
            model.score(scratch, logits);
            assertSame(Arrays.copyOf(logits, ad + 1), Arrays.copyOf(alone, ad + 1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAgreeWithItselfWhereTwoQuestionsAreOne(Net net) {
        ArrayCtrModel model = net.model;
        int adInputs = model.description().adInputs();
        Impression impression = Impression.random(SCHEMA, CANDIDATES, 7);
        int[] rows = impression.rows();
        ArrayScratch scratch = model.newScratch(CANDIDATES);
        float[] scored = new float[CANDIDATES];
        float[] logits = new float[CANDIDATES];
        float[] gradients = new float[CANDIDATES * adInputs];
        float[] moved = new float[CANDIDATES * adInputs];
        impression.begin(model, scratch);
        model.score(scratch, scored);
        model.adGradients(rows, CANDIDATES, scratch, gradients);

        model.scoreRows(rows, CANDIDATES, scratch, logits);
        assertSame(logits, scored);
        model.droppedVariance(rows, CANDIDATES, scratch, logits, new float[CANDIDATES]);
        assertSame(logits, scored);
        model.scoreDisplaced(rows, CANDIDATES, new float[CANDIDATES * adInputs], scratch, logits);
        assertSame(logits, scored);
        model.adGradientsAt(rows, CANDIDATES, new float[CANDIDATES * adInputs], scratch, logits, moved);
        assertSame(logits, scored);
        assertSame(moved, gradients);
        // The displacement's array may take the gradients.
        model.adGradientsAt(rows, CANDIDATES, moved, scratch, logits, moved);
        model.adGradientsAt(rows, CANDIDATES, gradients.clone(), scratch, scored, gradients);
        assertSame(moved, gradients);
        assertSame(logits, scored);
        if (net == Net.WITHOUT_DROPOUT || net == Net.WITHOUT_HIDDEN_LAYERS) {
            model.score(scratch, scored);
            model.scoreDropped(rows, CANDIDATES, new int[CANDIDATES], 1, scratch, logits);
            assertSame(logits, scored);
        }
    }

    /** So that the other tests are about what they say. */
    @Test
    void shouldLeaveInputsOutThatAreZeroInAllRows() {
        assertThat(multiplyAdds(Net.STANDARD)).isLessThan(multiplyAdds(Net.AWAKE) * 3 / 4)
                .isEqualTo(multiplyAdds(Net.PLAIN));
    }

    private static long multiplyAdds(Net net) {
        ArrayScratch scratch = net.model.newScratch(CANDIDATES);
        begin(net.model, Impression.random(SCHEMA, CANDIDATES, 7), scratch);
        return scratch.multiplyAdds();
    }

    @ParameterizedTest
    @EnumSource
    void shouldNotMindWhatTheScratchHeldBefore(Net net) {
        ArrayCtrModel model = net.model;
        Rows rows = Rows.random(CANDIDATES, model.description().adInputs(), 5);
        Impression impression = Impression.random(SCHEMA, CANDIDATES, 5);
        ArrayScratch fresh = model.newScratch(CANDIDATES);
        begin(model, impression, fresh);
        Answers expected = ask(model, fresh, rows);

        ArrayScratch used = model.newScratch(CANDIDATES);
        for (float[] buffer : new float[][]{used.requestEmbeddings, used.request, used.requestSum, used.compacted,
            used.selected, used.row, used.dots, used.displaced, used.displacedShallow, used.displacedSum}) {
            Arrays.fill(buffer, Float.NaN);
        }
        for (float[][] layers : List.of(used.hidden, used.block, used.gradients)) {
            for (float[] layer : layers) {
                Arrays.fill(layer, Float.NaN);
            }
        }
        used.requestShallow = Float.NaN;
        Arrays.fill(used.bits, -1);
        begin(model, impression, used);

        assertSame(ask(model, used, rows), expected);
    }

    @ParameterizedTest
    @EnumSource
    void shouldAnswerWithoutCandidates(Net net) {
        ArrayCtrModel model = net.model;
        ArrayScratch scratch = model.newScratch(0);
        Impression nobody = Impression.random(SCHEMA, 0, 1);
        float[] logits = new float[PASSES];

        nobody.begin(model, scratch);
        model.score(scratch, logits);
        assertThat(logits).containsOnly(0);
        model.scoreDropped(new int[]{CtrModel.MASKED}, 1, new int[PASSES], PASSES, scratch, logits);

        assertThat(logits[0]).isFinite().isNotZero().isEqualTo(logits[2]);
    }

    @ParameterizedTest
    @EnumSource(names = "ODD")
    void shouldRefuseAdsOfAnotherSchemaOrModel(Net net) {
        ArrayCtrModel model = net.model;
        FeatureSchema other = FeatureSchemas.standard(0.01, 2);
        Impression impression = Impression.random(SCHEMA, 1, 1);

        assertThatThrownBy(() -> model.prepare(new AdTable(other, List.of())))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("the ads are of FeatureSchema[24");
        assertThatThrownBy(() -> model.begin(Net.NARROW.model.prepare(impression.ads), impression.batch,
                model.newScratch(1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("these ads were prepared by another model");
        assertThatThrownBy(() -> model.score(model.newScratch(1), new float[1]))
                .hasMessage("begin comes first");
    }

    private static void begin(ArrayCtrModel model, Impression impression, ArrayScratch scratch) {
        impression.begin(model, scratch);
        model.score(scratch, new float[CANDIDATES]);
    }

    private static Answers ask(ArrayCtrModel model, ArrayScratch scratch, Rows asked) {
        int count = asked.rows.length;
        int[] withMasked = asked.withMasked();
        Answers answers = new Answers(count, model.description().adInputs());
        model.adGradients(asked.rows, count, scratch, answers.gradients);
        model.scoreRows(withMasked, count, scratch, answers.plain);
        model.scoreDropped(withMasked, count, asked.masks, PASSES, scratch, answers.dropped);
        model.droppedVariance(withMasked, count, scratch, answers.linearised, answers.variances);
        model.adGradientsAt(asked.rows, count, asked.displacement, scratch, answers.movedLogits,
                answers.movedGradients);
        model.scoreDisplaced(asked.rows, count, asked.displacement, scratch, answers.displaced);
        return answers;
    }

    private static void assertSame(Answers actual, Answers expected) {
        for (int i = 0; i < expected.all().size(); i++) {
            assertSame(actual.all().get(i), expected.all().get(i));
        }
    }

    private static void assertSame(float[] actual, float[] expected) {
        assertThat(bits(actual)).isEqualTo(bits(expected));
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
    }
}
