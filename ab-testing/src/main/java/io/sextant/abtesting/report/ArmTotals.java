package io.sextant.abtesting.report;

import io.sextant.protocol.event.ArmMinute;
import org.jspecify.annotations.Nullable;

/**
 * What one arm did and earned over all minutes.
 *
 * @param arm                the arm's name
 * @param requests           bid requests allocated to it
 * @param impressionsOffered impressions in those requests
 * @param bids               bids sent
 * @param wins               auctions won
 * @param impressions        impressions shown
 * @param clicks             clicks
 * @param spendNanos         nanos of the settlement currency
 * @param uncertaintySum     sum of measured uncertainties
 * @param uncertaintyCount   number of measured uncertainties
 * @param modifierSum        sum of the modifiers of all bids
 * @param modifierCount      number of those modifiers
 * @param modelVersion       latest model version that it bid with
 * @param snapshotVersion    latest uncertainty snapshot that it bid with
 */
public record ArmTotals(String arm, long requests, long impressionsOffered, long bids, long wins, long impressions,
        long clicks, long spendNanos, double uncertaintySum, long uncertaintyCount, double modifierSum,
        long modifierCount, long modelVersion, long snapshotVersion) {

    static ArmTotals none(String arm) {
        return new ArmTotals(arm, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    ArmTotals plus(ArmMinute minute) {
        return new ArmTotals(arm, requests + minute.getRequests(),
                impressionsOffered + minute.getImpressionsOffered(), bids + minute.getBids(), wins + minute.getWins(),
                impressions + minute.getImpressions(), clicks + minute.getClicks(),
                spendNanos + minute.getSpendNanos(), uncertaintySum + minute.getUncertaintySum(),
                uncertaintyCount + minute.getUncertaintyCount(), modifierSum + minute.getModifierSum(),
                modifierCount + minute.getModifierCount(), Math.max(modelVersion, minute.getModelVersion()),
                Math.max(snapshotVersion, minute.getSnapshotVersion()));
    }

    /** Mean modifier of all bids; null before the first. */
    public @Nullable Double meanModifier() {
        return modifierCount == 0 ? null : modifierSum / modifierCount;
    }

    /** Mean of the measured uncertainties; null before the first. */
    public @Nullable Double meanUncertainty() {
        return uncertaintyCount == 0 ? null : uncertaintySum / uncertaintyCount;
    }
}
