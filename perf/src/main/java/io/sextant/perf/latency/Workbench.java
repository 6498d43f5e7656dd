package io.sextant.perf.latency;

import io.sextant.configuration.ConfigurationLoader;
import io.sextant.bidder.BidderConfig;
import io.sextant.configuration.KafkaConfig;
import io.sextant.configuration.TopicCreator;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.protocol.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * All that measured bidders need but themselves: a broker in a process of its own, models of all arms, snapshots that keep
 * coming, keys, and for each bidder its catalogue and its settings. Everything lies in one directory, which the caller
 * deletes.
 *
 * <p>
 * Threading: for one thread.
 */
final class Workbench implements AutoCloseable {
    private static final int KEY_BYTES = 16;
    /** Enough for its mean and quantiles. */
    private static final int UNCERTAINTIES = 2_048;

    private final Path directory;
    private final Supply ten;
    private final Supply hundred;
    private final ArmModels models;
    private final BrokerJvm broker;
    private final SnapshotFeed feed;
    private int setups;

    /**
     * One bidder's settings, for {@code sextant bidder --config}; it listens on ports of its own choice, which it says when it
     * is up.
     *
     * @param config    the settings file
     * @param catalogue the catalogue that it watches
     * @param models    directory of the models that it loads
     * @param kafka     its topics, which no other bidder has
     * @param supply    the requests to send to it, and what to expect of them
     */
    record Setup(Path config, Path catalogue, Path models, KafkaConfig kafka, Supply supply) {}

    /**
     * Starts the broker, trains the model, and publishes.
     *
     * @param directory empty, or not there yet
     * @param progress  told the share of it that is done
     * @throws IOException if the disk does not take it, or the broker does not start
     */
    Workbench(Path directory, DoubleConsumer progress) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        this.hundred = Supply.hundredCandidates();
        this.ten = Supply.tenCandidates();
        this.models = ArmModels.train(hundred, progress);
        Files.writeString(directory.resolve("keys"), "1:" + Base64.getEncoder().encodeToString(key()) + "\n");
        this.broker = new BrokerJvm(directory.resolve("broker"), directory.resolve("broker.log"));
        boolean started = false;
        try {
            this.feed = new SnapshotFeed(kafka(""), models.uncertainties(hundred, UNCERTAINTIES));
            started = true;
        } finally {
            if (!started) {
                broker.close();
            }
        }
    }

    private KafkaConfig kafka(String prefix) throws IOException {
        return new ConfigurationLoader("bidder", Map.of()).load(BidderConfig.class, null,
                Map.of("kafka.bootstrap-servers", broker.bootstrapServers(), "kafka.topic-prefix", prefix)).kafka();
    }

    /**
     * The catalogue with about so many candidates a request, and the requests.
     *
     * @param candidates 10 or 100
     */
    Supply supply(int candidates) {
        return switch (candidates) {
            case 10 -> ten;
            case 100 -> hundred;
            default -> Supply.of(candidates);
        };
    }

    /** Settings of a further bidder, as users have it: three arms. */
    Setup bidder(Supply supply) throws IOException, InterruptedException {
        return bidder(supply, ArmMix.THREE_ARMS);
    }

    /** Settings of a further bidder, with a directory of its own for all that it reads and writes. */
    Setup bidder(Supply supply, ArmMix mix) throws IOException, InterruptedException {
        setups++;
        KafkaConfig kafka = kafka("bidder-" + setups + "-");
        new TopicCreator(kafka).createMissing(Topics.all());
        feed.follow(kafka);
        Path own = Files.createDirectories(directory.resolve("bidder-" + setups));
        Path catalogue = own.resolve("campaigns.json");
        CatalogueFile.write(catalogue, supply.campaigns());
        Path modelsDir = own.resolve("models");
        for (String arm : ArmMix.ARMS) {
            models.write(modelsDir, arm, 0);
        }
        Path config = own.resolve("bidder.yaml");
        Files.writeString(config,
                """
                        name: bidder-%d
                        kafka:
                          bootstrap-servers: %s
                          topic-prefix: %s
                        http:
                          host: 127.0.0.1
                          port: 0
                          public-url: https://bidder.example
                        admin:
                          port: 0
                        notices:
                          keys-file: "%s"
                          journal:
                            directory: "%s"
                        models:
                          dir: "%s"
                        campaigns:
                          file: "%s"
                        budget:
                          leases: none
                        """.formatted(setups, broker.bootstrapServers(), kafka.topicPrefix(), directory.resolve("keys"),
                        own.resolve("journal"),
                        modelsDir, catalogue) + mix.yaml());
        return new Setup(config, catalogue, modelsDir, kafka, supply);
    }

    /**
     * Writes the next version of every arm's model and announces it to the bidder.
     *
     * @param setup   the bidder's
     * @param version above that of any earlier call
     */
    void swapModels(Setup setup, long version) throws IOException, InterruptedException {
        // All are written before the first is announced: what is measured is the bidder, not this.
        List<ModelArtefact> written = new ArrayList<>();
        for (String arm : ArmMix.ARMS) {
            written.add(models.write(setup.models(), arm, version));
        }
        for (ModelArtefact artefact : written) {
            feed.announce(setup.kafka(), artefact);
        }
    }

    /** The broker, to be stopped and started. */
    BrokerJvm broker() {
        return broker;
    }

    @Override
    public void close() {
        feed.close();
        broker.close();
    }

    private static byte[] key() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }
}
