package io.sextant.bidder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sextant.bidder.replay.ReplayBidsMain;
import io.sextant.configuration.ConfigurationException;
import io.sextant.fixtures.request.BidRequestFixtures;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.protocol.openrtb.BidResponse.Bid;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.SessionFunction;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

class SavedModelArmTest {
    @TempDir
    private Path directory;

    @Test
    void shouldBidWithWhatTheSavedModelPredicts() throws IOException {
        Path model = savedModel("plain", false);
        Files.writeString(model.resolve("version"), "42");

        try (RunningBidder bidder = RunningBidder.start(directory, settings(0, model, Map.of()))) {
            Bid bid = onlyBid(bidder);
            // 2 a click, 15 % kept in a first-price auction, σ(-4) = 0.017986210 clicks an impression, by the thousand
            assertThat(bid.getPrice()).isCloseTo(2 * 0.85 * 17.986210, within(1e-3));
            assertThat(bidder.gauge("bidder.model.version", "arm", "control")).isEqualTo(42);
            assertThat(bidder.gauge("bidder.model.version", "arm", "random")).isZero();
        }
    }

    @Test
    void shouldBidByUncertaintyWhereTheSavedModelTakesMasks() throws IOException {
        Path model = savedModel("masked", true);
        Path decisions = directory.resolve("decisions");
        Map<String, String> plain = Map.of("experiment.arms[2].pctr", "plain", "events.sample-share", "1", "replay.dir",
                decisions.toString());

        try (RunningBidder bidder = RunningBidder.start(directory, settings(2, model, plain))) {
            // no snapshot is there yet, so the modifier is 1
            assertThat(onlyBid(bidder).getPrice()).isCloseTo(2 * 0.85 * 17.986210, within(1e-3));
        }

        // The model is kept with the decision, whatever its owner does to it meanwhile.
        Files.writeString(model.resolve("version"), "43");
        var out = new StringWriter();
        assertThat(ReplayBidsMain.commandLine().setOut(new PrintWriter(out)).execute("--log", decisions.toString()))
                .as(out.toString()).isZero();
        assertThat(out.toString()).contains("1 decisions, 1 recomputed, 0 mismatches");
    }

    @Test
    void shouldNotStartWhereAnArmAsksForMoreThanItsSavedModelCan() throws IOException {
        Path plain = savedModel("plain", false);
        Path masked = savedModel("masked", true);

        assertRefused(settings(2, masked, Map.of()),
                masked + ": pctr: age-ts takes derivatives by hidden units and by the "
                        + "ad's embeddings, which this model does not have; set pctr: plain, or leave saved-model out");
        assertRefused(settings(2, plain, Map.of("experiment.arms[2].pctr", "plain")),
                plain + ": exploration: uncertainty with exploration.estimator: monte-carlo takes dropout masks, which "
                        + "this model does not have; give its signature the input masks, float [n, units], or set the "
                        + "arm's exploration: none or random, or leave saved-model out");
        assertRefused(
                settings(2, masked,
                        Map.of("experiment.arms[2].pctr", "plain", "exploration.estimator", "row-information")),
                "exploration.estimator: row-information takes the information in its rows");
        Path none = directory.resolve("none");
        assertRefused(settings(2, none, Map.of()), none + ": no saved_model.pb there");
    }

    private void assertRefused(Map<String, String> settings, String message) {
        assertThatThrownBy(() -> RunningBidder.start(directory, settings)).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("experiment.arms: saved-model of arm uncertainty: ")
                .hasMessageContaining(message);
    }

    /** All traffic to one arm, with a SavedModel. */
    private static Map<String, String> settings(int arm, Path model, Map<String, String> more) {
        var settings = new HashMap<>(more);
        settings.put("experiment.arms[" + arm + "].weight", "1e15");
        settings.put("experiment.arms[" + arm + "].saved-model", model.toString());
        return settings;
    }

    private static Bid onlyBid(RunningBidder bidder) {
        var codec = new OpenRtbCodec();
        HttpResponse<byte[]> answer = bidder.bid(codec.write(BidRequestFixtures.banner().setTmax(3_000).build()));
        assertThat(answer.statusCode()).isEqualTo(200);
        return codec.readBidResponse(answer.body()).getSeatbid(0).getBid(0);
    }

    /** One unit of 4, times its mask; the logit is -4 times that, whatever the features. */
    private Path savedModel(String name, boolean masked) throws IOException {
        int fields = FeatureSchemas.standard(RunningBidder.ROWS_FACTOR, FeatureSchemas.HASH_SEED).size();
        Path model = directory.resolve(name);
        try (Graph graph = new Graph()) {
            Ops tf = Ops.create(graph);
            Placeholder<TInt32> features = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, fields)));
            Signature.Builder signature = Signature.builder().input("features", features);
            Operand<TFloat32> zeros = tf.math.mul(tf.constant(0f),
                    tf.reduceSum(tf.dtypes.cast(features, TFloat32.class), tf.constant(1)));
            Operand<TFloat32> unit = tf.expandDims(tf.math.add(zeros, tf.constant(4f)), tf.constant(1));
            if (masked) {
                Placeholder<TFloat32> masks = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 1)));
                signature.input("masks", masks);
                unit = tf.math.mul(unit, masks);
            }
            signature.output("logit", tf.math.neg(unit));
            try (Session session = new Session(graph)) {
                SavedModelBundle.exporter(model.toString())
                        .withFunction(SessionFunction.create(signature.build(), session)).export();
            }
        }
        return model;
    }
}
