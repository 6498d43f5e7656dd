package io.sextant.bidder;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.ArtefactFiles;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Starts a bidder with untrained models, invented campaigns and no Kafka, lets it warm up and ends it: all that a JVM can
 * learn about a bidder before it has a configuration. For one thread.
 */
final class WarmUpRun {
    private static final long POLL_MS = 20;
    private static final long READY_MAX_NS = TimeUnit.MINUTES.toNanos(2);
    private static final double ROWS_FACTOR = 0.01;
    private static final int MASKS = 1024;
    private static final int BANNER_CAMPAIGNS = 100;
    private static final double AGE_LAMBDA = 0.05;
    private static final double INITIAL_SPREAD = 0.02;
    private static final String OTHER_FORMATS = """
            - id: video
              seat: seat
              advertiser-id: advertiser
              advertiser-domains: [brand.example]
              cpc: 2
              creatives:
                - id: video
                  format: video
                  sizes: [640x360]
                  landing-page: https://brand.example/video
                  video: {media-url: "https://cdn.example/1.mp4", mime: video/mp4, duration: 15}
            - id: native
              seat: seat
              advertiser-id: advertiser
              advertiser-domains: [brand.example]
              cpc: 2
              creatives:
                - id: native
                  format: native
                  landing-page: https://brand.example/native
                  native:
                    title: Title
                    image: {url: "https://cdn.example/2.png", w: 1200, h: 627}
                    sponsored: Brand
            """;

    private WarmUpRun() {}

    /**
     * Runs it; takes some seconds.
     *
     * @param overrides settings, by dotted key, that come after this one's own
     * @throws IllegalStateException if the bidder was not ready in time
     */
    static void run(Map<String, String> overrides) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("sextant-warm-up");
        try {
            BidderConfig config = config(directory, overrides);
            for (Arm arm : config.experiment().allocation()) {
                write(arm.name(), config.models().directory());
            }
            long startNs = System.nanoTime();
            try (BidderProcess bidder = BidderProcess.start(config)) {
                while (!bidder.ready()) {
                    if (System.nanoTime() - startNs > READY_MAX_NS) {
                        throw new IllegalStateException("the bidder did not get ready");
                    }
                    TimeUnit.MILLISECONDS.sleep(POLL_MS);
                }
            }
        } finally {
            ArtefactFiles.deleteTree(directory);
        }
    }

    private static BidderConfig config(Path directory, Map<String, String> overrides) throws IOException {
        Path catalogue = directory.resolve("campaigns.yaml");
        Files.writeString(catalogue, catalogue());
        Map<String, String> settings = new HashMap<>();
        settings.put("http.host", "127.0.0.1");
        settings.put("http.port", "0");
        settings.put("http.event-loops", "2");
        settings.put("http.warm-up-max", "1m");
        settings.put("http.connection-requests-max", "1000000000");
        settings.put("admin.port", "0");
        // A port that nobody listens on: what is told goes nowhere.
        settings.put("kafka.bootstrap-servers", "127.0.0.1:1");
        settings.put("notices.ephemeral-key", "true");
        settings.put("notices.journal.directory", directory.resolve("notices").toString());
        settings.put("models.dir", directory.resolve("models").toString());
        settings.put("models.rows-factor", Double.toString(ROWS_FACTOR));
        settings.put("campaigns.file", catalogue.toString());
        settings.putAll(overrides);
        return new ConfigurationLoader("bidder", Map.of()).load(BidderConfig.class, null, settings);
    }

    private static String catalogue() {
        var yaml = new StringBuilder("campaigns:\n");
        for (int i = 0; i < BANNER_CAMPAIGNS; i++) {
            yaml.append("""
                    - id: banner-%1$d
                      seat: seat
                      advertiser-id: advertiser-%1$d
                      advertiser-domains: [brand-%1$d.example]
                      categories: [IAB2-3]
                      cpc: 2
                      creatives:
                        - id: banner-%1$d
                          format: banner
                          sizes: [300x250]
                          image-url: https://cdn.example/%1$d.png
                          landing-page: https://brand-%1$d.example/
                    """.formatted(i));
        }
        return yaml.append(OTHER_FORMATS).toString();
    }

    /** A model of the standard shape, untrained. */
    private static void write(String arm, Path models) throws IOException {
        FeatureSchema schema = FeatureSchemas.standard(ROWS_FACTOR, FeatureSchemas.HASH_SEED);
        Architecture shape = Architecture.standard();
        var description = new ModelDescription(arm, 0, -1, schema, shape.embeddingSize(), shape.hidden(),
                shape.dropRate(), MASKS, 1, shape.gateHidden(), 1, AGE_LAMBDA, 0, 0);
        ModelArtefact.write(models, description, Weights.initial(schema, shape, 1, INITIAL_SPREAD));
    }
}
