package io.sextant.bidder.campaign;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.protocol.event.ExhaustedCampaigns;
import java.util.SortedSet;

/**
 * The campaigns that an arm may not bid for on a day. Immutable.
 *
 * @param fingerprint hash of the message's bytes; 0 if there are none
 * @param campaigns   the campaigns
 */
public record Exhausted(long fingerprint, ExhaustedCampaigns campaigns) {
    /** No campaign. */
    public static final Exhausted NONE = new Exhausted(0, ExhaustedCampaigns.getDefaultInstance());

    private static final Hasher64 HASH = Hashing.xxh3_64(0xb0d6e7L);

    static Exhausted of(String arm, SortedSet<String> campaignIds) {
        return campaignIds.isEmpty() ? NONE
                : of(ExhaustedCampaigns.newBuilder().setArm(arm).addAllCampaignId(campaignIds).build());
    }

    /** The campaigns of a message that has been kept. */
    public static Exhausted of(ExhaustedCampaigns campaigns) {
        return new Exhausted(HASH.hashBytesToLong(campaigns.toByteArray()), campaigns);
    }
}
