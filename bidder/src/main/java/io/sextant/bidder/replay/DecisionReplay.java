package io.sextant.bidder.replay;

import io.sextant.bidder.decision.DecisionDirectory;
import io.sextant.bidder.decision.SegmentReader;
import io.sextant.bidder.decision.SegmentReader.Cut;
import io.sextant.bidder.replay.DecisionReplayer.Verdict;
import io.sextant.bidder.replay.ReplayReport.ArmRow;
import io.sextant.bidder.replay.ReplayReport.CutRow;
import io.sextant.model.array.KernelChoice;
import io.sextant.protocol.event.BidEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Goes through all segments of a directory and computes every decision again.
 *
 * <p>
 * Threading: for one thread.
 */
final class DecisionReplay {
    /** Decisions that are sorted by what they were made with before they are computed; some ten megabytes. */
    private static final int WINDOW = 2048;

    /** Decisions about one request are written one after the other, but for those of other event loops in between. */
    private static final int APART_MAX = 64;

    /** A decision and where it stands. */
    private record Logged(Path segment, long number, BidEvent event) {
        RequestKey request() {
            return new RequestKey(event.getBid().getRequestId(), event.getBid().getBidTimeMs(),
                    event.getBid().getExchange());
        }
    }

    private record RequestKey(String id, long timeMs, String exchange) {}

    private static final class Tally {
        private long decisions;
        private long recomputed;
        private long mismatches;
        private long timedOut;
        private long stateless;
    }

    private final DecisionDirectory directory;
    private final Consumer<String> mismatches;
    private final LongConsumer progress;
    private final Map<String, Tally> arms = new TreeMap<>();
    private final Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
    private final Set<String> missing = new LinkedHashSet<>();
    private final List<CutRow> cuts = new ArrayList<>();
    private long bytesOfDone;

    /**
     * Prepares a replay.
     *
     * @param mismatches gets a line for every decision that comes out different
     * @param progress   told how many bytes of segments have been read
     */
    DecisionReplay(DecisionDirectory directory, Consumer<String> mismatches, LongConsumer progress) {
        this.directory = directory;
        this.mismatches = mismatches;
        this.progress = progress;
    }

    /**
     * Computes everything again.
     *
     * @param command how it was called, for the report
     * @throws IOException if the directory cannot be read
     */
    ReplayReport run(String command) throws IOException {
        long startNs = System.nanoTime();
        List<Logged> window = new ArrayList<>(WINDOW);
        try (var replayer = new DecisionReplayer(directory)) {
            for (Path segment : directory.segments()) {
                read(segment, window, replayer);
            }
            compute(window, replayer);
        }
        return report(command, Duration.ofNanos(System.nanoTime() - startNs));
    }

    private void read(Path segment, List<Logged> window, DecisionReplayer replayer) throws IOException {
        try (var reader = new SegmentReader(segment)) {
            long number = 0;
            for (BidEvent event = reader.next(); event != null; event = reader.next()) {
                window.add(new Logged(segment, number++, event));
                if (window.size() >= WINDOW) {
                    List<Logged> unfinished = unfinished(window);
                    compute(window, replayer);
                    window.addAll(unfinished);
                    progress.accept(bytesOfDone + reader.fileBytes());
                }
            }
            Cut cut = reader.cut();
            if (cut != null) {
                cuts.add(CutRow.of(cut));
            }
            bytesOfDone += reader.fileBytes();
        }
        progress.accept(bytesOfDone);
    }

    private void compute(List<Logged> window, DecisionReplayer replayer) throws IOException {
        window.sort(Comparator.comparing(Logged::event, DecisionReplayer.BY_STATE));
        for (Logged logged : window) {
            count(logged, replayer.replay(logged.event));
        }
        window.clear();
    }

    /**
     * Takes out of the window the requests whose other impressions may still come, and returns them: what an earlier impression
     * was answered, a later one has to know.
     */
    private static List<Logged> unfinished(List<Logged> window) {
        Set<RequestKey> last = new HashSet<>();
        window.subList(window.size() - APART_MAX, window.size()).forEach(logged -> last.add(logged.request()));
        List<Logged> unfinished = window.stream().filter(logged -> last.contains(logged.request())).toList();
        window.removeIf(logged -> last.contains(logged.request()));
        return unfinished;
    }

    private void count(Logged logged, Verdict verdict) {
        Tally tally = arms.computeIfAbsent(logged.event.getBid().getArm(), _ -> new Tally());
        tally.decisions++;
        switch (verdict) {
            case Verdict.Same() -> tally.recomputed++;
            case Verdict.TimedOut() -> tally.timedOut++;
            case Verdict.Stateless(String problem) -> {
                tally.stateless++;
                missing.add(problem);
            }
            case Verdict.Different(List<Difference> differences) -> {
                tally.recomputed++;
                tally.mismatches++;
                Set<Kind> found = EnumSet.noneOf(Kind.class);
                differences.forEach(difference -> found.add(difference.kind()));
                found.forEach(kind -> kinds.merge(kind, 1L, Long::sum));
                mismatches.accept(line(logged, differences));
            }
        }
    }

    private static String line(Logged logged, List<Difference> differences) {
        var line = new StringBuilder();
        line.append(logged.segment.getFileName()).append(", decision ").append(logged.number).append(", request ")
                .append(logged.event.getBid().getRequestId()).append(", impression ")
                .append(logged.event.getBid().getImpId()).append(", arm ").append(logged.event.getBid().getArm())
                .append(": ");
        for (int i = 0; i < differences.size(); i++) {
            line.append(i == 0 ? "" : "; ").append(differences.get(i));
        }
        return line.toString();
    }

    private ReplayReport report(String command, Duration duration) {
        List<ArmRow> rows = new ArrayList<>();
        arms.forEach((arm, tally) -> rows.add(new ArmRow(arm, tally.decisions, tally.recomputed, tally.mismatches,
                tally.timedOut, tally.stateless)));
        Map<String, Long> byKind = new LinkedHashMap<>();
        kinds.forEach((kind, count) -> byKind.put(kind.label(), count));
        return new ReplayReport(command, System.getProperty("java.vm.name") + " " + Runtime.version(),
                KernelChoice.kernels().name(), duration.toMillis() / 1e3,
                rows.stream().mapToLong(ArmRow::decisions).sum(),
                rows.stream().mapToLong(ArmRow::recomputed).sum(), rows.stream().mapToLong(ArmRow::mismatches).sum(),
                byKind, rows.stream().mapToLong(ArmRow::notRecomputable).sum(),
                rows.stream().mapToLong(ArmRow::withoutState).sum(), List.copyOf(missing), List.copyOf(cuts), rows);
    }
}
