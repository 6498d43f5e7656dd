package io.sextant.perf.workload;

import io.sextant.model.ctr.Architecture;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchema.Field;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A trained net and requests that are quick to make. */
public final class SmallWorkload {
    private static final long SEED = 5;

    private SmallWorkload() {}

    /** Three fields of the request and two of the ad. */
    public static PlantedWorld world() {
        FeatureSchema schema = new FeatureSchema(List.of(new Field("site", false, 60), new Field("user", false, 40),
                new Field("hour", false, 26), new Field("category", true, 20), new Field("campaign", true, 30)), 3);
        return new PlantedWorld(schema, 50, SEED);
    }

    /** A net of two hidden layers after a few thousand examples, written below {@code directory}. */
    public static Workload train(Path directory, int requests, int candidates) throws IOException {
        PlantedWorld world = world();
        Architecture architecture = new Architecture(4, List.of(16, 8), 0.2, 4);
        return new Workload(TrainedModel.train(world, architecture, 5_120, SEED, directory, learned -> {}), world.ads(),
                new Requests(world, requests, candidates, SEED));
    }
}
