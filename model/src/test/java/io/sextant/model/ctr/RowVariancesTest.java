package io.sextant.model.ctr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.model.training.DeepFmTrainer;
import io.sextant.model.training.TrainingConfig;
import io.sextant.model.training.ZipfWorld;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;

class RowVariancesTest {
    @Test
    void shouldAddTheRequestRowsVariancesUp() {
        Weights weights = new Weights(SmallModels.schema(), new Architecture(2, List.of(2), 0, 1));
        weights.rowPriorSd[0] = 0.5f;
        weights.rowPriorSd[1] = 2;
        weights.rowInformation[3] = 12;
        weights.rowInformation[4] = 0.75f;

        RowVariances variances = new RowVariances(weights);

        // 1 / (4 + 12) + 1 / (0.25 + 0.75)
        assertThat(variances.of(new int[]{3, 4})).isCloseTo(1 / 16.0 + 1, within(1e-7));
        // rows that were never seen are as uncertain as their field: 0.25 + 4
        assertThat(variances.of(new int[]{2, 7})).isCloseTo(4.25, within(1e-7));
    }

    @Test
    void shouldFallWithExposureWhenSupplyIsZipf() {
        ZipfWorld world = new ZipfWorld(1, 3);
        Architecture architecture = new Architecture(8, List.of(32, 16), 0.1, 8);
        TrainingConfig config = new TrainingConfig(architecture, 256, 0.05, 0.1, 0.001, 0, 0.08, 5);
        ZipfWorld.Examples seen = world.next(60_000);
        int[] requests = world.next(2_000).features;
        int fields = world.schema.size();

        try (DeepFmTrainer trainer = new DeepFmTrainer(Weights.initial(world.schema, architecture, 1, 0.04), config,
                TensorFlowOptions.singleThread())) {
            ZipfWorld.train(trainer, seen);
            RowVariances variances = new RowVariances(trainer.servable());

            double[] exposures = new double[world.schema.rows()];
            for (int row : seen.features) {
                exposures[row]++;
            }
            double[] ofSite = new double[2_000];
            double[] variance = new double[2_000];
            for (int i = 0; i < 2_000; i++) {
                int[] request = Arrays.copyOfRange(requests, i * fields, i * fields + world.schema.requestFields());
                ofSite[i] = exposures[request[0]];
                variance[i] = variances.of(request);
            }
            assertThat(new SpearmansCorrelation().correlation(variance, ofSite)).isLessThan(-0.9);
        }
    }
}
