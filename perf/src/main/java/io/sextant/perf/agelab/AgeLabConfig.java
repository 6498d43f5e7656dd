package io.sextant.perf.agelab;

import io.sextant.perf.agelab.world.NewsWorldConfig;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is run; {@code age-lab-reference.yaml} lists every key.
 *
 * @param name   of the experiment
 * @param threads runs that go on beside each other; 0 for as many as there are processors
 * @param seeds  runs of each policy and setting
 * @param power  what the number of seeds has to find
 * @param events of a run
 * @param shares of the log that are used
 * @param tables of the paper that are run, 1 to 3; 4 is what the paper has not
 * @param world  where events come from
 * @param rows   settings, each with a row for every policy
 * @param tuning how the strengths of a row were found
 */
public record AgeLabConfig(@NotBlank String name, @Min(0) @Max(256) int threads, @NotNull @Valid Seeds seeds,
        @NotNull @Valid Power power, @NotNull @Valid Events events,
        @NotEmpty List<@DecimalMin("0.01") @DecimalMax("1") Double> shares,
        @NotEmpty List<@Min(1) @Max(4) Integer> tables, @NotNull @Valid NewsWorldConfig world,
        @NotEmpty @Valid List<RowConfig> rows, @NotNull @Valid Tuning tuning) {
    /**
     * Seeds; key {@code seeds}.
     *
     * @param first of the runs that are reported, the others follow
     * @param count of them; 0 takes what the pilot says, 10 at least
     * @param max   what the pilot may say at most
     */
    public record Seeds(long first, @Min(0) int count, @Min(1) int max) {}

    /**
     * The pilot that tells how many seeds it takes; key {@code power}.
     *
     * @param seeds  runs of the pilot
     * @param first  its first seed; the reported ones are others
     * @param effect relative difference of clicks that is to be found
     * @param level  confidence
     * @param power  chance of finding it
     */
    public record Power(@Min(2) int seeds, long first, @Positive double effect, @DecimalMin("0.5") double level,
            @DecimalMin("0.5") @DecimalMax("0.99") double power) {}

    /**
     * Events of a run; key {@code events}.
     *
     * @param warmStart        of the log's first that nets start from, shown at random
     * @param rounds           that a policy decides on with all of the log
     * @param newItemDisplays  up to which an item is a new one
     * @param calibrationCount events by which λ is calibrated
     */
    public record Events(@Min(0) long warmStart, @Min(1) long rounds, @Min(1) int newItemDisplays,
            @Min(1) int calibrationCount) {}

    /**
     * A setting of all policies; key {@code rows}.
     *
     * @param name        of the row
     * @param label       a sentence for people
     * @param tables      of the paper that are run with it
     * @param lambda      AGE's step size in units of the embedding, taken as it is if {@code logit-target} is 0
     * @param logitTarget median |Δlogit| of explored candidates that λ is calibrated to after the warm start; 0 for none
     * @param strengths   by policy: ε, deviations, or AGE's logit target; what is not named has the standard
     * @param net         how nets are made and learn
     */
    public record RowConfig(@NotBlank String name, @NotNull String label, @NotNull List<@Min(1) @Max(4) Integer> tables,
            @DecimalMin("0") double lambda, @DecimalMin("0") double logitTarget,
            @NotNull Map<String, Double> strengths, @NotNull @Valid NetSettings net) {
        public RowConfig {
            tables = tables == null ? List.of() : List.copyOf(tables);
            strengths = strengths == null ? Map.of() : Map.copyOf(strengths);
            strengths.keySet().forEach(LabPolicy::named);
        }

        /** ε or deviations of a policy; of AGE, the logit target. */
        double strength(LabPolicy policy) {
            double standard = switch (policy.kind()) {
                case EPSILON_GREEDY -> STANDARD_EPSILON;
                case AGE_TS, AGE_UCB -> logitTarget;
                default -> 1;
            };
            return strengths.getOrDefault(policy.strengthOf(), standard);
        }

        RowConfig withStrength(LabPolicy policy, double strength) {
            Map<String, Double> other = new HashMap<>(strengths);
            other.put(policy.strengthOf(), strength);
            return new RowConfig(name, label, tables, lambda, logitTarget, other, net);
        }

        RowConfig withNet(NetSettings other) {
            return new RowConfig(name, label, tables, lambda, logitTarget, strengths, other);
        }
    }

    /**
     * How a row's settings are found: the same grid for all policies, on seeds that are not reported; key {@code tuning}.
     *
     * @param row       that is tuned
     * @param first     first seed
     * @param seeds     runs of every point
     * @param rounds    of a run
     * @param netRates  values of Adam's step that are tried
     * @param dropRates values of the drop rate that are tried
     * @param epsilons  values of ε that are tried
     * @param widths    deviations that are tried, as many as of ε
     * @param targets   AGE's logit targets that are tried, as many as of ε
     */
    public record Tuning(@NotBlank String row, long first, @Min(1) int seeds, @Min(1) long rounds,
            @NotEmpty List<@Positive Double> netRates,
            @NotEmpty List<@DecimalMin("0") @DecimalMax("0.9") Double> dropRates,
            @NotEmpty List<@DecimalMin("0") @DecimalMax("1") Double> epsilons, @NotEmpty List<@Positive Double> widths,
            @NotEmpty List<@Positive Double> targets) {
        public Tuning {
            if (epsilons != null && widths != null && targets != null
                    && (epsilons.size() != widths.size() || widths.size() != targets.size())) {
                throw new IllegalArgumentException(
                        "tuning has " + epsilons.size() + " epsilons, " + widths.size() + " widths and "
                                + targets.size() + " targets; every policy must get the same effort, as many of each");
            }
        }

        /** Strengths that are tried of a policy; empty where it has none. */
        List<Double> grid(LabPolicy policy) {
            return switch (policy.kind()) {
                case GREEDY, RANDOM, ENSEMBLE_TS -> List.of();
                case EPSILON_GREEDY -> epsilons;
                case AGE_TS, AGE_UCB -> targets;
                default -> widths;
            };
        }
    }

    private static final double STANDARD_EPSILON = 0.1;

    public AgeLabConfig {
        shares = shares == null ? List.of() : List.copyOf(shares);
        tables = tables == null ? List.of() : List.copyOf(tables);
        rows = rows == null ? List.of() : List.copyOf(rows);
        if (rows.stream().map(RowConfig::name).distinct().count() < rows.size()) {
            throw new IllegalArgumentException("rows must have different names");
        }
    }

    /** Rounds of a policy with a share of the log. */
    long rounds(double share) {
        return Math.max(1, Math.round(share * events.rounds));
    }

    /** The row of this name. */
    RowConfig row(String wanted) {
        return rows.stream().filter(row -> row.name.equals(wanted)).findFirst().orElseThrow(
                () -> new IllegalArgumentException("there is no row " + wanted));
    }
}
