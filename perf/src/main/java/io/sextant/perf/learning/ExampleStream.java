package io.sextant.perf.learning;

import io.sextant.perf.workload.Impressions;
import io.sextant.perf.workload.PlantedWorld;
import io.sextant.protocol.event.Example;
import java.util.ArrayList;
import java.util.List;

/** Labelled impressions of a planted world as the trainer reads them: parsed examples, the same for the same seed. */
final class ExampleStream {
    static final String ARM = "bench";

    private static final long START_MS = 1_800_000_000_000L;

    private ExampleStream() {}

    /** Draws so many examples, a millisecond apart. */
    static List<Example> draw(PlantedWorld world, int count, long seed) {
        Impressions impressions = new Impressions(world, seed);
        List<Example> examples = new ArrayList<>(count);
        Example.Builder builder = Example.newBuilder().setArm(ARM).setWeight(1).setModifier(1).setExchange("adx")
                .setSchemaFingerprint(world.schema().fingerprint());
        for (int i = 0; i < count; i++) {
            impressions.draw();
            builder.setBidId("bid-" + i).setImpressionTimeMs(START_MS + i).setClick(impressions.clicked())
                    .clearFeature();
            for (int feature : impressions.features()) {
                builder.addFeature(feature);
            }
            examples.add(builder.build());
        }
        return examples;
    }
}
