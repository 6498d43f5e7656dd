package io.sextant.model.array;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Logged decisions are computed again in other processes and on other machines: every bit must be the same. */
class BitIdentityTest {
    private static final long CHILD_S = 180;
    private static final List<String> EXPECTED = EngineDigest.lines(new PlainKernels());

    @TempDir
    private Path directory;

    /** JVMs that decide differently what to run on. */
    @SuppressWarnings("ImmutableEnumChecker") // the lists are unmodifiable
    enum Jvm {
        PLAIN("plain", List.of("--add-modules", "jdk.incubator.vector", "-Dsextant.kernels=plain")), WITHOUT_VECTORS(
                "plain", List.of()), WITHOUT_TOP_COMPILER("plain",
                        List.of("--add-modules", "jdk.incubator.vector", "-XX:TieredStopAtLevel=1")), VECTOR_128(
                                "vector, 128 bits", vector(128)), VECTOR_256("vector, 256 bits",
                                        vector(256)), VECTOR_512("vector, 512 bits", vector(512));

        private final String kernels;
        private final List<String> flags;

        Jvm(String kernels, List<String> flags) {
            this.kernels = kernels;
            this.flags = flags;
        }

        private static List<String> vector(int bits) {
            return List.of("--add-modules", "jdk.incubator.vector", "-Dsextant.kernels=vector",
                    "-Dsextant.vector-bits=" + bits);
        }
    }

    @Test
    void shouldGiveTheSameBitsOnTheKernelsOfThisProcess() {
        assertThat(EngineDigest.lines(KernelChoice.kernels())).isEqualTo(EXPECTED);
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveTheSameBitsInAnotherJvm(Jvm jvm) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
        command.addAll(jvm.flags);
        command.add(EngineDigest.class.getName());
        Process child = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(child.waitFor(CHILD_S, TimeUnit.SECONDS)).as("ended within %d s", CHILD_S).isTrue();
        } finally {
            child.destroyForcibly();
        }

        List<String> lines = Files.readAllLines(output).stream().filter(line -> !line.startsWith("WARNING:")).toList();
        assertThat(child.exitValue()).as("exit value; it said %s", lines).isZero();
        assertThat(lines.getFirst()).isEqualTo(jvm.kernels);
        assertThat(lines.subList(1, lines.size())).isEqualTo(EXPECTED);
    }
}
