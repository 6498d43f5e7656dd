package io.sextant.controller.stream;

import com.google.protobuf.Message;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.modifier.SnapshotPublisher;
import io.sextant.protocol.event.ArmSecond;
import io.sextant.protocol.event.BillEvent;
import io.sextant.protocol.event.ClickEvent;
import io.sextant.protocol.event.ImpressionEvent;
import io.sextant.protocol.event.WinEvent;
import io.sextant.protocol.snapshot.ExplorationChange;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The controller's processors one by one, for simulations that drive them on a clock of their own, without a broker. In the
 * controller itself they stand in {@link ControllerTopology}. Thread-safe; what is made belongs to one thread.
 */
public final class ControllerProcessors {
    private static final Function<String, KeyValueBytesStoreSupplier> KIND = Stores::inMemoryKeyValueStore;

    private ControllerProcessors() {}

    /**
     * A processor.
     *
     * @param processor keys of what it takes and forwards are the arm's name, but for notices, whose key is the bid id
     * @param stores    in memory; those that it must find in its context when it is initialised
     */
    public record Part<I, O>(Processor<String, I, String, O> processor, List<StoreBuilder<?>> stores) {
        /** Copies the list. */
        public Part {
            stores = List.copyOf(stores);
        }
    }

    /** The windows of all arms: {@link ArmSecond} to drafts of {@link UncertaintySnapshot} and increments of metrics. */
    public static Part<ArmSecond, Message> windows(ControllerConfig config, Supplier<ExplorationChange> settings,
            ControllerMetrics metrics) {
        return new Part<>(new UncertaintyProcessor(config, settings, metrics), UncertaintyTopology.stores(KIND));
    }

    /**
     * Attribution: {@link WinEvent}, {@link BillEvent}, {@link ImpressionEvent} and {@link ClickEvent} to examples, charges,
     * settlements and increments of metrics.
     */
    public static Part<Message, Message> attribution(ControllerConfig config, ControllerMetrics metrics) {
        return new Part<>(new Notices(new AttributionProcessor(config.attribution(), metrics)),
                AttributionTopology.stores(KIND));
    }

    /** Publication: drafts of {@link UncertaintySnapshot} and charges, of all arms, to finished snapshots. */
    public static Part<Message, UncertaintySnapshot> snapshots(ControllerConfig config,
            Supplier<ExplorationChange> settings, ControllerMetrics metrics) {
        return new Part<>(new SnapshotPublisher(config, settings, metrics), SnapshotTopology.stores(KIND));
    }

    /** Takes events as the topics have them. */
    private record Notices(AttributionProcessor attribution) implements Processor<String, Message, String, Message> {
        @Override
        public void init(ProcessorContext<String, Message> context) {
            attribution.init(context);
        }

        @Override
        public void process(Record<String, Message> record) {
            attribution.process(record.withValue(switch (record.value()) {
                case WinEvent win -> Notice.of(win);
                case BillEvent bill -> Notice.of(bill);
                case ImpressionEvent impression -> Notice.of(impression);
                case ClickEvent click -> Notice.of(click);
                default -> throw new IllegalArgumentException(
                        record.value().getClass().getSimpleName() + " is no notice");
            }));
        }
    }
}
