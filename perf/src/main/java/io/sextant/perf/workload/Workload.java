package io.sextant.perf.workload;

import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.feature.FeatureSchemas;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * All that a measurement needs: the trained net, the catalogue and the requests. Every process of a run makes the same one
 * from the artefact's directory.
 *
 * @param artefact the net
 * @param ads      features of the catalogue's ads by number, [adFields] table rows each
 * @param requests what is asked
 */
public record Workload(ModelArtefact artefact, List<int[]> ads, Requests requests) {
    /** Of world, training and requests. */
    public static final long SEED = 20_260_101;

    /** A middle-sized catalogue: its ads' parts do not fit into the second-level cache all at once. */
    private static final int ADS = 4_000;
    /** So many that no engine's caches hold the answer to the next one. */
    private static final int REQUESTS = 64;

    /** The world that nets are trained on and requests are drawn from: the standard schema. */
    public static PlantedWorld world() {
        return new PlantedWorld(FeatureSchemas.standard(), ADS, SEED);
    }

    /**
     * Reads the net and draws requests.
     *
     * @param artefact   directory of an artefact that was trained on {@link #world}
     * @param candidates candidates a request
     * @throws IOException if the artefact cannot be read
     */
    public static Workload read(Path artefact, int candidates) throws IOException {
        PlantedWorld world = world();
        return new Workload(ModelArtefact.read(artefact, null), world.ads(),
                new Requests(world, REQUESTS, candidates, SEED + 1));
    }
}
