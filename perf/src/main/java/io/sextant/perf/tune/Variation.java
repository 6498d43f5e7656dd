package io.sextant.perf.tune;

import io.sextant.perf.experiment.Experiment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A market that differs in one way from an experiment's own.
 *
 * @param group     what is varied
 * @param value     to what, for people
 * @param overrides the keys that differ, with {@code market.} in front; empty for the market as it is
 */
record Variation(String group, String value, Map<String, String> overrides) {
    static final String HETEROGENEITY = "heterogeneity";
    static final String KNOWLEDGE = "knowledge";
    static final String CHURN = "churn";
    static final String CTR = "ctr";
    static final String PRICE = "price";
    /** Everything that is varied. */
    static final List<String> GROUPS = List.of(HETEROGENEITY, KNOWLEDGE, CHURN, CTR, PRICE);

    /** A publisher that never goes; the market's clock is far from it. */
    private static final long FOR_GOOD_MS = 1_000_000_000_000_000L;
    /** The standard market's publishers live 33 of its days. */
    private static final double STANDARD_CHURN = 1.0 / 33;
    private static final double PERCENT = 100;

    Variation {
        overrides = Map.copyOf(overrides);
    }

    /**
     * All variations of some groups, the market as it is first.
     *
     * @param base   the experiment whose market is varied
     * @param groups of {@link #GROUPS}
     */
    static List<Variation> of(Experiment base, List<String> groups) {
        var market = base.market();
        List<Variation> all = new ArrayList<>(List.of(new Variation("", "as it is", Map.of())));
        for (String group : groups) {
            switch (group) {
                case HETEROGENEITY -> {
                    for (double sd : new double[]{0.3, 0.5, 0.8, 1.2}) {
                        add(all, group, "sd of hidden log-quality " + sd, sd != market.supply().qualitySd(),
                                Map.of("market.supply.quality-sd", Double.toString(sd)));
                    }
                }
                case KNOWLEDGE -> {
                    for (double kappa : new double[]{0, 0.5, 1}) {
                        add(all, group, "rivals know " + kappa, kappa != market.rivals().knowledge(),
                                Map.of("market.rivals.knowledge", Double.toString(kappa)));
                    }
                }
                case CHURN -> {
                    for (double share : new double[]{0, 0.003, 0.01}) {
                        // The market's days may be short: lives are told against the standard 33 of them.
                        long lifeMs = share == 0 ? FOR_GOOD_MS
                                : Math.round(market.supply().lifeMs() * STANDARD_CHURN / share);
                        add(all, group, String.format(Locale.ROOT, "%.1f %% of publishers replaced a day",
                                PERCENT * share), true, Map.of("market.supply.life-ms", Long.toString(lifeMs)));
                    }
                }
                case CTR -> {
                    for (double factor : new double[]{0.5, 2}) {
                        // Rivals bid by value too: with their prices left as they are, what would change is the win rate.
                        add(all, group, "CTR and rivals' prices times " + factor, true,
                                Map.of("market.clicks.base", Double.toString(factor * market.clicks().base()),
                                        "market.rivals.median-cpm",
                                        Double.toString(factor * market.rivals().medianCpm())));
                    }
                }
                case PRICE -> {
                    add(all, group, "second price only", market.supply().firstPriceShare() != 0,
                            Map.of("market.supply.first-price-share", "0"));
                    add(all, group, "first price only", market.supply().firstPriceShare() != 1,
                            Map.of("market.supply.first-price-share", "1"));
                }
                default -> throw new IllegalArgumentException(
                        "\"" + group + "\" is nothing that is varied; it must be one of " + GROUPS);
            }
        }
        return all;
    }

    /* What the market is like already has been run. */
    private static void add(List<Variation> to, String group, String value, boolean differs,
            Map<String, String> overrides) {
        if (differs) {
            to.add(new Variation(group, value, overrides));
        }
    }
}
