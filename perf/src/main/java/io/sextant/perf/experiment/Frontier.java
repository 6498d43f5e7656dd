package io.sextant.perf.experiment;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Control at several bid levels: clicks by spend. Immutable and thread-safe. */
final class Frontier {
    private final PhaseFigures control;
    private final List<PhaseFigures> levels;

    /**
     * A frontier.
     *
     * @param control at its own level
     * @param others  at other levels, at least one
     */
    Frontier(PhaseFigures control, List<PhaseFigures> others) {
        this.control = control;
        this.levels = Stream.concat(Stream.of(control), others.stream())
                .sorted(Comparator.comparingDouble(Frontier::spend)).toList();
    }

    /** The arm against the frontier. */
    Efficiency efficiency(PhaseFigures arm) {
        double spend = spend(arm);
        boolean extrapolated = spend < spend(levels.getFirst()) || spend > spend(levels.getLast());
        return new Efficiency(spend - spend(control), clicks(arm) - clicks(control), clicksAt(spend), clicks(control),
                extrapolated);
    }

    /** Expected clicks between the two neighbouring levels; beyond the outermost, along the line of the outermost two. */
    double clicksAt(double spendUsd) {
        int above = 1;
        while (above < levels.size() - 1 && spend(levels.get(above)) < spendUsd) {
            above++;
        }
        PhaseFigures low = levels.get(above - 1);
        PhaseFigures high = levels.get(above);
        double place = (spendUsd - spend(low)) / (spend(high) - spend(low));
        return clicks(low) + place * (clicks(high) - clicks(low));
    }

    private static double spend(PhaseFigures figures) {
        return figures.expected().spendUsd();
    }

    private static double clicks(PhaseFigures figures) {
        return figures.expected().clicks();
    }
}
