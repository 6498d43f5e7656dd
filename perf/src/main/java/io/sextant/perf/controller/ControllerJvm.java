package io.sextant.perf.controller;

import io.sextant.controller.ControllerMain;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A controller as it runs in life, in a process of its own. For one thread. */
final class ControllerJvm implements AutoCloseable {
    private static final Duration START_MAX = Duration.ofSeconds(90);
    private static final long PAUSE_MS = 100;
    private static final long STOP_S = 30;
    /** As the launcher starts it. */
    private static final List<String> OPTIONS = List.of("-Xmx1g");
    private static final Pattern PORT = Pattern.compile("admin port (\\d+)");
    private static final Pattern PEAK_MEMORY = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final Pattern SECONDS_NOT_USED = Pattern
            .compile(
                    "(?m)^sextant_controller_(second_[a-z_]+|unreadable|failed|too_large|thread_replaced)_total ([0-9.E]+)$");

    private final Process process;
    private final Path log;
    private @Nullable URI admin;

    /**
     * Starts it.
     *
     * @param prefix   words before the command
     * @param settings over the defaults, by key
     * @param log      its output goes there
     */
    ControllerJvm(List<String> prefix, Map<String, String> settings, Path log) throws IOException {
        this.log = log;
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(OPTIONS);
        command.addAll(List.of("-Dsextant.log=WARN", "-Dlogback.configurationFile=logback-standalone.xml", "-cp",
                System.getProperty("java.class.path"),
                ControllerMain.class.getName()));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    /**
     * Waits until it works.
     *
     * @throws IOException if it ends or does not come up; its output is in the message
     */
    void awaitReady() throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + START_MAX.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() < deadlineNs && process.isAlive()) {
                URI at = adminPort();
                if (at != null && answers(client, at.resolve("/readyz"))) {
                    return;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        }
        throw new IOException("the controller does not start:" + System.lineSeparator() + Files.readString(log));
    }

    /** Processor time that it has used. */
    Duration cpu() throws IOException {
        return process.info().totalCpuDuration()
                .orElseThrow(() -> new IOException("this system does not tell a process's processor time, or the "
                        + "controller has ended; its output is in " + log));
    }

    /** Most memory that it had at once, bytes; 0 where the system does not tell. */
    long peakMemoryBytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        Matcher peak = PEAK_MEMORY.matcher(Files.readString(status));
        return peak.find() ? Long.parseLong(peak.group(1)) << 10 : 0;
    }

    /** What it counted that should not have happened, a text each. */
    List<String> complaints() throws IOException, InterruptedException {
        URI at = admin;
        if (at == null) {
            throw new IllegalStateException("asked before it was ready");
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            String metrics = client
                    .send(HttpRequest.newBuilder(at.resolve("/metrics")).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            return SECONDS_NOT_USED.matcher(metrics).results().filter(found -> Double.parseDouble(found.group(2)) > 0)
                    .map(found -> "the controller counted " + found.group(1) + " " + found.group(2)).toList();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable URI adminPort() throws IOException {
        if (admin == null) {
            try (Stream<String> lines = Files.lines(log)) {
                admin = lines.map(PORT::matcher).filter(Matcher::find).findFirst()
                        .map(found -> URI.create("http://127.0.0.1:" + found.group(1))).orElse(null);
            }
        }
        return admin;
    }

    private static boolean answers(HttpClient client, URI page) throws InterruptedException {
        try {
            return client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode() == 200;
        } catch (IOException _) {
            return false;
        }
    }
}
