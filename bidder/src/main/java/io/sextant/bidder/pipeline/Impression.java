package io.sextant.bidder.pipeline;

import io.sextant.bidder.campaign.Ad;
import io.sextant.bidder.campaign.AdFormat;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was decided for one impression: a bid, or why there is none. Belongs to a {@link BidScratch} and is overwritten by
 * its next request; whoever needs more than the moment copies.
 *
 * <p>
 * Threading: the event loop's.
 */
public final class Impression {
    BidRequest.@Nullable Imp imp;
    NoBidReason reason = NoBidReason.NONE;
    AdFormat format = AdFormat.BANNER;
    int cell;
    @Nullable
    NativeRequest layout;
    long decisionKey;
    int candidates;
    double uncertainty;
    boolean unmeasured;
    double ranked;
    double naturalModifier;
    double modifier;
    double exploreShare;
    boolean inExploreShare;
    @Nullable
    Ad ad;
    @Nullable
    String dealId;
    double plainPctr;
    double exploredPctr;
    double pctr;
    long baseCpmMicros;
    long valueCpmMicros;
    long bidCpmMicros;
    long floorCpmMicros;
    long priceMicros;
    boolean firstPrice;
    int loweredOut;
    /** What the arm bids whatever is predicted; 0 where it bids by value. */
    long constantCpmMicros;
    final int[] features;
    /** Which of the {@link #matched} ads might spend, see {@link PermittedBits}. */
    final byte[] permitted;
    int matched;
    int reservationsRefused;
    final Held held = new Held();
    private final int number;

    /**
     * Makes the memory of one decision.
     *
     * @param number        place among the request's impressions
     * @param fields        features of request and ad
     * @param candidatesMax ads that match at most
     */
    Impression(int number, int fields, int candidatesMax) {
        this.number = number;
        this.features = new int[fields];
        this.permitted = new byte[PermittedBits.bytes(candidatesMax)];
    }

    void begin(BidRequest.Imp imp) {
        this.imp = imp;
        reason = NoBidReason.NONE;
        format = leadingFormat(imp);
        cell = 0;
        layout = null;
        decisionKey = 0;
        candidates = 0;
        uncertainty = Double.NaN;
        unmeasured = false;
        ranked = Double.NaN;
        naturalModifier = 1;
        modifier = 1;
        exploreShare = 0;
        inExploreShare = false;
        ad = null;
        dealId = null;
        plainPctr = 0;
        exploredPctr = 0;
        pctr = 0;
        baseCpmMicros = 0;
        valueCpmMicros = 0;
        bidCpmMicros = 0;
        floorCpmMicros = 0;
        priceMicros = 0;
        firstPrice = false;
        loweredOut = 0;
        constantCpmMicros = 0;
        Arrays.fill(permitted, (byte) 0);
        matched = 0;
        reservationsRefused = 0;
        held.clear();
    }

    private static AdFormat leadingFormat(BidRequest.Imp imp) {
        if (imp.hasBanner()) {
            return AdFormat.BANNER;
        }
        if (imp.hasVideo()) {
            return AdFormat.VIDEO;
        }
        return imp.hasAudio() ? AdFormat.AUDIO : AdFormat.NATIVE;
    }

    /** Place among the request's impressions, from 0. */
    public int number() {
        return number;
    }

    /** The impression of the request. */
    public BidRequest.Imp imp() {
        return Objects.requireNonNull(imp);
    }

    /** NONE if there is a bid, else why not. */
    public NoBidReason reason() {
        return reason;
    }

    /** Whether there is a bid. */
    public boolean hasBid() {
        return ad != null;
    }

    /**
     * The format that the impression counts under: the first on offer of banner, video, audio and native. The bid's own
     * format is the creative's.
     */
    public AdFormat format() {
        return format;
    }

    /** Number of the leaf cell that it is counted in, see {@link LeafCells}. */
    public int cell() {
        return cell;
    }

    /** What the native place asks for; null where there is none that can be read. */
    public @Nullable NativeRequest layout() {
        return layout;
    }

    /** Key of the decision's draws. */
    public long decisionKey() {
        return decisionKey;
    }

    /** Number of ads that matched, whether they might spend or not. */
    public int matched() {
        return matched;
    }

    /** Whether the ad in this place of those that matched, in their order, might spend. */
    public boolean isPermitted(int place) {
        return PermittedBits.contains(place, permitted);
    }

    /** How many of the best campaigns were refused a reservation before this decision. */
    public int reservationsRefused() {
        return reservationsRefused;
    }

    /** What the bid has reserved; empty where there is no bid, or nothing need be reserved for it. */
    public Held held() {
        return held;
    }

    /** Number of ads that were scored. */
    public int candidates() {
        return candidates;
    }

    /** The request's uncertainty; NaN where it was not measured. */
    public double uncertainty() {
        return uncertainty;
    }

    /**
     * What an arm ranks the request by that hands modifiers out by rank: the click probability that its model predicts whatever
     * the ad, uncalibrated, or the uncertainty. NaN in other arms.
     */
    public double ranked() {
        return ranked;
    }

    /** The modifier before the fleet's gain pulled it towards 1; 1 where nothing was to be explored. */
    public double naturalModifier() {
        return naturalModifier;
    }

    /** Whether the uncertainty was wanted, and the arm's model cannot be asked for it in the way that it is measured. */
    public boolean unmeasured() {
        return unmeasured;
    }

    /** What the bid was multiplied by; 1 where nothing was explored. */
    public double modifier() {
        return modifier;
    }

    /** Whether the modifier is another than 1. */
    public boolean explored() {
        return modifier != 1;
    }

    /** With which probability {@link #inExploreShare} came out true; 0 where it was not drawn, or no modifiers were in force. */
    public double exploreShare() {
        return exploreShare;
    }

    /** Whether the arm's modifiers could have been another than 1 here: the impression fell in the explore share. */
    public boolean inExploreShare() {
        return inExploreShare;
    }

    /**
     * What is shown, and for whom.
     *
     * @throws NullPointerException if there is no bid
     */
    public Ad ad() {
        return Objects.requireNonNull(ad);
    }

    /** The deal that the bid is made in; null for the open auction. */
    public @Nullable String dealId() {
        return dealId;
    }

    /** The model's click probability of the ad, without exploration; 0 in an arm without a model. */
    public double plainPctr() {
        return plainPctr;
    }

    /** The click probability of the ad after exploration; the plain one where the arm does not explore ads. */
    public double exploredPctr() {
        return exploredPctr;
    }

    /** The click probability that the price was computed from. */
    public double pctr() {
        return pctr;
    }

    /**
     * The bid at the plain click probability and modifier 1, lowered in the proportion in which the bid was, or a neutral arm's
     * own; before the floor. Micros of USD per 1000 impressions.
     */
    public long baseCpmMicros() {
        return baseCpmMicros;
    }

    /**
     * What the impression is worth to the campaign after margin and modifier, no more than its cap: the bid before
     * {@link BidLowering}; micros of USD per 1000 impressions.
     */
    public long valueCpmMicros() {
        return valueCpmMicros;
    }

    /** Whether the winner of the auction or deal that is bid in pays its bid. */
    public boolean firstPrice() {
        return firstPrice;
    }

    /** Best candidates that were passed over, since {@link BidLowering} left their bid below its floor. */
    public int loweredOut() {
        return loweredOut;
    }

    /** The bid, micros of USD per 1000 impressions. */
    public long bidCpmMicros() {
        return bidCpmMicros;
    }

    /** The floor that held for the bid, or the open auction's where there is no bid; micros of USD per 1000 impressions. */
    public long floorCpmMicros() {
        return floorCpmMicros;
    }

    /** The bid as it is answered: micros of the answer's currency per 1000 impressions. */
    public long priceMicros() {
        return priceMicros;
    }

    /** [fields] feature indices of request and ad, request fields first; good only if there is a bid. */
    public int[] features() {
        return features;
    }
}
