package io.sextant.controller.ledger;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.controller.LedgerConfig;
import io.sextant.controller.state.Settlement;
import io.sextant.protocol.event.BudgetTerms;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.Pacing;
import java.time.Instant;
import java.util.Map;

/** What bidders ask and what attribution tells, of one account. */
public final class Requests {
    public static final String CAMPAIGN = "shoes";
    public static final String ARM = "uncertainty";
    public static final long USD = 1_000_000_000;
    /** Noon in UTC. */
    public static final long START_MS = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    public static final int DAY = (int) (START_MS / 86_400_000);

    private Requests() {}

    /** The reference's settings with these. */
    public static LedgerConfig config(Map<String, String> overrides) {
        return new ConfigurationLoader("controller", Map.of()).load(ControllerConfig.class, null, overrides).ledger();
    }

    public static BudgetTerms.Builder terms(long dailyNanos, long totalNanos) {
        return BudgetTerms.newBuilder().setDailyNanos(dailyNanos).setTotalNanos(totalNanos).setTimeZone("UTC")
                .setPacing(Pacing.PACING_ASAP);
    }

    public static LeaseRequest.Builder request(long lease, long sequence, long timeMs, long wantNanos,
            BudgetTerms.Builder terms) {
        return LeaseRequest.newBuilder().setBidder("bidder-" + lease).setLeaseId(lease).setCampaignId(CAMPAIGN)
                .setArm(ARM).setBudgetDay(DAY).setSequence(sequence).setTimeMs(timeMs).setWantNanos(wantNanos)
                .setTerms(terms);
    }

    public static Settlement charge(long lease, long nanos) {
        return Settlement.newBuilder().setCampaignId(CAMPAIGN).setArm(ARM).setLeaseId(lease).setBudgetDay(DAY)
                .setBidTimeMs(START_MS).setSpendNanos(nanos).setImpressions(1).build();
    }
}
