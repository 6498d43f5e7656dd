package io.sextant.perf.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sextant.perf.scorer.BatchForm;
import io.sextant.perf.scorer.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementRunnerTest {
    private static final Effort SHORT = new Effort(2, 0, 2, Duration.ofMillis(10), 0, false, 0);

    @Test
    void shouldCollectEveryIterationWhenAJvmIsMeasuredInEachRound(@TempDir Path directory) throws IOException {
        AtomicInteger jvms = new AtomicInteger();
        MeasurementRunner runner = new MeasurementRunner(directory.resolve("jmh.log"), jvms::incrementAndGet);
        Measurement peak = Measurement.peak(directory);

        Map<Measurement, Samples> samples = runner.run(List.of(peak), SHORT);

        assertThat(samples).hasEntrySatisfying(peak, measured -> {
            assertThat(measured.iterations()).isEqualTo(4);
            assertThat(measured.medianNs()).isPositive();
        }).hasSize(1);
        assertThat(jvms).hasValue(2);
    }

    @Test
    void shouldTellTheCauseWhenAMeasuredJvmFails(@TempDir Path directory) {
        MeasurementRunner runner = new MeasurementRunner(directory.resolve("jmh.log"), () -> {});
        Measurement withoutNet = Measurement.request(directory.resolve("nowhere"), EngineRun.STANDARD, Engine.ARRAY,
                BatchForm.FED_EMBEDDINGS);

        assertThatIOException().isThrownBy(() -> runner.run(List.of(withoutNet), SHORT.once()))
                .withMessageContaining("nowhere").withMessageContaining("the file is missing");
    }
}
