package io.sextant.model.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.protocol.openrtb.BidRequest;
import java.lang.management.ManagementFactory;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FeatureEncoderTest {
    private static final FeatureSchema SCHEMA = FeatureSchemas.standard();
    private static final FeatureEncoder ENCODER = new FeatureEncoder(SCHEMA, new UserAgents(100));
    /** Monday, 23:30 UTC. */
    private static final long MONDAY_MS = LocalDateTime.of(2026, 3, 2, 23, 30).toInstant(ZoneOffset.UTC).toEpochMilli();
    private static final AdFeatures AD = new AdFeatures("adv", "camp", "cre", 300, 250, "banner", "IAB1",
            "shop.example",
            "en");

    @Test
    void shouldHaveSixteenRequestAndEightAdFieldsOfReasonableSize() {
        assertThat(SCHEMA.requestFields()).isEqualTo(16);
        assertThat(SCHEMA.adFields()).isEqualTo(8);
        assertThat(SCHEMA.rows()).isBetween(60_000, 100_000);
        assertThat(FeatureSchemas.standard(4, 1).rows()).isGreaterThan(3 * SCHEMA.rows());
        assertThatThrownBy(() -> FeatureSchemas.standard(0, 1)).hasMessageContaining("rowsFactor is 0.0");
    }

    @Test
    void shouldHashValuesByTheDocumentedFormula() {
        BidRequest request = BidRequest.newBuilder().setSite(BidRequest.Site.newBuilder().setDomain("news.example"))
                .build();

        int[] row = encode(request, BidRequest.Imp.getDefaultInstance(), 0);

        // seed of the field = xxh3(hashSeed, name); row = first + high 32 bits of the hash scaled to the buckets
        long seed = Hashing.xxh3_64(FeatureSchemas.HASH_SEED).hashCharsToLong("site");
        long hash = Hashing.xxh3_64(seed).hashCharsToLong("news.example");
        int start = SCHEMA.fields().get(0).rows();
        int buckets = SCHEMA.fields().get(1).rows() - 2;
        assertThat(row[1]).isEqualTo(start + 2 + (int) ((hash >>> 32) / 4294967296.0 * buckets));
    }

    @Test
    void shouldGiveTheseRowsForThisRequestForEver() {
        // A changed number here means that tokens in flight and published models no longer fit: raise the hash seed.
        int[] row = encode(fullRequest(), fullRequest().getImp(0), MONDAY_MS);
        int[] ad = new int[8];
        ENCODER.encodeAd(AD, ad);

        assertThat(SCHEMA.fingerprint()).isEqualTo(-7827157298841625223L);
        assertThat(row).containsExactly(3, 13546, 16828, 39882, 41027, 41377, 41557, 41574, 41606, 41738, 41992, 43783,
                44340, 44367, 59072, 61693);
        assertThat(ad).containsExactly(65285, 65625, 68571, 70828, 71025, 71248, 71856, 72678);
    }

    @Test
    void shouldMarkEveryFieldMissingWhenNothingIsGiven() {
        int[] row = new int[16];
        ENCODER.encodeRequest(BidRequest.getDefaultInstance(), BidRequest.Imp.getDefaultInstance(), "", 0, row);
        int[] ad = new int[8];
        ENCODER.encodeAd(new AdFeatures("", "", "", 0, 0, "", "", "", ""), ad);

        for (int field = 0; field < 16; field++) {
            String name = SCHEMA.fields().get(field).name();
            if (List.of("format", "hour", "weekday").contains(name)) {
                // no format, hour 0, Thursday
                assertThat(row[field]).isEqualTo(SCHEMA.missingIndex(field) + 1 + (name.equals("weekday") ? 3 : 0));
            } else {
                assertThat(row[field]).as(name).isEqualTo(SCHEMA.missingIndex(field));
            }
        }
        for (int field = 0; field < 8; field++) {
            assertThat(ad[field]).isEqualTo(SCHEMA.missingIndex(16 + field));
        }
    }

    @Property(tries = 200, seed = "20260302")
    void shouldStayInsideEachFieldsBlockAndOffItsMask(@ForAll String text, @ForAll int number,
            @ForAll @IntRange(min = -2000, max = 2000) int offset, @ForAll long timeMs) {
        BidRequest request = BidRequest.newBuilder()
                .setApp(BidRequest.App.newBuilder().setBundle(text)
                        .setPublisher(BidRequest.Publisher.newBuilder().setId(text)))
                .setDevice(BidRequest.Device.newBuilder().setDevicetype(number).setOs(text).setGeo(BidRequest.Geo
                        .newBuilder().setCountry(text).setRegion(text).setUtcoffset(offset)))
                .setUser(BidRequest.User.newBuilder().setBuyeruid(text)).build();
        BidRequest.Imp imp = BidRequest.Imp.newBuilder().setTagid(text)
                .setBanner(BidRequest.Banner.newBuilder().setW(number).setH(number).setPos(number)).build();
        int[] all = new int[24];
        int[] ad = new int[8];
        ENCODER.encodeRequest(request, imp, text, timeMs, all);
        ENCODER.encodeAd(new AdFeatures(text, text, text, number, number, text, text, text, text), ad);
        System.arraycopy(ad, 0, all, 16, 8);

        for (int field = 0; field < 24; field++) {
            assertThat(SCHEMA.fieldOf(all[field])).isEqualTo(field);
            assertThat(all[field]).isGreaterThan(SCHEMA.maskIndex(field))
                    .isLessThan(SCHEMA.maskIndex(field) + SCHEMA.fields().get(field).rows());
        }
    }

    @Test
    void shouldTellHourAndWeekdayByTheUsersClock() {
        BidRequest here = BidRequest.getDefaultInstance();
        BidRequest east = BidRequest.newBuilder().setDevice(
                BidRequest.Device.newBuilder().setGeo(BidRequest.Geo.newBuilder().setUtcoffset(60))).build();
        BidRequest nonsense = BidRequest.newBuilder().setUser(
                BidRequest.User.newBuilder().setGeo(BidRequest.Geo.newBuilder().setUtcoffset(100_000))).build();

        assertThat(code(here, "hour")).isEqualTo(23);
        assertThat(code(here, "weekday")).isEqualTo(DayOfWeek.MONDAY.getValue() - 1);
        assertThat(code(east, "hour")).isEqualTo(0);
        assertThat(code(east, "weekday")).isEqualTo(DayOfWeek.TUESDAY.getValue() - 1);
        assertThat(code(nonsense, "hour")).isEqualTo(23);
    }

    @Test
    void shouldForgetTheUserWhenTheUserMustNotBeKnown() {
        BidRequest.User user = BidRequest.User.newBuilder().setId("u1").build();
        BidRequest known = BidRequest.newBuilder().setUser(user).build();
        BidRequest limited = known.toBuilder().setDevice(BidRequest.Device.newBuilder().setLmt(true)).build();
        BidRequest child = known.toBuilder().setRegs(BidRequest.Regs.newBuilder().setCoppa(true)).build();
        BidRequest noConsent = known.toBuilder().setRegs(BidRequest.Regs.newBuilder().setGdpr(true)).build();
        BidRequest consent = noConsent.toBuilder().setUser(user.toBuilder().setConsent("CO…")).build();
        BidRequest zeros = BidRequest.newBuilder().setDevice(
                BidRequest.Device.newBuilder().setIfa("00000000-0000-0000-0000-000000000000")).build();

        int missing = SCHEMA.missingIndex(14);
        assertThat(encode(known)[14]).isNotEqualTo(missing).isEqualTo(encode(consent)[14]);
        for (BidRequest request : List.of(limited, child, noConsent, zeros)) {
            assertThat(encode(request)[14]).isEqualTo(missing);
        }
    }

    @Test
    void shouldCallASystemAndABrowserByOneNameWhereverItStands() {
        UserAgents agents = new UserAgents(10);
        String chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                + "Chrome/126.0.0.0 Safari/537.36";
        String iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
                + " Version/17.5 Mobile/15E148 Safari/604.1";
        BidRequest.Device ua = BidRequest.Device.newBuilder().setUa(chrome).build();
        BidRequest.Device hints = BidRequest.Device.newBuilder().setSua(BidRequest.UserAgent.newBuilder()
                .setPlatform(BidRequest.BrandVersion.newBuilder().setBrand("Windows"))
                .addBrowsers(BidRequest.BrandVersion.newBuilder().setBrand("Not/A)Brand"))
                .addBrowsers(BidRequest.BrandVersion.newBuilder().setBrand("Chromium"))
                .addBrowsers(BidRequest.BrandVersion.newBuilder().setBrand("Google Chrome"))).build();

        assertThat(agents.os(ua)).isEqualTo("windows").isEqualTo(agents.os(hints));
        assertThat(agents.browser(ua)).isEqualTo("chrome").isEqualTo(agents.browser(hints));
        assertThat(agents.os(BidRequest.Device.newBuilder().setUa(iphone).build())).isEqualTo("ios")
                .isEqualTo(agents.os(BidRequest.Device.newBuilder().setOs("iPhone OS").build()));
        assertThat(agents.browser(BidRequest.Device.newBuilder().setUa(iphone).build())).isEqualTo("safari");
        assertThat(agents.os(BidRequest.Device.newBuilder().setUa("x".repeat(2000)).build())).isEmpty();
    }

    @Test
    void shouldReadTheLargestSizeAndTheSetOfFormats() {
        BidRequest.Imp two = BidRequest.Imp.newBuilder()
                .setBanner(BidRequest.Banner.newBuilder()
                        .addFormat(BidRequest.Format.newBuilder().setW(320).setH(50))
                        .addFormat(BidRequest.Format.newBuilder().setW(300).setH(250)))
                .setVideo(BidRequest.Video.newBuilder().setW(640).setH(480)).build();
        BidRequest.Imp one = BidRequest.Imp.newBuilder()
                .setBanner(BidRequest.Banner.newBuilder().setW(300).setH(250)).build();
        int[] ofTwo = encode(BidRequest.getDefaultInstance(), two, 0);
        int[] ofOne = encode(BidRequest.getDefaultInstance(), one, 0);

        assertThat(ofTwo[5]).isEqualTo(ofOne[5]);
        assertThat(ofTwo[4] - SCHEMA.missingIndex(4) - 1).isEqualTo(3);
        assertThat(ofOne[4] - SCHEMA.missingIndex(4) - 1).isEqualTo(1);
    }

    @Test
    void shouldTellTheSameIdOfTwoExchangesApart() {
        BidRequest request = BidRequest.newBuilder().setSite(
                BidRequest.Site.newBuilder().setPublisher(BidRequest.Publisher.newBuilder().setId("17"))).build();
        int[] one = new int[16];
        int[] two = new int[16];
        ENCODER.encodeRequest(request, BidRequest.Imp.getDefaultInstance(), "adx", 0, one);
        ENCODER.encodeRequest(request, BidRequest.Imp.getDefaultInstance(), "ssp", 0, two);

        assertThat(one[2]).isNotEqualTo(two[2]);
    }

    @Test
    void shouldAllocateNoMoreThanTheViewWhenWarm() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        BidRequest request = fullRequest();
        int[] row = new int[16];
        int[] ad = new int[8];
        for (int i = 0; i < 20_000; i++) {
            ENCODER.encodeRequest(request, request.getImp(0), "adx", MONDAY_MS, row);
            ENCODER.encodeAd(AD, ad);
        }

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10_000; i++) {
            ENCODER.encodeRequest(request, request.getImp(0), "adx", MONDAY_MS, row);
            ENCODER.encodeAd(AD, ad);
        }
        long perCall = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;

        // one view of five references and a long, and what housekeeping of the cache adds now and then
        assertThat(perCall).isLessThan(64);
    }

    @Test
    void shouldListTheFieldsItKnowsWhenASchemaHasAnother() {
        FeatureSchema schema = new FeatureSchema(List.of(new FeatureSchema.Field("weather", false, 10)), 1);

        assertThatThrownBy(() -> new FeatureEncoder(schema, new UserAgents(1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("\"weather\"")
                .hasMessageContaining("devicetype");
    }

    private static BidRequest fullRequest() {
        return BidRequest.newBuilder()
                .addImp(BidRequest.Imp.newBuilder().setTagid("top")
                        .setBanner(BidRequest.Banner.newBuilder().setW(300).setH(250).setPos(1)))
                .setSite(BidRequest.Site.newBuilder().setDomain("news.example")
                        .setPublisher(BidRequest.Publisher.newBuilder().setId("p-1")))
                .setDevice(BidRequest.Device.newBuilder().setDevicetype(2).setOs("Android")
                        .setSua(BidRequest.UserAgent.newBuilder()
                                .addBrowsers(BidRequest.BrandVersion.newBuilder().setBrand("Google Chrome")))
                        .setGeo(BidRequest.Geo.newBuilder().setCountry("DEU").setRegion("BE").setUtcoffset(60)))
                .setUser(BidRequest.User.newBuilder().setBuyeruid("b-7").addData(
                        BidRequest.Data.newBuilder().addSegment(BidRequest.Segment.newBuilder().setId("s-9"))))
                .build();
    }

    private static int code(BidRequest request, String name) {
        int field = SCHEMA.fields().stream().map(FeatureSchema.Field::name).toList().indexOf(name);
        return encode(request, BidRequest.Imp.getDefaultInstance(), MONDAY_MS)[field] - SCHEMA.missingIndex(field) - 1;
    }

    private static int[] encode(BidRequest request) {
        return encode(request, BidRequest.Imp.getDefaultInstance(), 0);
    }

    private static int[] encode(BidRequest request, BidRequest.Imp imp, long timeMs) {
        int[] row = new int[16];
        ENCODER.encodeRequest(request, imp, "adx", timeMs, row);
        return row;
    }
}
