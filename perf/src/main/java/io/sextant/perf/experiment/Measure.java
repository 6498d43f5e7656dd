package io.sextant.perf.experiment;

import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * What arms are compared by, over runs.
 *
 * <p>
 * Money and rates are compared as log ratios; AUC and what may be negative as plain differences.
 */
public enum Measure {
    /** (a) What was paid; the paper's revenue. */
    SPEND("spend", true, phase -> phase.observed().spendUsd()),
    /** (b) The primary measure, by observed clicks. */
    LIMITED_SPEND("limited-spend", true, phase -> phase.observed().limitedSpendUsd()),
    /** (b) by expected clicks. */
    EXPECTED_LIMITED_SPEND("expected-limited-spend", true, phase -> phase.expected().limitedSpendUsd()),
    /** (c) Spend of campaigns that got their clicks at the agreed cost, by observed clicks. */
    KEPT_SPEND("kept-spend", true, phase -> phase.observed().keptSpendUsd()),
    /** (c) by expected clicks. */
    EXPECTED_KEPT_SPEND("expected-kept-spend", true, phase -> phase.expected().keptSpendUsd()),
    /** Value less spend, USD, by observed clicks; a plain difference. */
    PROFIT("profit", false, phase -> phase.observed().profitUsd()),
    /** Value less spend, USD, by expected clicks; a plain difference. */
    EXPECTED_PROFIT("expected-profit", false, phase -> phase.expected().profitUsd()),
    /** Observed clicks. */
    CLICKS("clicks", true, phase -> phase.observed().clicks()),
    /** Expected clicks. */
    EXPECTED_CLICKS("expected-clicks", true, phase -> phase.expected().clicks()),
    /** Observed clicks an impression. */
    CTR("ctr", true, PhaseFigures::ctr),
    /** Expected clicks an impression. */
    EXPECTED_CTR("expected-ctr", true, PhaseFigures::expectedCtr),
    /** USD an expected click. */
    EXPECTED_ECPC("expected-ecpc", true, PhaseFigures::expectedEcpcUsd),
    /** Impressions bought. */
    WINS("wins", true, phase -> phase.wins()),
    /** Expected clicks over those of control's frontier at the same spend; online only, and control itself is at 1. */
    EFFICIENCY("extra-clicks-at-equal-spend", Comparison.ONLINE, true,
            run -> run.efficiency() == null ? Double.NaN : Math.exp(run.efficiency().logRatio())),
    /** AUC on the neutral slice, against the true probabilities; a plain difference. */
    NEUTRAL_AUC("neutral-auc", Comparison.OFFLINE, false, run -> run.slice(SliceFigures.NEUTRAL).expectedAuc()),
    /** Log loss on the neutral slice, against the true probabilities. */
    NEUTRAL_LOG_LOSS("neutral-log-loss", Comparison.OFFLINE, true,
            run -> run.slice(SliceFigures.NEUTRAL).expectedLogLoss()),
    /** AUC on control's later impressions, against labels, as the paper's; a log ratio, as there. */
    CONTROL_AUC("control-auc", Comparison.OFFLINE, true, run -> run.slice(SliceFigures.CONTROL).auc()),
    /** Log loss on control's later impressions, against labels, as the paper's. */
    CONTROL_LOG_LOSS("control-log-loss", Comparison.OFFLINE, true, run -> run.slice(SliceFigures.CONTROL).logLoss()),
    /** AUC on the union of all arms' later impressions, against labels, as the paper's; a log ratio, as there. */
    UNION_AUC("union-auc", Comparison.OFFLINE, true, run -> run.slice(SliceFigures.UNION).auc()),
    /** Log loss on the union of all arms' later impressions, against labels, as the paper's. */
    UNION_LOG_LOSS("union-log-loss", Comparison.OFFLINE, true, run -> run.slice(SliceFigures.UNION).logLoss()),
    /** Mean uncertainty of the models afterwards, on the same neutral requests. */
    MEAN_UNCERTAINTY("mean-uncertainty", Comparison.OFFLINE, true, ArmRun::meanUncertainty);

    private final String label;
    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> phases;
    private final boolean logRatio;
    @SuppressWarnings("ImmutableEnumChecker") // functions of their arguments alone
    private final ToDoubleBiFunction<ArmRun, String> value;

    Measure(String label, boolean logRatio, ToDoubleFunction<PhaseFigures> value) {
        this.label = label;
        this.phases = List.of(Comparison.ONLINE, Comparison.EXPLOIT);
        this.logRatio = logRatio;
        this.value = (run, phase) -> value
                .applyAsDouble(phase.equals(Comparison.ONLINE) ? run.online() : run.exploit());
    }

    Measure(String label, String phase, boolean logRatio, ToDoubleFunction<ArmRun> value) {
        this.label = label;
        this.phases = List.of(phase);
        this.logRatio = logRatio;
        this.value = (run, _) -> value.applyAsDouble(run);
    }

    /** Its name in results. */
    public String label() {
        return label;
    }

    /** The phases that it is measured in. */
    public List<String> phases() {
        return phases;
    }

    /** Whether arms are compared by the logarithm of the ratio, not by the difference. */
    public boolean logRatio() {
        return logRatio;
    }

    /**
     * What an arm reached.
     *
     * @param phase one of {@link #phases}
     */
    public double of(ArmRun run, String phase) {
        return value.applyAsDouble(run, phase);
    }

    /** How an arm's value differs from another's, as comparisons have it; NaN where a ratio has no logarithm. */
    public double difference(ArmRun arm, ArmRun against, String phase) {
        double value = of(arm, phase);
        double other = of(against, phase);
        return logRatio ? Math.log(value / other) : value - other;
    }
}
