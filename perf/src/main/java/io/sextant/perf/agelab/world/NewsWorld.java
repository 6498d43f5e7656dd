package io.sextant.perf.agelab.world;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.time.Duration;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * A front page in the shape of Yahoo!'s R6B log: users with 136 binary features, 652 articles of which 38 are there at any
 * time over 15 days, clicks at some four per cent. Every event and every click is a function of the seed and the event's
 * number: whichever policy asks sees the same user, the same page, and the same click on the same article.
 *
 * <p>
 * Threading: immutable once made; {@link #draw} and the others may be called by several threads, each with its own round.
 */
/*
 * The click model, and why. It was written down before any policy was run, and only the mean click rates of random choice
 * and of the best choice were looked at.
 *
 *   p(user, article, t) = min(P_MAX, scale · exp(s q) · (1 + w · max_k exp(−‖taste − topic_k‖² / 2ω²)) · novelty · hour)
 *
 * - exp(s q), q normal: articles differ in appeal to everybody, the most by far; in R6B the best article of a time has
 *   some twice the mean click rate.
 * - max over two topics of a bump in hidden tastes: an article on football and money is liked by those who like one or the
 *   other. Neither sums of features nor products of pairs, nor a net of them, contain this: tastes are hidden, users'
 *   features are noisy signs of them, one bit each, so that even the best guess from features is a mixture over tastes.
 * - novelty: appeal falls as an article ages, which no feature tells; what was learned of it grows stale.
 * - hour: attention swings over the day, which no feature tells.
 * The product of probabilities' factors is cut off at P_MAX; nothing in it is logistic.
 *
 * The page: its articles at the start, and changes at uniformly random times, each of which replaces the article in one
 * place, drawn at random. So lives are nearly exponential, 22 hours on average, as pages keep some for long.
 */
public final class NewsWorld {
    private static final double P_MAX = 0.8;
    private static final int TOPICS = 2;
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final double HOUR_MS = Duration.ofHours(1).toMillis();
    /** How far users and topics lie from the middle of their group, against groups' own distances of 1. */
    private static final double SPREAD = 0.35;
    /** How well one feature tells a taste, in logits a unit. */
    private static final double FEATURE_SLOPE = 1.5;
    /** Features' shares of users follow a power law, from half of them down. */
    private static final double FEATURE_POWER = 0.8;
    private static final int SCALE_DRAWS = 200_000;

    /** What a stream of draws is for; streams are independent. */
    private enum Purpose {
        GROUP, USER, FEATURE, ARTICLE, PAGE, EVENT, CLICK, SHOWN, SCALE
    }

    private final NewsWorldConfig config;
    private final Hasher64 hash;
    private final long events;
    private final boolean[][] has;
    private final double[][] tastes;
    private final double[][] topics;
    private final double[] appeal;
    private final long[] bornMs;
    /** Times of the page's changes in order, and the page from each on. */
    private final long[] changesMs;
    private final int[][] pages;
    private final double scale;

    /**
     * Makes the world.
     *
     * @param seed   another seed is another world with other users and articles
     * @param events in the log: they are spread evenly over its days, and their numbers are 0 to this − 1
     */
    public NewsWorld(NewsWorldConfig config, long seed, long events) {
        this.config = config;
        this.hash = Hashing.xxh3_64(seed);
        this.events = events;
        double[][] groups = new double[config.clusters()][];
        for (int group = 0; group < groups.length; group++) {
            groups[group] = gaussians(stream(Purpose.GROUP, group, 0), config.tastes());
        }
        this.tastes = new double[config.users()][];
        this.has = new boolean[config.users()][config.features()];
        drawUsers(groups);
        int changes = config.articles() - config.candidates();
        this.topics = new double[config.articles() * TOPICS][];
        this.appeal = new double[config.articles()];
        this.bornMs = new long[config.articles()];
        for (int article = 0; article < config.articles(); article++) {
            UniformRandomProvider random = stream(Purpose.ARTICLE, article, 0);
            appeal[article] = Math.exp(config.qualitySd() * gaussian(random));
            for (int topic = 0; topic < TOPICS; topic++) {
                topics[article * TOPICS + topic] = near(groups[random.nextInt(groups.length)], random);
            }
        }
        this.changesMs = new long[changes];
        this.pages = new int[changes + 1][];
        drawPages();
        this.scale = config.ctr() / meanFactor();
    }

    private void drawUsers(double[][] groups) {
        int features = config.features();
        double[][] slopes = new double[features][];
        double[] share = new double[features];
        double sum = 1;
        for (int feature = 1; feature < features; feature++) {
            slopes[feature] = gaussians(stream(Purpose.FEATURE, feature, 0), config.tastes());
            share[feature] = Math.pow(feature, -FEATURE_POWER);
            sum += share[feature];
        }
        double factor = (config.meanFeatures() - 1) / Math.max(1e-9, sum - 1);
        for (int user = 0; user < config.users(); user++) {
            UniformRandomProvider random = stream(Purpose.USER, user, 0);
            tastes[user] = near(groups[random.nextInt(groups.length)], random);
            has[user][0] = true;
            for (int feature = 1; feature < features; feature++) {
                double p = Math.clamp(factor * share[feature], 1e-4, 0.75);
                double logit = Math.log(p / (1 - p)) + FEATURE_SLOPE / Math.sqrt(config.tastes())
                        * product(slopes[feature], tastes[user]);
                has[user][feature] = random.nextDouble() < 1 / (1 + Math.exp(-logit));
            }
        }
    }

    private void drawPages() {
        UniformRandomProvider random = stream(Purpose.PAGE, 0, 0);
        long endMs = (long) (config.days() * DAY_MS);
        for (int change = 0; change < changesMs.length; change++) {
            changesMs[change] = random.nextLong(endMs);
        }
        Arrays.sort(changesMs);
        pages[0] = new int[config.candidates()];
        for (int place = 0; place < config.candidates(); place++) {
            pages[0][place] = place;
            // Whoever is there at the start has been there for a while.
            bornMs[place] = -(long) (-Math.log(1 - random.nextDouble()) * endMs * config.candidates()
                    / Math.max(1, changesMs.length));
        }
        for (int change = 0; change < changesMs.length; change++) {
            int article = config.candidates() + change;
            bornMs[article] = changesMs[change];
            pages[change + 1] = pages[change].clone();
            pages[change + 1][random.nextInt(config.candidates())] = article;
        }
    }

    /** Mean of everything but the scale over users, articles of the page and times. */
    private double meanFactor() {
        UniformRandomProvider random = stream(Purpose.SCALE, 0, 0);
        long endMs = (long) (config.days() * DAY_MS);
        double sum = 0;
        for (int i = 0; i < SCALE_DRAWS; i++) {
            long timeMs = random.nextLong(endMs);
            int[] page = page(timeMs);
            sum += factor(random.nextInt(tastes.length), page[random.nextInt(page.length)], timeMs);
        }
        return sum / SCALE_DRAWS;
    }

    /** The world's shape. */
    public NewsWorldConfig config() {
        return config;
    }

    /** Events of the log. */
    public long events() {
        return events;
    }

    /** A round with room for this world's events. */
    public Round newRound() {
        return new Round(config.features(), config.candidates());
    }

    /**
     * Draws an event, what a logger that shows articles uniformly at random showed, and whether it was clicked.
     *
     * @param number 0 to {@link #events} − 1
     * @param round  overwritten
     */
    public void draw(long number, Round round) {
        UniformRandomProvider random = stream(Purpose.EVENT, number, 0);
        round.number = number;
        round.timeMs = (long) (config.days() * DAY_MS * ((double) number / events));
        round.user = random.nextInt(tastes.length);
        boolean[] features = has[round.user];
        for (int feature = 0; feature < features.length; feature++) {
            round.request[feature] = features[feature] ? 0 : Round.MISSING;
        }
        int[] page = page(round.timeMs);
        round.size = page.length;
        System.arraycopy(page, 0, round.candidates, 0, page.length);
        // Apart from the event's other draws, so that what is shown says nothing about who looks at it.
        round.shown = stream(Purpose.SHOWN, number, 0).nextInt(page.length);
        round.clicked = clicks(round, round.shown);
    }

    /** The item that an event's logger showed, without drawing the rest of the event. */
    public int shown(long number) {
        int[] page = page((long) (config.days() * DAY_MS * ((double) number / events)));
        return page[stream(Purpose.SHOWN, number, 0).nextInt(page.length)];
    }

    /** The true click probability of a candidate. */
    public double probability(Round round, int row) {
        return Math.min(P_MAX, scale * factor(round.user, round.candidates[row], round.timeMs));
    }

    /** Whether a candidate is clicked if it is shown; the same whoever asks. */
    public boolean clicks(Round round, int row) {
        return stream(Purpose.CLICK, round.number, round.candidates[row]).nextDouble() < probability(round, row);
    }

    private int[] page(long timeMs) {
        int found = Arrays.binarySearch(changesMs, timeMs);
        return pages[found >= 0 ? found + 1 : -found - 1];
    }

    private double factor(int user, int article, long timeMs) {
        double nearest = Double.MAX_VALUE;
        for (int topic = 0; topic < TOPICS; topic++) {
            nearest = Math.min(nearest, squaredDistance(tastes[user], topics[article * TOPICS + topic]));
        }
        double width = config.tasteWidth();
        double taste = 1 + config.tasteWeight() * Math.exp(-nearest / (2 * width * width));
        double ageHours = Math.max(0, timeMs - bornMs[article]) / HOUR_MS;
        double novelty = 1 - config.noveltyLoss() * (1 - Math.exp(-ageHours / config.noveltyHours()));
        double hour = 1 + config.dailySwing() * Math.sin(2 * Math.PI * timeMs / DAY_MS);
        return appeal[article] * taste * novelty * hour;
    }

    @SuppressWarnings("EnumOrdinal") // tells streams apart, no more
    private UniformRandomProvider stream(Purpose purpose, long a, long b) {
        return RandomSource.SPLIT_MIX_64.create(hash.hashLongLongLongToLong(purpose.ordinal(), a, b));
    }

    private double[] near(double[] middle, UniformRandomProvider random) {
        double[] place = gaussians(random, middle.length);
        for (int i = 0; i < place.length; i++) {
            place[i] = middle[i] + SPREAD * place[i];
        }
        return place;
    }

    private static double gaussian(UniformRandomProvider random) {
        return ZigguratSampler.NormalizedGaussian.of(random).sample();
    }

    private static double[] gaussians(UniformRandomProvider random, int count) {
        return ZigguratSampler.NormalizedGaussian.of(random).samples(count).toArray();
    }

    private static double product(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }
}
