package io.sextant.bidder.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.campaign.AdFormat;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.snapshot.Cells;
import io.sextant.protocol.snapshot.ExplorationSettings;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeafCellsTest {
    private static final long WINDOW_MS = 60_000;
    private static final int VIDEO = 1;

    private final LeafCells cells = new LeafCells(List.of("adx/banner", "adx/video"));
    private long nowMs = 1_000_000;

    @Test
    void shouldCountByExchangeAndFormatWhenTheSettingsDoNotSayMore() {
        ExplorationSettings coarse = fine(10).toBuilder().setCells(Cells.CELLS_EXCHANGE_FORMAT).build();
        cells.tend(coarse, nowMs);

        assertThat(cells.number(VIDEO, site("p1"), coarse)).isEqualTo(VIDEO);
        assertThat(cells.name(VIDEO)).isEqualTo("adx/video");
        assertThat(cells.number(VIDEO, site("p1"), ExplorationSettings.getDefaultInstance())).isEqualTo(VIDEO);
    }

    @Test
    void shouldCountAPublisherAsOtherUntilItHasACell() {
        cells.tend(fine(10), nowMs);

        assertThat(name(VIDEO, site("p1"), 10)).isEqualTo("adx/video/other");
        cells.tend(fine(10), nowMs + 50);

        assertThat(name(VIDEO, site("p1"), 10)).isEqualTo("adx/video/p1");
        assertThat(name(0, site("p1"), 10)).as("another format").isEqualTo("adx/banner/other");
        assertThat(cells.publishers()).isEqualTo(1);
    }

    @Test
    void shouldNameAPublisherByWhatTheRequestSaysOfIt() {
        var app = BidRequest.newBuilder();
        app.getAppBuilder().getPublisherBuilder().setDomain("games.example");
        var dooh = BidRequest.newBuilder();
        dooh.getDoohBuilder().getPublisherBuilder().setName("Screens / North");
        var unnamed = BidRequest.newBuilder().build();
        var control = site("bell\u0007");
        var other = site("other");
        var endless = site("x".repeat(65));
        List<BidRequest> requests = List.of(app.build(), dooh.build(), unnamed, control, other, endless);

        assertThat(settled(requests, 10)).containsExactly("adx/video/games.example", "adx/video/Screens / North",
                "adx/video/unnamed", "adx/video/other", "adx/video/other", "adx/video/other");
    }

    @Test
    void shouldNeverHaveMoreCellsThanTheBoundAndFollowItDown() {
        List<BidRequest> requests = IntStream.range(0, 100).mapToObj(i -> site("p" + i)).toList();

        assertThat(settled(requests, 7)).filteredOn(name -> !name.endsWith("/other")).hasSize(7);
        assertThat(cells.publishers()).isEqualTo(7);
        cells.tend(fine(3), nowMs);
        assertThat(cells.publishers()).isEqualTo(3);
        assertThat(requests).extracting(request -> name(VIDEO, request, 3))
                .filteredOn(name -> !name.endsWith("/other")).hasSize(3);
    }

    @Test
    void shouldTakeBackTheLeastUsedAtTheEndOfAWindowAndGiveItsNumberAwayAWindowLater() {
        List<BidRequest> requests = IntStream.range(0, 10).mapToObj(i -> site("p" + i)).toList();
        settled(requests, 10);
        // p0 once, p1 twice and so on: all cells are used and there is no room.
        for (int p = 0; p < 10; p++) {
            int number = cells.number(VIDEO, requests.get(p), fine(10));
            IntStream.rangeClosed(0, p).forEach(_ -> cells.used(number));
        }
        int least = cells.number(VIDEO, requests.getFirst(), fine(10));

        nowMs += WINDOW_MS;
        cells.tend(fine(10), nowMs);
        String kept = name(VIDEO, requests.get(1), 10);
        // A row that was on its way is still told by its name.
        String old = cells.name(least);
        settled(List.of(site("new")), 10);
        String gone = name(VIDEO, requests.getFirst(), 10);

        assertThat(gone).isEqualTo("adx/video/other");
        assertThat(kept).isEqualTo("adx/video/p1");
        assertThat(old).isEqualTo("adx/video/p0");
        assertThat(cells.number(VIDEO, site("new"), fine(10))).isNotEqualTo(least);
        assertThat(name(VIDEO, site("new"), 10)).isEqualTo("adx/video/new");

        // Nobody is met in the second window: all are taken back, and the first number can be given away.
        nowMs += WINDOW_MS;
        cells.tend(fine(10), nowMs);
        assertThat(cells.publishers()).isZero();
        settled(List.of(site("newer")), 10);
        assertThat(cells.number(VIDEO, site("newer"), fine(10))).isEqualTo(least);
        assertThat(cells.name(least)).isEqualTo("adx/video/newer");
    }

    /* Whatever is met and whatever is taken back: a number's name is the publisher's that it was given to, or other. */
    @Test
    void shouldTellTheRightNameWhenPublishersComeAndGo() {
        var random = new SplittableRandom(7);
        Map<Integer, String> onTheirWay = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            String publisher = "p" + (int) Math.pow(random.nextDouble() * 12, 2);
            int number = cells.number(VIDEO, site(publisher), fine(20));
            onTheirWay.put(number, publisher);
            if (random.nextInt(20) == 0) {
                onTheirWay.forEach((sent, name) -> {
                    assertThat(cells.name(sent)).isIn("adx/video/" + name, "adx/video/other");
                    cells.used(sent);
                });
                onTheirWay.clear();
                nowMs += random.nextInt(5_000);
                cells.tend(fine(20), nowMs);
                assertThat(cells.publishers()).isLessThanOrEqualTo(20);
            }
        }
        assertThat(cells.publishers()).isPositive();
    }

    @Test
    void shouldAllocateNothingForAPublisherThatHasACell() {
        BidRequest request = site("p1");
        ExplorationSettings settings = fine(10);
        settled(List.of(request), 10);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long fewest = Long.MAX_VALUE;
        long sum = 0;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                sum += cells.number(VIDEO, request, settings);
            }
            fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(fewest).isLessThan(1_000);
        assertThat(sum).isEqualTo(5L * 10_000 * cells.number(VIDEO, request, settings));
    }

    @Test
    void shouldBeCountedInByThePipelineWhenTheArmsSettingsSaySo() {
        var wiring = Wiring.plain();
        var settings = fine(10).toBuilder().setExploreShare(1).setModifierMin(1).setModifierMax(2).build();
        wiring.snapshots.withTable("only", io.sextant.uncertainty.modifier.BidModifierTable
                .of(io.sextant.protocol.snapshot.UncertaintySnapshot.newBuilder().setArm("only").setVersion(1)
                        .setGain(1).setSettings(settings).build()));
        LeafCells counted = wiring.exchanges.leafCells();
        counted.tend(settings, nowMs);

        wiring.bid(Wiring.request(1));
        counted.tend(settings, nowMs + 50);
        int cell = wiring.decide(Wiring.request(1)).cell();

        assertThat(counted.name(cell)).isEqualTo("adx/" + AdFormat.BANNER.label() + "/p1");
    }

    /** The cells' names, once all have been met and granted what there is room for. */
    private List<String> settled(List<BidRequest> requests, int bound) {
        cells.tend(fine(bound), nowMs);
        requests.forEach(request -> name(VIDEO, request, bound));
        cells.tend(fine(bound), nowMs);
        List<String> names = new ArrayList<>();
        requests.forEach(request -> names.add(name(VIDEO, request, bound)));
        return names;
    }

    private String name(int coarse, BidRequest request, int bound) {
        return cells.name(cells.number(coarse, request, fine(bound)));
    }

    private static ExplorationSettings fine(int bound) {
        return ExplorationSettings.newBuilder().setCells(Cells.CELLS_EXCHANGE_FORMAT_PUBLISHER).setCellsMax(bound)
                .setWindowMs(WINDOW_MS).build();
    }

    private static BidRequest site(String publisher) {
        var request = BidRequest.newBuilder();
        request.getSiteBuilder().getPublisherBuilder().setId(publisher);
        return request.build();
    }
}
