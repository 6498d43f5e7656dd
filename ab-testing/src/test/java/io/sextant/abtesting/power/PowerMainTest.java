package io.sextant.abtesting.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerMainTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldTellUnitsAndDays() throws IOException {
        Path json = directory.resolve("plan.json");

        int code = execute("--rate", "0.5", "--design-effect", "1", "--effects", "0.1", "--units-per-day", "1000",
                "--json", json.toString());

        assertThat(code).isZero();
        // v = 1, two arms of one half: 4 (1.95996 + 0.84162)^2 / ln(1.1)^2 = 3,456.2
        JsonNode plan = new JsonMapper().readTree(json.toFile()).get("plans").get(0);
        assertThat(plan.get("units").asLong()).isEqualTo(3457);
        assertThat(plan.get("days").asDouble()).isCloseTo(3.457, within(1e-9));
        assertThat(out.toString()).contains("+10.00 %").contains("3,457").contains("7 days find");
    }

    @Test
    void shouldAskForMoreWhenMoreArmsAreHeldAgainstControl() throws IOException {
        Path json = directory.resolve("plan.json");

        assertThat(execute("--rate", "0.02", "--arms", "3", "--json", json.toString())).isZero();

        assertThat(new JsonMapper().readTree(json.toFile()).get("level_of_each").asDouble())
                .isCloseTo(0.975, within(1e-12));
        assertThat(out.toString()).contains("    - |").doesNotContain("days find");
    }

    @Test
    void shouldNameTheOptionWhenItsValueCannotBeUsed() {
        assertThat(execute("--rate", "1.5")).isEqualTo(2);
        assertThat(err.toString()).contains("--rate is 1.5, must be above 0 and below 1");
        assertThat(execute("--rate", "0.1", "--effects", "0")).isEqualTo(2);
        assertThat(execute()).isEqualTo(2);
        assertThat(execute("--rate", "0.1", "--json", directory.toString())).isEqualTo(1);
    }

    private int execute(String... args) {
        return PowerMain.execute(args, new PrintWriter(out, true), new PrintWriter(err, true));
    }
}
