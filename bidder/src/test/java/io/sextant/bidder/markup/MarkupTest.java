package io.sextant.bidder.markup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sextant.bidder.campaign.AdFormat;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.CampaignBuilder;
import io.sextant.bidder.campaign.Creative;
import io.sextant.bidder.campaign.Creative.Image;
import io.sextant.bidder.campaign.Creative.NativeAd;
import io.sextant.bidder.campaign.Creative.Size;
import io.sextant.bidder.campaign.Creative.VideoAd;
import io.sextant.bidder.notice.Seal;
import io.sextant.protocol.openrtb.BidRequest.Video;
import io.sextant.protocol.openrtb.NativeRequest;
import io.sextant.protocol.openrtb.NativeResponse;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class MarkupTest {
    private static final String HOSTILE = "a\"'><script>alert(1)</script>&]]>\u0000\uD800${AUCTION_ID}`";
    private static final NoticeUrls URLS = NoticeUrls.of("https://bid.example", "${AUCTION_PRICE}", "",
            new Seal("SEAL", "-------------WIN------------BILL------------LOSS-------------IMP-----------CLICK"));

    @Test
    void shouldCarryTheMacrosOfTheStandard() {
        assertThat(written(URLS::win))
                .isEqualTo(
                        "https://bid.example/n/win?t=SEAL.-------------WIN&p=${AUCTION_PRICE}&m=${AUCTION_MIN_TO_WIN}");
        assertThat(written(URLS::bill))
                .isEqualTo("https://bid.example/n/bill?t=SEAL.------------BILL&p=${AUCTION_PRICE}");
        assertThat(written(URLS::loss))
                .isEqualTo(
                        "https://bid.example/n/loss?t=SEAL.------------LOSS&r=${AUCTION_LOSS}&m=${AUCTION_MIN_TO_WIN}");
        assertThat(URLS.impression()).isEqualTo("https://bid.example/i?t=SEAL.-------------IMP&p=${AUCTION_PRICE}");
        assertThat(URLS.click()).isEqualTo("https://bid.example/c?t=SEAL.-----------CLICK");
    }

    @Test
    void shouldPutTheExchangesClickMacroBeforeOurEncodedUrl() {
        NoticeUrls urls = NoticeUrls.of("https://bid.example", "${AUCTION_PRICE:B64}", "%%CLICK_URL_ESC%%",
                new Seal("S", "-".repeat(80)));

        assertThat(urls.click()).isEqualTo("%%CLICK_URL_ESC%%https%3A%2F%2Fbid.example%2Fc%3Ft%3DS.----------------");
        assertThat(written(urls::win)).endsWith("&p=${AUCTION_PRICE:B64}&m=${AUCTION_MIN_TO_WIN}");
    }

    @Test
    void shouldLinkTheImageAndAddThePixel() {
        String html = banner(CampaignBuilder.banner("c1", "300x250"));

        assertThat(html).isEqualTo(
                "<a href=\"https://bid.example/c?t=SEAL.-----------CLICK\" target=\"_blank\" rel=\"noopener\">"
                        + "<img src=\"https://cdn.example/c1.png\" width=\"300\" height=\"250\" alt=\"\" style=\"border:0\"></a>"
                        + "<img src=\"https://bid.example/i?t=SEAL.-------------IMP&amp;p=${AUCTION_PRICE}\" width=\"1\" height=\"1\" alt=\"\""
                        + " style=\"position:absolute;left:-1px\">");
    }

    @Test
    void shouldFillTheSnippetsMacros() {
        Creative creative = new Creative("c1", AdFormat.BANNER, List.of(new Size(300, 250)), 2, List.of(), List.of(),
                true, "https://www.brand.example", null,
                "<a href=\"${CLICK_URL}\">x</a><a href=\"https://t.example/?to=${CLICK_URL_ESC}\">y</a>", null, null);

        assertThat(banner(creative))
                .startsWith("<a href=\"https://bid.example/c?t=SEAL.-----------CLICK\">x</a>"
                        + "<a href=\"https://t.example/?to=https%3A%2F%2Fbid.example%2Fc%3Ft%3DSEAL.-----------CLICK\">y</a><img src=");
    }

    @Test
    void shouldNotLetAnImageAddressBreakOut() {
        Creative creative = new Creative("c1", AdFormat.BANNER, List.of(new Size(300, 250)), 2, List.of(), List.of(),
                true, "https://www.brand.example", HOSTILE, null, null, null);

        String html = banner(creative);

        assertThat(html).doesNotContain("<script").contains("a&quot;&#39;&gt;&lt;script&gt;");
        // Two images and one link and nothing else.
        assertThat(html.chars().filter(c -> c == '<').count()).isEqualTo(4);
    }

    @Test
    void shouldWriteVastThatAPlayerCanUse() throws Exception {
        Document vast = xml(vast(video("c1", "video/mp4", 75, 2), Video.newBuilder().addProtocols(2).addProtocols(7)));

        assertThat(vast.getDocumentElement().getAttribute("version")).isEqualTo("4.0");
        assertThat(text(vast, "Impression"))
                .isEqualTo("https://bid.example/i?t=SEAL.-------------IMP&p=${AUCTION_PRICE}");
        assertThat(text(vast, "ClickThrough")).isEqualTo("https://bid.example/c?t=SEAL.-----------CLICK");
        assertThat(text(vast, "Duration")).isEqualTo("00:01:15");
        assertThat(text(vast, "AdTitle")).isEqualTo("c1");
        Element file = element(vast, "MediaFile");
        assertThat(file.getTextContent()).isEqualTo("https://cdn.example/c1.mp4");
        assertThat(file.getAttribute("type")).isEqualTo("video/mp4");
        assertThat(file.getAttribute("width")).isEqualTo("640");
        assertThat(file.getAttribute("bitrate")).isEqualTo("1500");
        assertThat(element(vast, "Linear").hasAttribute("skipoffset")).isFalse();
    }

    @Test
    void shouldAnswerInTheNewestVersionThatBothKnow() throws Exception {
        assertThat(VastMarkup.protocol(List.of(2, 3, 7), List.of(2, 3))).isEqualTo(3);
        assertThat(VastMarkup.protocol(List.of(), List.of(2, 3))).isEqualTo(3);
        assertThat(VastMarkup.protocol(List.of(2, 13), List.of())).isEqualTo(13);
        assertThat(VastMarkup.protocol(List.of(), List.of())).isEqualTo(7);
        Document vast = xml(vast(video("c1", "video/mp4", 15, 3), Video.newBuilder().setSkip(true).setSkipafter(7)));
        assertThat(vast.getDocumentElement().getAttribute("version")).isEqualTo("3.0");
        assertThat(element(vast, "Linear").getAttribute("skipoffset")).isEqualTo("00:00:07");
        assertThat(text(xml(vast(video("c1", "video/mp4", 15, 13), Video.newBuilder())), "AdServingId"))
                .isEqualTo("bid-1");
    }

    @Test
    void shouldKeepVastWellFormedWhateverTheCatalogueSays() throws Exception {
        Document vast = xml(vast(video(HOSTILE, HOSTILE, 15, 7), Video.newBuilder()));

        // What XML cannot hold is gone, the rest is there unharmed.
        String kept = "a\"'><script>alert(1)</script>&]]>${AUCTION_ID}`";
        assertThat(element(vast, "Ad").getAttribute("id")).isEqualTo(kept);
        assertThat(element(vast, "MediaFile").getAttribute("type")).isEqualTo(kept);
        assertThat(text(vast, "MediaFile")).isEqualTo("https://cdn.example/" + kept + ".mp4");
        assertThat(vast.getElementsByTagName("script").getLength()).isZero();
    }

    @Property(tries = 300, seed = "1")
    void shouldKeepAnyTextApartFromTheXmlAroundIt(@ForAll String text) throws Exception {
        var out = new StringBuilder("<r a=\"");
        Escapes.xml(out, text).append("\">");
        Escapes.cdata(out, text).append("</r>");

        Element root = xml(out.toString()).getDocumentElement();

        assertThat(root.getElementsByTagName("*").getLength()).isZero();
        assertThat(root.getTextContent().codePoints().allMatch(c -> text.indexOf(c) >= 0 || c == '\n')).isTrue();
    }

    @Test
    void shouldAnswerTheAssetsThatTheLayoutAsksFor() throws Exception {
        var ad = new NativeAd("A headline that is long", new Image("https://cdn.example/m.png?a=1&b=\"", 1200, 627),
                null, Map.of(1, HOSTILE.substring(0, 20), 12, "Buy"));
        Creative creative = new Creative("n1", AdFormat.NATIVE, List.of(), 0, List.of(), List.of(), true,
                "https://www.brand.example", null, null, null, ad);
        var request = NativeRequest.newBuilder().setVer("1.2")
                .addAssets(asset(1).setRequired(true).setTitle(NativeRequest.Title.newBuilder().setLen(10)))
                .addAssets(asset(2).setImg(NativeRequest.Image.newBuilder().setType(3)))
                .addAssets(asset(3).setImg(NativeRequest.Image.newBuilder().setType(1)))
                .addAssets(asset(4).setData(NativeRequest.Data.newBuilder().setType(1)))
                .addAssets(asset(5).setData(NativeRequest.Data.newBuilder().setType(2)))
                .addEventtrackers(NativeRequest.EventTrackers.newBuilder().setEvent(1).addMethods(1)).build();

        NativeResponse response = NativeMarkup.write(creative, request, URLS);
        JsonNode json = new ObjectMapper().readTree(new OpenRtbCodec().write(response));

        assertThat(json.at("/ver").asText()).isEqualTo("1.2");
        assertThat(json.at("/link/url").asText()).isEqualTo("https://bid.example/c?t=SEAL.-----------CLICK");
        assertThat(json.at("/assets").findValuesAsText("id")).containsExactly("1", "2", "4");
        assertThat(json.at("/assets/0/title/text").asText()).isEqualTo("A headlin…");
        assertThat(json.at("/assets/1/img/url").asText()).isEqualTo("https://cdn.example/m.png?a=1&b=\"");
        assertThat(json.at("/assets/2/data/value").asText()).isEqualTo(HOSTILE.substring(0, 20));
        assertThat(json.at("/eventtrackers/0/url").asText())
                .isEqualTo("https://bid.example/i?t=SEAL.-------------IMP&p=${AUCTION_PRICE}");
        assertThat(json.at("/imptrackers").isMissingNode()).isTrue();
    }

    @Test
    void shouldUseAnImpressionTrackerWhereTheLayoutNamesNone() {
        Creative creative = CampaignBuilder.nativeAd("n1", "Title", null, Map.of());

        NativeResponse response = NativeMarkup.write(creative, NativeRequest.getDefaultInstance(), URLS);

        assertThat(response.getImptrackersList()).containsExactly(URLS.impression());
        assertThat(response.getEventtrackersList()).isEmpty();
    }

    @Test
    void shouldRefuseACreativeOfAnotherFormat() {
        Creative banner = CampaignBuilder.banner("c1", "300x250");

        assertThatThrownBy(() -> NativeMarkup.write(banner, NativeRequest.getDefaultInstance(), URLS))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("c1");
    }

    private static NativeRequest.Asset.Builder asset(int id) {
        return NativeRequest.Asset.newBuilder().setId(id);
    }

    private static Creative video(String id, String mime, int seconds, Integer... protocols) {
        return new Creative(id, AdFormat.VIDEO, List.of(new Size(640, 360)), 0, List.of(), List.of(), true,
                "https://www.brand.example", null, null,
                new VideoAd("https://cdn.example/" + id + ".mp4", mime, seconds, 1500, protocols[0] == 2
                        ? List.of(2, 3, 7)
                        : List.of(protocols)),
                null);
    }

    private static String vast(Creative creative, Video.Builder slot) {
        Campaign campaign = CampaignBuilder.campaign("k1").build();
        return written(out -> VastMarkup.write(out, campaign, creative, slot.build(), "bid-1", 640, 360, URLS));
    }

    private static Document xml(String text) throws Exception {
        var factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setCoalescing(true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }

    private static Element element(Document document, String name) {
        return (Element) document.getElementsByTagName(name).item(0);
    }

    private static String text(Document document, String name) {
        return element(document, name).getTextContent();
    }

    private static String banner(Creative creative) {
        return written(out -> BannerMarkup.write(out, creative, 300, 250, URLS));
    }

    private static String written(Consumer<StringBuilder> writer) {
        var out = new StringBuilder();
        writer.accept(out);
        return out.toString();
    }
}
