package io.sextant.perf.agelab;

import io.sextant.model.ctr.CtrScratch;
import io.sextant.model.feature.FeatureBatch;
import io.sextant.perf.agelab.world.Round;
import io.sextant.uncertainty.draw.DecisionKey;
import io.sextant.uncertainty.policy.ExplorationPolicy;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A policy of the bidder's with a model of its own, which learns from what the policy shows. All candidates are worth the
 * same for a click, so the order is that of the explored logits; of equals the first is shown.
 *
 * <p>
 * Threading: one thread's. The caller closes it.
 */
final class PolicyContestant implements Contestant, AutoCloseable {
    private final Learner learner;
    private final PolicyFactory factory;
    private final int capacity;
    private final long seed;
    private final int[] requestRows;
    private final FeatureBatch batch;
    private final long[] prices;
    private final float[] plain;
    private final float[] explored;
    private final Diagnostics diagnostics = new Diagnostics();
    private CtrScratch scratch;
    private ExplorationPolicy policy;
    private double lambda;

    /** Makes policies for the models that a learner publishes. */
    interface PolicyFactory {
        /**
         * A policy for the learner's model as it is now.
         *
         * @param lambda AGE's step in units of the embedding; other policies do not look at it
         */
        ExplorationPolicy make(Learner learner, int capacity, double lambda);
    }

    /**
     * Puts the two together.
     *
     * @param learner  closed with this
     * @param capacity largest number of candidates
     * @param lambda   AGE's first step size
     * @param seed     of the policy's draws
     */
    PolicyContestant(Learner learner, PolicyFactory factory, int capacity, double lambda, long seed) {
        this.learner = learner;
        this.factory = factory;
        this.capacity = capacity;
        this.lambda = lambda;
        this.seed = seed;
        this.batch = new FeatureBatch(learner.model().description().schema(), capacity);
        this.requestRows = new int[batch.request.length];
        this.prices = new long[capacity];
        this.plain = new float[capacity];
        this.explored = new float[capacity];
        this.scratch = learner.model().newScratch(capacity);
        this.policy = factory.make(learner, capacity, lambda);
    }

    @Override
    public int choose(Round round) {
        explore(round);
        int chosen = Diagnostics.best(explored, round.size);
        diagnostics.decided(round.size, plain, explored, chosen);
        return chosen;
    }

    private void explore(Round round) {
        score(round);
        long key = DecisionKey.of(Long.toHexString(seed), Long.toHexString(round.number), learner.version());
        policy.explore(learner.model(), round.size, plain, prices, key, scratch, explored);
    }

    private void score(Round round) {
        learner.request(round, batch.request);
        batch.clear();
        for (int row = 0; row < round.size; row++) {
            batch.add(round.candidates[row]);
        }
        learner.model().begin(learner.ads(), batch, scratch);
        learner.model().score(scratch, plain);
    }

    @Override
    public void observe(Round round, int row, boolean clicked) {
        learner.request(round, requestRows);
        if (learner.learn(requestRows, round.candidates[row], clicked)) {
            renew();
        }
    }

    /** Goes on from where a learner was saved, see {@link Learner#restore}. */
    void restore(Path directory) throws IOException {
        learner.restore(directory);
        renew();
    }

    /** Learns what waits, and uses it. */
    void publish() {
        learner.publish();
        renew();
    }

    private void renew() {
        scratch.close();
        scratch = learner.model().newScratch(capacity);
        policy = factory.make(learner, capacity, lambda);
    }

    /** Takes another step size of AGE's from now on. */
    void lambda(double next) {
        lambda = next;
        policy = factory.make(learner, capacity, lambda);
    }

    /** AGE's step size. */
    double lambda() {
        return lambda;
    }

    /**
     * How far a round's candidates move, without showing any.
     *
     * @param moves [size], out: |Δlogit|
     */
    void moves(Round round, float[] moves) {
        explore(round);
        for (int row = 0; row < round.size; row++) {
            moves[row] = Math.abs(explored[row] - plain[row]);
        }
    }

    /** The plain logit of a row of the round that was last chosen from. */
    float plain(int row) {
        return plain[row];
    }

    /** The explored logit of a row of the round that was last chosen from. */
    float explored(int row) {
        return explored[row];
    }

    /** What the policy did to the ranking. */
    Diagnostics diagnostics() {
        return diagnostics;
    }

    /** The model and its training. */
    Learner learner() {
        return learner;
    }

    @Override
    public void close() {
        scratch.close();
        learner.close();
    }
}
