package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelArtefactTest {
    private static final Architecture SMALL = new Architecture(2, List.of(3, 2), 0.2, 2);

    @TempDir
    private Path models;

    @Test
    void shouldReadBackWhatWasWritten() throws IOException {
        FeatureSchema schema = FeatureSchemas.standard();
        Weights weights = Weights.initial(schema, Architecture.standard(), 1, 0.02);
        ModelDescription description = SmallModels.description(schema, Architecture.standard());

        ModelArtefact written = ModelArtefact.write(models, description, weights);
        ModelArtefact read = ModelArtefact.read(models.resolve("control/0000000003"), written.sha256());

        assertThat(read.description()).isEqualTo(description);
        assertThat(read.sha256()).isEqualTo(written.sha256()).hasSize(64);
        assertThat(read.weights().tensors()).zipSatisfy(weights.tensors(), (actual, expected) -> {
            assertThat(actual.name()).isEqualTo(expected.name());
            assertThat(actual.data()).isEqualTo(expected.data());
        });
    }

    @Test
    void shouldLeaveNothingBesideTheArtefactWhenAVersionIsWrittenTwice() throws IOException {
        ModelArtefact first = write(0.1);
        ModelArtefact same = write(0.1);
        assertThat(same.sha256()).isEqualTo(first.sha256());

        ModelArtefact other = write(0.2);
        assertThat(other.sha256()).isNotEqualTo(first.sha256());
        assertThat(ModelArtefact.read(other.directory(), other.sha256()).weights().bias[0]).isEqualTo(0.2f);
        try (Stream<Path> left = Files.list(models.resolve("control"))) {
            assertThat(left).containsExactly(other.directory());
        }
    }

    @Test
    void shouldFollowThePublishedLayoutOfSafetensors() throws IOException {
        // given a file put together byte by byte from the format's description
        byte[] header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}"
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header).putFloat(1.5f).putFloat(-2);
        Path file = Files.write(models.resolve("x.safetensors"), bytes.array());

        float[] values = new float[2];
        try (Safetensors tensors = Safetensors.open(file)) {
            tensors.read(new NamedTensor("x", values, 1, 2));
            assertThat(tensors.shapes()).containsExactly(Map.entry("x", List.of(1, 2)));
        }

        assertThat(values).containsExactly(1.5f, -2);
    }

    @Test
    void shouldNameTheFileWhenAByteOfTheWeightsIsFlipped() throws IOException {
        ModelArtefact artefact = write(0.1);
        Path file = artefact.directory().resolve("weights.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 5] ^= 1;
        Files.write(file, bytes);

        assertThatThrownBy(() -> ModelArtefact.read(artefact.directory(), artefact.sha256()))
                .isInstanceOf(ModelArtefactException.class).hasMessageContaining(artefact.directory().toString())
                .hasMessageContaining(artefact.sha256());
        assertThatThrownBy(() -> ModelArtefact.read(artefact.directory(), null))
                .isInstanceOf(ModelArtefactException.class).hasMessageContaining("weights.safetensors")
                .hasMessageContaining("SHA-256");
    }

    @Test
    void shouldNameFileAndTensorWhenTheWeightsDoNotFit() throws IOException {
        Path file = models.resolve("w.safetensors");
        Safetensors.write(file, Map.of("a", "b"),
                List.of(new NamedTensor("x", new float[]{1, Float.NaN}, 2)));

        try (Safetensors tensors = Safetensors.open(file)) {
            assertThat(tensors.metadata()).containsExactly(Map.entry("a", "b"));
            assertThatThrownBy(() -> tensors.read(new NamedTensor("x", new float[2], 2)))
                    .hasMessageContaining(file.toString()).hasMessageContaining("tensor x holds NaN at element 1");
            assertThatThrownBy(() -> tensors.read(new NamedTensor("x", new float[2], 2, 1)))
                    .hasMessageContaining("tensor x has shape [2], the model needs [2, 1]");
            assertThatThrownBy(() -> tensors.read(new NamedTensor("y", new float[2], 2)))
                    .hasMessageContaining("tensor y is missing");
        }
        byte[] bytes = Files.readAllBytes(file);
        Path cut = Files.write(models.resolve("cut.safetensors"), Arrays.copyOf(bytes, bytes.length - 4));
        try (Safetensors tensors = Safetensors.open(cut)) {
            assertThatThrownBy(() -> tensors.read(new NamedTensor("x", new float[2], 2)))
                    .hasMessageContaining("cut.safetensors").hasMessageContaining("truncated");
        }
        Path garbage = Files.write(models.resolve("garbage"), new byte[]{1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertThatThrownBy(() -> Safetensors.open(garbage)).isInstanceOf(ModelArtefactException.class)
                .hasMessageContaining("not a safetensors file");
        Path none = Files.write(models.resolve("empty"), new byte[0]);
        assertThatThrownBy(() -> Safetensors.open(none)).isInstanceOf(ModelArtefactException.class)
                .hasMessageContaining("0 bytes");
    }

    @Test
    void shouldRefuseToWriteWhenANumberIsNotFinite() {
        Weights weights = Weights.initial(SmallModels.schema(), SMALL, 1, 0.02);
        weights.hiddenWeights.get(1)[3] = Float.POSITIVE_INFINITY;

        assertThatThrownBy(
                () -> ModelArtefact.write(models, SmallModels.description(SmallModels.schema(), SMALL), weights))
                .isInstanceOf(ModelArtefactException.class)
                .hasMessageContaining("tensor hidden.1.weight holds Infinity at element 3");
        assertThat(models).isEmptyDirectory();
    }

    @Test
    void shouldSayWhatIsWrongWhenModelJsonIsNotWhatThisBuildReads() throws IOException {
        ModelArtefact artefact = write(0.1);
        Path json = artefact.directory().resolve("model.json");
        String text = Files.readString(json);

        Files.writeString(json, text.replace("\"watermarkMs\"", "\"waterMark\""));
        assertThatThrownBy(() -> ModelArtefact.read(artefact.directory(), null))
                .isInstanceOf(ModelArtefactException.class).hasMessageContaining("model.json")
                .hasMessageContaining("watermarkMs");
        Files.writeString(json, text.replace("\"format\" : 1", "\"format\" : 9"));
        assertThatThrownBy(() -> ModelArtefact.read(artefact.directory(), null))
                .isInstanceOf(ModelArtefactException.class).hasMessageContaining("format is 9, this build reads 1");
        Files.writeString(json, text.replace("\"hidden\" : [ 3, 2 ]", "\"hidden\" : [ 3, 4 ]"));
        assertThatThrownBy(() -> ModelArtefact.read(artefact.directory(), null))
                .isInstanceOf(ModelArtefactException.class).hasMessageContaining("hidden.1.weight");
        Files.delete(json);
        assertThatThrownBy(() -> ModelArtefact.read(artefact.directory(), null))
                .isInstanceOf(ModelArtefactException.class).hasMessageContaining("model.json: the file is missing");
    }

    @Test
    void shouldKnowNothingOfRowsWhenTheArtefactIsFromBeforeTheyWereKnown() throws IOException {
        ModelArtefact artefact = write(0.1);
        RewrittenArtefact.rewrite(artefact, tensors -> tensors.removeIf(tensor -> tensor.name().startsWith("row.")),
                Map.of());

        Weights weights = ModelArtefact.read(artefact.directory(), null).weights();

        assertThat(weights.rowInformation).hasSize(SmallModels.schema().rows()).containsOnly(0);
        assertThat(weights.rowPriorSd).hasSize(SmallModels.schema().size()).containsOnly(1);
        assertThat(weights.embedding).isEqualTo(artefact.weights().embedding);
    }

    @Test
    void shouldNameTheRowTensorThatIsMissingOrImpossible() throws IOException {
        ModelArtefact artefact = write(0.1);
        RewrittenArtefact.rewrite(artefact, tensors -> tensors.removeIf(tensor -> tensor.name().equals("row.prior.sd")),
                Map.of());
        assertThatThrownBy(() -> ModelArtefact.read(artefact.directory(), null))
                .isInstanceOf(ModelArtefactException.class).hasMessageContaining("row.prior.sd is missing");

        Weights weights = SmallModels.random(SmallModels.schema(), SMALL, 0.5, 3);
        ModelDescription description = SmallModels.description(SmallModels.schema(), SMALL);
        weights.rowPriorSd[1] = 0;
        assertThatThrownBy(() -> ModelArtefact.write(models, description, weights))
                .isInstanceOf(ModelArtefactException.class)
                .hasMessageContaining("tensor row.prior.sd holds 0.0 at element 1, must be above 0");
        weights.rowPriorSd[1] = 1;
        weights.rowInformation[5] = -1;
        assertThatThrownBy(() -> ModelArtefact.write(models, description, weights))
                .isInstanceOf(ModelArtefactException.class)
                .hasMessageContaining("tensor row.information holds -1.0 at element 5, must be at least 0");
    }

    @Test
    void shouldRefuseAnArmThatIsNotAName() {
        assertThatThrownBy(() -> ModelArtefact.directory(models, "../etc", 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("../etc");
    }

    @Test
    void shouldLoadAModelThatScoresLikeItsWeights() throws IOException {
        ModelArtefact artefact = write(0.1);
        var impression = new SmallModels.Impression(SmallModels.schema(), new int[]{1, 5}, new int[]{9});
        float[] logits = new float[1];
        try (CtrModel model = new ModelLoader().load(artefact.directory(),
                artefact.sha256()); CtrScratch scratch = model.newScratch(1)) {
            impression.begin(model, scratch);
            model.score(scratch, logits);
            assertThat(model.description()).isEqualTo(artefact.description());
        }

        assertThat((double) logits[0]).isCloseTo(
                ReferenceDeepFm.logit(artefact.weights(), new int[]{1, 5, 9}, null, 0),
                within(1e-6));
    }

    private ModelArtefact write(double bias) throws IOException {
        Weights weights = SmallModels.random(SmallModels.schema(), SMALL, 0.5, 3);
        weights.bias[0] = (float) bias;
        return ModelArtefact.write(models, SmallModels.description(SmallModels.schema(), SMALL), weights);
    }
}
