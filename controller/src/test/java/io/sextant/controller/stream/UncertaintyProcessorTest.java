package io.sextant.controller.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.settings.FleetSettings;
import io.sextant.controller.state.ArmClock;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SplittableRandom;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/* Memory is only what the stores say: a processor that remembers forwards what one forwards that never does. */
class UncertaintyProcessorTest {
    private static final long START_MS = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
    private static final int CELLS = 12;

    @TempDir
    Path directory;

    private final ControllerConfig config = new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class,
            null, Map.of("exploration.window", "60s", "exploration.cells-max", "3"));

    @ParameterizedTest
    @ValueSource(ints = {0, 5})
    void shouldForwardTheSameWhenItIsMadeAnewBeforeEveryMessage(int failureInTen) {
        var random = new SplittableRandom(11);
        var remembering = new Stage();
        var forgetting = new Stage();
        int snapshots = 0;
        ArmSecond previous = second(random, 0);
        for (int i = 0; i < 600; i++) {
            // Some come twice, some late, some with another epoch; time goes on by a second every four messages.
            ArmSecond second = random.nextInt(12) == 0 ? previous
                    : second(random, i / 4 - (random.nextInt(6) == 0 ? random.nextInt(80) : 0));
            previous = second;
            int failAt = random.nextInt(10) < failureInTen ? random.nextInt(2) : Integer.MAX_VALUE;
            forgetting.makeAnew();

            List<Message> forwarded = remembering.process(second, failAt);

            assertThat(forwarded).isEqualTo(forgetting.process(second, failAt));
            snapshots += (int) forwarded.stream().filter(UncertaintySnapshot.class::isInstance).count();
        }
        assertThat(snapshots).isGreaterThan(failureInTen == 0 ? 25 : 15);
        assertThat(remembering.failures).isEqualTo(forgetting.failures);
        assertThat(remembering.failures > 100).isEqualTo(failureInTen > 0);
    }

    private static ArmSecond second(SplittableRandom random, int s) {
        var second = new ArmSecondBuilder().at(START_MS + s * 1000L).bidder("b" + random.nextInt(3))
                .epoch(random.nextInt(100) == 0 ? 2 : 1, 1).modifiers(random.doubles(2, 1, 2).toArray());
        for (int cell = 0; cell < 3; cell++) {
            second.cell("x" + random.nextInt(CELLS) + "/banner", random.doubles(3, 0.001, 1).toArray());
        }
        return second.build();
    }

    @Test
    void shouldKeepWholeSecondsOfOpenPanesOnly() {
        var stage = new Stage();
        for (int s = 0; s < 40; s++) {
            stage.process(new ArmSecondBuilder().at(START_MS + s * 1000L).cell("adx/banner", 0.1).build(),
                    Integer.MAX_VALUE);
        }

        // Published last at 40 s, when the pane from 20 to 30 s was closed.
        try (var all = stage.seconds.all()) {
            int whole = 0;
            int known = 0;
            while (all.hasNext()) {
                known++;
                whole += all.next().value.length > 0 ? 1 : 0;
            }
            assertThat(known).isEqualTo(40);
            assertThat(whole).isEqualTo(10);
        }
    }

    /** One processor after another on the same stores. */
    private final class Stage {
        private final FailingContext context = new FailingContext(directory.toFile());
        private final ControllerMetrics metrics = new ControllerMetrics(new SimpleMeterRegistry());
        private final FleetSettings settings = new FleetSettings(config, metrics);
        private final KeyValueStore<Bytes, byte[]> seconds;
        private UncertaintyProcessor processor = new UncertaintyProcessor(config, settings, metrics);
        private int failures;

        Stage() {
            seconds = add(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(UncertaintyProcessor.SECONDS),
                    Serdes.Bytes(), Serdes.ByteArray()));
            add(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(UncertaintyProcessor.PANES), Serdes.Bytes(),
                    Serdes.ByteArray()));
            add(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(UncertaintyProcessor.CLOCKS), Serdes.String(),
                    ProtobufSerde.of(ArmClock.getDefaultInstance())));
            processor.init(context);
        }

        private <T extends StateStore> T add(StoreBuilder<T> builder) {
            T store = builder.withLoggingDisabled().build();
            context.addStateStore(store);
            store.init(context.getStateStoreContext(), store);
            return store;
        }

        void makeAnew() {
            processor = new UncertaintyProcessor(config, settings, metrics);
            processor.init(context);
        }

        /* The forward of this number fails, as a broken part further down would, and the record is passed over. */
        List<Message> process(ArmSecond second, int failAt) {
            context.failAt = failAt;
            context.resetForwards();
            try {
                processor.process(new Record<>(second.getArm(), second, second.getSecondMs()));
            } catch (IllegalStateException e) {
                failures++;
            }
            List<Message> messages = new ArrayList<>();
            context.forwarded().forEach(forward -> messages.add(forward.record().value()));
            return messages;
        }
    }

    private static final class FailingContext extends MockProcessorContext<String, Message> {
        private int failAt = Integer.MAX_VALUE;

        FailingContext(File stateDirectory) {
            super(properties(), new TaskId(0, 0), stateDirectory);
            setCurrentSystemTimeMs(START_MS + 3_600_000);
        }

        private static Properties properties() {
            var properties = new Properties();
            properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
            properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
            return properties;
        }

        @Override
        public <K extends String, V extends Message> void forward(Record<K, V> record) {
            if (failAt-- == 0) {
                throw new IllegalStateException("broken");
            }
            super.forward(record);
        }
    }
}
