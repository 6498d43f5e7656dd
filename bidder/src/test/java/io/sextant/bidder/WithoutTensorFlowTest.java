package io.sextant.bidder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WithoutTensorFlowTest {
    private static final List<String> OF_TENSORFLOW = List.of("org.tensorflow.", "org.bytedeco.",
            "io.sextant.model.ctr.SavedModelCtrModel", "io.sextant.model.ctr.TensorFlowCtrModel");

    @TempDir
    private Path directory;

    /** A bidder in a JVM of its own that starts, warms up by bidding and ends; the JVM lists every class that it loads. */
    @Test
    void shouldLoadNothingOfTensorFlowWhereNoArmHasASavedModel() throws Exception {
        Path classes = directory.resolve("classes.log");
        Path output = directory.resolve("output.log");
        Process bidder = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-Xmx768m", "-XX:+UseSerialGC",
                "-Xlog:class+load:file=" + classes + "::filecount=0", "-Dsextant.log=ERROR", "-cp",
                System.getProperty("java.class.path"), "io.sextant.bidder.BidderMain", "--warm-up-only", "--set",
                "http.warm-up-max=2s")).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(bidder.waitFor(3, TimeUnit.MINUTES)).as(Files.readString(output)).isTrue();
        } finally {
            bidder.destroyForcibly();
        }

        assertThat(bidder.exitValue()).as(Files.readString(output)).isZero();
        List<String> loaded = new ArrayList<>();
        try (Stream<String> lines = Files.lines(classes)) {
            lines.filter(line -> line.contains(" source: ")).forEach(loaded::add);
        }
        // Otherwise the list would prove nothing.
        assertThat(loaded).anyMatch(line -> line.contains(" io.sextant.bidder.pipeline.BidPipeline source: "))
                .anyMatch(line -> line.contains(" io.sextant.model.array.ArrayCtrModel source: "))
                .anyMatch(line -> line.contains(" io.sextant.bidder.notice.SealedToken source: "));
        assertThat(loaded).noneMatch(line -> OF_TENSORFLOW.stream().anyMatch(line::contains));
    }
}
