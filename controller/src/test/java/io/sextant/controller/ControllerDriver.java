package io.sextant.controller;

import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.settings.FleetSettings;
import io.sextant.controller.stream.ControllerTopology;
import io.sextant.controller.stream.ProtobufSerde;
import io.sextant.protocol.Topics;
import io.sextant.protocol.event.ArmMinute;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.CampaignSpend;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.Example;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LedgerHeartbeat;
import io.sextant.protocol.event.WinEvent;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.NullUnmarked;

/** The whole topology without a broker, with a wall clock that stands still until it is moved. */
public final class ControllerDriver implements AutoCloseable {
    private final ControllerConfig config;
    private final ControllerMetrics metrics = new ControllerMetrics(new SimpleMeterRegistry());
    private final FleetSettings settings;
    private final TopologyTestDriver driver;
    private final Map<Topics, TestInputTopic<String, byte[]>> inputs = new HashMap<>();
    private final TestOutputTopic<String, UncertaintySnapshot> snapshots;
    private final TestOutputTopic<String, Example> examples;
    private final TestOutputTopic<String, ArmMinute> minutes;
    private final TestOutputTopic<String, CampaignSpend> spend;
    private final TestOutputTopic<String, LeaseGrant> leases;
    private final TestOutputTopic<String, LedgerHeartbeat> heartbeats;

    /** Starts with the reference settings and these. */
    public ControllerDriver(Path stateDir, Map<String, String> overrides, Instant wallClock) {
        var keys = new HashMap<>(overrides);
        keys.put("streams.state-dir", stateDir.toString());
        config = new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null, keys);
        settings = new FleetSettings(config, metrics);
        var properties = StreamsProperties.of(config, metrics);
        driver = new TopologyTestDriver(ControllerTopology.build(config, settings, metrics, 1, properties), properties,
                wallClock);
        for (Topics topic : ControllerTopology.inputs()) {
            inputs.put(topic,
                    driver.createInputTopic(topic.topic(), new StringSerializer(), new ByteArraySerializer()));
        }
        snapshots = output(Topics.SNAPSHOTS, UncertaintySnapshot.getDefaultInstance());
        examples = output(Topics.EXAMPLES, Example.getDefaultInstance());
        minutes = output(Topics.METRICS, ArmMinute.getDefaultInstance());
        spend = output(Topics.SPEND, CampaignSpend.getDefaultInstance());
        leases = output(Topics.LEASES, LeaseGrant.getDefaultInstance());
        heartbeats = output(Topics.LEDGER_HEARTBEATS, LedgerHeartbeat.getDefaultInstance());
    }

    private <T extends MessageLite> TestOutputTopic<String, T> output(Topics topic, T defaultInstance) {
        return driver.createOutputTopic(topic.topic(), new StringDeserializer(),
                ProtobufSerde.of(defaultInstance).deserializer());
    }

    public ControllerConfig config() {
        return config;
    }

    /** The exploration settings in force. */
    public FleetSettings settings() {
        return settings;
    }

    /** Sends one event under its right key. */
    public void send(Message event) {
        switch (event) {
            case ArmSecond second -> send(Topics.UNCERTAINTY, second.getArm(), second);
            case WinEvent win -> send(Topics.WINS, win.getBid().getBidId(), win);
            case BillEvent bill -> send(Topics.BILLS, bill.getBid().getBidId(), bill);
            case ImpressionEvent impression -> send(Topics.IMPRESSIONS, impression.getBid().getBidId(), impression);
            case ClickEvent click -> send(Topics.CLICKS, click.getBid().getBidId(), click);
            case LeaseRequest request -> send(Topics.LEASE_REQUESTS, request.getCampaignId() + "/" + request.getArm(),
                    request);
            default -> throw new IllegalArgumentException(event.getClass().getName());
        }
    }

    public void send(Topics topic, String key, Message event) {
        sendBytes(topic, key, event.toByteArray());
    }

    public void sendBytes(Topics topic, String key, byte[] value) {
        Objects.requireNonNull(inputs.get(topic)).pipeInput(key, value);
    }

    /** Sends a message without a value, which deletes the key from a compacted topic. */
    @NullUnmarked
    public void delete(Topics topic, String key) {
        Objects.requireNonNull(inputs.get(topic)).pipeInput(key, (byte[]) null);
    }

    public void advanceWallClock(Duration duration) {
        driver.advanceWallClockTime(duration);
    }

    /** Snapshots since the last call. */
    public List<UncertaintySnapshot> snapshots() {
        return snapshots.readValuesToList();
    }

    /** Examples since the last call. */
    public List<Example> examples() {
        return examples.readValuesToList();
    }

    /** The last state of each minute since the last call, by key. */
    public Map<String, ArmMinute> minutes() {
        return minutes.readKeyValuesToMap();
    }

    /** The last state of each campaign's day since the last call, by key. */
    public Map<String, CampaignSpend> spend() {
        return spend.readKeyValuesToMap();
    }

    /** The last answer of each lease since the last call, by key; null where it was deleted. */
    public Map<String, LeaseGrant> leases() {
        return leases.readKeyValuesToMap();
    }

    /** Heartbeats since the last call. */
    public List<LedgerHeartbeat> heartbeats() {
        return heartbeats.readValuesToList();
    }

    public long count(ControllerCounter counter) {
        return metrics.value(counter);
    }

    /** Entries in a state store. */
    public long stored(String store) {
        long entries = 0;
        try (var all = driver.getKeyValueStore(store).all()) {
            while (all.hasNext()) {
                all.next();
                entries++;
            }
        }
        return entries;
    }

    /** Puts into {@code other} what this one's store holds, as a restored changelog would. */
    public void copyStore(String store, ControllerDriver other) {
        try (var all = driver.getKeyValueStore(store).all()) {
            all.forEachRemaining(entry -> other.driver.getKeyValueStore(store).put(entry.key, entry.value));
        }
    }

    @Override
    public void close() {
        driver.close();
    }
}
