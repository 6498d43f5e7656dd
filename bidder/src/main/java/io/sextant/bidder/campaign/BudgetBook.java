package io.sextant.bidder.campaign;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.protocol.event.CampaignSpend;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each campaign has spent today in each arm, as the controller settled it, and from that who is out of budget. A
 * campaign's budget is divided by the arms' shares, or arms would starve each other.
 *
 * <p>
 * Threading: not thread-safe; cold, owned by whoever publishes snapshots.
 */
public final class BudgetBook {
    private static final long NANOS_PER_MICRO = 1000;

    private record Account(String campaignId, String arm) {}

    private final List<Arm> arms;
    private final Map<Account, Long> spentNanos = new HashMap<>();
    private long day = Long.MIN_VALUE;

    /** Opens an empty book. */
    public BudgetBook(List<Arm> arms) {
        this.arms = List.copyOf(arms);
    }

    /** Notes the sum that an account has spent on its day; sums of earlier days are forgotten, late ones ignored. */
    public void note(CampaignSpend spend) {
        if (spend.getDay() > day) {
            day = spend.getDay();
            spentNanos.clear();
        }
        if (spend.getDay() == day) {
            spentNanos.put(new Account(spend.getCampaignId(), spend.getArm()), spend.getSpendNanos());
        }
    }

    /** Who is out of budget, by the index's ad numbers. */
    public BudgetState state(CampaignIndex index) {
        long[][] exhausted = new long[arms.size()][index.words()];
        for (int number = 0; number < index.size(); number++) {
            Campaign campaign = index.ad(number).campaign();
            if (campaign.dailyBudgetMicros() == Campaign.UNLIMITED) {
                continue;
            }
            for (int arm = 0; arm < exhausted.length; arm++) {
                if (isExhausted(campaign, arms.get(arm))) {
                    AdSets.add(exhausted[arm], number);
                }
            }
        }
        return new BudgetState(index, day, exhausted);
    }

    private boolean isExhausted(Campaign campaign, Arm arm) {
        long spent = spentNanos.getOrDefault(new Account(campaign.id(), arm.name()), 0L);
        return spent >= campaign.dailyBudgetMicros() * (double) NANOS_PER_MICRO * arm.share();
    }
}
