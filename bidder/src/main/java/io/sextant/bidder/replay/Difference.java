package io.sextant.bidder.replay;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.BidFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a decision that came out different.
 *
 * @param kind       what it belongs to
 * @param field      its name in the event
 * @param logged     as it was logged
 * @param recomputed as it is now
 */
record Difference(Kind kind, String field, String logged, String recomputed) {
    private static final String FACTS = "bid.";
    /** What each field of an event belongs to; whatever is not here is not compared. */
    private static final Map<String, Kind> KINDS = new HashMap<>();

    static {
        belong(Kind.REQUEST, "request", "imp_index", "bid.request_id", "bid.imp_id", "bid.bid_time_ms");
        belong(Kind.STATE, "settings_id", "catalogue_sha256", "model_sha256", "table_state", "table_version",
                "table_fingerprint", "cell_mean", "quantile_low_value", "quantile_high_value",
                "gain", "bid.exploration_gain", "bid.model_version", "bid.snapshot_version", "bid.schema_fingerprint");
        belong(Kind.CELL, "bid.exchange", "bid.format", "bid.spends_on");
        belong(Kind.ARM, "bid.arm", "bid.unit_kind", "bid.unit_hash");
        belong(Kind.CANDIDATES, "candidates", "permitted", "reservations_refused");
        belong(Kind.UNCERTAINTY, "uncertainty", "bid.uncertainty");
        belong(Kind.MODIFIER, "ranked", "modifier", "bid.modifier", "explored", "in_explore_share", "explore_share");
        belong(Kind.FEATURES, "bid.feature");
        belong(Kind.PCTR, "plain_pctr", "explored_pctr", "pctr", "bid.pctr");
        belong(Kind.CAMPAIGN, "bid.campaign_id", "bid.lease_id", "bid.budget_day", "bid.reservation");
        belong(Kind.CREATIVE, "bid.creative_id");
        belong(Kind.DEAL, "deal_id");
        belong(Kind.PRICE, "price_micros", "bid.base_cpm_micros", "bid.bid_cpm_micros",
                "bid.value_cpm_micros", "lowered_cpm_micros", "bid.currency");
        belong(Kind.FLOOR, "floor_cpm_micros");
        belong(Kind.REASON, "no_bid_reason");
    }

    private static void belong(Kind kind, String... fields) {
        for (String field : fields) {
            KINDS.put(field, kind);
        }
    }

    /**
     * All values that differ; numbers differ if one bit does.
     *
     * @param logged     as the decision was logged
     * @param recomputed as it is now
     */
    static List<Difference> between(BidEvent logged, BidEvent recomputed) {
        List<Difference> found = new ArrayList<>();
        compare("", logged, recomputed, found);
        compare(FACTS, logged.getBid(), recomputed.getBid(), found);
        return found;
    }

    private static void compare(String prefix, Message logged, Message recomputed, List<Difference> found) {
        for (FieldDescriptor field : logged.getDescriptorForType().getFields()) {
            String name = prefix + field.getName();
            Kind kind = KINDS.get(name);
            if (kind == null) {
                continue;
            }
            // Boxed numbers are equal if their bits are, but for those that are not numbers, which are all one.
            Object before = logged.getField(field);
            Object now = recomputed.getField(field);
            if (!before.equals(now)) {
                found.add(new Difference(kind, name, shown(before), shown(now)));
            }
        }
    }

    private static String shown(Object value) {
        return switch (value) {
            case Double number -> number + " (" + Double.toHexString(number) + ")";
            case String text -> '"' + text + '"';
            case ByteString bytes -> bytes.size() + " bytes";
            default -> value.toString();
        };
    }

    /** Names of the fields of an event that are not compared. */
    static List<String> ignored() {
        List<String> names = new ArrayList<>();
        BidEvent.getDescriptor().getFields().forEach(field -> names.add(field.getName()));
        BidFacts.getDescriptor().getFields().forEach(field -> names.add(FACTS + field.getName()));
        names.removeAll(KINDS.keySet());
        return names;
    }

    @Override
    public String toString() {
        return field + " was " + logged + ", is " + recomputed;
    }
}
