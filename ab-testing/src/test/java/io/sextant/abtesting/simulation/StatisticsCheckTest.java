package io.sextant.abtesting.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class StatisticsCheckTest {
    private static final String APART = "arms train apart, 60k requests";

    @TempDir
    Path directory;

    @Test
    void shouldFindADifferenceInOneOfTwentyWhenThereIsNone() {
        var simulation = new SameArms(2000, 500, 1);
        double[][] rows = new double[simulation.runs()][];
        for (int run = 0; run < rows.length; run++) {
            rows[run] = simulation.run(run);
        }

        List<Finding> findings = simulation.findings(new Outcomes(rows));

        assertThat(findings).allMatch(Finding::holds);
        assertThat(findings.subList(0, 3))
                .allSatisfy(finding -> assertThat(finding.measured()).isBetween(0.035, 0.065));
    }

    @Test
    void shouldHoldAndShowWhatTestsOverUsersDoToArmsThatTrainApart() throws InterruptedException {
        var check = new StatisticsCheck(200, 1, 2);
        var done = new AtomicInteger();

        List<Finding> findings = check.findings(done::incrementAndGet);

        assertThat(findings).allMatch(Finding::holds);
        assertThat(done).hasValue(check.experiments());
        // nothing differs between the arms, and tests over users see a difference in spend more often than not
        assertThat(measured(findings, "test over users calls a difference in spend")).isGreaterThan(0.5);
        // what arms pay for a click is steered by what they learn: there the same tests see too little
        assertThat(measured(findings, "true spread of eCPC over the error that users tell")).isLessThan(1);
    }

    private static double measured(List<Finding> findings, String what) {
        return findings.stream().filter(finding -> finding.part().equals(APART) && finding.what().equals(what))
                .findFirst().orElseThrow().measured();
    }

    @Test
    void shouldTellTheSameToPeopleAndToProgramsOnAnyNumberOfThreads() throws Exception {
        Path json = directory.resolve("statistics.json");
        var out = new StringWriter();
        var err = new StringWriter();
        var line = new CommandLine(new StatisticsCommand()).setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        List<Finding> alone = new StatisticsCheck(100, 1, 1).findings(() -> {});
        boolean allHold = alone.stream().allMatch(Finding::holds);

        assertThat(line.execute("--runs", "100", "--threads", "3", "--json", json.toString()))
                .isEqualTo(allHold ? 0 : 1);

        assertThat(out.toString()).contains("fixed test of CTR calls a difference",
                allHold ? "All numbers are where" : "are not where");
        JsonNode findings = new JsonMapper().readTree(json.toFile()).get("findings");
        assertThat(findings).hasSize(alone.size());
        for (int i = 0; i < alone.size(); i++) {
            assertThat(findings.get(i).get("measured").asDouble()).isEqualTo(alone.get(i).measured());
            assertThat(findings.get(i).get("holds").asBoolean()).isEqualTo(alone.get(i).holds());
        }
        assertThat(line.execute("--runs", "5")).isEqualTo(2);
        assertThat(err.toString()).contains("runs is 5");
    }
}
