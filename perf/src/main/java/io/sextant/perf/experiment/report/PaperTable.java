package io.sextant.perf.experiment.report;

import io.sextant.perf.experiment.ArmSpec;
import io.sextant.perf.experiment.Comparison;
import io.sextant.perf.experiment.Measure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Table 1 of the paper (Exploration with model uncertainty in real-time bidding, section 4). Stateless. */
final class PaperTable {
    /**
     * A column of the table, and what is nearest to it here.
     *
     * @param title    as the paper has it, and what it is here
     * @param phase    in which it is measured
     * @param measure  here
     * @param published by exploration rule, a share: 0.05 is 5 % more than control
     */
    record Column(String title, String phase, Measure measure, Map<String, Double> published) {
        /** The paper's figure for an arm; null where the paper had no such arm. */
        @Nullable
        Double published(ArmSpec arm) {
            boolean paper = arm.pctr().equals("plain") && (arm.exploration().equals("random")
                    || (arm.exploration().equals("uncertainty") && arm.estimator().contains("monte")
                            && arm.scale().equals("probability")));
            return paper ? published.get(arm.exploration()) : null;
        }
    }

    private static final String RANDOM = "random";
    private static final String UNCERTAINTY = "uncertainty";

    static final List<Column> COLUMNS = List.of(
            new Column("revenue: spend", Comparison.ONLINE, Measure.SPEND, Map.of(RANDOM, 0.032, UNCERTAINTY, 0.05)),
            new Column("revenue: spend at the agreed cost per click", Comparison.ONLINE, Measure.KEPT_SPEND,
                    Map.of(RANDOM, 0.032, UNCERTAINTY, 0.05)),
            new Column("CTR", Comparison.ONLINE, Measure.CTR, Map.of(RANDOM, -0.023, UNCERTAINTY, 0.096)),
            new Column("AUC, all arms' impressions", Comparison.OFFLINE, Measure.UNION_AUC,
                    Map.of(RANDOM, 0.0019, UNCERTAINTY, 0.0024)),
            new Column("log loss, all arms' impressions", Comparison.OFFLINE, Measure.UNION_LOG_LOSS,
                    Map.of(RANDOM, 0.008, UNCERTAINTY, -0.0026)),
            new Column("mean uncertainty afterwards", Comparison.OFFLINE, Measure.MEAN_UNCERTAINTY, Map.of()));

    private PaperTable() {}
}
