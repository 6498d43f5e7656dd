package io.sextant.perf.experiment;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.uncertainty.estimator.UncertaintyMeasure;
import io.sextant.uncertainty.estimator.UncertaintyMeasure.Estimator;
import io.sextant.uncertainty.estimator.UncertaintyScale;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An experiment, without its market; see {@link Experiment#load}.
 *
 * @param name        of the experiment
 * @param mode        how arms share the traffic
 * @param marketFile  the market's settings, beside the experiment's file; empty for the reference market
 * @param seeds       the runs
 * @param threads     threads that runs are spread over; 0 takes one a processor
 * @param requests    how long the phases are
 * @param control     the arm that all others are held against
 * @param references  further arms that all others are held against
 * @param frontier    bid levels at which control is run beside the arms, 1 not among them; paired mode only
 * @param candidates  ads that are scored for an impression at most
 * @param model       the net of every arm
 * @param exploration what the controller is told
 * @param bidder      further settings of all bidders, by dotted key
 * @param controller  further settings of the controller, by dotted key
 * @param trainer     further settings of all trainers, by dotted key
 * @param arms        the arms
 */
public record ExperimentConfig(@NotBlank String name, @NotNull Mode mode, @NotNull String marketFile,
        @NotNull Seeds seeds, @Min(0) @Max(1024) int threads, @NotNull Requests requests, @NotBlank String control,
        @NotNull List<String> references, @NotNull List<Double> frontier, @Min(1) @Max(1000) int candidates,
        @NotNull Model model, @NotNull Exploration exploration, @NotNull Map<String, String> bidder,
        @NotNull Map<String, String> controller, @NotNull Map<String, String> trainer,
        @NotEmpty List<@Valid ArmConfig> arms) {
    private static final double LEVEL_MIN = 0.1;
    private static final double LEVEL_MAX = 10;

    /** How arms share the traffic; key {@code mode}. */
    public enum Mode {
        /** Every arm sees every request in its own copy of the market: same rivals, same draws of clicks. */
        PAIRED,
        /** Each unit is in one arm, as in life. */
        SPLIT
    }

    /**
     * The runs; key {@code seeds}.
     *
     * @param first seed of the first run; the others follow
     * @param count runs, 1 or more; two are the fewest that give an interval
     */
    public record Seeds(long first, @Min(1) @Max(1000) int count) {}

    /**
     * Requests of one run, by phase; key {@code requests}. Whole minutes of the market are bid in, so a phase may have a few
     * more.
     *
     * @param warmUp  from a model that knows nothing to the version that all arms start from, by control's policy
     * @param online  each arm learns from what it buys; in split mode of all arms together
     * @param exploit with frozen models and modifier 1, the same requests for every arm
     * @param offline the first ones of the exploit phase: of these, random creatives are shown as the neutral slice
     */
    public record Requests(@Min(1000) @Max(1_000_000_000) long warmUp, @Min(1000) @Max(1_000_000_000) long online,
            @Min(1000) @Max(1_000_000_000) long exploit, @Min(1000) @Max(1_000_000_000) long offline) {
        /** Checks that the neutral slice lies within the exploit phase. */
        public Requests {
            if (offline > exploit) {
                throw new IllegalArgumentException("offline is " + offline + ", must be at most exploit, " + exploit);
            }
        }
    }

    /**
     * The net of every arm; key {@code model}. Keys are those of the trainer's reference.
     *
     * @param rowsFactor            size of the vocabularies, as the bidder's {@code models.rows-factor}
     * @param embeddingSize         numbers a feature
     * @param hidden                units of the hidden layers
     * @param gateHidden            units of the gate that AGE asks
     * @param dropRate              of the hidden units
     * @param masks                 dropout masks of a version
     * @param batchSize             examples a training step
     * @param embeddingLearningRate of the embeddings
     * @param netLearningRate       of everything else
     */
    public record Model(@DecimalMin("0.001") @DecimalMax("1000") double rowsFactor,
            @Min(1) @Max(1024) int embeddingSize, @NotEmpty List<Integer> hidden, @Min(1) @Max(1024) int gateHidden,
            @DecimalMin("0") @DecimalMax("0.9") double dropRate, @Min(1024) @Max(65_536) int masks,
            @Min(1) @Max(65_536) int batchSize, @Positive double embeddingLearningRate,
            @Positive double netLearningRate) {
        /** The same as the trainer's settings. */
        public Map<String, String> trainer() {
            return Map.of("model.rows-factor", Double.toString(rowsFactor), "model.embedding-size",
                    Integer.toString(embeddingSize), "model.hidden", hidden.toString(), "model.gate-hidden",
                    Integer.toString(gateHidden), "model.drop-rate", Double.toString(dropRate), "model.masks",
                    Integer.toString(masks), "training.batch-size", Integer.toString(batchSize),
                    "training.embedding-learning-rate", Double.toString(embeddingLearningRate),
                    "training.net-learning-rate", Double.toString(netLearningRate));
        }
    }

    /**
     * What the controller is told; key {@code exploration}. Keys are those of the controller's reference.
     *
     * @param source        the arm whose modifiers the blind arms take, and whose cost sets the gain
     * @param exploreShare  share of requests in which a modifier other than 1 may be used
     * @param quantileLow   explore only from this quantile of the window's uncertainty on
     * @param quantileHigh  explore only up to this quantile
     * @param modifierMin   smallest modifier
     * @param modifierMax   largest modifier
     * @param window        how far back the statistics reach; whole minutes
     * @param premiumTarget exploration premium that the gain is steered to, as a share of spend; 1 leaves the gain at 1
     * @param premiumCap    exploration premium at which exploration ends, as a share of spend; 1 is never reached
     */
    public record Exploration(@NotBlank String source, @DecimalMin("0") @DecimalMax("1") double exploreShare,
            @DecimalMin("0") @DecimalMax("1") double quantileLow, @DecimalMin("0") @DecimalMax("1") double quantileHigh,
            @Positive @DecimalMax("1") double modifierMin, @DecimalMin("1") @DecimalMax("10") double modifierMax,
            @NotNull Duration window, @DecimalMin("0") @DecimalMax("1") double premiumTarget,
            @DecimalMin("0") @DecimalMax("1") double premiumCap) {
        Map<String, String> controller() {
            var settings = new TreeMap<String, String>();
            settings.put("exploration.random-draws-from", source);
            settings.put("exploration.explore-share", Double.toString(exploreShare));
            settings.put("exploration.quantile-low", Double.toString(quantileLow));
            settings.put("exploration.quantile-high", Double.toString(quantileHigh));
            settings.put("exploration.modifier-min", Double.toString(modifierMin));
            settings.put("exploration.modifier-max", Double.toString(modifierMax));
            settings.put("exploration.window", window.toSeconds() + "s");
            settings.put("exploration.premium-target", Double.toString(premiumTarget));
            settings.put("exploration.premium-cap", Double.toString(premiumCap));
            return settings;
        }
    }

    /**
     * One arm; in the list {@code arms}.
     *
     * @param name        unique
     * @param label       a few words for tables; null takes the name
     * @param weight      its part of the traffic in split mode; null for 1
     * @param pctr        plain, or the name of a policy, such as age-ts
     * @param exploration none, uniform, random, pctr-placebo, uncertainty or uncertainty-rank
     * @param estimator   how its uncertainty is measured; null for monte-carlo
     * @param scale       what the uncertainty is of; null for probability
     * @param passes      passes of monte-carlo; null for 20
     * @param bidder      further settings of its bidder, by dotted key; paired mode only; null for none
     */
    public record ArmConfig(@NotBlank String name, @Nullable String label, @Nullable @Positive Double weight,
            Arm.@NotNull PctrRule pctr, Arm.@NotNull ExplorationRule exploration, @Nullable Estimator estimator,
            @Nullable UncertaintyScale scale, @Nullable @Min(2) @Max(1000) Integer passes,
            @Nullable Map<String, String> bidder) {
        private static final int PASSES = 20;

        String labelOrName() {
            return label == null ? name : label;
        }

        double weightOrOne() {
            return weight == null ? 1 : weight;
        }

        UncertaintyMeasure measure() {
            return new UncertaintyMeasure(
                    estimator == null ? Estimator.MONTE_CARLO : estimator, passes == null ? PASSES : passes,
                    scale == null ? UncertaintyScale.PROBABILITY : scale);
        }

        Map<String, String> bidderSettings() {
            return bidder == null ? Map.of() : bidder;
        }
    }

    /** Checks rules over several keys. */
    public ExperimentConfig {
        Set<String> names = new HashSet<>();
        for (ArmConfig arm : arms) {
            require(names.add(arm.name), "arms: two are named " + arm.name + ", names must be unique");
            require(!arm.name.contains("/"),
                    "arms: " + arm.name + " contains a slash, which ends an arm's name in bid ids");
            require(arm.pctr != Arm.PctrRule.NEUTRAL, "arms: " + arm.name
                    + " is neutral; the neutral slice is bought in every experiment, leave the arm out");
            require(mode == Mode.PAIRED || arm.bidder == null,
                    "arms: " + arm.name + " has settings of a bidder of its own, which in split mode all arms share");
        }
        require(names.contains(control), "control is " + control + ", must be one of the arms " + names);
        require(names.containsAll(references), "references are " + references + ", must be among the arms " + names);
        require(names.contains(exploration.source) || arms.stream().allMatch(arm -> independent(arm.exploration)),
                "exploration.source is " + exploration.source + ", must be one of the arms " + names);
        require(mode == Mode.PAIRED || frontier.isEmpty(),
                "frontier must be empty in split mode: it would take traffic");
        for (double level : frontier) {
            require(level >= LEVEL_MIN && level <= LEVEL_MAX && level != 1,
                    "frontier has the level " + level + ", must be " + LEVEL_MIN + " to " + LEVEL_MAX + " and not 1");
        }
        references = List.copyOf(references);
        frontier = frontier.stream().sorted().distinct().toList();
        arms = List.copyOf(arms);
    }

    private static boolean independent(Arm.ExplorationRule rule) {
        return rule == Arm.ExplorationRule.NONE;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
