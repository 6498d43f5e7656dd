package io.sextant.perf.controller;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Gives the controller a core of its own where the system can: with {@code taskset}, on a machine with at least two.
 *
 * @param controllers the core that the controller runs on
 * @param others      where everything else runs
 */
record Cores(int controllers, List<Integer> others) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String ALLOWED = "Cpus_allowed_list:";

    /** How this machine's cores can be shared; empty where they cannot. */
    static Optional<Cores> ofThisMachine() throws IOException {
        if (!Files.isReadable(STATUS) || !hasTaskset()) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(ALLOWED)).findFirst()
                    .map(line -> parse(line.substring(ALLOWED.length()).strip())).filter(cores -> cores.size() > 1)
                    .map(cores -> new Cores(cores.getLast(), List.copyOf(cores.subList(0, cores.size() - 1))));
        }
    }

    /** Cores of a list such as {@code 0-3,6}. */
    static List<Integer> parse(String list) {
        List<Integer> cores = new ArrayList<>();
        for (String range : list.split(",", -1)) {
            String[] ends = range.split("-", -1);
            for (int core = Integer.parseInt(ends[0]); core <= Integer.parseInt(ends[ends.length - 1]); core++) {
                cores.add(core);
            }
        }
        return cores;
    }

    /** What comes before a command so that it runs on the controller's core. */
    List<String> prefix() {
        return List.of("taskset", "-c", Integer.toString(controllers));
    }

    /** Moves this process, all its threads, off the controller's core. */
    void leave() throws IOException, InterruptedException {
        String list = String.join(",", others.stream().map(String::valueOf).toList());
        Process taskset = new ProcessBuilder("taskset", "-a", "-c", "-p", list,
                Long.toString(ProcessHandle.current().pid())).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        if (taskset.waitFor() != 0) {
            throw new IOException("taskset could not move this process to cores " + list);
        }
    }

    private static boolean hasTaskset() {
        String path = System.getenv("PATH");
        return path != null && Stream.of(path.split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "taskset")));
    }
}
