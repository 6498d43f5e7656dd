package io.sextant.perf.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.perf.workload.Requests;
import io.sextant.perf.workload.SmallWorkload;
import io.sextant.perf.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParityCheckTest {
    private static final int PASSES = 4;

    @TempDir
    private static Path directory;
    private static Workload workload;

    @BeforeAll
    static void train() throws IOException {
        workload = SmallWorkload.train(directory, 3, 6);
    }

    @Test
    void shouldHoldWhenAllEnginesRunTheSameNet() {
        Requests compared = new Requests(SmallWorkload.world(), 4, 5, 77);

        Parity parity = new ParityCheck(workload, PASSES).run(compared);

        assertThat(parity.holds()).isTrue();
        assertThat(parity.rows()).isEqualTo(20);
        assertThat(parity.timedRows()).isEqualTo(18);
        assertThat(parity.reference()).isLessThan(1e-5);
    }

    @Test
    void shouldNotHoldWhenOneEngineIsOff() {
        assertThat(new Parity(1, 0, 0, 2e-4, 1, 0, 0).holds()).isFalse();
        assertThat(new Parity(1, 0, 0, 0, 1, 0, 2e-4).holds()).isFalse();
        assertThat(new Parity(1, 1e-4, 1e-4, 1e-4, 1, 1e-4, 1e-4).holds()).isTrue();
    }

    @Test
    void shouldCountWhatIsNotANumberAsFarOffWhenCompared() {
        assertThat(ParityCheck.difference(new float[]{1, 2}, new float[]{1.5f, 2}, 2)).isEqualTo(0.5);
        assertThat(ParityCheck.difference(new float[]{1, Float.NaN}, new float[]{1, 2}, 2))
                .isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(ParityCheck.difference(new float[]{1, Float.NaN}, new float[]{1, 2}, 1)).isZero();
    }

    @Test
    void shouldCountMultiplyAddsByHandWhenTheNetIsSmall() {
        Arithmetic arithmetic = Arithmetic.of(workload, PASSES);

        // Layers 16-8 on 5 fields of 4: 16·8 + 8 above layer one, whose request part has 3 fields. Six candidates, four passes.
        assertThat(arithmetic.nominal()).isEqualTo(10 * (16 * 8 + 8) + 3 * 4 * 16);
        assertThat(arithmetic.whole()).isEqualTo(10 * (5 * 4 * 16 + 16 * 8 + 8));
        assertThat(arithmetic.executed()).isPositive();
        assertThat(arithmetic.explored()).isBetween(0.0, 6.0);
    }
}
