package io.sextant.perf.workload;

import io.sextant.uncertainty.draw.DecisionKey;
import java.util.Arrays;
import java.util.BitSet;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The requests that every engine answers in the same order: features, candidates and the key of the draws. Candidates of a
 * request are different ads, frequent ones more often among them.
 *
 * <p>
 * Immutable; arrays are shared and not to be written to.
 */
public final class Requests {
    private final int[][] features;
    private final int[][] candidates;
    private final long[] decisionKeys;

    /**
     * Draws requests.
     *
     * @param world      where they come from
     * @param count      number of requests, above 0
     * @param candidates candidates a request, at most the world's ads
     * @param seed       the same seed gives the same requests
     * @throws IllegalArgumentException if the catalogue has fewer ads than a request is to have candidates
     */
    public Requests(PlantedWorld world, int count, int candidates, long seed) {
        if (candidates > world.ads().size()) {
            throw new IllegalArgumentException(
                    candidates + " candidates asked for, the catalogue has " + world.ads().size() + " ads");
        }
        UniformRandomProvider random = PlantedWorld.generator(seed);
        PlantedWorld.Traffic traffic = world.traffic(random);
        this.features = new int[count][];
        this.candidates = new int[count][];
        this.decisionKeys = new long[count];
        for (int request = 0; request < count; request++) {
            features[request] = traffic.request();
            this.candidates[request] = distinctAds(traffic, candidates);
            decisionKeys[request] = DecisionKey.of("request-" + request, "1", 0);
        }
    }

    private static int[] distinctAds(PlantedWorld.Traffic traffic, int count) {
        BitSet taken = new BitSet();
        int[] ads = new int[count];
        for (int i = 0; i < count; i++) {
            int ad = traffic.ad();
            while (taken.get(ad)) {
                ad = traffic.ad();
            }
            taken.set(ad);
            ads[i] = ad;
        }
        return ads;
    }

    /** Number of requests. */
    public int count() {
        return features.length;
    }

    /** Features of a request, [requestFields] rows of the embedding table. */
    public int[] features(int request) {
        return features[request];
    }

    /** Ad numbers of a request's candidates. */
    public int[] candidates(int request) {
        return candidates[request];
    }

    /** Key of the draws for a request. */
    public long decisionKey(int request) {
        return decisionKeys[request];
    }

    @Override
    public String toString() {
        return count() + " requests of " + Arrays.stream(candidates).mapToInt(ads -> ads.length).max().orElse(0)
                + " candidates";
    }
}
