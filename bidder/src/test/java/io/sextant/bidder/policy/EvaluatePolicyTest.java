package io.sextant.bidder.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Message;
import io.sextant.abtesting.policy.LoggedDecisions;
import io.sextant.abtesting.policy.PolicyLogException;
import io.sextant.bidder.policy.DecisionLogReader.Reward;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.Example;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatePolicyTest {
    @TempDir
    private Path folder;
    private Path examples;

    private static BidEvent decision(String id, String arm, boolean explores, double share) {
        return BidEvent.newBuilder().setInExploreShare(explores).setExploreShare(share)
                .setBid(BidFacts.newBuilder().setBidId(id).setArm(arm).setUnitHash(id.hashCode()).setExchange("adx")
                        .setFormat("banner").setCampaignId("c"))
                .build();
    }

    private static Example example(String id, boolean click, float weight) {
        return Example.newBuilder().setBidId(id).setClick(click).setWeight(weight).build();
    }

    private static void write(Path file, List<? extends Message> messages) throws IOException {
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            for (Message message : messages) {
                message.writeDelimitedTo(out);
            }
        }
    }

    /** Of the arm: two decisions explore at 0.5, one of them clicked; two do not, one of them bought. */
    @BeforeEach
    void writeTheLog() throws IOException {
        write(folder.resolve("bids/20260101T000000.000Z.pb.gz"),
                List.of(decision("a", "x", true, 0.5), decision("b", "x", true, 0.5), decision("c", "x", false, 0.5),
                        decision("other", "y", true, 0.5)));
        write(folder.resolve("bids/20260101T010000.000Z.pb.gz"),
                List.of(decision("d", "x", false, 0.5), decision("before", "x", false, 0)));
        examples = folder.resolve("x.examples.gz");
        // The label of a comes late: not clicked, taken back, clicked.
        write(examples, List.of(example("a", false, 1), example("c", false, 1), example("a", false, -1),
                example("a", true, 1), example("other", true, 1)));
    }

    @Test
    void shouldJoinDecisionsWithWhatCameOfThem() throws Exception {
        var reader = new DecisionLogReader("x", Reward.CLICK);
        LoggedDecisions decisions = reader.read(folder, List.of(examples));

        assertThat(decisions.size()).isEqualTo(4);
        assertThat(decisions.actionNames()).containsExactly(DecisionLogReader.PLAIN, DecisionLogReader.EXPLORE);
        assertThat(decisions.rewards()).isEqualTo(1);
        assertThat(decisions.reward(0)).isTrue();
        assertThat(decisions.action(0)).isEqualTo(1);
        assertThat(decisions.propensity(2)).isEqualTo(0.5);
        assertThat(reader.withoutChance()).isEqualTo(1);
        assertThat(reader.cutSegments()).isZero();
        assertThat(new DecisionLogReader("x", Reward.WIN).read(folder, List.of(examples)).rewards()).isEqualTo(2);
        assertThatThrownBy(() -> new DecisionLogReader("z", Reward.WIN).read(folder, List.of(examples)))
                .isInstanceOf(PolicyLogException.class).hasMessageContaining("no decision of arm z");
        Path stranger = folder.resolve("stranger.gz");
        write(stranger, List.of(example("stranger", true, 1)));
        assertThatThrownBy(() -> new DecisionLogReader("x", Reward.WIN).read(folder, List.of(stranger)))
                .isInstanceOf(PolicyLogException.class).hasMessageContaining("none of the 1 impressions is a decision");
    }

    @Test
    void shouldWeighHowOftenTheTargetExploresWhenTheCommandRuns() throws IOException {
        Path json = folder.resolve("value.json");
        var out = new StringWriter();

        int exitCode = EvaluatePolicyMain.commandLine().setOut(new PrintWriter(out)).execute("--format", "bids",
                "--data", folder.toString(), "--arm", "x", "--examples", examples.toString(), "--target", "share:0.25",
                "--json", json.toString());

        assertThat(exitCode).isZero();
        JsonNode figures = new ObjectMapper().readTree(Files.readString(json));
        // The click was bid for while exploring: weight 0.25 / 0.5; of four decisions.
        assertThat(figures.path("estimates").path(2).path("estimator").asText()).isEqualTo("IPS");
        assertThat(figures.path("estimates").path(2).path("value").asDouble()).isCloseTo(0.125, within(1e-12));
        assertThat(out.toString()).contains("explore share 0.25", "doubly robust", "warning: ",
                "left out: 1 decisions");
    }

    @Test
    void shouldRefuseWithTheReasonWhenItCannotBeUsed() {
        assertThat(refused("--format", "bids", "--data", folder.toString(), "--target", "share:0"))
                .contains("--arm and --examples are needed");
        assertThat(refused("--format", "bids", "--data", folder.toString(), "--arm", "x", "--examples",
                examples.toString(), "--target", "share:2")).contains("share:2, must be share:S");
        assertThat(refused("--format", "obd", "--data", folder + "/none", "--target", "uniform")).contains("--data is");
        assertThat(refused("--format", "obd", "--data", examples.toString(), "--target", "uniform"))
                .contains("x.examples.gz");
        assertThat(refused("--format", "bids", "--data", folder.toString(), "--target", "x", "--folds", "1"))
                .contains("folds is 1");
    }

    private static String refused(String... arguments) {
        var err = new StringWriter();
        assertThat(EvaluatePolicyMain.commandLine().setErr(new PrintWriter(err)).execute(arguments)).isEqualTo(2);
        return err.toString();
    }
}
