package io.sextant.bidder.decision;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import com.google.protobuf.ByteString;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Exchange;
import io.sextant.bidder.pipeline.Held;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.bidder.pipeline.PermittedBits;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.snapshot.ArmState;
import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.TableState;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.uncertainty.modifier.BidModifierTable;
import io.sextant.uncertainty.modifier.ModifierCurve;

/**
 * Writes decisions down as messages. The bidder logs them, and a replay writes down what it computed in the same way, so
 * that whatever is logged is also compared.
 *
 * <p>
 * Threading: immutable and thread-safe.
 */
public final class DecisionRecords {
    /** Ids that others chose are kept up to this length in notices; URLs must stay below 1,024 characters. */
    private static final int FOREIGN_ID_BYTES_MAX = 64;
    private static final Hasher128 HASH = Hashing.xxh3_128();

    private final long schemaFingerprint;
    private final String settingsId;
    private final ModelSources models;

    /**
     * Makes one.
     *
     * @param schemaFingerprint of the features in the facts
     * @param settingsId        of the settings that decisions are made with, see {@link DecisionSettings}
     * @param models            where models came from
     */
    public DecisionRecords(long schemaFingerprint, String settingsId, ModelSources models) {
        this.schemaFingerprint = schemaFingerprint;
        this.settingsId = settingsId;
        this.models = models;
    }

    /** What is known of an impression's decision; a bid's facts where there is one. */
    public BidFacts facts(BidRequest request, BidScratch decision, Impression impression, String bidId) {
        var facts = BidFacts.newBuilder().setBidId(bidId).setRequestId(kept(request.getId()))
                .setImpId(kept(impression.imp().getId())).setSchemaFingerprint(schemaFingerprint)
                .setFormat(impression.format().label()).setModifier((float) impression.modifier())
                .setUncertainty((float) impression.uncertainty()).setBidTimeMs(decision.nowMs())
                .setUnitKind(decision.unitKind()).setUnitHash(decision.unitHash());
        Exchange exchange = decision.exchange();
        if (exchange != null) {
            facts.setExchange(exchange.name()).setSpendsOn(exchange.config().spendsOn().spendsOn());
        }
        ArmState arm = decision.arm();
        if (arm != null) {
            BidModifierTable table = arm.modifiers().at(decision.nowMs());
            facts.setArm(arm.arm().name()).setModelVersion(arm.modelVersion()).setSnapshotVersion(table.version());
            if (table.snapshot() != null && !table.capped()) {
                facts.setExplorationGain((float) table.gain());
            }
        }
        if (impression.hasBid()) {
            facts.setCampaignId(impression.ad().campaign().id()).setCreativeId(impression.ad().creative().id())
                    .setBaseCpmMicros(impression.baseCpmMicros()).setBidCpmMicros(impression.bidCpmMicros())
                    .setPctr((float) impression.pctr()).setFloorCpmMicros(impression.floorCpmMicros())
                    .setFirstPrice(impression.firstPrice());
            if (isLowered(impression)) {
                facts.setValueCpmMicros(impression.valueCpmMicros());
            }
            Held held = impression.held();
            if (held.leaseId() != 0) {
                facts.setLeaseId(held.leaseId()).setBudgetDay(held.budgetDay()).setReservation(held.reservation());
            }
            for (int feature : impression.features()) {
                facts.addFeature(feature);
            }
            if (decision.currency() != CurrencyRates.USD) {
                facts.setCurrency(decision.currencies().code(decision.currency()))
                        .setUsdPerUnit(decision.currencies().usdPerUnit(decision.currency()));
            }
        }
        return facts.build();
    }

    /**
     * The decision about one impression, whole.
     *
     * @param request  the request's bytes
     * @param impIndex number of the impression
     * @param facts    its {@link #facts}
     */
    public BidEvent event(ByteString request, BidScratch decision, int impIndex, BidFacts facts) {
        Impression impression = decision.impression(impIndex);
        var event = BidEvent.newBuilder().setBid(facts).setRequest(request).setImpIndex(impIndex)
                .setSettingsId(settingsId).setCatalogueSha256(decision.snapshot().catalogueVersion())
                .setFloorCpmMicros(impression.floorCpmMicros()).setCandidates(impression.candidates())
                .setExplored(impression.explored()).setUncertainty(impression.uncertainty())
                .setModifier(impression.modifier()).setInExploreShare(impression.inExploreShare())
                .setExploreShare(impression.exploreShare())
                .setRatesFingerprint(decision.snapshot().currencies().fingerprint())
                .setPermitted(permitted(impression)).setReservationsRefused(impression.reservationsRefused())
                .setLoweredOut(impression.loweredOut());
        if (!Double.isNaN(impression.ranked())) {
            event.setRanked(impression.ranked());
        }
        ArmState arm = decision.arm();
        if (arm != null) {
            setState(arm, decision, impression, event);
        }
        if (!impression.hasBid()) {
            return event.setNoBidReason(impression.reason().name()).build();
        }
        String deal = impression.dealId();
        if (deal != null) {
            event.setDealId(deal);
        }
        if (isLowered(impression)) {
            event.setLoweredCpmMicros(impression.bidCpmMicros());
        }
        return event.setPlainPctr(impression.plainPctr()).setExploredPctr(impression.exploredPctr())
                .setPctr(impression.pctr()).setPriceMicros(impression.priceMicros()).build();
    }

    private static boolean isLowered(Impression impression) {
        return impression.bidCpmMicros() != impression.valueCpmMicros();
    }

    private void setState(ArmState arm, BidScratch decision, Impression impression, BidEvent.Builder event) {
        ModelSource model = models.of(arm.model());
        if (model != null) {
            event.setModelSha256(model.sha256());
        }
        BidModifierTable table = arm.modifiers();
        if (table.snapshot() == null) {
            return;
        }
        event.setTableVersion(table.version()).setTableFingerprint(table.fingerprint()).setTableState(
                table.fresh(decision.nowMs()) ? TableState.TABLE_IN_FORCE : TableState.TABLE_EXPIRED);
        BidModifierTable inForce = table.at(decision.nowMs());
        event.setGain(inForce.gain());
        ModifierCurve curve = inForce.curve(impression.format().label());
        if (curve != null) {
            event.setCellMean(curve.mean()).setQuantileLowValue(curve.quantileLow())
                    .setQuantileHighValue(curve.quantileHigh());
        }
    }

    private static ByteString permitted(Impression impression) {
        byte[] set = new byte[PermittedBits.bytes(impression.matched())];
        int count = 0;
        for (int place = 0; place < impression.matched(); place++) {
            if (impression.isPermitted(place)) {
                PermittedBits.add(place, set);
                count++;
            }
        }
        return count == impression.matched() ? ByteString.EMPTY : ByteString.copyFrom(set);
    }

    /** An id as it is kept in notices: itself, or its hash where it is too long. */
    private static String kept(String foreignId) {
        // Three bytes is the most that a char of Java takes in UTF-8.
        if (foreignId.length() <= FOREIGN_ID_BYTES_MAX / 3 || isShortAscii(foreignId)) {
            return foreignId;
        }
        HashValue128 hash = HASH.hashCharsTo128Bits(foreignId);
        return "xxh3-" + hash;
    }

    private static boolean isShortAscii(String id) {
        if (id.length() > FOREIGN_ID_BYTES_MAX) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            if (id.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }
}
