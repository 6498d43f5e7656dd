package io.sextant.bidder.campaign;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.protocol.event.CampaignSpend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What each campaign has spent today in each arm, as the controller settled it, and from that who is out of budget. A
 * campaign's budget is divided by the arms' shares, or arms would starve each other.
 *
 * <p>
 * Threading: not thread-safe; cold, owned by whoever publishes snapshots.
 */
public final class BudgetBook {
    private static final double NANOS_PER_MICRO = 1000;

    private final List<Arm> arms;
    /** By campaign id, then arm number. */
    private final Map<String, long[]> spentNanos = new HashMap<>();
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
        for (int arm = 0; arm < arms.size(); arm++) {
            if (spend.getDay() == day && arms.get(arm).name().equals(spend.getArm())) {
                spentNanos.computeIfAbsent(spend.getCampaignId(), _ -> new long[arms.size()])[arm] = spend
                        .getSpendNanos();
            }
        }
    }

    /** Who is out of budget, by the index's campaign numbers. */
    public BudgetState state(CampaignIndex index) {
        long[][] exhausted = new long[arms.size()][index.words()];
        List<SortedSet<String>> campaigns = new ArrayList<>();
        arms.forEach(_ -> campaigns.add(new TreeSet<>()));
        long[] nothing = new long[arms.size()];
        for (int number = 0; number < index.campaigns(); number++) {
            Campaign campaign = index.campaign(number);
            if (campaign.budget().dailyMicros() == Budget.UNLIMITED) {
                continue;
            }
            long[] spent = spentNanos.getOrDefault(campaign.id(), nothing);
            for (int arm = 0; arm < exhausted.length; arm++) {
                if (spent[arm] >= campaign.budget().dailyMicros() * NANOS_PER_MICRO * arms.get(arm).share()) {
                    CampaignSets.add(exhausted[arm], number);
                    campaigns.get(arm).add(campaign.id());
                }
            }
        }
        List<Exhausted> byArm = new ArrayList<>();
        for (int arm = 0; arm < exhausted.length; arm++) {
            byArm.add(Exhausted.of(arms.get(arm).name(), campaigns.get(arm)));
        }
        return new BudgetState(index, day, exhausted, byArm);
    }
}
