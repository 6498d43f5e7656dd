package io.sextant.bidder.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueReaderTest {
    static final String WHOLE = """
            campaigns:
              - id: summer
                seat: seat-1
                advertiser-id: adv-1
                advertiser-domains: [Brand.example]
                app-bundle: com.brand.app
                categories: [IAB2-3]
                cpc: 0.45
                bid-cap-cpm: 12.5
                daily-budget: 100
                total-budget: 2000000
                pacing: traffic
                target-cpc: 0.3
                bidding: receding-horizon
                frequency-caps: ["3 in 1d", "1 in 90m"]
                margin: {first-price: 0.2}
                language: en
                deal-ids: [deal-1]
                time-zone: Europe/Berlin
                active-hours: ["fri-mon 22-02", "wed"]
                targeting:
                  exchanges: [adx]
                  countries: [DEU, USA]
                  regions: [USA/CA]
                  devices: [phone, set-top-box]
                  sites: [news.example]
                  blocked-categories: [IAB25]
                  interstitial: never
                creatives:
                  - id: summer-1
                    format: banner
                    sizes: [300x250, 728x90]
                    image-url: https://cdn.example/1.png
                    landing-page: https://brand.example/summer
                    attributes: [1]
                  - id: summer-2
                    format: video
                    sizes: [640x360]
                    landing-page: https://brand.example/summer
                    video: {media-url: "https://cdn.example/2.mp4", mime: video/mp4, duration: 15}
                  - id: summer-3
                    format: native
                    landing-page: https://brand.example/summer
                    native:
                      title: Summer
                      image: {url: "https://cdn.example/3.png", w: 1200, h: 627}
                      sponsored: Brand
                      cta: Look
            """;

    private final CatalogueReader reader = new CatalogueReader(config(Path.of("campaigns.yaml")));

    static CatalogueConfig config(Path file) {
        return new CatalogueConfig(file.toString(), Duration.ofMillis(20), 0.15, 0, 50);
    }

    @Test
    void shouldReadEveryKey() {
        Campaign campaign = read(WHOLE).campaigns().getFirst();

        assertThat(campaign).usingRecursiveComparison().ignoringFields("schedule", "creatives")
                .isEqualTo(new Campaign("summer", "adv-1", List.of("brand.example"), "com.brand.app",
                        List.of("IAB2-3"), 1, "seat-1", 450_000, 0.2, 0, 12_500_000,
                        new Budget(100_000_000, 2_000_000_000_000L, ZoneId.of("Europe/Berlin"), Budget.Pacing.TRAFFIC,
                                300_000, Budget.Bidding.RECEDING_HORIZON),
                        List.of(new FrequencyCap(3, Duration.ofDays(1)), new FrequencyCap(1, Duration.ofMinutes(90))),
                        "en",
                        List.of("deal-1"), false, Schedule.ALWAYS,
                        new Targeting(List.of("adx"), List.of("DEU", "USA"), List.of("USA/CA"),
                                List.of(DeviceType.PHONE, DeviceType.SET_TOP_BOX), List.of(), List.of("IAB25"), 1,
                                List.of("news.example"), List.of(), Targeting.Interstitial.NEVER),
                        List.of()));
        assertThat(campaign.schedule().zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
        // Nights Fri-Sat, Sat-Sun, Sun-Mon, Mon-Tue from 22 to 02, and all of Wednesday.
        assertThat(campaign.schedule().activeHours()).containsExactlyElementsOf(
                Stream.of(Stream.of(0, 1, 22, 23, 24, 25), IntStream.range(48, 72).boxed(),
                        Stream.of(118, 119, 120, 121, 142, 143, 144, 145, 166, 167)).flatMap(s -> s).toList());
        assertThat(campaign.creatives()).extracting(Creative::format).containsExactly(AdFormat.BANNER, AdFormat.VIDEO,
                AdFormat.NATIVE);
        assertThat(campaign.creatives().get(0).sizes()).containsExactly(new Creative.Size(300, 250),
                new Creative.Size(728, 90));
        assertThat(campaign.creatives().get(1).video())
                .isEqualTo(new Creative.VideoAd("https://cdn.example/2.mp4", "video/mp4", 15, 0, List.of(7, 11, 13)));
        assertThat(campaign.creatives().get(2).nativeAd()).isEqualTo(new Creative.NativeAd("Summer",
                new Creative.Image("https://cdn.example/3.png", 1200, 627), null, Map.of(1, "Brand", 12, "Look")));
    }

    @Test
    void shouldTakeWhatIsNotSaidFromTheSettings() {
        Campaign campaign = read(
                WHOLE.replaceAll(
                        "(?m)^ +(bid-cap-cpm|daily-budget|total-budget|pacing|target-cpc|bidding|frequency-caps|margin|time-zone|active-hours).*\n",
                        ""))
                .campaigns().getFirst();

        assertThat(campaign.firstPriceMargin()).isEqualTo(0.15);
        assertThat(campaign.secondPriceMargin()).isZero();
        assertThat(campaign.bidCapCpmMicros()).isEqualTo(50_000_000);
        assertThat(campaign.budget()).isEqualTo(new Budget(Budget.UNLIMITED, Budget.UNLIMITED, ZoneId.of("UTC"),
                Budget.Pacing.EVEN, 0, Budget.Bidding.VALUE));
        assertThat(campaign.frequencyCaps()).isEmpty();
        assertThat(campaign.schedule()).isEqualTo(Schedule.ALWAYS);
    }

    @Test
    void shouldReadJsonLikeYaml() throws IOException {
        String json = new JsonMapper().writeValueAsString(new YAMLMapper().readTree(WHOLE));

        assertThat(reader.read("x.json", json.getBytes(StandardCharsets.UTF_8)).campaigns())
                .isEqualTo(read(WHOLE).campaigns());
        assertThatThrownBy(() -> reader.read("x.json", WHOLE.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(CatalogueException.class).hasMessageContaining("x.json: line 1")
                .hasMessageContaining("is not JSON");
        assertThatThrownBy(() -> reader.read("x.json", json.substring(0, json.length() - 3).getBytes(
                StandardCharsets.UTF_8))).isInstanceOf(CatalogueException.class).hasMessageContaining("is not JSON");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            campaigns: []                | campaigns: [] is not right; write a list with at least one entry
            campaigns: many              | campaigns: "many" is not right; write a list with at least one entry
            campaigns: [3]               | campaigns[0]: is 3, must be keys with values
            [1, 2]                       | is [1,2], must be keys with values
            """)
    void shouldRefuseAnotherShape(String text, String message) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(CatalogueException.class).hasMessage("x.yaml: " + message);
    }

    @Test
    void shouldNameTheBytesByTheirSha256() {
        // printf 'campaigns: []' | sha256sum is refused for being empty; the digest itself is checked on a published value.
        assertThat(CatalogueReader.sha256("abc".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            cpc: 0.45 | cpc: cheap | x.yaml: campaign summer: cpc: "cheap" is not right; write a number from 0.000001 to 1000000
            cpc: 0.45 | cpc: -1 | x.yaml: campaign summer: cpc: -1 is not right; write a number from 0.000001 to 1000000
            cpc: 0.45 | cpm: 0.45 | x.yaml: campaign summer: cpc: is missing; add it
            language: en | langauge: en | x.yaml: campaign summer: langauge: there is no such key; did you mean language?
            countries: [DEU, USA] | countries: [GER] | x.yaml: campaign summer: targeting: countries: "GER" is not right; write an ISO 3166-1 alpha-3 code, DEU for example
            countries: [DEU, USA] | countries: DEU | x.yaml: campaign summer: targeting: countries: "DEU" is not a list; write [a, b]
            devices: [phone, set-top-box] | devices: [fridge] | x.yaml: campaign summer: targeting: devices: "fridge" is not known; write one of mobile, pc, tv, phone, tablet, connected-device, set-top-box, out-of-home
            sizes: [300x250, 728x90] | sizes: [300] | x.yaml: campaign summer: creative summer-1: sizes: "300" is not right; write width x height, 300x250 for example
            image-url: https://cdn.example/1.png | secure: true | x.yaml: campaign summer: creative summer-1: image-url: is missing, and so is html; a banner needs one of them
            image-url: https://cdn.example/1.png | image-url: http://cdn.example/1.png | x.yaml: campaign summer: creative summer-1: image-url: "http://cdn.example/1.png" is not https; change it or write secure: false
            image-url: https://cdn.example/1.png | html: <b>hi</b> | x.yaml: campaign summer: creative summer-1: html: has neither ${CLICK_URL} nor ${CLICK_URL_ESC}; without one no click is ever counted
            id: summer-2 | id: summer-1 | x.yaml: campaign summer: creatives: id "summer-1" is there twice, also in campaign summer; give each creative its own
            duration: 15 | duration: 0 | x.yaml: campaign summer: creative summer-2: video: duration: 0 is not right; write a whole number from 1 to 3600
            fri-mon 22-02 | fri-mon 22 | x.yaml: campaign summer: active-hours: "fri-mon 22" is not right; write days and hours, "mon-fri 08-20", "daily 22-04" or "sun"
            Europe/Berlin | Europe/Bärlin | x.yaml: campaign summer: time-zone: "Europe/Bärlin" is not known; write a name of the IANA database, Europe/Berlin for example
            advertiser-domains: [Brand.example] | advertiser-domains: [] | x.yaml: campaign summer: advertiser-domains: is missing; exchanges want at least one, [brand.example]
            format: native | format: audio | x.yaml: campaign summer: creative summer-3: format: audio is not supported; write banner, video or native
            campaigns: | campagnes: | x.yaml: campaigns: is missing; write a list with at least one entry
            """)
    void shouldRefuseTheWholeFileAndSayWhy(String right, String wrong, String message) {
        String text = WHOLE.replace(right, wrong);

        assertThat(text).isNotEqualTo(WHOLE);
        assertThatThrownBy(() -> read(text)).isInstanceOf(CatalogueException.class).hasMessage(message);
    }

    @Test
    void shouldSayWhereTheFileIsNotYaml() {
        assertThatThrownBy(() -> read("campaigns:\n  - id: [a")).isInstanceOf(CatalogueException.class)
                .hasMessageStartingWith("x.yaml: line 2").hasMessageNotContaining("\n");
        assertThatThrownBy(() -> read(WHOLE.replace("    cpc: 0.45", "    cpc: 0.45\n    cpc: 0.5")))
                .isInstanceOf(CatalogueException.class).hasMessageContaining("line 9")
                .hasMessageContaining("Duplicate field 'cpc'");
    }

    private Catalogue read(String text) {
        return reader.read("x.yaml", text.getBytes(StandardCharsets.UTF_8));
    }
}
