package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.CtrModel.Ability;
import io.sextant.model.ctr.SmallModels.Impression;
import io.sextant.model.feature.FeatureSchema;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EnsembleCtrModelTest {
    private static final FeatureSchema SCHEMA = SmallModels.schema();
    private static final Architecture SHAPE = new Architecture(3, List.of(5), 0.2, 4);

    private static List<CtrModel> members(long... seeds) {
        return LongStream.of(seeds).mapToObj(seed -> (CtrModel) new ArrayCtrModel(
                SmallModels.description(SCHEMA, SHAPE), SmallModels.random(SCHEMA, SHAPE, 0.5, seed),
                KernelChoice.kernels())).toList();
    }

    @Test
    void shouldTellWhatEachMemberSaysAndOtherwiseBeItsFirst() {
        Impression impression = Impression.random(SCHEMA, 2, 9);
        int[] rows = {CtrModel.MASKED, 1};
        List<CtrModel> alone = members(1, 2, 3);
        float[] expected = new float[6];
        float[] one = new float[2];
        for (int member = 0; member < 3; member++) {
            CtrModel model = alone.get(member);
            CtrScratch scratch = model.newScratch(2);
            impression.begin(model, scratch);
            model.scoreRows(rows, 2, scratch, one);
            System.arraycopy(one, 0, expected, member * 2, 2);
        }

        try (var ensemble = new EnsembleCtrModel(members(1, 2, 3)); CtrScratch scratch = ensemble.newScratch(2)) {
            float[] logits = new float[6];
            impression.begin(ensemble, scratch);
            ensemble.scoreMembers(rows, 2, scratch, logits);
            float[] plain = new float[2];
            ensemble.scoreRows(rows, 2, scratch, plain);

            assertThat(logits).isEqualTo(expected);
            assertThat(plain).containsExactly(expected[0], expected[1]);
            assertThat(ensemble.members()).isEqualTo(3);
            assertThat(ensemble.can(Ability.MEMBERS)).isTrue();
            assertThat(ensemble.can(Ability.PARAMETER_GRADIENTS)).isTrue();
            assertThat(alone.getFirst().can(Ability.MEMBERS)).isFalse();
        }
    }

    @Test
    void shouldRefuseWhatIsNoEnsembleAndWhatAnotherModelMade() {
        assertThatThrownBy(() -> new EnsembleCtrModel(members(1))).hasMessageContaining("2 or more");
        var ensemble = new EnsembleCtrModel(members(1, 2));
        CtrModel other = members(3).getFirst();
        Impression impression = Impression.random(SCHEMA, 1, 9);

        assertThatThrownBy(() -> ensemble.begin(other.prepare(impression.ads), impression.batch,
                ensemble.newScratch(1))).hasMessage("these ads were prepared by another model");
        assertThatThrownBy(() -> ensemble.score(other.newScratch(1), new float[1]))
                .hasMessage("this scratch was made by another model");
    }
}
