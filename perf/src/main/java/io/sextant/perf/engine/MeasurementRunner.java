package io.sextant.perf.engine;

import io.sextant.perf.jmh.MeasuredWorkload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs measurements with JMH: each in a new JVM with this one's options, one thread, one at a time. */
final class MeasurementRunner {
    /** Who calls what is being compiled waits for it: on a busy machine nothing is measured that is half compiled. */
    private static final String WAIT_FOR_COMPILER = "-XX:-BackgroundCompilation";

    private final Path log;
    private final Runnable afterEach;

    /**
     * Prepares the running.
     *
     * @param log       JMH's own output goes there
     * @param afterEach called when a JVM is done
     */
    MeasurementRunner(Path log, Runnable afterEach) {
        this.log = log;
        this.afterEach = afterEach;
    }

    /**
     * Measures everything once a round.
     *
     * @return what each measurement yielded, in their order
     * @throws IOException if JMH or a measured JVM fails; its output is in the message
     */
    Map<Measurement, Samples> run(List<Measurement> measurements, Effort effort) throws IOException {
        Map<Measurement, Samples> samples = new LinkedHashMap<>();
        measurements.forEach(measurement -> samples.put(measurement, new Samples()));
        for (int round = 0; round < effort.rounds(); round++) {
            for (Map.Entry<Measurement, Samples> entry : samples.entrySet()) {
                run(entry.getKey(), effort, entry.getValue());
                afterEach.run();
            }
        }
        return samples;
    }

    private void run(Measurement measurement, Effort effort, Samples into) throws IOException {
        TimeValue time = TimeValue.milliseconds(effort.iteration().toMillis());
        ChainedOptionsBuilder options = new OptionsBuilder().include(measurement.pattern()).mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS).forks(1).threads(1).warmupIterations(effort.warmUps())
                .warmupTime(time).measurementIterations(effort.iterations()).measurementTime(time)
                .jvmArgsAppend(WAIT_FOR_COMPILER, MeasuredWorkload.jvmOption(measurement.artefact()))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.NORMAL).output(log.toString());
        measurement.parameters().forEach((name, value) -> options.param(name, value));
        try {
            for (RunResult result : new Runner(options.build()).run()) {
                collect(result, into);
            }
        } catch (RunnerException e) {
            throw new IOException(measurement + " could not be measured: " + e.getMessage() + System.lineSeparator()
                    + Files.readString(log), e);
        }
    }

    private static void collect(RunResult result, Samples into) {
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                Map<String, Double> counted = new HashMap<>();
                iteration.getSecondaryResults().forEach((name, count) -> counted.put(name, count.getScore()));
                into.add(iteration.getPrimaryResult().getScore(), counted);
            }
        }
    }
}
