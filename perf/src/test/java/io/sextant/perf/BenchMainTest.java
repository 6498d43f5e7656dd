package io.sextant.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchMainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        CommandLine line = BenchMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return line.execute(arguments);
    }

    @Test
    void shouldExplainItsOptionsWhenAskedForHelp() {
        assertThat(execute("engine", "--help")).isZero();

        assertThat(out.toString()).contains("Usage: sextant bench engine", "--quick", "--json", "--plot");
    }

    @Test
    void shouldExplainItsOptionsWhenAskedForHelpOfTheController() {
        assertThat(execute("controller", "--help")).isZero();

        assertThat(out.toString()).contains("Usage: sextant bench controller", "--quick", "--json", "--requests");
    }

    @Test
    void shouldExplainItsOptionsWhenAskedForHelpOfLearning() {
        assertThat(execute("learning", "--help")).isZero();

        assertThat(out.toString()).contains("Usage: sextant bench learning", "--quick", "--json", "--memory");
    }

    @Test
    void shouldExplainItsOptionsWhenAskedForHelpOfTheMarket() {
        assertThat(execute("market", "--help")).isZero();

        assertThat(out.toString()).contains("Usage: sextant bench market", "--quick", "--json", "--impressions",
                "--seed");
    }

    @Test
    void shouldNameTheRangeWhenImpressionsAreOutOfIt() {
        assertThat(execute("market", "--impressions", "999")).isEqualTo(2);

        assertThat(err.toString()).contains("--impressions is 999, must be 1000 to 100000000");
    }

    @Test
    void shouldRefuseALatencyRunThatIsNoneWhenOptionsAreOutOfRange() {
        assertThat(execute("latency", "--candidates", "50")).isEqualTo(2);
        assertThat(err.toString()).contains("--candidates is 50, must be 10 or 100");
        assertThat(execute("latency", "--parts", "throughput,nonsense")).isEqualTo(2);
        assertThat(err.toString()).contains("--parts names nonsense, there are [throughput");
    }

    @Test
    void shouldNameTheRangeWhenAFleetsTrafficIsOutOfIt() {
        assertThat(execute("controller", "--requests", "0")).isEqualTo(2);

        assertThat(err.toString()).contains("--requests is 0, must be 1 to 1000000");
    }

    @Test
    void shouldNameTheCommandsWhenNoneIsGiven() {
        assertThat(execute()).isEqualTo(2);

        assertThat(err.toString()).contains("engine, controller, learning, latency, market, shading or pacing");
    }

    @Test
    void shouldRefuseAPlotWhenGrowthIsNotMeasured() {
        assertThat(execute("engine", "--quick", "--plot", "growth.png")).isEqualTo(2);

        assertThat(err.toString()).contains("--plot needs the growth of cost");
    }
}
