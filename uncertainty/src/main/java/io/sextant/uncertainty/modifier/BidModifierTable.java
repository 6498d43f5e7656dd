package io.sextant.uncertainty.modifier;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.protocol.snapshot.CellStatistics;
import io.sextant.protocol.snapshot.Divisor;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModifierDistribution;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.draw.Draws;
import io.sextant.uncertainty.draw.Purpose;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One arm's bid modifiers, as the controller's last snapshot has them. A modifier has two stages: the natural one, which a
 * curve gives or blind chance, and the one that is applied, which the fleet's gain has pulled towards 1. Every modifier lies
 * within the settings' bounds, and is exactly 1 outside the explore share, as long as the window is empty, and in the table
 * that stands in for a stale or missing snapshot. Immutable and thread-safe; looking up allocates nothing.
 */
public final class BidModifierTable {
    private static final Hasher64 FINGERPRINT = Hashing.xxh3_64(0x7ab1eL);
    private static final String FORMAT_CELL = "*/";
    private static final BidModifierTable NONE = new BidModifierTable();

    private final @Nullable UncertaintySnapshot snapshot;
    private final ExplorationSettings settings;
    private final long fingerprint;
    private final String arm;
    private final long version;
    private final long expiresMs;
    private final long uncertaintyEpoch;
    private final double exploreShare;
    private final double min;
    private final double max;
    private final double gain;
    private final boolean capped;
    private final @Nullable ModifierCurve global;
    private final Map<String, ModifierCurve> byFormat;
    private final double[] modifiers;
    private final double[] cumulative;
    private final double mean;
    private final WindowRanks ranks;

    private BidModifierTable() {
        this.snapshot = null;
        this.settings = ExplorationSettings.getDefaultInstance();
        this.fingerprint = 0;
        this.arm = "";
        this.version = 0;
        this.expiresMs = Long.MIN_VALUE;
        this.uncertaintyEpoch = 0;
        this.exploreShare = 0;
        this.min = ModifierCurve.NEUTRAL;
        this.max = ModifierCurve.NEUTRAL;
        this.gain = 0;
        this.capped = false;
        this.global = null;
        this.byFormat = Map.of();
        this.modifiers = new double[0];
        this.cumulative = new double[0];
        this.mean = ModifierCurve.NEUTRAL;
        this.ranks = WindowRanks.none();
    }

    private BidModifierTable(UncertaintySnapshot snapshot) {
        ModifierDistribution distribution = snapshot.getModifiers();
        this.snapshot = snapshot;
        this.settings = snapshot.getSettings();
        this.fingerprint = FINGERPRINT.hashBytesToLong(snapshot.toByteArray());
        this.arm = snapshot.getArm();
        this.version = snapshot.getVersion();
        this.expiresMs = snapshot.getTimeMs() + settings.getTimeToLiveMs();
        this.uncertaintyEpoch = snapshot.getUncertaintyEpoch();
        this.exploreShare = settings.getExploreShare();
        this.min = settings.getModifierMin();
        this.max = settings.getModifierMax();
        this.gain = snapshot.getGain();
        this.capped = snapshot.getCapped();
        this.global = global(snapshot);
        this.byFormat = byFormat(snapshot);
        this.modifiers = distribution.getModifierList().stream().mapToDouble(Double::doubleValue).toArray();
        this.cumulative = distribution.getCumulativeList().stream().mapToDouble(Double::doubleValue).toArray();
        require(exploreShare >= 0 && exploreShare <= 1, "explore share is " + exploreShare + ", must be 0 to 1");
        require(min > 0 && min <= ModifierCurve.NEUTRAL, "minimum modifier is " + min + ", must be above 0, at most 1");
        require(max >= ModifierCurve.NEUTRAL && Double.isFinite(max),
                "maximum modifier is " + max + ", must be at least 1");
        require(gain >= 0 && gain <= 1, "gain is " + gain + ", must be 0 to 1");
        require(settings.getTimeToLiveMs() >= 0,
                "time to live is " + settings.getTimeToLiveMs() + " ms, must not be negative");
        requireStepFunction();
        this.mean = mean();
        this.ranks = WindowRanks.of(snapshot.getRankedQuantileList());
    }

    /** The table where there is no snapshot: every modifier is 1. */
    public static BidModifierTable none() {
        return NONE;
    }

    /**
     * The table of {@code snapshot}: divisor and quantile band are those of its first, global cell or, if the settings say
     * so, of the cell of the impression's format; blind draws, their mean, and what goes by rank come from the distribution
     * that it carries.
     *
     * @throws IllegalArgumentException naming arm, version and what is wrong; the caller keeps the table it has
     */
    public static BidModifierTable of(UncertaintySnapshot snapshot) {
        try {
            return new BidModifierTable(snapshot);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("snapshot " + snapshot.getVersion() + " of arm " + snapshot.getArm()
                    + " refused: " + e.getMessage(), e);
        }
    }

    /** This table, or {@link #none} once the snapshot has outlived its time to live; read it once a request. */
    public BidModifierTable at(long nowMs) {
        return fresh(nowMs) ? this : NONE;
    }

    /** Whether the snapshot is no older than its time to live. */
    public boolean fresh(long nowMs) {
        return nowMs <= expiresMs;
    }

    /** Whether the decision may get a modifier other than 1; the same answer for the same key under the same share. */
    public boolean inExploreShare(long decisionKey) {
        return Draws.uniform(decisionKey, Purpose.EXPLORE_SHARE, 0) < exploreShare;
    }

    /**
     * The natural modifier of a request with this uncertainty; 1 outside the explore share.
     *
     * @param u      uncertainty on the scale of the snapshot's {@link #uncertaintyEpoch}; not a number gives 1
     * @param format the impression's format, as cells are named
     */
    public double byUncertainty(double u, String format, long decisionKey) {
        ModifierCurve curve = curve(format);
        return curve != null && inExploreShare(decisionKey) ? curve.natural(u) : ModifierCurve.NEUTRAL;
    }

    /**
     * A natural modifier drawn from the snapshot's distribution without looking at the request; 1 outside the explore share.
     */
    public double blind(long decisionKey) {
        if (modifiers.length == 0 || !inExploreShare(decisionKey)) {
            return ModifierCurve.NEUTRAL;
        }
        double u = Draws.uniform(decisionKey, Purpose.RANDOM_MODIFIER, 0);
        return clamp(modifiers[step(u)]);
    }

    /** The mean of what {@link #blind} draws; 1 outside the explore share. */
    public double uniform(long decisionKey) {
        return modifiers.length > 0 && inExploreShare(decisionKey) ? mean : ModifierCurve.NEUTRAL;
    }

    /**
     * A natural modifier from the snapshot's distribution, at a number's rank in the arm's window: the highest numbers get the
     * largest modifiers, and over the window as often as {@link #blind} draws them. 1 outside the explore share, and as long as
     * the window has no numbers.
     *
     * @param ranked what the arm's model predicts of the request whatever the ad, or its uncertainty, 0 or more; not a number
     *               gives 1
     */
    public double byRank(double ranked, long decisionKey) {
        if (modifiers.length == 0 || !ranks.known() || !(ranked >= 0) || !inExploreShare(decisionKey)) {
            return ModifierCurve.NEUTRAL;
        }
        return clamp(modifiers[step(ranks.rank(ranked, decisionKey))]);
    }

    /**
     * The modifier that bids are multiplied by: 1 + gain · (natural − 1), within the bounds; 1 while exploration is capped.
     *
     * @param natural what {@link #byUncertainty}, {@link #blind}, {@link #uniform} or {@link #byRank} gave
     */
    public double applied(double natural) {
        return capped ? ModifierCurve.NEUTRAL : clamp(ModifierCurve.NEUTRAL + gain * (natural - ModifierCurve.NEUTRAL));
    }

    private double clamp(double modifier) {
        return Math.min(max, Math.max(min, modifier));
    }

    /** The arm's name; empty in {@link #none}. */
    public String arm() {
        return arm;
    }

    /** The snapshot's version; 0 in {@link #none}. */
    public long version() {
        return version;
    }

    /** The snapshot that the table was made from; null in {@link #none}. */
    public @Nullable UncertaintySnapshot snapshot() {
        return snapshot;
    }

    /** Hash of the snapshot's bytes, which tells snapshots of the same version apart; 0 in {@link #none}. */
    public long fingerprint() {
        return fingerprint;
    }

    /** Uncertainties of a model with another epoch must not be looked up here. */
    public long uncertaintyEpoch() {
        return uncertaintyEpoch;
    }

    /** Scales m - 1. */
    public double gain() {
        return gain;
    }

    /**
     * Whether what exploration costs has reached its cap: then no modifier is another than 1, and ads are not explored
     * either. Holds on when the snapshot has outlived its time to live, since nobody has said that it is over.
     */
    public boolean capped() {
        return capped;
    }

    /** How much to explore; nothing at all, and no time to live, in {@link #none}. */
    public ExplorationSettings settings() {
        return settings;
    }

    /**
     * The curve of {@link #byUncertainty}, null as long as the window is empty. A format of which the window has nothing is
     * held against the global cell.
     */
    public @Nullable ModifierCurve curve(String format) {
        ModifierCurve curve = byFormat.get(format);
        return curve == null ? global : curve;
    }

    /** First step whose cumulative share lies above {@code u}. */
    private int step(double u) {
        int low = 0;
        int high = cumulative.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulative[middle] > u) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private static @Nullable ModifierCurve global(UncertaintySnapshot snapshot) {
        if (snapshot.getCellCount() == 0) {
            return null;
        }
        CellStatistics first = snapshot.getCell(0);
        require(first.getCell().isEmpty(), "its first cell is \"" + first.getCell() + "\", must be the global one");
        return curve(first, snapshot.getSettings());
    }

    private static Map<String, ModifierCurve> byFormat(UncertaintySnapshot snapshot) {
        if (snapshot.getSettings().getDivisor() != Divisor.DIVISOR_FORMAT) {
            return Map.of();
        }
        var curves = new HashMap<String, ModifierCurve>();
        for (CellStatistics cell : snapshot.getCellList()) {
            ModifierCurve curve = cell.getCell().startsWith(FORMAT_CELL) ? curve(cell, snapshot.getSettings()) : null;
            if (curve != null) {
                curves.put(cell.getCell().substring(FORMAT_CELL.length()), curve);
            }
        }
        return curves;
    }

    /** None where every uncertainty was 0: there is no mean to be relative to, and nothing to explore. */
    private static @Nullable ModifierCurve curve(CellStatistics cell, ExplorationSettings settings) {
        return cell.getCount() == 0 || cell.getMean() == 0
                ? null
                : new ModifierCurve(cell.getMean(), cell.getQuantileLowValue(), cell.getQuantileHighValue(),
                        settings.getModifierMin(), settings.getModifierMax());
    }

    private double mean() {
        double sum = 0;
        for (int i = 0; i < modifiers.length; i++) {
            sum += clamp(modifiers[i]) * (cumulative[i] - (i == 0 ? 0 : cumulative[i - 1]));
        }
        return clamp(sum);
    }

    private void requireStepFunction() {
        require(modifiers.length == cumulative.length,
                modifiers.length + " modifiers but " + cumulative.length + " cumulative shares");
        for (int i = 0; i < modifiers.length; i++) {
            require(modifiers[i] > 0 && Double.isFinite(modifiers[i]), "drawn modifier is " + modifiers[i]);
            require(cumulative[i] > (i == 0 ? 0 : cumulative[i - 1]), "cumulative shares do not rise at step " + i);
        }
        require(cumulative.length == 0 || Math.abs(cumulative[cumulative.length - 1] - 1) < 1e-9,
                "cumulative shares do not end at 1");
    }

    private static void require(boolean holds, String contradiction) {
        if (!holds) {
            throw new IllegalArgumentException(contradiction);
        }
    }
}
