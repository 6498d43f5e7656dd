package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.ctr.CtrModel.Ability;
import io.sextant.model.feature.FeatureSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedModelCtrModelTest {
    private static final FeatureSchema SCHEMA = SmallModels.schema();

    @TempDir
    private Path directory;

    /** site 2, hour 5: with creative 9, 10, 11 and MASK (8) s is 1.6, 1.7, 1.8 and 1.5; the logit is 1.5 s - 1. */
    private final SmallModels.Impression impression = new SmallModels.Impression(SCHEMA, new int[]{2, 5},
            new int[]{9}, new int[]{10}, new int[]{11});

    @Test
    void shouldPredictCandidatesAndTheMaskedRequest() throws IOException {
        try (CtrModel model = load(SavedModels.Form.LOGIT); CtrScratch scratch = model.newScratch(3)) {
            float[] logits = new float[4];
            impression.begin(model, scratch);
            model.score(scratch, logits);
            assertThat(logits).containsExactly(new float[]{1.4f, 1.55f, 1.7f, 0}, within(1e-6f));
            model.scoreRows(new int[]{2, CtrModel.MASKED}, 2, scratch, logits);
            assertThat(Arrays.copyOf(logits, 2)).containsExactly(new float[]{1.7f, 1.25f}, within(1e-6f));

            assertThat(Ability.values()).noneMatch(model::can);
            assertThat(model.description().version()).isEqualTo(1);
            assertThat(model.description().arm()).isEqualTo("guest");
            assertThat(model.description().schema()).isEqualTo(SCHEMA);
            assertThatThrownBy(() -> model.scoreDropped(new int[]{0}, 1, new int[1], 1, scratch, logits))
                    .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("guest has no masks");
            assertThatThrownBy(() -> model.adGradients(new int[]{0}, 1, scratch, logits))
                    .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("arm guest");
        }
    }

    @Test
    void shouldPredictUnderMasksWhereTheModelHasAMaskInput() throws IOException {
        Files.writeString(directory.resolve("version"), "17\n");
        Files.writeString(directory.resolve("drop-rate"), "0.5\n");
        int passes = 100;
        int[] rows = {1, CtrModel.MASKED};
        int[] masks = new SplittableRandom(4).ints(2L * passes, 0, 1024).toArray();

        try (CtrModel model = load(SavedModels.Form.MASKED_LOGIT_COLUMN); CtrScratch scratch = model.newScratch(3)) {
            float[] logits = new float[2 * passes];
            impression.begin(model, scratch);
            model.scoreDropped(rows, 2, masks, passes, scratch, logits);

            assertThat(model.can(Ability.MASKS)).isTrue();
            assertThat(model.can(Ability.GRADIENTS)).isFalse();
            assertThat(model.description().version()).isEqualTo(17);
            assertThat(model.description().dropRate()).isEqualTo(0.5);
            MaskBank bank = new MaskBank(1024, 2, 0.5, 17);
            for (int i = 0; i < logits.length; i++) {
                double s = i < passes ? 1.7 : 1.5;
                double expected = s * bank.value(masks[i], 0) + s / 2 * bank.value(masks[i], 1) - 1;
                assertThat((double) logits[i]).isCloseTo(expected, within(1e-6));
            }
            model.score(scratch, logits);
            assertThat(Arrays.copyOf(logits, 3)).containsExactly(new float[]{1.4f, 1.55f, 1.7f}, within(1e-6f));
        }
    }

    @Test
    void shouldNameTheFileWhenVersionOrDropRateIsNotANumberInRange() throws IOException {
        for (String text : List.of("soon", "-1", "1.5", "10000000000")) {
            Files.writeString(directory.resolve("version"), text);
            assertThatThrownBy(() -> load(SavedModels.Form.LOGIT)).isInstanceOf(ModelArtefactException.class)
                    .hasMessageContaining(directory.resolve("version").toString())
                    .hasMessageContaining("\"" + text + "\" must be a whole number");
        }
        Files.writeString(directory.resolve("version"), "3");
        Files.writeString(directory.resolve("drop-rate"), "1");
        assertThatThrownBy(() -> load(SavedModels.Form.LOGIT)).isInstanceOf(ModelArtefactException.class)
                .hasMessageContaining("drop-rate: \"1\" must be above 0 and below 1");
    }

    @Test
    void shouldChangeTheEpochWithTheExportButNotWithTheVersion() throws IOException {
        try (CtrModel one = load(SavedModels.Form.LOGIT)) {
            Files.writeString(directory.resolve("version"), "2");
            try (CtrModel two = load();
                    CtrModel other = load(SavedModels.Form.PROBABILITY);
                    CtrScratch scratch = two.newScratch(1)) {
                long epoch = one.description().uncertaintyEpoch();
                assertThat(two.description().uncertaintyEpoch()).isEqualTo(epoch).isNotNegative();
                assertThat(other.description().uncertaintyEpoch()).isNotEqualTo(epoch);
                assertThatThrownBy(() -> impression.begin(one, scratch)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("another model");
            }
        }
    }

    private CtrModel load(SavedModels.Form form) throws IOException {
        SavedModels.write(directory, SCHEMA.size(), form);
        return load();
    }

    private CtrModel load() throws IOException {
        return SavedModelCtrModel.load(directory, "guest", SCHEMA, TensorFlowOptions.singleThread());
    }
}
