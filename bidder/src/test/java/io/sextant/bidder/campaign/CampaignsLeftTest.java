package io.sextant.bidder.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Against {@link BitSet}, with few and with many words left. */
class CampaignsLeftTest {
    private static final int WORDS = 40;

    @Property(tries = 300, seed = "1")
    void shouldNarrowAsABitSetDoes(@ForAll long seed) {
        var random = new SplittableRandom(seed);
        int startWords = random.nextBoolean() ? 1 + random.nextInt(8) : WORDS;
        long[] active = set(random, 2);
        var left = new CampaignsLeft(WORDS);
        BitSet expected = BitSet.valueOf(active);
        BitSet begun = new BitSet();
        for (int i = 0; i < startWords; i++) {
            int word = startWords == WORDS ? i : random.nextInt(WORDS);
            CampaignSets.add(left.start(), word);
            begun.set(word * Long.SIZE, (word + 1) * Long.SIZE);
        }
        left.begin(active);
        expected.and(begun);

        for (int step = 0; step < 6; step++) {
            narrow(random, left, expected);
            if (random.nextInt(3) == 0) {
                assertThat(left.isEmpty()).isEqualTo(expected.isEmpty());
            }
            assertThat(members(left)).isEqualTo(expected);
        }
        var copy = new CampaignsLeft(WORDS);
        copy.begin(left);
        assertThat(members(copy)).isEqualTo(expected);
    }

    private static void narrow(SplittableRandom random, CampaignsLeft left, BitSet expected) {
        long[] one = set(random, 2);
        long[] other = set(random, 3);
        long[] union = set(random, 1);
        switch (random.nextInt(6)) {
            case 0 -> {
                left.keep(one);
                expected.and(BitSet.valueOf(one));
            }
            case 1 -> {
                left.keepEither(one, other);
                BitSet either = BitSet.valueOf(one);
                either.or(BitSet.valueOf(other));
                expected.and(either);
            }
            case 2 -> {
                left.remove(other);
                expected.andNot(BitSet.valueOf(other));
            }
            case 3 -> {
                int campaign = random.nextInt(WORDS * Long.SIZE);
                left.remove(campaign);
                expected.clear(campaign);
            }
            case 4 -> {
                left.copy(one, union);
                left.unite(other, union);
                left.keep(union);
                BitSet either = BitSet.valueOf(one);
                either.or(BitSet.valueOf(other));
                expected.and(either);
            }
            default -> {
                left.copyWithout(other, union);
                left.keep(union);
                expected.andNot(BitSet.valueOf(other));
            }
        }
    }

    private static BitSet members(CampaignsLeft left) {
        BitSet members = new BitSet();
        for (int i = 0; i < left.words(); i++) {
            for (long bits = left.bits(i); bits != 0; bits &= bits - 1) {
                members.set(left.word(i) * Long.SIZE + Long.numberOfTrailingZeros(bits));
            }
        }
        return members;
    }

    /** A quarter, a half or three quarters of all bits. */
    private static long[] set(SplittableRandom random, int rarity) {
        long[] set = new long[WORDS];
        for (int i = 0; i < WORDS; i++) {
            set[i] = random.nextLong() | (rarity == 2 ? random.nextLong() : 0);
            set[i] &= rarity == 3 ? random.nextLong() : -1;
        }
        return set;
    }
}
