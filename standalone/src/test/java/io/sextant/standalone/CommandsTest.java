package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandsTest {
    @TempDir
    private Path folder;

    private record Ended(int exitCode, String output) {}

    /** The launcher itself, as a user calls it; only what needs no build. */
    private static Ended sextant(String... arguments) throws Exception {
        Path launcher = Path.of("..", "sextant").toAbsolutePath().normalize();
        List<String> command = new ArrayList<>(List.of("bash", launcher.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }

    @Test
    void shouldListEveryCommandWhenAskedForHelp() throws Exception {
        Ended ended = sextant("--help");
        assertThat(ended.exitCode()).isZero();
        assertThat(ended.output()).contains("demo", "replay", "replay-bids", "bidder", "controller", "trainer",
                "train ", "evaluate", "examples", "ab-report", "experiment", "test");
        assertThat(sextant("test", "--help").output()).contains("mvn verify");
    }

    @Test
    void shouldNameTheMistakeWhenTheCommandIsUnknown() throws Exception {
        Ended ended = sextant("dmeo");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.output()).contains("there is no command \"dmeo\"");
    }

    @ParameterizedTest
    @CsvSource({"--minutes 0,--minutes is 0.0", "--rate -1,--rate is -1.0", "--port 70000,--port is 70000",
        "--minits 3,--minits", "--set explore-share=1,--set is explore-share", "--set exchange.rate=1,one of bidder"})
    void shouldRefuseWithTheReasonWhenADemoOptionIsWrong(String arguments, String reason) {
        var err = new StringWriter();
        int exitCode = DemoMain.commandLine().setErr(new PrintWriter(err)).execute(arguments.split(" ", -1));
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains(reason).hasLineCount(reason.equals("--minits") ? 3 : 2)
                .endsWith("Help: ./sextant demo --help" + System.lineSeparator());
    }

    @Test
    void shouldRefuseWithTheReasonWhenTheLogIsMissing() {
        var err = new StringWriter();
        int exitCode = ReplayMain.commandLine().setErr(new PrintWriter(err)).execute("--format", "ipinyou", "--log",
                folder.resolve("none.txt").toString());
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("none.txt", "a file that can be read");
    }

    @Test
    void shouldHoldAStudysAuctionsWhenAProtocolIsNamed() throws IOException {
        Path data = Files.createDirectory(folder.resolve("study"));
        Files.writeString(data.resolve("train.txt"), "1\t700\t0.001\t0\n1\t900\t0.003\t0\n");
        Files.writeString(data.resolve("test.txt"), "1\t4\t0.001\t0\n0\t300\t0.001\t0\n");
        Path json = folder.resolve("study.json");
        var out = new StringWriter();

        int exitCode = ReplayMain.commandLine().setOut(new PrintWriter(out)).execute("--protocol", "sam", "--data",
                data.toString(), "--json", json.toString());

        assertThat(exitCode).isZero();
        assertThat(out.toString()).contains("SAM2", "nothing to hold it against");
        // A bid of 5 beats a price of 4 and gets its click, which pays 160 thousandths.
        var constant = new ObjectMapper().readTree(Files.readString(json)).path("bidders").path(0);
        assertThat(constant.path("clicks").asLong()).isEqualTo(1);
        assertThat(constant.path("profit").asDouble()).isEqualTo(0.16);
    }

    @ParameterizedTest
    @CsvSource({"--protocol sam,--data is missing", "--protocol rlb --data nowhere,nowhere: there is no such file",
        "--protocol sam --data x --log y,--log is y", "--data x --format ipinyou --log y,--data is [x]",
        "--protocol ctr,--protocol"})
    void shouldRefuseWithTheReasonWhenAStudyCannotBeRun(String arguments, String reason) {
        var err = new StringWriter();
        int exitCode = ReplayMain.commandLine().setErr(new PrintWriter(err)).execute(arguments.split(" ", -1));
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains(reason);
    }

    @Test
    void shouldTakeAFreePortAndSaySoWhenTheWishedOneIsTaken() throws IOException {
        var out = new StringWriter();
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(PortChoice.of(taken.getLocalPort(), new PrintWriter(out, true))).isZero();
            assertThat(out.toString()).contains("Port " + taken.getLocalPort() + " cannot be used");
        }
    }

    @Test
    void shouldWriteFiguresWithCommandSeedAndMachineWhenAReportIsWritten() throws IOException {
        Path file = folder.resolve("reports/demo.json");
        new JsonReport("./sextant demo --seed 7", 7, 12.5).with("arms", List.of(Map.of("arm", "control"))).write(file);
        var read = new ObjectMapper().readTree(Files.readString(file));
        assertThat(read.path("command").asText()).isEqualTo("./sextant demo --seed 7");
        assertThat(read.path("seed").asLong()).isEqualTo(7);
        assertThat(read.path("duration_seconds").asDouble()).isEqualTo(12.5);
        assertThat(read.path("machine").path("cores").asInt()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(read.path("arms").path(0).path("arm").asText()).isEqualTo("control");
    }

    @Test
    void shouldRemoveARunsDataUnlessItWasAskedFor() throws IOException {
        Path kept;
        try (var directory = new RunDirectory(folder)) {
            kept = directory.path();
        }
        Path removed;
        try (var directory = new RunDirectory(null)) {
            removed = directory.path();
            Files.createDirectories(removed.resolve("broker/topic-0"));
            Files.writeString(removed.resolve("broker/topic-0/log"), "x");
        }
        assertThat(kept).isDirectory().hasParent(folder.toAbsolutePath());
        assertThat(removed).doesNotExist();
    }
}
