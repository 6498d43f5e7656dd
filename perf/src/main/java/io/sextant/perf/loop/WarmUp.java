package io.sextant.perf.loop;

import io.sextant.bidder.BidderConfig;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.fixtures.market.ClickProcess;
import io.sextant.fixtures.market.ClickProcess.Response;
import io.sextant.fixtures.market.Offer;
import io.sextant.fixtures.market.Opportunity;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.perf.BenchFiles;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.Example;
import io.sextant.trainer.TrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongPredicate;

/**
 * A market in which an arm that does not explore has bid and learned for a while: what its model learned from, in order, and
 * what comes next. The same market, seed and settings give the same, on however many threads.
 *
 * <p>
 * Threading: immutable but for the click process, which one thread asks.
 */
public final class WarmUp {
    /** The arm that bids: plain click probabilities, no exploration. */
    public static final String ARM = "control";

    private static final String ALONE = "[{name: " + ARM + ", weight: 1, pctr: plain, exploration: none}]";
    /** A step's requests are divided among so many lanes, whatever the machine. */
    private static final int LANES = 4;

    private final World world;
    private final FeatureSchema schema;
    private final List<Example> examples = new ArrayList<>();
    private final Map<List<Integer>, SequencedMap<Creative, Integer>> bought = new HashMap<>();
    private final SequencedMap<Creative, Integer> boughtAnywhere = new LinkedHashMap<>();
    private final int[] kind;
    private final ClickProcess clicks;
    private Duration end = Duration.ZERO;

    /**
     * A creative that was bought for.
     *
     * @param id       its id
     * @param features its table rows, field by field
     */
    public record Creative(String id, List<Integer> features) {
        public Creative {
            features = List.copyOf(features);
        }
    }

    private WarmUp(World world, FeatureSchema schema) {
        this.world = world;
        this.schema = schema;
        this.kind = new int[]{place(schema, "format"), place(schema, "size")};
        this.clicks = world.clicks();
    }

    private static int place(FeatureSchema schema, String field) {
        return schema.fields().stream().map(FeatureSchema.Field::name).toList().indexOf(field);
    }

    /**
     * Bids until the arm has bought and learned from so many impressions.
     *
     * @param world       where
     * @param bidding     the bidder's settings that differ from its reference
     * @param training    the trainer's settings that differ from its reference
     * @param impressions at least
     * @param threads     that bid and learn
     * @param progress    told impressions learned, every minute of the market; false ends it there
     */
    public static WarmUp run(World world, Map<String, String> bidding, Map<String, String> training,
            long impressions, int threads, LongPredicate progress) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("sextant-warm-up");
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        Map<String, String> learning = new HashMap<>(Map.of("training.threads", "1"));
        learning.putAll(training);
        learning.put("models.dir", directory.toString());
        Map<String, String> alone = new HashMap<>(bidding);
        alone.put("experiment.arms", ALONE);
        BidderConfig config = load("bidder", BidderConfig.class, alone);
        var warm = new WarmUp(world, config.models().schema());
        try (var controller = new SimulatedController(
                load("controller", ControllerConfig.class, MarketRun.WINDOWS));
                var arm = new LearningArm(ARM, load("trainer", TrainerConfig.class, learning), world.clicks(),
                        warm.listener())) {
            var bidder = new Bidder(config, MarketCommand.catalogue(config, directory), world, LANES);
            var loop = new MarketLoop(world, List.of(bidder), controller, Duration.ZERO, workers);
            loop.seat(bidder, arm, arm.publish(world.timeMs(Duration.ZERO)), MarketLoop.StepListener.NONE);
            boolean wanted = true;
            while (wanted && warm.examples.size() < impressions) {
                loop.step();
                wanted = progress.test(warm.examples.size());
            }
            warm.end = loop.elapsed();
            return warm;
        } finally {
            workers.close();
            BenchFiles.delete(directory);
        }
    }

    private ArmListener listener() {
        return new ArmListener() {
            @Override
            public void shown(Win win, Response response, ClickProcess audience) {
                count(win.bid());
            }

            @Override
            public void taught(Example example) {
                examples.add(example);
            }
        };
    }

    private static <T extends Record> T load(String process, Class<T> type, Map<String, String> settings) {
        // Without the environment: the same command is the same run everywhere.
        return new ConfigurationLoader(process, Map.of()).load(type, null, settings);
    }

    private void count(BidFacts bid) {
        List<Integer> features = bid.getFeatureList();
        var creative = new Creative(bid.getCreativeId(), features.subList(schema.requestFields(), schema.size()));
        boughtAnywhere.merge(creative, 1, Integer::sum);
        bought.computeIfAbsent(List.of(features.get(kind[0]), features.get(kind[1])),
                _ -> new LinkedHashMap<>()).merge(creative, 1, Integer::sum);
    }

    /** The features of its model. */
    public FeatureSchema schema() {
        return schema;
    }

    /** What the arm's trainer was given, in order; a correction is two examples, the first of weight -1. */
    public List<Example> examples() {
        return List.copyOf(examples);
    }

    /** Every creative that was bought for, with the number of impressions. */
    public SequencedMap<Creative, Integer> creatives() {
        return boughtAnywhere;
    }

    /**
     * The creatives that were bought for on impressions of a request's formats and size, with their numbers; those bought
     * for anywhere if there is none.
     *
     * @param request [requestFields] table rows
     */
    public SequencedMap<Creative, Integer> creatives(int[] request) {
        return bought.getOrDefault(List.of(request[kind[0]], request[kind[1]]), boughtAnywhere);
    }

    /** Number of the first request after the warm-up. */
    public long next() {
        return world.indexAt(end);
    }

    /** A request, and what lies behind it. */
    public Offer offer(long index) {
        return world.offer(index);
    }

    /** When a request comes, in milliseconds since the epoch. */
    public long timeMs(long index) {
        return world.timeMs(index);
    }

    /** The probability that the creative would be clicked there, by somebody who has not seen it yet. */
    public double probability(Opportunity opportunity, String creativeId) {
        return clicks.probability(opportunity, creativeId);
    }
}
