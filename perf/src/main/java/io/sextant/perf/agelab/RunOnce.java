package io.sextant.perf.agelab;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sextant.perf.agelab.AgeLabConfig.RowConfig;
import io.sextant.perf.agelab.world.NewsWorld;
import io.sextant.perf.agelab.world.Round;
import io.sextant.uncertainty.choice.PolicyChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * One policy in one world: warm start, calibration of λ, decisions. Threading: any; each run is one thread's.
 */
final class RunOnce {
    private static final double SECONDS = 1e-9;
    private static final int WORLDS = 4;

    private final AgeLabConfig config;
    private final WarmStarts starts;
    /** Runs of a seed that stand beside each other share their world: making one takes as long as thousands of decisions. */
    private final Cache<WorldKey, NewsWorld> worlds = Caffeine.newBuilder().maximumSize(WORLDS).build();

    private record WorldKey(long seed, long events) {}

    /** What is to be run. */
    record Job(RowConfig row, LabPolicy policy, double share, long seed, long rounds) {}

    RunOnce(AgeLabConfig config, WarmStarts starts) {
        this.config = config;
        this.starts = starts;
    }

    /** Runs a job; tells rounds as they are done. */
    PolicyRun run(Job job, LongConsumer progress) throws IOException {
        long warm = config.events().warmStart();
        int every = config.world().candidates();
        NewsWorld world = worlds.get(new WorldKey(job.seed, warm + every * job.rounds),
                key -> new NewsWorld(config.world(), key.seed, key.events));
        ItemCatalogue catalogue = ItemCatalogue.multiHot(config.world().features(), config.world().articles());
        LabPolicy policy = job.policy;
        double strength = job.row.strength(policy);
        PolicyChoice choice = policy.choice(strength, job.row.lambda());
        NetSettings net = job.row.net();
        Learner learner = new Learner(catalogue, net, policy.members(), Learner.Extras.of(choice.needs()), job.seed,
                config.world().ctr());
        try (PolicyContestant contestant = new PolicyContestant(learner,
                (now, capacity, lambda) -> policy.choice(strength, lambda).newPolicy(now.model(), capacity), every,
                job.row.lambda(), job.seed)) {
            remember(learner, world, warm);
            contestant
                    .restore(starts.of(new WarmStarts.Key(net, job.share, job.seed, warm, policy.members()), catalogue,
                            config.world().ctr(), pupil -> teach(pupil, world, warm, net.passes())));
            boolean calibrated = choice.kind().isAge() && job.row.logitTarget() > 0
                    && StepCalibration.calibrate(contestant, last(world, warm), strength);
            NewItems items = new NewItems(world, contestant, config.events().newItemDisplays());
            for (long event = 0; event < warm; event++) {
                items.displayed(world.shown(event));
            }
            long startNs = System.nanoTime();
            Tally tally = Evaluation.onPolicy(world, contestant, warm, every, job.rounds, items, progress);
            double seconds = (System.nanoTime() - startNs) * SECONDS;
            Diagnostics told = contestant.diagnostics();
            return new PolicyRun(job.row.name(), policy.word(), job.share, job.seed, tally.rounds(), tally.clicks(),
                    tally.expected(), tally.best(), told.medianMove(), told.moved(), told.rankChanges(),
                    told.topChanged(), learner.movement(), learner.startLength(), contestant.lambda(), calibrated,
                    seconds, items.fresh(), items.errors());
        }
    }

    /** The warm start: what was shown by chance. */
    private static void teach(Learner learner, NewsWorld world, long warm, int passes) {
        Round round = world.newRound();
        int[] rows = new int[learner.model().description().schema().requestFields()];
        for (int pass = 0; pass < passes; pass++) {
            for (long event = 0; event < warm; event++) {
                world.draw(event, round);
                learner.request(round, rows);
                learner.learn(rows, round.candidates[round.shown], round.clicked);
            }
        }
    }

    /** The warm start's last examples, which whoever trained it has seen. */
    private static void remember(Learner learner, NewsWorld world, long warm) {
        Round round = world.newRound();
        int[] rows = new int[learner.model().description().schema().requestFields()];
        for (long event = Math.max(0, warm - Learner.PROCESS_EXAMPLES); event < warm; event++) {
            world.draw(event, round);
            learner.request(round, rows);
            learner.remember(rows, round.candidates[round.shown], round.clicked);
        }
    }

    /** The last events of the warm start, which no policy decides on. */
    private List<Round> last(NewsWorld world, long warm) {
        List<Round> rounds = new ArrayList<>();
        for (long event = Math.max(0, warm - config.events().calibrationCount()); event < warm; event++) {
            Round round = world.newRound();
            world.draw(event, round);
            rounds.add(round);
        }
        return rounds;
    }
}
