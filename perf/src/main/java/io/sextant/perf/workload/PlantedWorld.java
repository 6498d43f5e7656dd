package io.sextant.perf.workload;

import io.sextant.model.feature.FeatureSchema;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.DiscreteSampler;
import org.apache.commons.rng.sampling.distribution.RejectionInversionZipfSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Supply, ads and clicks with a known click probability: every field's values and the ads of the catalogue follow Zipf's
 * law, and the logit is a sum of hidden effects and of two interactions between request and ad.
 *
 * <p>
 * The same seed gives the same world. Draws change the generators that are handed in, nothing else; immutable otherwise.
 */
public final class PlantedWorld {
    /** Skew of sites, users, ads and the rest; traffic lies between 0.7 and 0.8. */
    private static final double ZIPF_EXPONENT = 0.8;
    private static final double BASE_LOGIT = -3.2;
    private static final double EFFECT_SD = 0.25;
    /** Request and ad meet in as many hidden kinds; each pair of kinds has an effect of its own. */
    private static final int KINDS = 12;
    private static final double INTERACTION_SD = 0.5;

    private final FeatureSchema schema;
    private final float[] effects;
    private final double[][] siteByCategory = new double[KINDS][KINDS];
    private final double[][] userByCampaign = new double[KINDS][KINDS];
    private final List<int[]> ads;

    /**
     * Draws effects and catalogue.
     *
     * @param schema at least two fields of the request and two of the ad
     * @param ads    size of the catalogue
     * @param seed   of everything hidden
     */
    public PlantedWorld(FeatureSchema schema, int ads, long seed) {
        this.schema = schema;
        this.effects = new float[schema.rows()];
        UniformRandomProvider random = generator(seed);
        ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(random);
        for (int row = 0; row < effects.length; row++) {
            effects[row] = (float) (EFFECT_SD * gaussian.sample());
        }
        for (int a = 0; a < KINDS; a++) {
            for (int b = 0; b < KINDS; b++) {
                siteByCategory[a][b] = INTERACTION_SD * gaussian.sample();
                userByCampaign[a][b] = INTERACTION_SD * gaussian.sample();
            }
        }
        List<DiscreteSampler> adFields = values(random, schema.requestFields(), schema.size());
        List<int[]> drawn = new ArrayList<>();
        for (int ad = 0; ad < ads; ad++) {
            drawn.add(draw(adFields, schema.requestFields()));
        }
        this.ads = List.copyOf(drawn);
    }

    /** A generator of uniform numbers. */
    public static UniformRandomProvider generator(long seed) {
        return RandomSource.XO_SHI_RO_256_PP.create(seed);
    }

    /** Whose features are drawn. */
    public FeatureSchema schema() {
        return schema;
    }

    /** Features of the ads by ad number, [adFields] table rows each. */
    public List<int[]> ads() {
        return ads;
    }

    /** Draws requests, [requestFields] table rows each, for as long as {@code random} lasts. */
    Traffic traffic(UniformRandomProvider random) {
        return new Traffic(random);
    }

    /** A source of requests and of ads to show on them. */
    final class Traffic {
        private final UniformRandomProvider random;
        private final List<DiscreteSampler> requestFields;
        private final DiscreteSampler adNumbers;

        private Traffic(UniformRandomProvider random) {
            this.random = random;
            this.requestFields = values(random, 0, schema.requestFields());
            this.adNumbers = RejectionInversionZipfSampler.of(random, ads.size(), ZIPF_EXPONENT);
        }

        int[] request() {
            return draw(requestFields, 0);
        }

        int ad() {
            return adNumbers.sample() - 1;
        }

        boolean clicked(int[] request, int[] ad) {
            return random.nextDouble() < 1 / (1 + Math.exp(-logit(request, ad)));
        }
    }

    /** The true logit of a click. */
    double logit(int[] request, int[] ad) {
        double logit = BASE_LOGIT;
        for (int row : request) {
            logit += effects[row];
        }
        for (int row : ad) {
            logit += effects[row];
        }
        return logit + siteByCategory[request[0] % KINDS][ad[0] % KINDS]
                + userByCampaign[request[1] % KINDS][ad[1] % KINDS];
    }

    private List<DiscreteSampler> values(UniformRandomProvider random, int from, int to) {
        List<DiscreteSampler> samplers = new ArrayList<>();
        for (int field = from; field < to; field++) {
            int values = schema.fields().get(field).rows() - FeatureSchema.FIRST_VALUE;
            samplers.add(RejectionInversionZipfSampler.of(random, values, ZIPF_EXPONENT));
        }
        return samplers;
    }

    private int[] draw(List<DiscreteSampler> samplers, int firstField) {
        int[] rows = new int[samplers.size()];
        for (int i = 0; i < rows.length; i++) {
            // Ranks count from 1, as do the rows after the missing value's.
            rows[i] = schema.missingIndex(firstField + i) + samplers.get(i).sample();
        }
        return rows;
    }
}
