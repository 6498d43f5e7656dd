package io.sextant.abtesting.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.abtesting.statistics.UnitMoments;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PolicyEvaluationTest {
    private static final PolicyEvaluation EVALUATION = new PolicyEvaluation(Double.POSITIVE_INFINITY, 2, 100, 0.95, 7);
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    /** Two kinds of people, three ads: what is logged, what is asked about, and how probable a click is. */
    private static final double[][] LOGGING = {{0.6, 0.3, 0.1}, {0.2, 0.2, 0.6}};
    private static final double[][] TARGET = {{0.1, 0.2, 0.7}, {0.5, 0.4, 0.1}};
    private static final double[][] CLICKS = {{0.05, 0.10, 0.20}, {0.15, 0.25, 0.05}};
    /** Half the people are of either kind. */
    private static final double TRUTH = 0.5 * (0.1 * 0.05 + 0.2 * 0.10 + 0.7 * 0.20)
            + 0.5 * (0.5 * 0.15 + 0.4 * 0.25 + 0.1 * 0.05);

    private static LoggedDecisions simulated(SplittableRandom random, int rounds, double[][] policy) {
        var log = new LoggedDecisions.Builder("kind").action("a").action("b").action("c");
        for (int round = 0; round < rounds; round++) {
            int kind = random.nextInt(2);
            double u = random.nextDouble();
            int action = u < policy[kind][0] ? 0 : u < policy[kind][0] + policy[kind][1] ? 1 : 2;
            log.add(String.valueOf("abc".charAt(action)), policy[kind][action],
                    random.nextDouble() < CLICKS[kind][action], "r" + round, "k" + kind, 0, "k" + kind);
        }
        return log.build();
    }

    private static int at(Estimator estimator) {
        return List.of(Estimator.values()).indexOf(estimator);
    }

    private static TargetPolicy target(LoggedDecisions log) {
        return TargetPolicy.of("target", (row, action) -> TARGET[log.strata().get(log.stratum(row)).charAt(1)
                - '0'][action]);
    }

    @Test
    void shouldGiveWhatHandComputesWhenFourDecisionsAreLogged() {
        LoggedDecisions log = new LoggedDecisions.Builder()
                .add("a", 0.5, true, "1", "s", 0).add("a", 0.5, false, "2", "s", 0)
                .add("b", 0.25, true, "3", "s", 0).add("b", 0.25, false, "4", "s", 0).build();
        TargetPolicy mostlyB = TargetPolicy.of("mostly b", (_, action) -> action == 1 ? 0.75 : 0.25);

        PolicyValue value = EVALUATION.of(log, mostlyB);

        // Weights 0.5, 0.5, 3, 3.
        assertThat(value.of(Estimator.LOGGED).value()).isEqualTo(0.5);
        assertThat(value.of(Estimator.IPS).value()).isCloseTo(3.5 / 4, within(1e-12));
        assertThat(value.of(Estimator.SNIPS).value()).isCloseTo(3.5 / 7, within(1e-12));
        assertThat(value.support().effectiveDecisions()).isCloseTo(49 / 18.5, within(1e-12));
        assertThat(value.support().largestShare()).isCloseTo(3.0 / 7, within(1e-12));
        // Decisions of largest weight are always kept.
        assertThat(value.support().kept()).isBetween(2L, 4L);
        // Standard error of the mean of 0.5, 0, 3, 0 is sqrt(6.1875 / 3 / 4).
        assertThat(value.of(Estimator.IPS).normal().high() - 3.5 / 4).isCloseTo(1.959964 * Math.sqrt(6.1875 / 12),
                within(1e-5));
        // Clipped at 1: 0.5 and 1.
        PolicyValue clipped = new PolicyEvaluation(1, 2, 100, 0.95, 7).of(log, mostlyB);
        assertThat(clipped.of(Estimator.IPS).value()).isCloseTo(1.5 / 4, within(1e-12));
        assertThat(clipped.support().clipped()).isEqualTo(0.5);
        assertThat(clipped.support().warnings()).anyMatch(warning -> warning.contains("clipped"));
    }

    @Test
    void shouldBeUnbiasedAndCoverTheTruthWhenRepeated() {
        int runs = 250;
        var random = new SplittableRandom(20260101);
        var values = new UnitMoments(Estimator.values().length);
        var normal = new int[Estimator.values().length];
        var bootstrap = new int[Estimator.values().length];
        for (int run = 0; run < runs; run++) {
            LoggedDecisions log = simulated(random.split(), 1_500, LOGGING);
            PolicyValue value = EVALUATION.of(log, target(log));
            double[] row = new double[Estimator.values().length];
            for (PolicyEstimate estimate : value.estimates()) {
                int at = at(estimate.estimator());
                row[at] = estimate.value();
                normal[at] += estimate.normal().low() <= TRUTH && TRUTH <= estimate.normal().high() ? 1 : 0;
                bootstrap[at] += estimate.bootstrap().low() <= TRUTH && TRUTH <= estimate.bootstrap().high() ? 1 : 0;
            }
            values.add(row);
        }
        for (Estimator estimator : new Estimator[]{Estimator.REPLAY, Estimator.IPS, Estimator.SNIPS,
            Estimator.DOUBLY_ROBUST}) {
            int at = at(estimator);
            double error = Math.sqrt(values.covariance(at, at) / runs);
            assertThat(values.mean(at)).as("mean of " + estimator).isCloseTo(TRUTH, within(3.5 * error));
            // 95 % of 250, three standard deviations of a binomial to either side; replay keeps few, its normal interval is
            // a little short.
            assertThat(normal[at] / (double) runs).as("coverage of " + estimator).isBetween(0.90, 0.99);
            assertThat(bootstrap[at] / (double) runs).as("bootstrap coverage of " + estimator).isBetween(0.88, 0.99);
        }
        // What the estimators are for: the logged policy itself earns something else.
        assertThat(Math.abs(values.mean(at(Estimator.LOGGED)) - TRUTH)).isGreaterThan(0.03);
        // The reward model takes noise away.
        assertThat(values.covariance(at(Estimator.DOUBLY_ROBUST), at(Estimator.DOUBLY_ROBUST)))
                .isLessThan(values.covariance(at(Estimator.IPS), at(Estimator.IPS)));
    }

    @Test
    void shouldStayRightWhenTheTargetIsKnownFromItsOwnLogOnly() {
        int runs = 60;
        var random = new SplittableRandom(77);
        var values = new UnitMoments(1);
        int covered = 0;
        for (int run = 0; run < runs; run++) {
            LoggedDecisions log = simulated(random.split(), 1_500, LOGGING);
            LoggedDecisions own = simulated(random.split(), 300, TARGET);
            PolicyEstimate ips = EVALUATION.of(log, ObservedPolicy.of("other", log, own, Duration.ofDays(1)))
                    .of(Estimator.IPS);
            values.add(ips.value());
            covered += ips.bootstrap().low() <= TRUTH && TRUTH <= ips.bootstrap().high() ? 1 : 0;
        }
        assertThat(values.mean(0)).isCloseTo(TRUTH, within(3.5 * Math.sqrt(values.covariance(0, 0) / runs)));
        assertThat(covered / (double) runs).isGreaterThanOrEqualTo(0.86);
    }

    @Test
    void shouldCountErrorsByRoundWhenDecisionsOfARoundAreTheSame() {
        var once = new LoggedDecisions.Builder();
        var tenfold = new LoggedDecisions.Builder();
        var random = new SplittableRandom(5);
        for (int round = 0; round < 400; round++) {
            boolean click = random.nextDouble() < 0.3;
            once.add("a", 1, click, "r" + round, "s", 0);
            for (int copy = 0; copy < 10; copy++) {
                tenfold.add("a", 1, click, "r" + round, "s", 0);
            }
        }
        PolicyEstimate single = EVALUATION.of(once.build(), TargetPolicy.always(once.build(), "a")).of(Estimator.IPS);
        PolicyEstimate copies = EVALUATION.of(tenfold.build(), TargetPolicy.always(tenfold.build(), "a"))
                .of(Estimator.IPS);
        assertThat(copies.value()).isCloseTo(single.value(), within(1e-12));
        assertThat(copies.normal().low()).isCloseTo(single.normal().low(), within(1e-9));
        assertThat(copies.bootstrap()).isEqualTo(single.bootstrap());
    }

    @Test
    void shouldGiveTheSameFiguresWhenTheSeedIsTheSame() {
        LoggedDecisions log = simulated(new SplittableRandom(3), 500, LOGGING);
        assertThat(EVALUATION.of(log, target(log))).isEqualTo(EVALUATION.of(log, target(log)));
    }

    @Test
    void shouldWarnWhenTheLogCannotTell() {
        LoggedDecisions log = new LoggedDecisions.Builder().action("never").add("a", 1, true, "1", "s", 0)
                .add("a", 1, false, "2", "s", 0).build();

        Support support = EVALUATION.of(log, TargetPolicy.uniform(log)).support();

        assertThat(support.missing()).isEqualTo(0.5);
        assertThat(support.meanWeight()).isEqualTo(0.5);
        assertThat(support.warnings()).anyMatch(warning -> warning.contains("50.0 % of what the target would do"))
                .anyMatch(warning -> warning.contains("mean weight is 0.500"))
                .anyMatch(warning -> warning.contains("too few"));
    }

    @Test
    void shouldRefuseATargetThatTheLogNeverDid() {
        LoggedDecisions log = new LoggedDecisions.Builder().action("never").add("a", 1, true, "1", "s", 0).build();

        assertThatThrownBy(() -> EVALUATION.of(log, TargetPolicy.always(log, "never")))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("leaves it a chance");
    }

    @Test
    void shouldTakeFrequenciesOfStratumAndPeriodWhenAPolicyIsSeen() {
        LoggedDecisions asked = new LoggedDecisions.Builder().action("a").action("b")
                .add("a", 0.5, false, "1", "top", 5).add("a", 0.5, false, "2", "top", DAY_MS + 5)
                .add("b", 0.5, false, "3", "top", 9 * DAY_MS).add("b", 0.5, false, "4", "foot", 5).build();
        LoggedDecisions own = new LoggedDecisions.Builder()
                .add("b", 0.7, false, "1", "top", 1).add("b", 0.7, false, "2", "top", 2)
                .add("a", 0.3, false, "3", "top", 3).add("a", 0.3, false, "4", "top", DAY_MS).build();

        TargetPolicy policy = ObservedPolicy.of("own", asked, own, Duration.ofDays(1));

        assertThat(policy.estimated()).isTrue();
        assertThat(policy.probability(0, 1)).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(policy.probability(1, 1)).isZero();
        // A day without decisions: the whole log; a stratum without any: nothing is known.
        assertThat(policy.probability(2, 1)).isEqualTo(0.5);
        assertThat(policy.probability(3, 1)).isEqualTo(0.5);
    }

    @Test
    void shouldTakeAUniformPolicyAsKnownWhenItsPropensitiesSaySo() {
        LoggedDecisions own = new LoggedDecisions.Builder().add("a", 0.5, false, "1", "s", 0)
                .add("b", 0.5, false, "2", "s", 0).build();
        TargetPolicy policy = ObservedPolicy.of("own", own, own, Duration.ofDays(1));
        assertThat(policy.estimated()).isFalse();
        assertThat(policy.probability(0, 1)).isEqualTo(0.5);
        LoggedDecisions less = new LoggedDecisions.Builder().add("a", 1, false, "1", "s", 0).build();
        assertThatThrownBy(() -> ObservedPolicy.of("own", less, own, Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("[b]");
    }

    @Test
    void shouldRefuseWhatIsOutOfRange() {
        assertThatThrownBy(() -> new LoggedDecisions.Builder().add("a", 0, true, "1", "s", 0))
                .hasMessageContaining("propensity is 0.0");
        assertThatThrownBy(() -> new LoggedDecisions.Builder("x").add("a", 1, true, "1", "s", 0))
                .hasMessageContaining("0 context values, must be 1");
        assertThatThrownBy(() -> new PolicyEvaluation(0, 2, 100, 0.95, 1)).hasMessageContaining("clip is 0.0");
        assertThatThrownBy(() -> new PolicyEvaluation(1, 1, 100, 0.95, 1)).hasMessageContaining("folds is 1");
        assertThatThrownBy(() -> TargetPolicy.always(simulated(new SplittableRandom(1), 3, LOGGING), "z"))
                .hasMessageContaining("no action z");
    }
}
