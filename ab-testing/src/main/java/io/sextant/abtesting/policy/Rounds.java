package io.sextant.abtesting.policy;

import java.util.SplittableRandom;

/** Drawing rounds anew, with replacement: each comes as often as a Poisson number of mean 1 says. Stateless. */
final class Rounds {
    private Rounds() {}

    /** How often each round comes. */
    static int[] drawn(int rounds, SplittableRandom random) {
        int[] times = new int[rounds];
        for (int round = 0; round < rounds; round++) {
            double left = random.nextDouble();
            double share = Math.exp(-1);
            // Shares beyond the 20th lie below the last digit.
            for (int k = 1; left >= share && k < 20; k++) {
                left -= share;
                share /= k;
                times[round]++;
            }
        }
        return times;
    }
}
