package io.sextant.bidder.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.RunningBidder;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.event.ModelSwap.Result;
import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.model.ctr.ArtefactDelta;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.ModelArtefact;
import io.sextant.model.ctr.ModelLoader;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.snapshot.ModelDelta;
import io.sextant.protocol.snapshot.ModelSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Version 1 whole, versions 2 and 3 as deltas. */
class ModelDeltaSwapTest {
    private static final String ARM = "uncertainty";
    private static final List<Arm> ARMS = List
            .of(new Arm(ARM, 1, Arm.PctrRule.PLAIN, Arm.ExplorationRule.UNCERTAINTY));

    @TempDir
    private Path directory;

    private final SnapshotHolder holder = new SnapshotHolder(ARMS, new Catalogue("", List.of()),
            new FeatureEncoder(FeatureSchemas.standard(RunningBidder.ROWS_FACTOR, FeatureSchemas.HASH_SEED),
                    new UserAgents(100)));
    private final ModelSources sources = new ModelSources(_ -> {});
    private final ModelSwap swap = new ModelSwap(holder, new ModelLoader(), new EventLoops(), sources);
    private ModelSnapshot one = ModelSnapshot.getDefaultInstance();
    private ModelSnapshot two = ModelSnapshot.getDefaultInstance();
    private ModelSnapshot three = ModelSnapshot.getDefaultInstance();

    @BeforeEach
    void publish() throws IOException {
        ModelArtefact full = RunningBidder.writeModel(directory, ARM, 1);
        ArtefactDelta.Written second = RunningBidder.writeDelta(directory, full);
        ArtefactDelta.Written third = RunningBidder.writeDelta(directory, second.result());
        one = RunningBidder.announcement(full);
        two = RunningBidder.announcement(one, second);
        three = RunningBidder.announcement(two, third);
    }

    @AfterEach
    void close() {
        CtrModel model = model();
        if (model != null) {
            model.close();
        }
    }

    @Test
    void shouldServeTheAnnouncedStateWhicheverWayItIsReached() throws InterruptedException {
        assertThat(swap.follow(one)).isEqualTo(Result.LOADED);
        assertThat(swap.follow(two)).isEqualTo(Result.PATCHED);
        assertThat(swap.follow(two)).isEqualTo(Result.KNOWN);
        assertThat(swap.follow(three)).isEqualTo(Result.PATCHED);
        assertServed(three);

        assertThat(swap.follow(one)).as("back to an older one").isEqualTo(Result.LOADED);
        assertThat(swap.follow(three)).as("two steps at once").isEqualTo(Result.PATCHED);
        assertServed(three);
    }

    @Test
    void shouldReadAllOfTheChainWhenThereIsNothingToGoOnFrom() throws InterruptedException {
        assertThat(swap.follow(three)).isEqualTo(Result.LOADED);
        assertServed(three);
    }

    @Test
    void shouldReadTheWholeWhenWhatIsServedIsNotOnTheWay() throws Exception {
        assertThat(swap.follow(RunningBidder.announcement(RunningBidder.writeModel(directory, ARM, 9))))
                .isEqualTo(Result.LOADED);

        assertThat(swap.follow(two)).isEqualTo(Result.LOADED_FOR_GAP);

        assertServed(two);
    }

    @Test
    void shouldReadTheWholeWhenTheSameVersionHasAnotherSum() throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        ModelArtefact other = RunningBidder.writeModel(elsewhere, ARM, 2);
        assertThat(swap.follow(RunningBidder.announcement(other))).isEqualTo(Result.LOADED);

        assertThat(swap.follow(two)).isEqualTo(Result.LOADED_FOR_GAP);

        assertServed(two);
    }

    @Test
    void shouldKeepTheOldModelWhenADeltaIsDamagedAndTheWholeCannotBeReachedEither() throws Exception {
        assertThat(swap.follow(two)).isEqualTo(Result.LOADED);
        CtrModel before = model();
        Path delta = directory.resolve(ARM + "/0000000003-delta/delta.safetensors");
        byte[] sound = Files.readAllBytes(delta);
        byte[] damaged = sound.clone();
        damaged[sound.length / 2] ^= 1;
        Files.write(delta, damaged);

        assertThat(swap.follow(three)).isEqualTo(Result.REFUSED);
        assertThat(model()).isSameAs(before);
        assertServed(two);

        Files.write(delta, sound);
        assertThat(swap.follow(three)).isEqualTo(Result.PATCHED);
        assertServed(three);
    }

    @Test
    void shouldReadTheNewWholeWhenTheDeltaToItCannotBeUsed() throws Exception {
        assertThat(swap.follow(two)).isEqualTo(Result.LOADED);
        // The fleet is told of a full artefact of version 2 and a delta behind it; what is served says it is version 2, but
        // the delta leads to another sum from there than it was announced with.
        ModelDelta lying = three.getDelta(1).toBuilder().setStateSha256("ab".repeat(32)).build();

        assertThat(swap.follow(three.toBuilder().setDelta(1, lying).build())).isEqualTo(Result.REFUSED);
        assertServed(two);
    }

    @Test
    void shouldLoadTheNewestVersionThatCanBeReachedAtStart() throws Exception {
        var config = new ModelsConfig(directory.toString(), -1, 1, RunningBidder.ROWS_FACTOR,
                FeatureSchemas.HASH_SEED);
        swap.loadNewest(config);
        assertServed(three);
        swap.loadNewest(new ModelsConfig(directory.toString(), 2, 1, RunningBidder.ROWS_FACTOR,
                FeatureSchemas.HASH_SEED));
        assertServed(two);

        Files.delete(directory.resolve(ARM + "/0000000003-delta/model.json"));
        swap.loadNewest(config);
        assertServed(two);
    }

    private @Nullable CtrModel model() {
        return holder.current().arms().getFirst().model();
    }

    private void assertServed(ModelSnapshot announced) {
        ModelSource source = Objects.requireNonNull(sources.of(model()));
        assertThat(holder.current().arms().getFirst().modelVersion()).isEqualTo(announced.getVersion());
        int deltas = announced.getDeltaCount();
        assertThat(source.sha256()).isEqualTo(
                deltas == 0 ? announced.getSha256() : announced.getDelta(deltas - 1).getStateSha256());
        assertThat(source.version()).isEqualTo(announced.getVersion());
    }
}
