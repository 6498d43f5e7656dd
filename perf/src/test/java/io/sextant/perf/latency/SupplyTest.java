package io.sextant.perf.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sextant.bidder.campaign.CatalogueConfig;
import io.sextant.bidder.campaign.CatalogueReader;
import io.sextant.protocol.openrtb.BidRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupplyTest {
    private static Set<String> creatives(Supply supply, int request) {
        return java.util.Arrays.stream(supply.candidates(request))
                .mapToObj(ad -> supply.index().ad(ad).creative().id() + "@" + supply.index().ad(ad).w())
                .collect(Collectors.toSet());
    }

    @Test
    void shouldHaveAsManyCandidatesAsItsNameSays() {
        assertThat(Supply.tenCandidates().meanCandidates()).isCloseTo(10, within(1.5));
        assertThat(Supply.hundredCandidates().meanCandidates()).isCloseTo(100, within(10.0));
    }

    @Test
    void shouldGiveEveryRequestTheSameAdsWhenThereAreManyOtherCampaigns() {
        Supply few = Supply.tenCandidates();
        Supply many = few.among(3_000);

        assertThat(many.campaigns()).hasSize(3_000);
        for (int i = 0; i < Supply.REQUESTS; i++) {
            assertThat(creatives(many, i)).as("request " + i).isEqualTo(creatives(few, i));
        }
    }

    @Test
    void shouldBeReadAsItWasWrittenWhenABidderReadsTheFile(@TempDir Path directory) throws IOException {
        Supply supply = Supply.tenCandidates();
        Path file = directory.resolve("campaigns.yaml");

        CatalogueFile.write(file, supply.campaigns());

        var config = new CatalogueConfig(file.toString(), Duration.ofSeconds(1), 0.5, 0.5, 1);
        assertThat(new CatalogueReader(config).read(file).campaigns()).isEqualTo(supply.campaigns());
    }

    @Test
    void shouldDrawTheSameRequestsWithEveryFieldTheModelReads() {
        List<BidRequest> requests = MarketRequests.draw(200, 7);

        assertThat(requests).isEqualTo(MarketRequests.draw(400, 7).subList(0, 200)).doesNotHaveDuplicates();
        assertThat(requests).allSatisfy(request -> {
            assertThat(request.getUser().getBuyeruid()).isNotEmpty();
            assertThat(request.getUser().getData(0).getSegment(0).getId()).isNotEmpty();
            assertThat(request.getDevice().getUa()).isNotEmpty();
            assertThat(request.getDevice().getGeo().getRegion()).isNotEmpty();
            assertThat(request.getImp(0).getTagid()).isNotEmpty();
            assertThat(request.hasSite() ? request.getSite().getPublisher().getId()
                    : request.getApp().getPublisher().getId()).isNotEmpty();
        });
        assertThat(requests.stream().filter(r -> r.getImp(0).getBidfloor() == MarketRequests.DEAR_FLOOR_CPM).count())
                .isEqualTo(200 / MarketRequests.DEAR_ONE_IN);
    }
}
