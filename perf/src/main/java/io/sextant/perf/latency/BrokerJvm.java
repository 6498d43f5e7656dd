package io.sextant.perf.latency;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker in a process of its own, which can be stopped and started again on the same port with what it had. For one
 * thread.
 */
final class BrokerJvm implements AutoCloseable {
    private static final long STOP_S = 30;
    /** It is not what is measured, and has few topics. */
    private static final List<String> OPTIONS = List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1", "-Dsextant.log=ERROR", "-Dlogback.configurationFile=logback-standalone.xml");

    private final Path directory;
    private final Path log;
    private String address = "127.0.0.1:0";
    private @Nullable Process process;

    /**
     * Starts it and waits until it serves.
     *
     * @param directory where it keeps its logs
     * @param log       its messages are appended there
     * @throws IOException if it does not start; its messages are in {@code log}
     */
    BrokerJvm(Path directory, Path log) throws IOException {
        this.directory = directory;
        this.log = log;
        start();
    }

    /** Address for clients, host:port; the same after a stop. */
    String bootstrapServers() {
        return address;
    }

    /** Processor time that it has used, seconds. */
    double cpuSeconds() {
        Process running = process;
        return running == null ? 0
                : running.info().totalCpuDuration().map(time -> time.toNanos() / 1e9).orElse(Double.NaN);
    }

    /** Starts it again where it was stopped, and waits until it serves. */
    void start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BrokerMain.class.getName(),
                directory.toString(), address.substring(address.lastIndexOf(':') + 1)));
        Process started = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        process = started;
        var output = new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(BrokerMain.READY)) {
                address = line.substring(BrokerMain.READY.length());
                return;
            }
        }
        close();
        throw new IOException("the broker does not start:" + System.lineSeparator()
                + (Files.exists(log) ? Files.readString(log) : ""));
    }

    /** Stops it as a crash would: nobody is told. */
    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            await(running);
            process = null;
        }
    }

    @Override
    public void close() {
        Process running = process;
        if (running == null) {
            return;
        }
        try {
            running.getOutputStream().close();
        } catch (IOException _) {
            // It has ended already.
        }
        await(running);
        process = null;
    }

    private static void await(Process running) {
        try {
            if (!running.waitFor(STOP_S, TimeUnit.SECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException _) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
