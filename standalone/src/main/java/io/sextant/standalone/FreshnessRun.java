package io.sextant.standalone;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.KafkaConfig;
import io.sextant.fixtures.exchange.ExchangeConfig;
import io.sextant.fixtures.exchange.HttpExchange;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.snapshot.ModelDelta;
import io.sextant.protocol.snapshot.ModelSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The demo, with a watch on its clicks: broker, controller, trainer, bidder and exchange as in {@code ./sextant demo}, and
 * for each click the time from its notice to the first model in the bidder that learned from it. For one thread.
 */
/*
 * Nothing is asked of the processes but what each shows anyway. Topic clicks says when a notice came; topic examples, read in
 * order, makes a click the n-th example of its arm; an announcement says how many examples a version has learned; the
 * bidder says which version an arm bids with.
 */
public final class FreshnessRun implements AutoCloseable {
    /** Until everything is compiled and a first model has been learned. */
    private static final Duration WARM_UP = Duration.ofSeconds(25);
    /** Clicks after this, before the end, are not followed: they may not have had the time. */
    private static final Duration COOL_DOWN = Duration.ofSeconds(45);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int REQUESTS_A_SECOND = 100;
    private static final long RAMP_MS = 10_000;
    private static final long SEED = 20260101;

    private final LocalStack stack;
    private final KafkaConfig kafka;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, Arm> arms = new HashMap<>();
    /** When notices came, milliseconds since the epoch, by bid. */
    private final Map<String, Long> clicksMs = new HashMap<>();
    private final List<Double> seconds = new ArrayList<>();
    private final List<Long> deltaBytes = new ArrayList<>();
    private long fullBytes;
    private int versions;
    private long fromMs;
    private long untilMs;

    /** A click that is an example, and which one of its arm. */
    private record Waiting(long number, long noticedMs) {}

    private static final class Arm {
        private final List<Waiting> waiting = new ArrayList<>();
        /** Examples learned, by version. */
        private final Map<Long, Long> learned = new HashMap<>();
        private long examples;
        private long served = -1;
    }

    /**
     * Runs the demo for so long, on loopback ports, and measures.
     *
     * @param duration how long the exchange is open; more than 70 seconds
     * @param progress told which share is done, 0..1, now and then
     * @throws InterruptedException if the thread is interrupted; everything is stopped then
     */
    public static Freshness measure(Duration duration, DoubleConsumer progress) throws InterruptedException {
        if (duration.compareTo(WARM_UP.plus(COOL_DOWN)) <= 0) {
            throw new IllegalArgumentException("duration is " + duration + ", must be above "
                    + WARM_UP.plus(COOL_DOWN));
        }
        try (var directory = new RunDirectory(null);
                var stack = new LocalStack(Profile.DEMO, directory.path(), 0, Map.of(), _ -> {});
                var run = new FreshnessRun(stack)) {
            return run.run(duration, progress);
        }
    }

    private FreshnessRun(LocalStack stack) {
        this.stack = stack;
        this.kafka = stack.bidderConfig().kafka();
        this.consumer = new KafkaConsumer<>(KafkaClients.consumer(kafka, "freshness", null));
    }

    private Freshness run(Duration duration, DoubleConsumer progress) throws InterruptedException {
        consumer.assign(Stream.of(Topics.CLICKS, Topics.EXAMPLES, Topics.MODELS)
                .flatMap(topic -> consumer.partitionsFor(kafka.topic(topic)).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition())).toList());
        consumer.seekToBeginning(consumer.assignment());
        long startMs = System.currentTimeMillis();
        fromMs = startMs + WARM_UP.toMillis();
        untilMs = startMs + duration.minus(COOL_DOWN).toMillis();
        try (var exchange = new HttpExchange(
                ExchangeConfig.standard(stack.bidder(), REQUESTS_A_SECOND).withRamp(RAMP_MS), DemoMain.market(SEED),
                SEED)) {
            exchange.start();
            long nowMs = startMs;
            while (nowMs - startMs < duration.toMillis()) {
                consumer.poll(LOOK).forEach(this::take);
                nowMs = System.currentTimeMillis();
                look(nowMs);
                progress.accept((double) (nowMs - startMs) / duration.toMillis());
            }
            exchange.stop();
        }
        for (Arm arm : arms.values()) {
            arm.waiting.forEach(_ -> seconds.add(Double.POSITIVE_INFINITY));
        }
        return Freshness.of(seconds, versions, deltaBytes, fullBytes);
    }

    private void take(ConsumerRecord<String, byte[]> message) {
        try {
            if (message.topic().equals(kafka.topic(Topics.CLICKS))) {
                ClickEvent click = ClickEvent.parseFrom(message.value());
                clicksMs.putIfAbsent(click.getBid().getBidId(), click.getTimeMs());
            } else if (message.topic().equals(kafka.topic(Topics.EXAMPLES))) {
                take(Example.parseFrom(message.value()));
            } else {
                take(ModelSnapshot.parseFrom(message.value()));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(Example example) {
        Arm arm = arm(example.getArm());
        arm.examples++;
        Long noticedMs = clicksMs.get(example.getBidId());
        if (example.getClick() && example.getWeight() > 0 && noticedMs != null && noticedMs >= fromMs
                && noticedMs < untilMs) {
            arm.waiting.add(new Waiting(arm.examples, noticedMs));
        }
    }

    private void take(ModelSnapshot announced) {
        arm(announced.getArm()).learned.put(announced.getVersion(), announced.getExamples());
        if (announced.getDeltaCount() == 0) {
            fullBytes = bytes(Path.of(URI.create(announced.getLocation())));
        } else {
            ModelDelta last = announced.getDelta(announced.getDeltaCount() - 1);
            deltaBytes.add(last.getBytes());
        }
    }

    private Arm arm(String name) {
        return arms.computeIfAbsent(name, _ -> new Arm());
    }

    private static long bytes(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            long sum = 0;
            for (Path file : files.toList()) {
                sum += Files.size(file);
            }
            return sum;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Which models are served now, and which clicks they have learned from. */
    private void look(long nowMs) {
        stack.modelVersions().forEach((name, version) -> {
            Arm arm = arm(name);
            Long learned = arm.learned.get(version);
            if (learned == null) {
                return;
            }
            versions += version > 0 && version != arm.served ? 1 : 0;
            arm.served = version;
            for (Waiting click : List.copyOf(arm.waiting)) {
                if (click.number() <= learned) {
                    seconds.add((nowMs - click.noticedMs()) / 1e3);
                    arm.waiting.remove(click);
                }
            }
        });
    }

    @Override
    public void close() {
        consumer.close();
    }
}
