package io.sextant.perf.agelab;

import static io.sextant.uncertainty.choice.PolicyChoice.Kind;

import io.sextant.uncertainty.age.AgeConfig;
import io.sextant.uncertainty.age.AgeConfig.Delta;
import io.sextant.uncertainty.age.AgeConfig.Direction;
import io.sextant.uncertainty.choice.PolicyChoice;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is compared: a policy of the bidder's with settings, and what the paper printed of it (Adversarial Gradient
 * Driven Exploration, tables 1 to 3; clicks in its replay, mean and standard deviation). Immutable.
 */
public enum LabPolicy {
    /** The benchmark. */
    DNN_GREEDY(1, "DNN-greedy", Kind.GREEDY, published(39149.4, 748.2, 19345.6, 432.3)),
    /** Any candidate. */
    RANDOM(1, "random", Kind.RANDOM, published(26212.8, 129.2, 13323.6, 89.4)),
    /** A share of decisions by chance. */
    EPSILON_GREEDY(1, "ε-greedy", Kind.EPSILON_GREEDY, published(42540.2, 1534.9, 20384.6, 583.9)),
    /** One of five nets. */
    ENSEMBLE_TS(1, "Ensemble-TS", Kind.ENSEMBLE_TS, published(43429.0, 1034.5, 20372.2, 476.3)),
    /** Five nets' mean and deviation. */
    ENSEMBLE_UCB(1, "Ensemble-UCB", Kind.ENSEMBLE_UCB, published(31985.6, 967.8, 14872.0, 418.7)),
    /** A draw of a Gaussian process. */
    GP_TS(1, "GP-TS", Kind.GP_TS, published(44069.8, 925.2, 20376.8, 504.3)),
    /** The bound of a Gaussian process. */
    GP_UCB(1, "GP-UCB", Kind.GP_UCB, published(36191.8, 964.2, 18923.4, 442.3)),
    /** A draw as wide as the gradient's norm. */
    GRADIENT_TS(1, "gradient-TS", Kind.GRADIENT_TS, published(46829.6, 727.3, 23227.2, 727.3)),
    /** A bound as wide as the gradient's norm. */
    GRADIENT_UCB(1, "gradient-UCB", Kind.GRADIENT_UCB, published(37655.4, 1265.1, 17362.4, 347.8)),
    /** The draw, refined. */
    UR_GRADIENT_TS(1, "UR-gradient-TS", Kind.UR_GRADIENT_TS, published(47539.6, 808.8, 22052.4, 585.4)),
    /** The bound, refined. */
    UR_GRADIENT_UCB(1, "UR-gradient-UCB", Kind.UR_GRADIENT_UCB, published(41509.6, 887.7, 19476.8, 492.4)),
    /** The paper's own. */
    AGE_TS(1, "AGE-TS", Kind.AGE_TS, published(50111.0, 709.4, 24875.2, 428.6)),
    /** The paper's own, by a bound. */
    AGE_UCB(1, "AGE-UCB", Kind.AGE_UCB, published(47873.6, 1084.5, 23042.4, 601.2)),

    /** A normal draw that knows nothing of the ad in place of δ. */
    AGE_TS_NO_DELTA(2, "AGE-TS w/o δ", Kind.AGE_TS, published(45676.6, 1276.9), age -> age.with(Delta.POOLED)),
    /** A direction that knows nothing of the net. */
    AGE_TS_NO_G(2, "AGE-TS w/o g (λδ/√d on the embedding)", Kind.AGE_TS, published(44638.4, 1032.2),
            age -> age.with(Direction.EVEN, 1)),
    /** No direction at all. */
    AGE_TS_NO_G_SCORE(2, "AGE-TS w/o g (f + λδ)", Kind.AGE_TS, published(44638.4, 1032.2),
            age -> age.with(Direction.SCORE, 1)),
    /** All ads are explored. */
    AGE_TS_NO_GATE(2, "AGE-TS w/o DTU", Kind.AGE_TS, published(47386.8, 828.6), age -> age.withThreshold(0)),
    /** All ads are explored, by a bound. */
    AGE_UCB_NO_GATE(2, "AGE-UCB w/o DTU", Kind.AGE_UCB, published(38327.0, 1212.1), age -> age.withThreshold(0)),

    /** One step of the gradient. */
    AGE_TS_FGM(3, "FGM", Kind.AGE_TS, published(48698.2, 1102.5), age -> age.with(Direction.FGM, 1)),
    /** A fixed threshold. */
    AGE_TS_GATE_020(3, "Threshold-0.02", Kind.AGE_TS, published(47328.2, 925.1), age -> age.withThreshold(0.02)),
    /** A fixed threshold. */
    AGE_TS_GATE_010(3, "Threshold-0.01", Kind.AGE_TS, published(48263.8, 969.8), age -> age.withThreshold(0.01)),
    /** A fixed threshold. */
    AGE_TS_GATE_005(3, "Threshold-0.005", Kind.AGE_TS, published(47596.8, 987.8), age -> age.withThreshold(0.005)),

    /** δ and g of the logit. */
    AGE_TS_LOGIT(4, "AGE-TS, δ of the logit", Kind.AGE_TS, null, age -> age.with(UncertaintyScale.LOGIT)),
    /** δ and g of the logit, by a bound. */
    AGE_UCB_LOGIT(4, "AGE-UCB, δ of the logit", Kind.AGE_UCB, null, age -> age.with(UncertaintyScale.LOGIT)),
    /** δ without masks. */
    AGE_TS_LINEARISED(4, "AGE-TS, linearised δ", Kind.AGE_TS, null, age -> age.with(Delta.LINEARISED)),
    /** δ without masks, by a bound. */
    AGE_UCB_LINEARISED(4, "AGE-UCB, linearised δ", Kind.AGE_UCB, null, age -> age.with(Delta.LINEARISED)),
    /** δ from what was seen of the ad. */
    AGE_TS_ROWS(4, "AGE-TS, row-information δ", Kind.AGE_TS, null, age -> age.with(Delta.ROW_INFORMATION)),
    /** δ from what was seen of the ad, by a bound. */
    AGE_UCB_ROWS(4, "AGE-UCB, row-information δ", Kind.AGE_UCB, null, age -> age.with(Delta.ROW_INFORMATION)),
    /** Draws below 0 count as 0. */
    AGE_TS_OPTIMISTIC(4, "AGE-TS, optimistic: max(0, δ)", Kind.AGE_TS, null, age -> age.withOptimism(true));

    /** Nets of an ensemble (the paper, section 5.4). */
    static final int MEMBERS = 5;

    /**
     * Clicks that the paper printed.
     *
     * @param clicks     with all data, mean
     * @param sd         with all data, standard deviation
     * @param clicksHalf with half of it, mean; NaN where none was printed
     * @param sdHalf     with half of it
     */
    public record Published(double clicks, double sd, double clicksHalf, double sdHalf) {}

    private final int table;
    private final String label;
    private final Kind kind;
    @SuppressWarnings("ImmutableEnumChecker") // numbers
    private final @Nullable Published published;
    @SuppressWarnings("ImmutableEnumChecker") // changes of settings, which have no state
    private final UnaryOperator<AgeConfig> ablation;

    LabPolicy(int table, String label, Kind kind, @Nullable Published published) {
        this(table, label, kind, published, UnaryOperator.identity());
    }

    LabPolicy(int table, String label, Kind kind, @Nullable Published published, UnaryOperator<AgeConfig> ablation) {
        this.table = table;
        this.label = label;
        this.kind = kind;
        this.published = published;
        this.ablation = ablation;
    }

    private static Published published(double clicks, double sd, double clicksHalf, double sdHalf) {
        return new Published(clicks, sd, clicksHalf, sdHalf);
    }

    private static Published published(double clicks, double sd) {
        return new Published(clicks, sd, Double.NaN, Double.NaN);
    }

    /** The policy that is called {@code name}. */
    static LabPolicy named(String name) {
        return Arrays.stream(values()).filter(policy -> policy.word().equals(name)).findFirst().orElseThrow(
                () -> new IllegalArgumentException("there is no policy " + name + ", only "
                        + Arrays.stream(values()).map(LabPolicy::word).toList()));
    }

    /** Its name in files. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Its name on a page. */
    public String label() {
        return label;
    }

    /** The paper's table that it stands in; 4 for what the paper has not. */
    public int table() {
        return table;
    }

    /** The policy of the bidder's that it is. */
    public Kind kind() {
        return kind;
    }

    /** What the paper printed; null if nothing. */
    public @Nullable Published published() {
        return published;
    }

    /** What it is compared with: the benchmark, or the policy that it lacks something of. */
    public LabPolicy reference() {
        return table == 1 ? DNN_GREEDY : kind == Kind.AGE_UCB ? AGE_UCB : AGE_TS;
    }

    /** Name of the policy whose strength it takes: of an ablation, that of the whole. */
    String strengthOf() {
        return table == 1 ? word() : reference().word();
    }

    int members() {
        return kind == Kind.ENSEMBLE_TS || kind == Kind.ENSEMBLE_UCB ? MEMBERS : 1;
    }

    /**
     * The bidder's policy.
     *
     * @param strength ε, or deviations; AGE's is its λ
     * @param lambda   AGE's step size; others do not look at it
     */
    PolicyChoice choice(double strength, double lambda) {
        PolicyChoice standard = PolicyChoice.of(kind);
        AgeConfig age = ablation.apply(standard.age().withLambda(lambda));
        double epsilon = kind == Kind.EPSILON_GREEDY ? strength : standard.epsilon();
        double width = kind.isAge() ? standard.width() : strength;
        return new PolicyChoice(kind, age, epsilon, width, standard.scale(), standard.candidatesMax());
    }
}
