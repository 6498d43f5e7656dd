package io.sextant.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.AdFormat;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.CatalogueReader;
import io.sextant.bidder.campaign.Creative;
import io.sextant.configuration.ConfigurationLoader;
import io.sextant.controller.ControllerConfig;
import io.sextant.fixtures.market.MarketConfig;
import io.sextant.fixtures.market.MarketSimulator;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.trainer.TrainerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProfileTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void shouldLoadEveryProcessAndCatalogueWhenAskedFor(Profile profile) throws IOException {
        BidderConfig bidder = bidder(profile);
        assertThatCode(() -> load(profile, "controller", ControllerConfig.class)).doesNotThrowAnyException();
        TrainerConfig trainer = load(profile, "trainer", TrainerConfig.class);
        assertThat(trainer.arms()).containsExactlyElementsOf(
                bidder.experiment().arms().stream().map(arm -> arm.name()).toList());
        assertThat(campaigns(profile)).isNotEmpty();
    }

    @Test
    void shouldHaveAnAdForEveryBannerSizeOfTheMarket() throws IOException {
        var market = new MarketSimulator(MarketConfig.standard(), 1);
        Set<String> offered = new TreeSet<>();
        for (int i = 0; i < 3_000; i++) {
            for (BidRequest.Imp imp : market.next(i, 1_772_442_000_000L).request().getImpList()) {
                if (imp.hasBanner()) {
                    offered.add(imp.getBanner().getW() + "x" + imp.getBanner().getH());
                }
            }
        }
        assertThat(sizes(Profile.DEMO)).containsAll(offered);
        assertThat(campaigns(Profile.DEMO)).hasSizeGreaterThanOrEqualTo(24);
        assertThat(creatives(Profile.DEMO)).extracting(Creative::format).contains(AdFormat.VIDEO, AdFormat.NATIVE);
        Set<String> known = bidder(Profile.DEMO).exchanges().keySet();
        assertThat(known).containsAll(MarketConfig.standard().supply().exchanges().keySet());
    }

    /** The sizes that the published season's lines have. */
    @Test
    void shouldHaveAnAdForEverySizeOfTheLog() throws IOException {
        assertThat(sizes(Profile.REPLAY)).contains("300x250", "1000x90", "728x90", "250x250", "336x280", "950x90",
                "200x200", "468x60", "120x240", "160x600", "960x90", "300x100", "760x90", "120x600", "960x60",
                "300x600", "234x60", "180x150", "125x125", "910x90");
    }

    private BidderConfig bidder(Profile profile) throws IOException {
        return load(profile, "bidder", BidderConfig.class);
    }

    private <T extends Record> T load(Profile profile, String process, Class<T> type) throws IOException {
        return new ConfigurationLoader(process, Map.of()).load(type, profile.settings(process, folder), Map.of());
    }

    private List<Campaign> campaigns(Profile profile) throws IOException {
        return new CatalogueReader(bidder(profile).campaigns()).read(profile.catalogue(folder)).campaigns();
    }

    private List<Creative> creatives(Profile profile) throws IOException {
        return campaigns(profile).stream().flatMap(campaign -> campaign.creatives().stream()).toList();
    }

    private Set<String> sizes(Profile profile) throws IOException {
        return creatives(profile).stream().flatMap(creative -> creative.sizes().stream()).map(Creative.Size::toString)
                .collect(Collectors.toSet());
    }
}
