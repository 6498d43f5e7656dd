package io.sextant.perf.estimators;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.perf.experiment.Experiment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A small net, an hour of the market. */
class EstimatorStudyTest {
    private static final Map<String, String> SMALL = Map.of("model.hidden", "[16, 8]", "model.embedding-size", "4",
            "model.gate-hidden", "4", "model.batch-size", "64", "market.rivals.median-cpm", "20", "requests.warm-up",
            "6000");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private static EstimatorRun run(int threads) throws Exception {
        var study = new EstimatorStudy(new StudySettings(300, 2, 4, Map.of(), null, 0.3, threads));
        EstimatorRun run = study.inMarket(Experiment.load(null, SMALL), 5, _ -> {});
        assertThat(study.costs()).hasSize(10).allSatisfy((_, nanos) -> assertThat(nanos).isPositive());
        assertThat(study.exposureLabel()).isEqualTo("impressions in training with the same site");
        return run;
    }

    @Test
    void shouldGiveTheSameFiguresOnAnyNumberOfThreads() throws Exception {
        EstimatorRun run = run(1);

        assertThat(run).isEqualTo(run(2));
        assertThat(run.learned()).isBetween(500L, 6_000L);
        assertThat(run.looked()).isEqualTo(300);
        assertThat(run.pcoc()).isBetween(0.2, 2.0);
        assertThat(run.estimators()).hasSize(12);
        assertThat(run.estimators()).allSatisfy(figures -> {
            assertThat(figures.mean()).isPositive();
            assertThat(figures.cells().stream().mapToLong(ExposureCell::requests).sum()).isEqualTo(300);
        });
    }

    private int execute(String... arguments) {
        return new CommandLine(new EstimatorsCommand()).setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @Test
    void shouldRefuseOptionsThatMakeNoSense() {
        assertThat(execute("--members", "1")).isEqualTo(2);
        assertThat(execute("--seeds", "-1")).isEqualTo(2);
        assertThat(execute("--data", "x", "--held-out", "1")).isEqualTo(2);
        assertThat(execute("--format", "libsvm")).isEqualTo(2);
        assertThat(execute("--data", "x", "--warm-up", "5000")).isEqualTo(2);

        assertThat(err.toString()).contains("--members is 1, must be 2 to 100", "--seeds is -1, must be 1 to 10000",
                "--held-out is 1.0, must be above 0 and below 1", "--data");
    }

    @Test
    void shouldSayWhenThereIsNoSuchLog() {
        assertThat(execute("--data", "nowhere.txt")).isEqualTo(1);

        assertThat(err.toString()).contains("nowhere.txt");
    }
}
