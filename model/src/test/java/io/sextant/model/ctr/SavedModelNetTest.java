package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedModelNetTest {
    private static final TensorFlowOptions OPTIONS = TensorFlowOptions.singleThread();

    @TempDir
    private Path directory;

    @Test
    void shouldGiveTheLogitsWorkedOutByHand() throws IOException {
        SavedModels.write(directory, 3, SavedModels.Form.LOGIT);

        float[] logits = new float[3];
        try (SavedModelNet net = new SavedModelNet(directory, 3, OPTIONS)) {
            assertThat(net.units()).isZero();
            // s = 1.2 and 3: 1.5 s - 1 = 0.8 and 3.5; what lies behind the rows is not touched
            net.score(new int[]{2, 4, 6, 5, 10, 15, 99, 99, 99}, new float[0], 2, logits);
        }

        assertThat(logits).containsExactly(new float[]{0.8f, 3.5f, 0}, within(1e-6f));
    }

    @Test
    void shouldMultiplyTheUnitsWithTheMasksWhereTheModelHasAMaskInput() throws IOException {
        SavedModels.write(directory, 3, SavedModels.Form.MASKED_LOGIT_COLUMN);

        float[] logits = new float[3];
        try (SavedModelNet net = new SavedModelNet(directory, 3, OPTIONS)) {
            assertThat(net.units()).isEqualTo(2);
            // s = 1.2: 1.2 a + 0.6 b - 1
            net.score(new int[]{2, 4, 6, 2, 4, 6, 2, 4, 6}, new float[]{1, 1, 1.25f, 0, 0, 1.25f}, 3, logits);
        }

        assertThat(logits).containsExactly(new float[]{0.8f, 0.5f, -0.25f}, within(1e-6f));
    }

    @Test
    void shouldTurnProbabilitiesIntoBoundedLogits() throws IOException {
        SavedModels.write(directory, 1, SavedModels.Form.PROBABILITY);

        float[] logits = new float[3];
        try (SavedModelNet net = new SavedModelNet(directory, 1, OPTIONS)) {
            // logits -1 + 0.15 x: -0.85, then one whose probability is 1 in floats, then 0 in floats
            net.score(new int[]{1, 10_000, -10_000}, new float[0], 3, logits);
        }

        assertThat(logits[0]).isCloseTo(-0.85f, within(1e-6f));
        assertThat(logits[1]).isEqualTo(SavedModelNet.LOGIT_MAX);
        assertThat(logits[2]).isEqualTo(-SavedModelNet.LOGIT_MAX);
    }

    @Test
    void shouldSayWhatIsWrongWhenTheDirectoryOrTheSignatureDoesNotFit() throws IOException {
        assertThatThrownBy(() -> new SavedModelNet(directory.resolve("none"), 3, OPTIONS))
                .isInstanceOf(ModelArtefactException.class).hasMessageContaining("none: no saved_model.pb there");
        Path garbage = Files.createDirectory(directory.resolve("garbage"));
        Files.writeString(garbage.resolve("saved_model.pb"), "garbage");
        assertThatThrownBy(() -> new SavedModelNet(garbage, 3, OPTIONS)).isInstanceOf(ModelArtefactException.class)
                .hasMessageContaining("garbage: TensorFlow cannot load the SavedModel");

        assertRefused(SavedModels.Form.LOGIT, 4,
                "has the input features as DT_INT32 [-1, 3], must be DT_INT32 [any, 4]");
        assertRefused(SavedModels.Form.SCORE, 3, "has neither an output logit nor probability, only [score]");
        assertRefused(SavedModels.Form.WEATHER, 3, "has the inputs [weather], which nothing here can fill");
    }

    private void assertRefused(SavedModels.Form form, int fields, String message) throws IOException {
        Path model = SavedModels.write(directory.resolve(form.name()), 3, form);
        assertThatThrownBy(() -> new SavedModelNet(model, fields, OPTIONS)).isInstanceOf(ModelArtefactException.class)
                .hasMessageContaining(model.toString()).hasMessageContaining("signature serving_default " + message);
    }
}
