package io.sextant.perf.controller;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sextant.perf.jmh.RecordBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * What writing an impression down costs an event loop.
 *
 * @param ns    of a row, median of the iterations
 * @param bytes allocated a row, median of the iterations
 */
record RecordCost(@JsonProperty("ns") double ns, @JsonProperty("bytes") double bytes) {
    private static final int WARM_UPS = 6;
    private static final int ITERATIONS = 12;
    private static final TimeValue ITERATION = TimeValue.milliseconds(400);

    /**
     * Measures it with JMH in a JVM of its own.
     *
     * @param log JMH's own output goes there
     * @throws IOException if it cannot be measured; JMH's output is in the message
     */
    static RecordCost measure(Path log) throws IOException {
        var options = new OptionsBuilder().include(RecordBenchmark.class.getName() + ".record").mode(Mode.AverageTime)
                .forks(1).threads(1).warmupIterations(WARM_UPS).warmupTime(ITERATION)
                .measurementIterations(ITERATIONS).measurementTime(ITERATION).shouldFailOnError(true)
                .output(log.toString()).build();
        List<Double> ns = new ArrayList<>();
        List<Double> bytes = new ArrayList<>();
        try {
            for (RunResult result : new Runner(options).run()) {
                for (BenchmarkResult fork : result.getBenchmarkResults()) {
                    for (IterationResult iteration : fork.getIterationResults()) {
                        ns.add(iteration.getPrimaryResult().getScore());
                        bytes.add(counted(iteration, "bytes") / counted(iteration, "rows"));
                    }
                }
            }
        } catch (RunnerException e) {
            throw new IOException("recording could not be measured: " + e.getMessage() + System.lineSeparator()
                    + Files.readString(log), e);
        }
        return new RecordCost(median(ns), median(bytes));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double counted(IterationResult iteration, String counter) {
        return Objects.requireNonNull(iteration.getSecondaryResults().get(counter), counter).getScore();
    }
}
