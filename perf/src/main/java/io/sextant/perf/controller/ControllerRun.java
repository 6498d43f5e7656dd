package io.sextant.perf.controller;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.controller.ControllerConfig;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.fixtures.fleet.RecordedFleet;
import io.sextant.fixtures.fleet.WindowComparison;
import io.sextant.fixtures.fleet.WindowTruth;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Measures loads, each with a new controller in a process of its own and topics of their own. For one thread. */
final class ControllerRun {
    static final long SEED = 20_260_104;
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration POLL = Duration.ofMillis(200);
    /** After the history, the compiler may finish what it began. */
    private static final Duration SETTLE = Duration.ofSeconds(3);
    /** What has been published at the end is committed. */
    private static final Duration LAST_COMMIT = Duration.ofSeconds(2);
    private static final double STARTED = 0.1;
    private static final double CAUGHT_UP = 0.4;

    private final String bootstrapServers;
    private final Path directory;
    private final List<String> controllerPrefix;
    private int runs;

    /**
     * Prepares the running.
     *
     * @param bootstrapServers of the broker, which runs in this JVM
     * @param directory        for state and logs
     * @param controllerPrefix words before the controller's command
     */
    ControllerRun(String bootstrapServers, Path directory, List<String> controllerPrefix) {
        this.bootstrapServers = bootstrapServers;
        this.directory = directory;
        this.controllerPrefix = List.copyOf(controllerPrefix);
    }

    /**
     * Measures a load.
     *
     * @param progress told the share of it that is done
     * @throws IOException if the controller does not start, or ends
     */
    LoadResult measure(Load load, ControllerEffort effort, DoubleConsumer progress)
            throws IOException, InterruptedException {
        runs++;
        String prefix = "run" + runs + "-";
        Map<String, String> settings = Map.of("kafka.bootstrap-servers", bootstrapServers, "kafka.topic-prefix", prefix,
                "streams.state-dir", directory.resolve(prefix + "state").toString(), "streams.standby-replicas", "0",
                "exploration.window", effort.window().toSeconds() + "s", "admin.port", "0");
        ControllerConfig config = new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null,
                settings);
        RecordedFleet fleet = new RecordedFleet(load.shape(), SEED);
        WindowTruth truth = new WindowTruth(fleet);
        try (var controller = new ControllerJvm(controllerPrefix, settings, directory.resolve(prefix + "log"))) {
            controller.awaitReady();
            progress.accept(STARTED);
            Steady steady;
            FleetSender sender = new FleetSender(load, fleet, truth, config.kafka(), effort.window().toMillis());
            try (sender;
                    var lag = new LagWatch(config.kafka(), prefix + config.streams().applicationId(),
                            sender::acknowledged)) {
                catchUp(lag, sender, load.messages() * effort.window().toSeconds(), effort.catchUp(), progress);
                steady = measure(controller, lag, sender, prefix, effort.measured(), progress);
            }
            TimeUnit.MILLISECONDS.sleep(LAST_COMMIT.toMillis());
            List<UncertaintySnapshot> snapshots = snapshots(config.kafka());
            WindowComparison comparison = compare(snapshots, truth).with(
                    new WindowComparison(0, 0, 0, controller.complaints()));
            progress.accept(1);
            return new LoadResult(load, steady.seconds, effort.window().toSeconds(), steady.messages, steady.sent,
                    steady.bytes,
                    steady.cpuShare, controller.peakMemoryBytes(), steady.maxLag, steady.finalLag, snapshots.size(),
                    comparison);
        }
    }

    private record Steady(double seconds, double messages, double sent, TopicBytes bytes, double cpuShare, long maxLag,
            long finalLag) {}

    private static void catchUp(LagWatch lag, FleetSender sender, long history, Duration atMost,
            DoubleConsumer progress) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        long passedNs = 0;
        // What the broker has just taken is overdue only some seconds later, so that alone would end this too early.
        while (passedNs < atMost.toNanos() && (lag.overdue() > 0 || lag.committed() < history)) {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            passedNs = System.nanoTime() - startNs;
            double done = (double) lag.committed() / Math.max(1, sender.acknowledged());
            progress.accept(STARTED + (CAUGHT_UP - STARTED) * Math.min(1, done));
        }
        long settledNs = System.nanoTime() + SETTLE.toNanos();
        while (System.nanoTime() < settledNs) {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            long _ = lag.overdue();
        }
    }

    private static Steady measure(ControllerJvm controller, LagWatch lag, FleetSender sender, String prefix,
            Duration measured,
            DoubleConsumer progress) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        long committed = lag.committed();
        long sent = sender.acknowledged();
        TopicBytes written = TopicBytes.written(prefix);
        Duration cpu = controller.cpu();
        long maxLag = 0;
        long lastLag = 0;
        double seconds = 0;
        while (seconds < measured.toSeconds()) {
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
            lastLag = lag.overdue();
            maxLag = Math.max(maxLag, lastLag);
            seconds = (System.nanoTime() - startNs) / 1e9;
            progress.accept(Math.min(1, CAUGHT_UP + (1 - CAUGHT_UP) * seconds / measured.toSeconds()));
        }
        double cpuShare = controller.cpu().minus(cpu).toNanos() / 1e9 / seconds;
        return new Steady(seconds, (lag.committed() - committed) / seconds, (sender.acknowledged() - sent) / seconds,
                TopicBytes.written(prefix).since(written, seconds), cpuShare, maxLag, lastLag);
    }

    private static WindowComparison compare(List<UncertaintySnapshot> snapshots, WindowTruth truth) {
        if (snapshots.isEmpty()) {
            return new WindowComparison(0, 0, 0, List.of("the controller published nothing"));
        }
        return snapshots.stream().map(truth::compare).reduce(WindowComparison.NONE, WindowComparison::with);
    }

    private static List<UncertaintySnapshot> snapshots(KafkaConfig kafka) throws InvalidProtocolBufferException {
        List<UncertaintySnapshot> snapshots = new ArrayList<>();
        try (var consumer = new KafkaConsumer<String, byte[]>(KafkaClients.consumer(kafka, "snapshots", null))) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (PartitionInfo partition : consumer.partitionsFor(kafka.topic(Topics.SNAPSHOTS))) {
                partitions.add(new TopicPartition(partition.topic(), partition.partition()));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
                    snapshots.add(UncertaintySnapshot.parseFrom(message.value()));
                }
            }
        }
        return snapshots;
    }
}
