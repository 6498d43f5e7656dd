package io.sextant.perf.agelab;

import io.sextant.abtesting.report.ConfidenceInterval;
import io.sextant.abtesting.statistics.UnitBootstrap;
import io.sextant.perf.agelab.AgeLabConfig.RowConfig;
import io.sextant.perf.agelab.log.CoatRatings;
import io.sextant.perf.agelab.log.CoatRatings.Rating;
import io.sextant.perf.agelab.world.Round;
import io.sextant.uncertainty.choice.PolicyChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.jspecify.annotations.Nullable;

/**
 * Policies on ratings of coats: all rewards of an event are known, so that nothing has to be thrown away. Threading: one
 * thread.
 */
final class CoatStudy {
    /** Coats that a policy shows each user. */
    static final int PICKS = 4;
    private static final int DRAWS = 2000;
    private static final double LEVEL = 0.95;

    private final AgeLabConfig config;
    private final CoatRatings ratings;
    private final int seeds;
    private final ItemCatalogue catalogue;

    /**
     * A policy over all users and seeds.
     *
     * @param policy      its word
     * @param liked       mean number of picks a user that were liked
     * @param difference  log ratio of it to the reference's; NaN of the reference
     * @param low         lower end of its 95 % interval
     * @param high        upper end
     * @param published   what the paper printed on its own log, a share; null if nothing
     * @param medianMove  median |Δlogit| of explored candidates
     * @param topChanged  share of picks other than the plain score's
     * @param movement    what training moved all weights by
     * @param startLength length of all weights at the start
     */
    record Line(String policy, double liked, double difference, double low, double high, @Nullable Double published,
            double medianMove, double topChanged, double movement, double startLength) {}

    /** A policy's runs, put together. */
    private static final class Sums {
        private final double[] liked;
        private double medianMove;
        private double topChanged;
        private double movement;
        private double startLength;

        Sums(int users) {
            this.liked = new double[users];
        }
    }

    CoatStudy(AgeLabConfig config, CoatRatings ratings, int seeds) {
        this.config = config;
        this.ratings = ratings;
        this.seeds = seeds;
        this.catalogue = new ItemCatalogue(
                ratings.userMaxs().stream().mapToInt(Integer::intValue).toArray(), ratings.items());
    }

    /** Picks of all settings. */
    long picks() {
        return (long) config.rows().size() * LabText.policies(config).size() * seeds * ratings.users().size() * PICKS;
    }

    /** All policies in one setting. */
    List<Line> run(RowConfig row, LongConsumer progress) throws IOException {
        Map<LabPolicy, Sums> found = new EnumMap<>(LabPolicy.class);
        try (WarmStarts starts = new WarmStarts()) {
            run(row, starts, found, progress);
        }
        List<Line> lines = new ArrayList<>();
        found.forEach((policy, sums) -> lines.add(line(policy, sums, found.get(policy.reference()))));
        return lines;
    }

    private void run(RowConfig row, WarmStarts starts, Map<LabPolicy, Sums> found, LongConsumer progress)
            throws IOException {
        for (LabPolicy policy : LabText.policies(config)) {
            Sums sums = new Sums(ratings.users().size());
            for (int i = 0; i < seeds; i++) {
                run(row, policy, config.seeds().first() + i, starts, sums, progress);
            }
            found.put(policy, sums);
        }
    }

    private Line line(LabPolicy policy, Sums sums, @Nullable Sums reference) {
        double liked = Arrays.stream(sums.liked).average().orElse(Double.NaN) / seeds;
        double difference = Double.NaN;
        ConfidenceInterval interval = new ConfidenceInterval(Double.NaN, Double.NaN, LEVEL);
        if (reference != null && policy != policy.reference()) {
            difference = Math.log(Arrays.stream(sums.liked).sum() / Arrays.stream(reference.liked).sum());
            // The same users for both: what they differ in does not widen the interval.
            double[][] drawn = new UnitBootstrap(DRAWS, config.seeds().first())
                    .sums(new double[][]{sums.liked, reference.liked}, 0);
            interval = UnitBootstrap.interval(Arrays.stream(drawn).mapToDouble(sum -> Math.log(sum[0] / sum[1]))
                    .toArray(), LEVEL);
        }
        Standing printed = new Standing(policy, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
        return new Line(policy.word(), liked, difference, interval.low(), interval.high(), printed.published(false),
                sums.medianMove / seeds, sums.topChanged / seeds, sums.movement / seeds, sums.startLength / seeds);
    }

    private void run(RowConfig row, LabPolicy policy, long seed, WarmStarts starts, Sums sums, LongConsumer progress)
            throws IOException {
        double strength = row.strength(policy);
        PolicyChoice choice = policy.choice(strength, row.lambda());
        int candidates = ratings.drawn().stream().mapToInt(List::size).max().orElse(1);
        long liked = ratings.chosen().stream().filter(Rating::liked).count();
        double prior = (double) liked / ratings.chosen().size();
        Learner learner = new Learner(catalogue, row.net(), policy.members(), Learner.Extras.of(choice.needs()), seed,
                prior);
        try (PolicyContestant contestant = new PolicyContestant(learner,
                (now, capacity, lambda) -> policy.choice(strength, lambda).newPolicy(now.model(), capacity),
                candidates, row.lambda(), seed)) {
            UniformRandomProvider random = RandomSource.SPLIT_MIX_64.create(seed);
            int[] lessons = lessons(row.net().passes(), random);
            give(lessons, Math.max(0, lessons.length - Learner.PROCESS_EXAMPLES), learner::remember);
            contestant.restore(starts.of(
                    new WarmStarts.Key(row.net(), 1, seed, ratings.chosen().size(), policy.members()), catalogue, prior,
                    pupil -> give(lessons, 0, pupil::learn)));
            int[] order = PermutationSampler.natural(ratings.users().size());
            PermutationSampler.shuffle(random, order);
            if (choice.kind().isAge() && row.logitTarget() > 0) {
                List<Round> pages = Arrays.stream(order).limit(config.events().calibrationCount())
                        .mapToObj(user -> page(user, candidates)).toList();
                StepCalibration.calibrate(contestant, pages, strength);
            }
            for (int user : order) {
                sums.liked[user] += picks(contestant, user, page(user, candidates));
                progress.accept(PICKS);
            }
            Diagnostics told = contestant.diagnostics();
            sums.medianMove += told.medianMove();
            sums.topChanged += told.topChanged();
            sums.movement += learner.movement();
            sums.startLength += learner.startLength();
        }
    }

    /** What users chose to rate, in another order in every pass. */
    private int[] lessons(int passes, UniformRandomProvider random) {
        int count = ratings.chosen().size();
        int[] order = PermutationSampler.natural(count);
        int[] lessons = new int[passes * count];
        for (int pass = 0; pass < passes; pass++) {
            PermutationSampler.shuffle(random, order);
            System.arraycopy(order, 0, lessons, pass * count, count);
        }
        return lessons;
    }

    /** Takes an example: the user's rows, the item, whether it was liked. */
    private interface Pupil {
        void take(int[] requestRows, int item, boolean liked);
    }

    private void give(int[] lessons, int from, Pupil pupil) {
        int[] rows = new int[catalogue.schema().requestFields()];
        for (int at = from; at < lessons.length; at++) {
            Rating rating = ratings.chosen().get(lessons[at]);
            catalogue.request(ratings.users().get(rating.user()), rows);
            pupil.take(rows, rating.item(), rating.liked());
        }
    }

    private Round page(int user, int candidates) {
        Round round = new Round(ratings.users().getFirst().length, candidates);
        System.arraycopy(ratings.users().get(user), 0, round.request, 0, round.request.length);
        List<Rating> drawn = ratings.drawn().get(user).stream().sorted(Comparator.comparingInt(Rating::item)).toList();
        round.size = drawn.size();
        for (int row = 0; row < round.size; row++) {
            round.candidates[row] = drawn.get(row).item();
        }
        round.number = (long) user * PICKS;
        return round;
    }

    /** Picks one after the other, each from what is left, and learns from each. */
    private int picks(PolicyContestant contestant, int user, Round round) {
        int liked = 0;
        for (int pick = 0; pick < PICKS && round.size > 0; pick++) {
            int row = contestant.choose(round);
            int item = round.candidates[row];
            boolean likes = ratings.drawn().get(user).stream()
                    .anyMatch(rating -> rating.item() == item && rating.liked());
            liked += likes ? 1 : 0;
            contestant.observe(round, row, likes);
            System.arraycopy(round.candidates, row + 1, round.candidates, row, round.size - row - 1);
            round.size--;
            round.number++;
        }
        return liked;
    }
}
