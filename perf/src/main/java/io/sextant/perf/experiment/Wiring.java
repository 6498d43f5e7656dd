package io.sextant.perf.experiment;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.CatalogueReader;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.perf.experiment.ExperimentConfig.ArmConfig;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.perf.loop.Bidder;
import io.sextant.perf.loop.World;
import io.sextant.trainer.ModelSettings;
import io.sextant.trainer.TrainerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes the processes' settings, and bidders, from an experiment's. Immutable and thread-safe.
 *
 * @implNote The campaigns are the demo's two dozen. Nothing tells the pipeline what they have spent: no budget ever ends.
 */
final class Wiring {
    /** What the neutral slice is bid with; it is sold whatever is bid. */
    private static final String NEUTRAL_BID = "50";
    private static final String CATALOGUE = "/demo-campaigns.yaml";
    private static final long SEED_STRIDE = 0x9e3779b97f4a7c15L;

    private final Experiment experiment;
    private final World world;
    private final Path directory;
    private final Catalogue catalogue;
    private final TrainerConfig training;
    private final ControllerConfig controlling;

    /** Of one run. */
    Wiring(Experiment experiment, long seed, Path directory) throws IOException {
        ExperimentConfig config = experiment.config();
        this.experiment = experiment;
        this.world = experiment.market().world(seed);
        this.directory = directory;
        Map<String, String> trainer = new HashMap<>(config.model().trainer());
        trainer.put("model.seed", Long.toString((seed * SEED_STRIDE) >>> 16));
        trainer.put("training.threads", "1");
        // Calibrations follow a young model more closely than a fleet's would.
        trainer.put("calibration.refit-examples", "5000");
        trainer.putAll(config.trainer());
        trainer.put("models.dir", directory.toString());
        this.training = load("trainer", TrainerConfig.class, trainer);
        // The controller hears of arms once a minute.
        Map<String, String> controller = new HashMap<>(Map.of("window.pane", "1m", "window.grace", "0s",
                "window.publish", "1m", "guard.pane", "1m", "exploration.time-to-live", "3m",
                "attribution.late-window", "30m", "attribution.retention", "45m"));
        controller.putAll(config.exploration().controller());
        controller.put("exploration.arms", measures(config.arms()));
        controller.putAll(config.controller());
        this.controlling = load("controller", ControllerConfig.class, controller);
        this.catalogue = catalogue(new CatalogueReader(bidding(config.arms().subList(0, 1)).campaigns()));
    }

    private static <T extends Record> T load(String process, Class<T> type, Map<String, String> settings) {
        // Without the environment: the same command is the same run everywhere.
        return new ConfigurationLoader(process, Map.of()).load(type, null, settings);
    }

    private Catalogue catalogue(CatalogueReader reader) throws IOException {
        Path file = directory.resolve("campaigns.yaml");
        try (InputStream in = Wiring.class.getResourceAsStream(CATALOGUE)) {
            if (in == null) {
                throw new IOException("the resource " + CATALOGUE + " is missing from this build");
            }
            Files.write(file, in.readAllBytes());
        }
        return reader.read(file);
    }

    World world() {
        return world;
    }

    Path directory() {
        return directory;
    }

    /** The features of every model. */
    FeatureSchema schema() {
        return new ModelSettings(training).schema();
    }

    TrainerConfig training() {
        return training;
    }

    ControllerConfig controlling() {
        return controlling;
    }

    /** What a click is worth to each campaign, USD. */
    Map<String, Double> cpcUsd() {
        return catalogue.campaigns().stream()
                .collect(Collectors.toMap(Campaign::id, campaign -> campaign.cpcMicros() / 1e6));
    }

    /** A bidder with these arms. */
    Bidder bidder(List<ArmConfig> arms, double level, int lanes) {
        return new Bidder(bidding(arms), at(level), world, lanes);
    }

    /** A bidder that shows random creatives and gets every impression. */
    Bidder neutral(int lanes) {
        Map<String, String> settings = settings();
        settings.put("experiment.arms",
                "[{name: neutral, weight: 1, pctr: neutral, exploration: none, bid-cpm: " + NEUTRAL_BID + "}]");
        return new Bidder(load("bidder", BidderConfig.class, settings), catalogue, world,
                (_, _, bid) -> Optional.of(bid), lanes);
    }

    private BidderConfig bidding(List<ArmConfig> arms) {
        Map<String, String> settings = settings();
        settings.put("exploration.arms", measures(arms));
        settings.put("experiment.arms", arms.stream()
                .map(arm -> "{name: \"" + arm.name() + "\", weight: " + arm.weightOrOne() + ", pctr: "
                        + word(arm.pctr())
                        + ", exploration: " + word(arm.exploration()) + "}")
                .collect(Collectors.joining(", ", "[", "]")));
        arms.forEach(arm -> settings.putAll(arm.bidderSettings()));
        return load("bidder", BidderConfig.class, settings);
    }

    private Map<String, String> settings() {
        ExperimentConfig config = experiment.config();
        Map<String, String> settings = new HashMap<>();
        settings.put("bidding.candidates-max", Integer.toString(config.candidates()));
        settings.put("models.rows-factor", Double.toString(config.model().rowsFactor()));
        // Nothing is acted on where an arm does not explore; measuring it there would only take time.
        settings.put("exploration.measured-share", "0");
        settings.putAll(config.bidder());
        return settings;
    }

    /** How each arm measures, for bidders and controller alike. */
    private static String measures(List<ArmConfig> arms) {
        return arms.stream()
                .map(arm -> "\"" + arm.name() + "\": {estimator: " + word(arm.measure().estimator()) + ", scale: "
                        + word(arm.measure().scale()) + ", passes: " + arm.measure().passes() + "}")
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The arm that only buys: plain click probability, modifier 1. */
    static ArmConfig plain(String name) {
        return new ArmConfig(name, null, null, Arm.PctrRule.PLAIN, Arm.ExplorationRule.NONE, null, null, null, null);
    }

    /** The catalogue of a bidder that bids so many times as much. */
    private Catalogue at(double level) {
        return level == 1 ? catalogue
                : new Catalogue(catalogue.sha256(),
                        catalogue.campaigns().stream().map(campaign -> at(level, campaign)).toList());
    }

    private static Campaign at(double level, Campaign c) {
        return new Campaign(c.id(), c.advertiserId(), c.advertiserDomains(), c.appBundle(), c.categories(),
                c.categoryTaxonomy(), c.seat(), Math.round(c.cpcMicros() * level), c.firstPriceMargin(),
                c.secondPriceMargin(), c.bidCapCpmMicros(), c.budget(), c.frequencyCaps(), c.language(), c.dealIds(),
                c.dealsOnly(), c.schedule(), c.targeting(), c.creatives());
    }
}
