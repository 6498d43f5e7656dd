package io.sextant.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ConfigOptionsTest {
    @Command(name = "sample")
    private static final class SampleCommand implements Callable<Integer> {
        @Mixin
        private final ConfigOptions options = new ConfigOptions();
        private final List<SampleConfig> loaded = new ArrayList<>();
        private final StringWriter printed = new StringWriter();

        @Override
        public Integer call() {
            SampleConfig config = options.load("sample", SampleConfig.class);
            loaded.add(config);
            return options.printed(config, new PrintWriter(printed)) ? 10 : 0;
        }
    }

    private final StringWriter err = new StringWriter();

    @Test
    void shouldApplyOverridesWhenSetIsRepeated() {
        var command = new SampleCommand();

        int exit = run(command, "--set", "http.port=1", "--set", "http.host=a=b", "--print-config");

        assertThat(exit).isEqualTo(10);
        assertThat(command.loaded).extracting(SampleConfig::http).extracting(SampleConfig.HttpConfig::port)
                .containsExactly(1);
        assertThat(command.loaded).extracting(SampleConfig::http).extracting(SampleConfig.HttpConfig::host)
                .containsExactly("a=b");
        assertThat(command.printed.toString()).isEqualTo(ConfigurationLoader.describe(command.loaded.getFirst()));
    }

    @Test
    void shouldPrintNothingWhenNotAskedTo() {
        var command = new SampleCommand();

        assertThat(run(command)).isZero();

        assertThat(command.printed.toString()).isEmpty();
    }

    @Test
    void shouldPrintOneLineAndExitWithTwoWhenSettingIsWrong() {
        int exit = run(new SampleCommand(), "--set", "http.prot=1");

        assertThat(exit).isEqualTo(ConfigOptions.EXIT_CONFIGURATION);
        assertThat(err.toString().lines())
                .containsExactly("--set: http.prot = 1: unknown key, did you mean http.port?");
    }

    private int run(SampleCommand command, String... arguments) {
        return ConfigOptions.commandLine(command).setErr(new PrintWriter(err, true)).execute(arguments);
    }
}
