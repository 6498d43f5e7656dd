package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.model.feature.FeatureSchema;
import io.sextant.protocol.snapshot.ModelDelta;
import io.sextant.protocol.snapshot.ModelSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelChainTest {
    private static final Architecture SHAPE = new Architecture(2, List.of(3, 2), 0.2, 2);
    private static final FeatureSchema SCHEMA = SmallModels.schema();

    @TempDir
    private Path models;
    @TempDir
    private Path elsewhere;

    private final List<ModelArtefact> states = new ArrayList<>();
    private ModelSnapshot announced = ModelSnapshot.getDefaultInstance();

    /** Version 3 whole, versions 4 and 5 as deltas. */
    @BeforeEach
    void publish() throws IOException {
        states.add(ModelArtefact.write(models, SmallModels.description(SCHEMA, SHAPE),
                SmallModels.random(SCHEMA, SHAPE, 0.5, 3)));
        var snapshot = ModelSnapshot.newBuilder().setArm("control").setVersion(5).setParentVersion(4).setFullVersion(3)
                .setLocation(states.getFirst().directory().toUri().toString()).setSha256(states.getFirst().sha256());
        for (long version = 4; version <= 5; version++) {
            ModelArtefact parent = states.getLast();
            Weights weights = changed(parent.weights(), version);
            ArtefactDelta.Written delta = ArtefactDelta.write(models, parent,
                    SmallModels.description(SCHEMA, SHAPE, version), weights,
                    RowChanges.between(parent.weights(), weights));
            states.add(delta.result());
            snapshot.addDelta(ModelDelta.newBuilder().setVersion(version).setParentVersion(version - 1)
                    .setLocation(delta.directory().toUri().toString()).setSha256(delta.sha256())
                    .setStateSha256(delta.result().sha256()).setBytes(delta.bytes()));
        }
        announced = snapshot.build();
    }

    /** Some rows, the net and the deviations changed. */
    private static Weights changed(Weights before, long seed) {
        var random = new SplittableRandom(seed);
        Weights weights = before.copy();
        weights.embedding[random.nextInt(weights.embedding.length)] += 1;
        weights.linear[random.nextInt(weights.linear.length)] = -0.0f;
        weights.rowInformation[random.nextInt(weights.rowInformation.length)] += 1;
        weights.hiddenWeights.getFirst()[2] += 1;
        weights.gateBias[0] += 1;
        weights.rowPriorSd[1] += 1;
        return weights;
    }

    @Test
    void shouldReachTheSameBitsAndTheSumOfTheFullArtefactWhenDeltasAreApplied() throws IOException {
        ModelArtefact whole = ModelArtefact.write(elsewhere, states.getLast().description(),
                states.getLast().weights());

        ModelArtefact reached = ModelChain.of(announced).read();

        assertSame(reached, whole);
        assertThat(announced.getDelta(1).getStateSha256()).isEqualTo(whole.sha256());
        assertThat(ModelArtefact.read(whole.directory(), reached.sha256()).sha256()).isEqualTo(whole.sha256());
    }

    @Test
    void shouldGoOnFromAnyVersionOnTheWayAndLeaveItAsItIs() throws IOException {
        for (ModelArtefact have : states.subList(0, 2)) {
            Weights before = have.weights().copy();

            ModelArtefact reached = ModelChain.of(announced).continueFrom(have).orElseThrow();

            assertSame(reached, states.getLast());
            assertThat(RowChanges.between(before, have.weights()).count()).isZero();
        }
    }

    @Test
    void shouldNotGoOnFromAStateThatIsNotOnTheWay() throws IOException {
        ModelArtefact four = states.get(1);
        var impostor = new ModelArtefact(four.description(), four.weights(), "ab".repeat(32), four.directory());

        assertThat(ModelChain.of(announced).continueFrom(impostor)).isEmpty();
        assertThat(ModelChain.of(announced).continueFrom(states.getLast())).as("nothing is left to do").isEmpty();
    }

    @Test
    void shouldWriteChangedRowsAndTheNetOnly() throws IOException {
        Weights before = states.getFirst().weights();
        Weights after = before.copy();
        after.embedding[2 * 5 + 1] += 1;
        after.linear[0] += 1;
        after.rowInformation[5] += 1;

        RowChanges changes = RowChanges.between(before, after);

        // Row 5 twice, row 0; each with 2 + 1 + 1 floats and its number. The net has
        // 1 + (6 * 3 + 3) + (3 * 2 + 2) + 2 + (2 * 2 + 2) + 2 + 1 = 41 floats, and there are 3 deviations.
        assertThat(changes.rows()).containsExactly(0, 5);
        assertThat(changes.bytes()).isEqualTo((2 * 5 + 41 + 3) * 4L);
        ArtefactDelta.Written delta = ArtefactDelta.write(elsewhere, states.getFirst(),
                SmallModels.description(SCHEMA, SHAPE, 4), after, changes);
        try (Safetensors file = Safetensors.open(delta.directory().resolve("delta.safetensors"))) {
            assertThat(file.rows("rows").rows()).containsExactly(0, 5);
            assertThat(file.shapes()).containsEntry("rows.embedding", List.of(2, 2)).containsKeys("bias",
                    "hidden.0.weight", "gate.bias", "row.prior.sd").doesNotContainKeys("embedding", "linear");
        }
        assertThat(delta.bytes()).isEqualTo(Files.size(delta.directory().resolve("delta.safetensors"))
                + Files.size(delta.directory().resolve("model.json")));
    }

    @Test
    void shouldFindExactlyTheRowsThatDifferWhenLookedAtOneByOne() {
        var random = new SplittableRandom(5);
        for (int round = 0; round < 200; round++) {
            Weights before = SmallModels.random(SCHEMA, SHAPE, 0.5, round);
            Weights after = before.copy();
            for (int change = random.nextInt(6); change > 0; change--) {
                int row = random.nextInt(SCHEMA.rows());
                switch (random.nextInt(3)) {
                    case 0 -> after.embedding[2 * row + random.nextInt(2)] *= -1;
                    case 1 -> after.linear[row] = Math.nextUp(after.linear[row]);
                    default -> after.rowInformation[row] += 1;
                }
            }
            int[] expected = IntStream.range(0, SCHEMA.rows())
                    .filter(row -> after.embedding[2 * row] != before.embedding[2 * row]
                            || after.embedding[2 * row + 1] != before.embedding[2 * row + 1]
                            || after.linear[row] != before.linear[row]
                            || after.rowInformation[row] != before.rowInformation[row])
                    .toArray();

            assertThat(RowChanges.between(before, after).rows()).isEqualTo(expected);
        }
    }

    @Test
    void shouldRefuseTheWholeWhenAnyByteOfADeltaIsFlipped() throws IOException {
        Path directory = models.resolve("control/0000000004-delta");
        for (String name : List.of("delta.safetensors", "model.json")) {
            Path file = directory.resolve(name);
            byte[] sound = Files.readAllBytes(file);
            for (int at = 0; at < sound.length; at += 37) {
                byte[] damaged = sound.clone();
                damaged[at] ^= 4;
                Files.write(file, damaged);
                assertThatThrownBy(() -> ModelChain.of(announced).read()).isInstanceOf(ModelArtefactException.class)
                        .hasMessageContaining("0000000004-delta").hasMessageContaining("SHA-256");
            }
            Files.write(file, sound);
        }
        assertSame(ModelChain.of(announced).read(), states.getLast());
    }

    @Test
    void shouldRefuseWhenTheSumOfTheStateIsAnother() throws IOException {
        ModelSnapshot lying = announce(delta -> delta.setStateSha256("cd".repeat(32)));

        assertThatThrownBy(() -> ModelChain.of(lying).read()).isInstanceOf(ModelArtefactException.class)
                .hasMessageContaining("SHA-256 of the state that results is " + states.getLast().sha256());
        assertThatThrownBy(() -> ModelChain.of(lying).continueFrom(states.get(1)))
                .isInstanceOf(ModelArtefactException.class);
        // And without an announcement: the delta's model.json names the weights.
        Weights other = states.get(1).weights().copy();
        other.embedding[3] += 1;
        var base = new ModelArtefact(states.get(1).description(), other, states.get(1).sha256(), models);
        assertThatThrownBy(() -> ModelChain.of(announced).continueFrom(base))
                .hasMessageContaining("SHA-256 of the weights that result is");
    }

    @Test
    void shouldRefuseWhenADeltaIsMissingOrLeadsFromAnotherVersion() throws IOException {
        ModelSnapshot gap = announced.toBuilder().removeDelta(0).build();
        assertThatThrownBy(() -> ModelChain.of(gap)).isInstanceOf(ModelArtefactException.class)
                .hasMessageContaining("with a delta from 4 to 5 where one from 3 is needed");
        ModelSnapshot shorter = announced.toBuilder().removeDelta(1).build();
        assertThatThrownBy(() -> ModelChain.of(shorter)).hasMessageContaining("with what leads to 4");
        ModelSnapshot elsewhereBound = announced.toBuilder().setLocation("http://models.example/4").build();
        assertThatThrownBy(() -> ModelChain.of(elsewhereBound).read()).isInstanceOf(IOException.class);

        Path four = models.resolve("control/0000000004-delta");
        Files.move(four, elsewhere.resolve("away"));
        assertThatThrownBy(() -> ModelChain.of(announced).read())
                .hasMessageContaining("0000000004-delta").hasMessageContaining("missing");
        assertThat(ModelChain.of(announced).continueFrom(states.get(1))).as("needs version 5 only").isPresent();
    }

    @Test
    void shouldListWhatCanBeReachedTheNewestFirst() throws IOException {
        ModelArtefact.write(models, SmallModels.description(SCHEMA, SHAPE, 7), states.getFirst().weights());
        Files.createDirectory(models.resolve("control/.0000000009-half"));
        Files.createDirectory(models.resolve("control/0000000009-delta"));
        Files.writeString(models.resolve("control/checkpoint.safetensors"), "");

        List<ModelChain> found = ModelChain.in(models.resolve("control"));

        assertThat(found).extracting(ModelChain::version).containsExactly(7L, 5L, 4L, 3L);
        assertSame(found.get(1).read(), states.getLast());
    }

    @Test
    void shouldBeReadFromWhereItIsKept() throws IOException {
        ModelChain chain = ModelChain.of(announced);
        ModelChain copy = chain.movedTo(elsewhere);
        for (int i = 0; i < 3; i++) {
            Files.move(chain.steps().get(i).directory(), copy.steps().get(i).directory());
        }

        copy.requireSums();
        assertSame(ModelChain.kept(elsewhere, 5, states.getLast().sha256()).read(), states.getLast());
        assertThatThrownBy(() -> ModelChain.kept(elsewhere, 5, "ab".repeat(32)).read())
                .hasMessageContaining("announced was abab");
        assertThatThrownBy(() -> ModelChain.kept(elsewhere, 8, "ab".repeat(32)))
                .hasMessageContaining("holds nothing that leads to version 8");
        Files.writeString(copy.steps().getLast().directory().resolve("delta.safetensors"), "x");
        assertThatThrownBy(copy::requireSums).hasMessageContaining("0000000005-delta");
    }

    private ModelSnapshot announce(UnaryOperator<ModelDelta.Builder> change) {
        return announced.toBuilder().setDelta(1, change.apply(announced.getDelta(1).toBuilder())).build();
    }

    private static void assertSame(ModelArtefact actual, ModelArtefact expected) {
        assertThat(actual.description()).isEqualTo(expected.description());
        assertThat(actual.sha256()).isEqualTo(expected.sha256());
        assertThat(actual.weights().tensors()).zipSatisfy(expected.weights().tensors(),
                (left, right) -> assertThat(left.data()).as(left.name()).isEqualTo(right.data()));
    }
}
