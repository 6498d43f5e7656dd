package io.sextant.perf.experiment;

import java.util.stream.Stream;

/** Every measure of every run and arm as comma-separated values, a line each, for other programs. Thread-safe. */
public final class ExperimentCsv {
    private static final String HEADER = "experiment,mode,seed,arm,bid_level,phase,measure,value\n";

    private ExperimentCsv() {}

    /** The text, with a header; names of experiments and arms are quoted. */
    public static String text(ExperimentResult result) {
        var text = new StringBuilder(HEADER);
        for (RunResult run : result.runs()) {
            Stream.concat(run.arms().stream(), run.frontier().stream()).forEach(arm -> {
                for (Measure measure : Measure.values()) {
                    for (String phase : measure.phases()) {
                        text.append(quoted(result.name())).append(',').append(result.mode()).append(',')
                                .append(run.seed()).append(',').append(quoted(arm.arm())).append(',')
                                .append(arm.bidLevel()).append(',').append(phase).append(',').append(measure.label())
                                .append(',').append(measure.of(arm, phase)).append('\n');
                    }
                }
            });
        }
        return text.toString();
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
