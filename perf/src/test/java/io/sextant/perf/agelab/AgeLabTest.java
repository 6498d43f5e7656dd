package io.sextant.perf.agelab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.configuration.ConfigurationException;
import io.sextant.perf.agelab.RunOnce.Job;
import io.sextant.perf.agelab.TheoremFigures.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgeLabTest {
    private static final Path EXPERIMENTS = Path.of("..", "experiments");
    private static final String SMALL_NET = "[{name: small, label: small, tables: [1, 2, 3, 4], lambda: 0.001, logit-target: 0.1,"
            + " strengths: {}, net: {embedding-size: 4, hidden: [16, 8], gate-hidden: 4, drop-rate: 0.1,"
            + " net-learning-rate: 0.003, embedding-learning-rate: 0.05, initial-accumulator: 0.1, batch: 64, passes: 1,"
            + " publish-every: 2}}]";

    @TempDir
    private Path folder;

    private static AgeLabConfig small(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of("world.users", "200", "world.features", "12",
                "world.mean-features", "5", "world.articles", "30", "world.candidates", "8", "world.ctr", "0.2"));
        settings.putAll(Map.of("events.warm-start", "1024", "events.rounds", "300", "events.calibration-count", "16",
                "rows", SMALL_NET, "tuning.row", "small"));
        settings.putAll(more);
        return AgeLab.load(null, settings);
    }

    @Test
    void shouldGiveTheSameDigitsOnAnyNumberOfThreadsForEveryPolicy() throws Exception {
        List<PolicyRun> alone = runs(small(Map.of("threads", "1")), null);
        List<PolicyRun> together = runs(small(Map.of("threads", "2")), null);

        assertThat(alone).hasSize(LabPolicy.values().length);
        assertThat(together).usingRecursiveComparison().ignoringFields("seconds").isEqualTo(alone);
        assertThat(alone).allSatisfy(run -> {
            assertThat(run.clicks()).isBetween(1L, run.rounds());
            assertThat(run.expected()).isBetween(0.0, run.best());
            assertThat(run.movement()).isPositive();
        });
        PolicyRun greedy = run(alone, LabPolicy.DNN_GREEDY);
        assertThat(greedy.medianMove()).isZero();
        assertThat(greedy.topChanged()).isZero();
        assertThat(run(alone, LabPolicy.RANDOM).topChanged()).isGreaterThan(0.6);
        // λ is set before the decisions; nets go on learning.
        assertThat(run(alone, LabPolicy.AGE_UCB).calibrated()).isTrue();
        assertThat(run(alone, LabPolicy.AGE_UCB).medianMove()).isBetween(0.04, 0.25);
    }

    private static PolicyRun run(List<PolicyRun> runs, LabPolicy policy) {
        return runs.stream().filter(run -> run.policy().equals(policy.word())).findFirst().orElseThrow();
    }

    private static List<PolicyRun> runs(AgeLabConfig config, @Nullable Path kept) throws Exception {
        List<Job> jobs = LabRuns.jobs(config, 1).stream().filter(job -> job.share() == 1).toList();
        return new LabRuns(config, kept).run(jobs, _ -> {});
    }

    @Test
    void shouldGoOnFromWhatIsKept() throws Exception {
        Path kept = folder.resolve("kept");
        AgeLabConfig config = small(Map.of("tables", "[3]"));
        List<PolicyRun> first = runs(config, kept);

        // Not even the seconds differ: nothing was run again.
        assertThat(runs(config, kept)).isEqualTo(first);
        assertThat(Files.readAllLines(kept)).hasSize(first.size());
        assertThatThrownBy(() -> {
            Files.writeString(kept, "not a run\n");
            runs(config, kept);
        }).isInstanceOf(IOException.class).hasMessageContaining("kept").hasMessageContaining("delete the line");
    }

    @Test
    void shouldFindTheoremOneInAPlainStepAndNotInEquation17() {
        List<Point> points = AgeLab.theorem(small(Map.of())).points();

        assertThat(points).isNotEmpty();
        assertThat(points).filteredOn(point -> point.lambda() == 0.001).allSatisfy(point -> {
            double gap = point.truth() - point.prediction();
            assertThat(point.cosine()).isCloseTo(Math.signum(gap), within(1e-3));
            assertThat(point.factor()).isCloseTo(gap, within(2e-3));
            assertThat(point.printed()).isCloseTo(2 * point.truth() - 1, within(1e-3));
        });
        // The limit is approached, not there from the start.
        assertThat(largestMiss(points, 0.001)).isLessThan(largestMiss(points, 1));
    }

    private static double largestMiss(List<Point> points, double lambda) {
        return points.stream().filter(point -> point.lambda() == lambda)
                .mapToDouble(point -> 1 - Math.abs(point.cosine())).max().orElseThrow();
    }

    @Test
    void shouldReadEveryFileOfTheExperiments() {
        assertThat(AgeLab.load(EXPERIMENTS.resolve("age-replay.yaml"), Map.of()).rows())
                .extracting(AgeLabConfig.RowConfig::name).containsExactly("paper", "calibrated", "tuned");
        assertThat(AgeLab.load(EXPERIMENTS.resolve("age-coat.yaml"), Map.of()).rows()).isNotEmpty();
    }

    @Test
    void shouldRefuseWhatGivesPoliciesUnequalEffort() {
        assertThatThrownBy(() -> small(Map.of("tuning.widths", "[1]"))).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("same effort");
    }

    @Test
    void shouldPrintWhatTuningFoundAsTheRowTakesIt() {
        NetSettings net = new NetSettings(4, List.of(64, 32), 16, 0.2, 0.0003, 0.05, 1e-8, 128, 1, 4);
        Map<String, Double> best = Map.of("epsilon-greedy", 0.03, "gradient-ts", 0.001, "age-ts", 1.0);

        String yaml = TuneStrengthsCommand.yaml(new StrengthTuning.Found(net, best, List.of(), List.of()));

        String row = "[{name: tuned, label: read back, tables: [1], lambda: 0.001, logit-target: 0.1, "
                + String.join(", ", yaml.lines().map(String::strip).toList()) + "}]";
        AgeLabConfig.RowConfig read = AgeLab.load(null, Map.of("rows", row)).row("tuned");
        assertThat(read.net()).isEqualTo(net);
        assertThat(read.strengths()).isEqualTo(best);
    }

    @Test
    void shouldAskForSeedsByThePilotsSpread() {
        AgeLabConfig config = small(Map.of("power.seeds", "2", "seeds.max", "50"));

        // Log ratios of 0.02 and 0.22: a spread of 0.1414, 5 % at 80 %: more than fifty runs.
        assertThat(LabRuns.seeds(config, pilot(Math.exp(0.02), Math.exp(0.22)))).isEqualTo(50);
        assertThat(LabRuns.seeds(config, pilot(1.1, 1.1001))).isEqualTo(LabRuns.SEEDS_MIN);
    }

    private static List<PolicyRun> pilot(double first, double second) {
        return List.of(clicks(100_000), clicks(first * 100_000), clicks(100_000), clicks(second * 100_000));
    }

    private static PolicyRun clicks(double clicks) {
        return new PolicyRun("small", "dnn-greedy", 1, 1, 1_000_000, Math.round(clicks), clicks, clicks, 0, 0, 0, 0, 0,
                1,
                0, false, 1, new PolicyRun.FreshItems(0, 0, 0, 0, 0), List.of());
    }

    @Test
    void shouldWritePageAndTableOfAResult() throws Exception {
        AgeLab lab = new AgeLab(small(Map.of("tables", "[1]", "seeds.count", "2", "shares", "[1.0]",
                "events.rounds", "100", "events.warm-start", "256")), true, "command",
                null);
        AgeLabResult result = lab.run(new AgeLab.Progress() {
            @Override
            public void expect(String task, long rounds) {}

            @Override
            public void done(long rounds) {}
        });
        Path json = Files.writeString(folder.resolve("result.json"), LabFiles.json(result));

        assertThat(LabFiles.read(json).runs()).isEqualTo(result.runs());
        assertThat(LabFiles.csv(result).lines().count()).isEqualTo(1 + 17L * result.runs().size());
        assertThat(LabText.text(result)).contains("AGE-TS", "+28.0 %", "Theorem 1");
        assertThat(LabHtml.text(result)).contains("Table 4", "Figure 5", "data:image/png;base64", "2p − 1");
    }
}
