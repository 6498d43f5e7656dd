package io.sextant.perf.agelab;

import io.sextant.perf.agelab.log.RoundSource;
import io.sextant.perf.agelab.world.NewsWorld;
import io.sextant.perf.agelab.world.Round;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * Two ways to find what a policy is worth that come to the same: by letting it show, and by replaying a log in which what
 * was shown had been drawn uniformly. In a replay an event counts only if the policy chose what was shown, one in as many as
 * there are candidates; what is left is, in distribution, what the policy would have met on its own (Li, Chu, Langford and
 * Wang 2011, theorem 1). Stateless.
 */
final class Evaluation {
    /** Progress is told every so many events. */
    private static final int TOLD_EVERY = 256;

    private Evaluation() {}

    /** Hears of what was shown. */
    interface Listener {
        /** Of a listener that does nothing. */
        Listener NONE = (_, _, _) -> {};

        /** Candidate {@code row} of the round was shown; called before the contestant learns of it. */
        void shown(Round round, int row, boolean clicked);
    }

    /** Shows the contestant the log's first events, whatever it would have chosen: the warm start. */
    static void warm(NewsWorld world, Contestant contestant, long events, LongConsumer progress) {
        Round round = world.newRound();
        for (long event = 0; event < events; event++) {
            world.draw(event, round);
            contestant.observe(round, round.shown, round.clicked);
            tell(event, progress);
        }
        progress.accept(events % TOLD_EVERY);
    }

    /**
     * Lets the contestant show.
     *
     * @param from   number of the first event
     * @param every  distance of the events that are shown, so that they go over the same time as a replay that keeps one in
     *               as many
     * @param rounds number of events
     */
    static Tally onPolicy(NewsWorld world, Contestant contestant, long from, int every, long rounds,
            Listener listener, LongConsumer progress) {
        Round round = world.newRound();
        long clicks = 0;
        double expected = 0;
        double best = 0;
        for (long i = 0; i < rounds; i++) {
            world.draw(from + i * every, round);
            int row = contestant.choose(round);
            boolean clicked = world.clicks(round, row);
            clicks += clicked ? 1 : 0;
            expected += world.probability(round, row);
            best += best(world, round);
            listener.shown(round, row, clicked);
            contestant.observe(round, row, clicked);
            tell(i, progress);
        }
        progress.accept(rounds % TOLD_EVERY);
        return new Tally(rounds, rounds, clicks, expected, best);
    }

    private static double best(NewsWorld world, Round round) {
        double best = 0;
        for (int row = 0; row < round.size; row++) {
            best = Math.max(best, world.probability(round, row));
        }
        return best;
    }

    /**
     * Replays what is left of a log.
     *
     * @param roundsMax ends when so many events were kept
     */
    static Tally replay(RoundSource log, Contestant contestant, Round round, long roundsMax, Listener listener,
            LongConsumer progress) throws IOException {
        long events = 0;
        long rounds = 0;
        long clicks = 0;
        while (rounds < roundsMax && log.next(round)) {
            if (contestant.choose(round) == round.shown) {
                rounds++;
                clicks += round.clicked ? 1 : 0;
                listener.shown(round, round.shown, round.clicked);
                contestant.observe(round, round.shown, round.clicked);
            }
            tell(events++, progress);
        }
        progress.accept(events % TOLD_EVERY);
        return new Tally(events, rounds, clicks, Double.NaN, Double.NaN);
    }

    private static void tell(long event, LongConsumer progress) {
        if ((event + 1) % TOLD_EVERY == 0) {
            progress.accept(TOLD_EVERY);
        }
    }
}
