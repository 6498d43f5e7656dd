package io.sextant.bidder;

import io.micrometer.core.instrument.FunctionCounter;
import io.sextant.bidder.event.ModelSwap;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.model.calibration.Calibration;
import io.sextant.model.calibration.SegmentCalibrations;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.ArtefactDelta;
import io.sextant.model.ctr.GaussianProcess;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.RowChanges;
import io.sextant.model.ctr.Weights;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.training.GaussianProcessFit;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LedgerHeartbeat;
import io.sextant.protocol.snapshot.ModelDelta;
import io.sextant.protocol.snapshot.ModelSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A bidder with a small untrained model for each arm, a catalogue with a creative of every format, and no Kafka: its
 * bootstrap address is a closed port.
 */
public final class RunningBidder implements AutoCloseable {
    /** Rows of the models' tables, relative to the standard schema. */
    public static final double ROWS_FACTOR = 0.01;

    private static final String CATALOGUE = """
            campaigns:
              - id: summer
                seat: seat-1
                advertiser-id: adv-1
                advertiser-domains: [brand.example]
                categories: [IAB2-3]
                cpc: 2
                creatives:
                  - id: summer-banner
                    format: banner
                    sizes: [300x250, 320x50, 728x90]
                    image-url: https://cdn.example/1.png
                    landing-page: https://brand.example/summer?a=1&b=2
                    attributes: [1]
                  - id: summer-banner-2
                    format: banner
                    sizes: [300x250, 320x50, 728x90]
                    image-url: https://cdn.example/2.png
                    landing-page: https://brand.example/other
                  - id: summer-video
                    format: video
                    sizes: [640x360]
                    landing-page: https://brand.example/video
                    video: {media-url: "https://cdn.example/2.mp4", mime: video/mp4, duration: 15}
                  - id: summer-native
                    format: native
                    landing-page: https://brand.example/native
                    native:
                      title: Summer
                      image: {url: "https://cdn.example/3.png", w: 1200, h: 627}
                      icon: {url: "https://cdn.example/4.png", w: 80, h: 80}
                      sponsored: Brand
                      description: All of it
                      cta: Look
            """;

    /** The bidder. */
    public final BidderProcess process;
    /** An HTTP/1.1 client that keeps connections. */
    public final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();

    private RunningBidder(BidderProcess process) {
        this.process = process;
    }

    /** Starts one. */
    public static RunningBidder start(Path directory, Map<String, String> settings) throws IOException {
        for (String arm : List.of("control", "random", "uncertainty")) {
            writeModel(directory.resolve("models"), arm, 0);
        }
        return new RunningBidder(BidderProcess.start(config(directory, settings)));
    }

    /** Starts one whose waits and deadlines are by the given clock. */
    public static RunningBidder start(Path directory, Map<String, String> settings, LongSupplier nanoClock)
            throws IOException {
        for (String arm : List.of("control", "random", "uncertainty")) {
            writeModel(directory.resolve("models"), arm, 0);
        }
        return new RunningBidder(BidderProcess.start(config(directory, settings), nanoClock));
    }

    /** The settings that it starts with. */
    public static BidderConfig config(Path directory, Map<String, String> settings) throws IOException {
        Path catalogue = directory.resolve("campaigns.yaml");
        if (!Files.exists(catalogue)) {
            Files.writeString(catalogue, CATALOGUE);
        }
        var all = new HashMap<>(Map.of("http.host", "127.0.0.1", "http.port", "0", "admin.port", "0",
                "http.event-loops", "2", "kafka.bootstrap-servers", "127.0.0.1:1", "notices.ephemeral-key", "true",
                "models.rows-factor", Double.toString(ROWS_FACTOR), "http.tmax-default", "5s"));
        all.putAll(Map.of("http.tmax-max", "5s", "http.shed-after", "5s", "http.warm-up-max", "0s",
                "notices.journal.directory",
                directory.resolve("notices").toString(), "models.dir", directory.resolve("models").toString(),
                "campaigns.file", catalogue.toString(), "budget.leases", "none"));
        all.putAll(settings);
        return new ConfigurationLoader("bidder", Map.of()).load(BidderConfig.class, null, all);
    }

    /** Writes a small untrained model; each version another one. */
    public static ModelArtefact writeModel(Path models, String arm, long version) throws IOException {
        FeatureSchema schema = FeatureSchemas.standard(ROWS_FACTOR, FeatureSchemas.HASH_SEED);
        var architecture = new Architecture(4, List.of(8, 4), 0.2, 4);
        var description = new ModelDescription(arm, version, version - 1, schema, 4, architecture.hidden(), 0.2, 1024,
                7, 4, 1, 0.05, 0, 0).withCalibration(calibration(version));
        Weights weights = Weights.initial(schema, architecture, 11 + version, 0.02);
        if (arm.equals("process")) {
            weights.setProcess(process());
        }
        return ModelArtefact.write(models, description, weights);
    }

    /** Two lessons about hidden outputs of the untrained net's size. */
    private static GaussianProcess process() {
        float[] outputs = {0, 0.01f, 0.02f, 0, 0.03f, 0, 0, 0.01f};
        return GaussianProcessFit.fit(4, outputs, new float[]{-4, -3}, new float[]{0, 1}, 10, 0.02, 1);
    }

    /** None of version 0, as in life; of later ones another each, and one for an exchange. */
    private static SegmentCalibrations calibration(long version) {
        if (version == 0) {
            return SegmentCalibrations.identity();
        }
        double[] scores = {0.01, 0.03};
        return new SegmentCalibrations(Calibration.of(scores, new double[]{0.008, 0.02 + version * 0.001}),
                Map.of("adx", Calibration.of(scores, new double[]{0.012, 0.04 + version * 0.001})));
    }

    /** Writes the version after {@code parent} as a delta: every seventh row and the net are changed. */
    public static ArtefactDelta.Written writeDelta(Path models, ModelArtefact parent) throws IOException {
        long version = parent.description().version() + 1;
        ModelDescription was = parent.description();
        var description = new ModelDescription(was.arm(), version, version - 1, was.schema(), 4, was.hidden(), 0.2,
                1024, 7, 4, 1, 0.05, 0, 0).withCalibration(calibration(version));
        Weights next = Weights.initial(was.schema(), was.architecture(), 11 + version, 0.02);
        Weights weights = parent.weights().copy();
        for (int row = 0; row < was.schema().rows(); row += 7) {
            System.arraycopy(next.embedding, row * 4, weights.embedding, row * 4, 4);
        }
        weights.output[0] += 1;
        return ArtefactDelta.write(models, parent, description, weights,
                RowChanges.between(parent.weights(), weights));
    }

    /** What is announced of a full artefact. */
    public static ModelSnapshot announcement(ModelArtefact artefact) {
        return ModelSnapshot.newBuilder().setArm(artefact.description().arm())
                .setVersion(artefact.description().version()).setFullVersion(artefact.description().version())
                .setLocation(artefact.directory().toAbsolutePath().toUri().toString()).setSha256(artefact.sha256())
                .setSchemaFingerprint(artefact.description().schema().fingerprint()).build();
    }

    /** What is announced of a delta that follows what was announced before. */
    public static ModelSnapshot announcement(ModelSnapshot before, ArtefactDelta.Written delta) {
        long version = delta.result().description().version();
        return before.toBuilder().setVersion(version).setParentVersion(version - 1)
                .addDelta(ModelDelta.newBuilder().setVersion(version).setParentVersion(version - 1)
                        .setLocation(delta.directory().toAbsolutePath().toUri().toString()).setSha256(delta.sha256())
                        .setStateSha256(delta.result().sha256()).setBytes(delta.bytes()))
                .build();
    }

    /** Gives an arm a model as if the trainer had announced it. */
    public ModelSwap.Result announce(ModelArtefact artefact) throws InterruptedException {
        return announce(announcement(artefact));
    }

    /** Tells the bidder what the trainer would announce. */
    public ModelSwap.Result announce(ModelSnapshot announced) throws InterruptedException {
        return process.announce(announced);
    }

    /** The ledger is heard of now, as one of a single partition. */
    public void hearTheLedger() {
        long nowMs = System.currentTimeMillis();
        process.pulse().beat(LedgerHeartbeat.newBuilder().setPartitions(1).setTimeMs(nowMs).build(), nowMs);
    }

    /**
     * Answers all requests for leases that are due now in the ledger's place.
     *
     * @param answers makes the grants; null for none
     */
    public void lease(Function<LeaseRequest, LeaseGrant.@Nullable Builder> answers) {
        long nowMs = System.currentTimeMillis();
        List<LeaseRequest> requests = new ArrayList<>();
        process.accounts().tick(nowMs, requests::add);
        for (LeaseRequest request : requests) {
            LeaseGrant.Builder grant = answers.apply(request);
            if (grant != null) {
                process.accounts().apply(grant.setBidder(request.getBidder()).setLeaseId(request.getLeaseId())
                        .setCampaignId(request.getCampaignId()).setArm(request.getArm())
                        .setBudgetDay(request.getBudgetDay()).setSequence(request.getSequence()).setTimeMs(nowMs)
                        .build(), nowMs);
            }
        }
    }

    /** Address of a path on it. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + process.port() + path);
    }

    /** Posts a JSON bid request. */
    public HttpResponse<byte[]> bid(byte[] body, String... headers) {
        var request = HttpRequest.newBuilder(uri("/openrtb2/bid")).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    /** Gets an address. */
    public HttpResponse<byte[]> get(String url) {
        return send(HttpRequest.newBuilder(URI.create(url)));
    }

    /** Sends a request; redirects are not followed. */
    public HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Value of a counter with the given tags, name and value in turn. */
    public double count(String name, String... tags) {
        FunctionCounter counter = process.registry().find(name).tags(tags).functionCounter();
        return counter == null ? Double.NaN : counter.count();
    }

    /** Value of a gauge. */
    public double gauge(String name, String... tags) {
        return process.registry().get(name).tags(tags).gauge().value();
    }

    @Override
    public void close() {
        client.close();
        process.close();
    }
}
