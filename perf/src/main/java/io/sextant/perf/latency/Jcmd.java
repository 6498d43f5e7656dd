package io.sextant.perf.latency;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The JDK's own command that asks a running JVM for something. Stateless. */
final class Jcmd {
    private static final long WAIT_S = 30;

    private Jcmd() {}

    /**
     * Runs one command.
     *
     * @param pid     of the JVM
     * @param command and its arguments
     * @return what it printed
     * @throws IOException if the JVM refuses
     */
    static String run(long pid, List<String> command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        words.add(Long.toString(pid));
        words.addAll(command);
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(WAIT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("jcmd " + command.getFirst() + " does not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException("jcmd " + command.getFirst() + ": " + said.strip());
        }
        return said;
    }
}
