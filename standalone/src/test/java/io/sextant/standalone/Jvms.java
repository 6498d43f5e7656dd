package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** JVMs of a test, by name: started, asked, killed; their logs lie in the test's directory. For one thread. */
final class Jvms implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final long STOP_S = 30;
    private static final Pattern ADMIN_PORT = Pattern.compile("admin port (\\d+)");

    private final Path directory;
    private final Map<String, Process> running = new HashMap<>();
    private final Map<String, Path> logs = new HashMap<>();
    private int started;

    Jvms(Path directory) {
        this.directory = directory;
    }

    /** A port that is free now. */
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void start(String name, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dorg.bytedeco")).forEach(command::add);
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        Path log = directory.resolve(name + "-" + started++ + ".log");
        logs.put(name, log);
        Process before = running.put(name,
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start());
        if (before != null) {
            // A test failed between start and end; its process is not left behind.
            before.destroyForcibly();
        }
    }

    /** The same with settings over those of a file. */
    void start(String name, Class<?> main, Path settings, Map<String, String> overrides) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--config", settings.toString()));
        overrides.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        start(name, main, arguments);
    }

    /** Kills it as {@code kill -9} does: no shutdown hook runs, nothing is flushed. */
    void kill(String name) throws InterruptedException {
        Process process = Objects.requireNonNull(running.remove(name), name);
        assertThat(process.isAlive()).as(name + " was alive until it was killed").isTrue();
        process.destroyForcibly().waitFor();
    }

    /** Asks it to end, and waits. */
    void stop(String name) throws InterruptedException {
        Process process = Objects.requireNonNull(running.remove(name), name);
        process.destroy();
        assertThat(process.waitFor(STOP_S, TimeUnit.SECONDS)).as(name + " ends when asked to").isTrue();
    }

    /** Waits until it has ended by itself, as it should. */
    void awaitEnd(String name) throws InterruptedException {
        Process process = Objects.requireNonNull(running.remove(name), name);
        assertThat(process.waitFor(STOP_S, TimeUnit.SECONDS)).as(name + " ends").isTrue();
        assertThat(process.exitValue()).as(log(name)).isZero();
    }

    /** Waits until its readiness page says yes; with port 0 on the admin port that it says it has. */
    void awaitReady(String name, int port) {
        try (var client = HttpClient.newHttpClient()) {
            await(name + " is ready").atMost(START).pollInterval(Duration.ofMillis(100)).ignoreExceptions()
                    .failFast(() -> !Objects.requireNonNull(running.get(name)).isAlive())
                    .until(() -> client.send(HttpRequest.newBuilder(page(name, port, "/readyz")).build(),
                            HttpResponse.BodyHandlers.discarding()).statusCode() == 200);
        }
    }

    /** Waits until its log holds the text. */
    void awaitLog(String name, String text) {
        await(name + " says " + text).atMost(START).pollInterval(Duration.ofMillis(100))
                .until(() -> log(name).contains(text));
    }

    /** Value of a metric that its admin port tells now, with its labels as they stand there; 0 if there is none. */
    double metric(String name, String metric) throws IOException, InterruptedException {
        return metrics(name, metric + " ", "");
    }

    /** Sum of all metrics whose line starts with the one text and holds the other. */
    double metrics(String name, String start, String part) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            String page = client.send(HttpRequest.newBuilder(page(name, 0, "/metrics")).build(),
                    HttpResponse.BodyHandlers.ofString()).body();
            return page.lines().filter(line -> line.startsWith(start) && line.contains(part))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
        }
    }

    String log(String name) {
        try {
            return Files.readString(Objects.requireNonNull(logs.get(name), name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        running.values().forEach(Process::destroyForcibly);
        running.clear();
    }

    private URI page(String name, int port, String path) {
        return URI.create("http://127.0.0.1:" + (port == 0 ? adminPort(name) : port) + path);
    }

    /** The admin port that it says it has. */
    int adminPort(String name) {
        Matcher said = ADMIN_PORT.matcher(log(name));
        assertThat(said.find()).as(name + " says its admin port").isTrue();
        return Integer.parseInt(said.group(1));
    }
}
