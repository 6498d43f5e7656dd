package io.sextant.perf.latency;

import io.sextant.bidder.BidderMain;
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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server as it runs in life, in a process of its own: a bidder or the floor that it is compared with. The bidder is
 * started by the launcher, as a user would, where the launcher says where it is; else from this JVM's class path with the
 * launcher's options.
 *
 * <p>
 * Threading: for one thread. Closing ends the process, and so does the end of this JVM.
 */
final class ServerJvm implements AutoCloseable {
    private static final String LAUNCHER = System.getenv().getOrDefault("SEXTANT_LAUNCHER", "");
    private static final Duration START_MAX = Duration.ofMinutes(2);
    private static final Duration ASK_MAX = Duration.ofSeconds(5);
    private static final long PAUSE_MS = 10;
    private static final long STOP_S = 20;
    private static final Pattern UP = Pattern.compile("is up, port (\\d+), admin port (\\d+)");
    private static final Pattern HEAP = Pattern.compile("-Xm[sx].*|-XX:[+-]Use\\w*GC|-XX:\\+AlwaysPreTouch");
    private static final Pattern UPTIME = Pattern.compile("([0-9.]+) s");
    private static final Pattern PEAK_MEMORY = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    /** As the launcher starts a bidder. */
    private static final List<String> OPTIONS = List.of("-Xms1g", "-Xmx1g", "-XX:+UseZGC");

    private final boolean bidder;
    private final String name;
    private final Process process;
    private final Path log;
    private final Thread atExit;
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;
    private int adminPort;
    private double readySeconds;

    private ServerJvm(boolean bidder, ProcessBuilder command, Path log) throws IOException {
        this.bidder = bidder;
        this.name = bidder ? "the bidder" : "the floor";
        this.log = log;
        this.process = command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        this.atExit = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts a bidder.
     *
     * @param config  its file of settings
     * @param options further JVM options, the last word
     * @param log     its output goes there
     */
    static ServerJvm bidder(Path config, List<String> options, Path log) throws IOException {
        List<String> arguments = List.of("--config", config.toString());
        if (LAUNCHER.isEmpty()) {
            List<String> all = new ArrayList<>(OPTIONS);
            all.addAll(options);
            return new ServerJvm(true, java(BidderMain.class.getName(), all, arguments), log);
        }
        List<String> words = new ArrayList<>(List.of(LAUNCHER, "bidder"));
        words.addAll(arguments);
        var command = new ProcessBuilder(words);
        String own = command.environment().getOrDefault("SEXTANT_JAVA_OPTS", "");
        command.environment().put("SEXTANT_JAVA_OPTS", (own + " " + String.join(" ", options)).strip());
        return new ServerJvm(true, command, log);
    }

    /** Has the launcher build what it starts bidders from, so that no start is measured with a build in it. */
    static void build() throws IOException, InterruptedException {
        if (!LAUNCHER.isEmpty()) {
            Process built = new ProcessBuilder(LAUNCHER, "bidder", "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (built.waitFor() != 0) {
                throw new IOException(LAUNCHER + " bidder does not work; see above");
            }
        }
    }

    /**
     * Starts a floor.
     *
     * @param arguments of {@link FloorMain}
     * @param options   JVM options, heap and collector among them
     * @param log       its output goes there
     */
    static ServerJvm floor(List<String> arguments, List<String> options, Path log) throws IOException {
        return new ServerJvm(false, java(FloorMain.class.getName(), options, arguments), log);
    }

    private static ProcessBuilder java(String main, List<String> options, List<String> arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.startsWith("-Dorg.bytedeco")).forEach(words::add);
        words.addAll(options);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        words.addAll(arguments);
        return new ProcessBuilder(words);
    }

    /**
     * Waits until it says that it is ready.
     *
     * @throws IOException if it ends, or is not ready in time; its output is in the message
     */
    ServerJvm awaitReady() throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + START_MAX.toNanos();
        String said = "";
        while (System.nanoTime() < deadlineNs && process.isAlive()) {
            if (port == 0) {
                findPorts();
            }
            if (port != 0) {
                said = readiness();
                if (said.isEmpty()) {
                    readySeconds = uptimeSeconds();
                    return this;
                }
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        throw new IOException(name + " does not start: " + said + System.lineSeparator() + Files.readString(log));
    }

    private void findPorts() throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            lines.map(UP::matcher).filter(Matcher::find).findFirst().ifPresent(found -> {
                port = Integer.parseInt(found.group(1));
                adminPort = Integer.parseInt(found.group(2));
            });
        }
    }

    private String readiness() throws InterruptedException {
        try {
            HttpResponse<String> answer = client.send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + port + "/readyz")).timeout(ASK_MAX).build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? "" : answer.body().strip();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Seconds since the JVM started: without what the launcher did before. */
    private double uptimeSeconds() throws IOException, InterruptedException {
        long askedNs = System.nanoTime();
        Matcher uptime = UPTIME.matcher(Jcmd.run(pid(), List.of("VM.uptime")));
        double askingSeconds = (System.nanoTime() - askedNs) / 1e9;
        return uptime.find() ? Math.max(0, Double.parseDouble(uptime.group(1)) - askingSeconds) : Double.NaN;
    }

    /** From the start of the JVM until it was ready, in seconds; exact to a few hundredths. */
    double readySeconds() {
        return readySeconds;
    }

    /** The JVM's options that say how large the heap is and who collects it; the usual ones where the system does not tell. */
    List<String> heapOptions() throws IOException {
        Path words = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        if (!Files.isReadable(words)) {
            return OPTIONS;
        }
        List<String> found = Stream.of(Files.readString(words).split("\0", -1))
                .filter(word -> HEAP.matcher(word).matches()).toList();
        return found.isEmpty() ? OPTIONS : found;
    }

    /** Whether it is a bidder; else a floor. */
    boolean bidder() {
        return bidder;
    }

    /** The system's number of the process. */
    long pid() {
        return process.pid();
    }

    /** The port that bid requests go to. */
    int port() {
        return port;
    }

    /** Where its output is. */
    Path log() {
        return log;
    }

    /** All its counters now. */
    ServerMetrics metrics() throws IOException, InterruptedException {
        return ServerMetrics.scrape(client, adminPort);
    }

    /** Processor time that it has used, its compiler and collector included. */
    Duration cpu() throws IOException {
        return process.info().totalCpuDuration().orElseThrow(() -> new IOException(
                "this system does not tell a process's processor time, or " + name + " has ended; see " + log));
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

    @Override
    public void close() {
        client.close();
        process.destroy();
        try {
            if (!process.waitFor(STOP_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException _) {
            // The JVM is ending and runs the hook itself.
        }
    }
}
