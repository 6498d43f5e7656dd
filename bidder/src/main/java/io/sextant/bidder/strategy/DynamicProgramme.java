package io.sextant.bidder.strategy;

import java.util.function.IntConsumer;

/**
 * The most value that can still be had, for each number of auctions and each whole budget left, and so what to bid for an
 * impression: the highest price at which having it is worth more than what the price would buy later. Immutable and
 * thread-safe; {@link #bid} is a binary search.
 *
 * @implNote Cai and others (2017), Real-time bidding by reinforcement learning in display advertising, eq. 8 to 10 and
 *           algorithm 1, with the mean value of their case without features or with several points of it. Beyond the horizon
 *           they learn the table with a net, or map a state to one of the same budget an auction; here the latter, which the
 *           bids of the table itself approach as both grow.
 */
final class DynamicProgramme implements BudgetPlan {
    /** A third of a gigabyte of doubles: what a tool may ask for, and far more than a bidder should. */
    private static final long CELLS_MAX = 40_000_000;

    /*
     * most[t][b]: with t auctions and b ticks left. Each row follows from the one before:
     *
     *   most[t][b] = most[t-1][b] + Σ_price chance(price) · mean_v max(0, v + most[t-1][b - price] - most[t-1][b])
     *
     * since a bid may win at all prices up to itself, and what is gained falls as the price rises: taking all gains above 0 is
     * bidding the highest price that still gains.
     */
    private final double[][] most;
    private final int budget;
    private final int highest;

    private DynamicProgramme(double[][] most, int budget, int highest) {
        this.most = most;
        this.budget = budget;
        this.highest = highest;
    }

    static DynamicProgramme solve(Outlook outlook, int auctionsMax, IntConsumer progress) {
        int highest = outlook.prices().highest();
        int auctions = Math.min(outlook.auctions(), auctionsMax);
        // More than the highest price each time cannot be spent.
        long budget = (long) Math.min((double) auctions * highest, outlook.budget() * auctions / outlook.auctions());
        if ((budget + 1) * auctions > CELLS_MAX) {
            throw new IllegalArgumentException("a table of " + auctions + " auctions and a budget of " + budget
                    + " ticks has more than " + CELLS_MAX + " cells; plan fewer auctions ahead, or in larger ticks");
        }
        double[][] most = new double[auctions][(int) budget + 1];
        for (int t = 1; t < auctions; t++) {
            step(outlook, most[t - 1], most[t], (int) Math.min(budget, (long) t * highest));
            progress.accept(t);
        }
        return new DynamicProgramme(most, (int) budget, highest);
    }

    /** One more auction. Beyond {@code reach} a budget buys all there is. */
    private static void step(Outlook outlook, double[] before, double[] after, int reach) {
        PriceDistribution prices = outlook.prices();
        ValueDistribution values = outlook.values();
        System.arraycopy(before, 0, after, 0, reach + 1);
        for (int i = 0; i < values.size(); i++) {
            double value = values.point(i);
            for (int price = 0; price <= Math.min(reach, prices.highest()); price++) {
                double chance = prices.chance(price) / values.size();
                if (chance > 0) {
                    // Where one price gains nothing at any budget, no higher one does.
                    if (!gains(before, value, price, reach)) {
                        break;
                    }
                    addGains(before, after, value, price, chance, reach);
                }
            }
        }
        for (int left = reach + 1; left < after.length; left++) {
            after[left] = after[reach];
        }
    }

    private static boolean gains(double[] before, double value, int price, int reach) {
        for (int left = reach; left >= price; left--) {
            if (value + before[left - price] - before[left] > 0) {
                return true;
            }
        }
        return false;
    }

    /** A loop of its own that the compiler makes vectors of. */
    private static void addGains(double[] before, double[] after, double value, int price, double chance, int reach) {
        for (int left = price; left <= reach; left++) {
            after[left] += chance * Math.max(0, value + before[left - price] - before[left]);
        }
    }

    @Override
    public double bid(double value, double budgetLeft, double auctionsLeft) {
        double scale = Math.min(1, most.length / auctionsLeft);
        if (budgetLeft * scale > budget) {
            scale = budget / budgetLeft;
        }
        int auctions = Math.max(1, (int) Math.round(Math.min(most.length, auctionsLeft * scale)));
        int left = (int) Math.min(budget, budgetLeft * scale);
        double[] later = most[auctions - 1];
        double least = later[left] - value;
        int low = 0;
        int high = Math.min(left, highest);
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (later[left - middle] >= least) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The most value that can be had. */
    double most(int auctionsLeft, int budgetLeft) {
        return most[auctionsLeft][budgetLeft];
    }
}
