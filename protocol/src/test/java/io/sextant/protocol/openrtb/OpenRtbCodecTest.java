package io.sextant.protocol.openrtb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Oracles: messages built by hand, and jackson-databind as a second reader of the JSON. */
class OpenRtbCodecTest {
    private final OpenRtbCodec codec = new OpenRtbCodec();

    private BidRequest read(String json) {
        return codec.readBidRequest(json.getBytes(UTF_8));
    }

    private String written(Message message) {
        return new String(codec.write(message), UTF_8);
    }

    @Test
    void shouldReadEveryKindOfFieldWhenTheRequestIsPlain() {
        BidRequest request = read("""
                {"id": "r1", "at": 1, "tmax": 120, "test": 0, "cur": ["USD", "EUR"], "bcat": [],
                 "imp": [{"id": "1", "bidfloor": 0.35, "secure": 1, "instl": false,
                          "banner": {"format": [{"w": 300, "h": 250}, {"w": 320, "h": 50}], "battr": [1, 2, 3]}}],
                 "site": {"page": "https://news.example/a?b=c", "publisher": {"id": "p"}},
                 "device": {"geo": {"lat": -33.5, "lon": 151}, "dnt": true}}
                """);

        assertThat(request).isEqualTo(BidRequest.newBuilder()
                .setId("r1").setAt(1).setTmax(120).setTest(false).addCur("USD").addCur("EUR")
                .addImp(BidRequest.Imp.newBuilder().setId("1").setBidfloor(0.35).setSecure(true).setInstl(false)
                        .setBanner(BidRequest.Banner.newBuilder()
                                .addFormat(BidRequest.Format.newBuilder().setW(300).setH(250))
                                .addFormat(BidRequest.Format.newBuilder().setW(320).setH(50))
                                .addBattr(1).addBattr(2).addBattr(3)))
                .setSite(BidRequest.Site.newBuilder().setPage("https://news.example/a?b=c")
                        .setPublisher(BidRequest.Publisher.newBuilder().setId("p")))
                .setDevice(BidRequest.Device.newBuilder().setDnt(true)
                        .setGeo(BidRequest.Geo.newBuilder().setLat(-33.5).setLon(151)))
                .build());
    }

    @Test
    void shouldWriteOnlySetFieldsAndFlagsAsNumbers() {
        BidResponse response = BidResponse.newBuilder().setId("r1")
                .addSeatbid(BidResponse.SeatBid.newBuilder().setSeat("s").setGroup(false)
                        .addBid(BidResponse.Bid.newBuilder().setId("b").setImpid("1").setPrice(1.25)
                                .setAdm("<a href=\"x\">é</a>")
                                .addAdomain("a.example").addAdomain("b.example").setW(300))
                        .addBid(BidResponse.Bid.newBuilder().setId("c").setPrice(2)))
                .build();

        assertThat(written(response)).isEqualTo("{\"id\":\"r1\",\"seatbid\":[{\"bid\":[{\"id\":\"b\",\"impid\":\"1\","
                + "\"price\":1.25,\"adm\":\"<a href=\\\"x\\\">é</a>\",\"adomain\":[\"a.example\",\"b.example\"],\"w\":300},"
                + "{\"id\":\"c\",\"price\":2}],\"seat\":\"s\",\"group\":0}]}");
    }

    @Test
    void shouldTreatNullAsAbsentAndSkipUnmodelledMembers() {
        BidRequest request = read("""
                {"id": "r", "site": null, "app": {"id": "a"}, "cur": ["USD", null, "EUR"], "imp": null,
                 "futuremember": {"deep": [1, {"x": "\\u00e9"}], "id": "other"}, "device": {"brandnew": true, "w": 5}}
                """);

        assertThat(request).isEqualTo(BidRequest.newBuilder().setId("r").setApp(BidRequest.App.newBuilder().setId("a"))
                .addCur("USD").addCur("EUR").setDevice(BidRequest.Device.newBuilder().setW(5)).build());
    }

    @Test
    void shouldKeepExtMembersAsSentAndWriteThemBack() {
        String members = "\"vendor\":{\"n\":1.10,\"big\":123456789012345678901234567890,\"list\":[1,\" ü\\u0041\\\" \"]},"
                + "\"t\":true,\"z\":null,\"esc\\\"aped\\\\\":\"\"";
        BidRequest request = read("{\"id\":\"r\",\"imp\":[{\"id\":\"1\",\"ext\":{ \"vendor\" : {\"n\":1.10 ,\n"
                + "\"big\":123456789012345678901234567890,\"list\":[ 1 , \" ü\\u0041\\\" \" ]\t} , \"gpid\":\"/x\",\"t\" :true\n,"
                + "\"z\":null, \"esc\\\"aped\\\\\" : \"\"}}],\"ext\":{}}");

        assertThat(request.getImp(0).getExt().getUnknownJson()).isEqualTo("{" + members + "}");
        assertThat(request.getImp(0).getExt().getGpid()).isEqualTo("/x");
        assertThat(request.hasExt()).isTrue();
        assertThat(request.getExt().hasUnknownJson()).isFalse();
        assertThat(written(request)).isEqualTo(
                "{\"id\":\"r\",\"imp\":[{\"id\":\"1\",\"ext\":{\"gpid\":\"/x\"," + members + "}}],\"ext\":{}}");
    }

    @Test
    void shouldKeepEachExtObjectsMembersApartWhenTheyNest() {
        BidRequest request = read(
                """
                        {"user": {"ext": {"a": 1, "eids": [{"source": "s", "ext": {"b": 2}, "uids": [{"id": "u", "ext": {"c": 3}}]}], "d": 4}}}
                        """);

        BidRequest.User.Ext ext = request.getUser().getExt();
        assertThat(ext.getUnknownJson()).isEqualTo("{\"a\":1,\"d\":4}");
        assertThat(ext.getEids(0).getExt().getUnknownJson()).isEqualTo("{\"b\":2}");
        assertThat(ext.getEids(0).getUids(0).getExt().getUnknownJson()).isEqualTo("{\"c\":3}");
    }

    @Test
    void shouldKeepAModelledExtMemberOfAnotherShapeAsItIs() {
        String json = """
                {"imp": [{"ext": {"igs": [{"ae": 1}], "gpid": {"x": 1}, "tid": 7}}], "regs": {"ext": {"gdpr": 2, "gpc": 1}},
                 "device": {"ext": {"atts": "x"}}}
                """;

        BidRequest request = read(json);

        assertThat(request.getImp(0).getExt().hasIgs()).isFalse();
        assertThat(request.getImp(0).getExt().getTid()).isEqualTo("7");
        assertThat(request.getImp(0).getExt().getUnknownJson())
                .isEqualTo("{\"igs\":[{\"ae\":1}],\"gpid\":{\"x\":1}}");
        assertThat(request.getRegs().getExt().getUnknownJson()).isEqualTo("{\"gdpr\":2}");
        assertThat(request.getRegs().getExt().getGpc()).isEqualTo("1");
        assertThat(JsonTrees.tree(codec.write(request)))
                .isEqualTo(JsonTrees
                        .tree(json.replace("\"tid\": 7", "\"tid\": \"7\"").replace("\"gpc\": 1", "\"gpc\": \"1\"")));
    }

    @Test
    void shouldLetAModelledMemberWinOverOneOfTheSameNameInUnknownJson() {
        BidRequest request = BidRequest.newBuilder().addImp(BidRequest.Imp.newBuilder()
                .setExt(BidRequest.Imp.Ext.newBuilder().setGpid("set")
                        .setUnknownJson("{\"gpid\":\"old\",\"tid\":\"t\"}")))
                .build();

        assertThat(written(request)).isEqualTo("{\"imp\":[{\"ext\":{\"gpid\":\"set\",\"tid\":\"t\"}}]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"300|300", "300.0|300", "3e2|300", "\"300\"|300", "-0|0", "\"-7\"|-7",
        "2147483647|2147483647", "-2147483648|-2147483648", "\"-2147483648\"|-2147483648"})
    void shouldReadAnIntegerInEveryFormThatPeersSend(String json, int expected) {
        assertThat(read("{\"tmax\":" + json + "}").getTmax()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1|true", "0|false", "true|true", "false|false", "\"1\"|true", "1.0|true"})
    void shouldReadAFlagInEveryFormThatPeersSend(String json, boolean expected) {
        BidRequest request = read("{\"test\":" + json + "}");

        assertThat(request.hasTest()).isTrue();
        assertThat(request.getTest()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0.1|0.1", "5|5", "\"0.35\"|0.35", "1E-7|1e-7", "\"2e3\"|2000",
        "4.9406564584124654e-324|4.9406564584124654e-324", "1.7976931348623157e308|1.7976931348623157e308",
        "123456789012345678901234567890|1.2345678901234568e29"})
    void shouldReadAPriceExactly(String json, double expected) {
        assertThat(read("{\"imp\":[{\"bidfloor\":" + json + "}]}").getImp(0).getBidfloor()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"17|17", "1.50|1.50", "-3e+5|-3e+5",
        "123456789012345678901234567890|123456789012345678901234567890"})
    void shouldKeepTheTextOfANumberThatIsGivenForAString(String json, String expected) {
        assertThat(read("{\"id\":" + json + "}").getId()).isEqualTo(expected);
    }

    @Test
    void shouldReadEscapesAndEveryLengthOfUtf8() {
        String text = "a\"\\/\b\f\n\r\tß€😀\u0001";

        assertThat(read("{\"id\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\tß€😀\\u0001\"}").getId()).isEqualTo(text);
        assertThat(read("{\"id\":\"\\u00df\\u20ac\\ud83d\\ude00\"}").getId()).isEqualTo("ß€😀");
        assertThat(read(written(BidRequest.newBuilder().setId(text).build())).getId()).isEqualTo(text);
    }

    @Test
    void shouldReplaceAnUnpairedSurrogate() {
        BidRequest request = read(
                "{\"id\":\"a\\ud83dz\",\"user\":{\"id\":\"\\ude00\\ud83d\"},\"ext\":{\"k\":\"\\ud83d\"}}");

        assertThat(request.getId()).isEqualTo("a\uFFFDz");
        assertThat(request.getUser().getId()).isEqualTo("\uFFFD\uFFFD");
        assertThat(request.getExt().getUnknownJson()).isEqualTo("{\"k\":\"\\ud83d\"}");
        assertThat(read(written(request))).isEqualTo(request);
    }

    @Test
    void shouldWriteTextAsItIsWhateverItsPlane() {
        String json = "{\"id\":\"é€😀\",\"ext\":{\"k😀\":\"\\ud83d\\ude00\"}}";

        assertThat(written(read(json))).isEqualTo(json);
    }

    @Test
    void shouldReadStringsOfEveryLengthAroundTheLengthsEncodingSteps() {
        for (int length : new int[]{0, 1, 41, 42, 43, 127, 128, 5460, 5461, 5462, 16383, 16384, 60_000}) {
            for (String unit : new String[]{"x", "é", "€"}) {
                String id = unit.repeat(length);

                assertThat(read("{\"id\":\"" + id + "\",\"tmax\":3}"))
                        .isEqualTo(BidRequest.newBuilder().setId(id).setTmax(3).build());
            }
        }
    }

    @Test
    void shouldTellTheStringFromTheObjectInNativeRequestAndMarkup() {
        String asString = "{\"imp\":[{\"native\":{\"request\":\"{\\\"ver\\\":\\\"1.2\\\"}\",\"ver\":\"1.2\"}}]}";
        String asObject = "{\"imp\":[{\"native\":{\"ver\":\"1.2\",\"request\":{\"ver\":\"1.2\",\"assets\":[{\"id\":1,\"required\":1,\"title\":{\"len\":90}}]}}}]}";

        BidRequest text = read(asString);
        BidRequest object = read(asObject);

        assertThat(text.getImp(0).getNative().getRequest()).isEqualTo("{\"ver\":\"1.2\"}");
        assertThat(codec.readNativeRequest(text.getImp(0).getNative().getRequest()).getVer()).isEqualTo("1.2");
        assertThat(object.getImp(0).getNative().getRequestNative().getAssets(0).getTitle().getLen()).isEqualTo(90);
        assertThat(written(text)).isEqualTo(asString);
        assertThat(written(object)).isEqualTo(asObject);
        assertThat(read(asObject.replace("\"request\"", "\"request_native\""))).isEqualTo(object);
        BidResponse response = BidResponse.newBuilder().addSeatbid(BidResponse.SeatBid.newBuilder()
                .addBid(BidResponse.Bid.newBuilder().setAdmNative(NativeResponse.newBuilder().setVer("1.2")))).build();
        assertThat(written(response)).isEqualTo("{\"seatbid\":[{\"bid\":[{\"adm\":{\"ver\":\"1.2\"}}]}]}");
        assertThat(codec.readBidResponse(codec.write(response))).isEqualTo(response);
    }

    @Test
    void shouldUnwrapTheNativeRootOfOlderVersions() {
        NativeRequest plain = codec.readNativeRequest("{\"ver\":\"1.1\",\"assets\":[{\"id\":2,\"img\":{\"type\":3}}]}");

        assertThat(codec.readNativeRequest("{\"native\":{\"ver\":1.1,\"assets\":[{\"id\":2,\"img\":{\"type\":3}}]}}"))
                .isEqualTo(plain);
        assertThat(codec.readNativeResponse("{\"native\":{\"link\":{\"url\":\"u\"}}}").getLink().getUrl())
                .isEqualTo("u");
    }

    @Test
    void shouldReadAndWriteFreeFormMembers() {
        String json = "{\"ext\":{\"igi\":[{\"impid\":\"1\",\"igs\":[{\"config\":{\"a\":[1,2.5,\"x\",true,false,null,[],{}],\"b\":{\"c\":-1}}}]}]}}";

        BidResponse response = codec.readBidResponse(json.getBytes(UTF_8));

        Value config = response.getExt().getIgi(0).getIgs(0).getConfig();
        assertThat(config.getStructValue().getFieldsOrThrow("b").getStructValue())
                .isEqualTo(Struct.newBuilder().putFields("c", Value.newBuilder().setNumberValue(-1).build()).build());
        assertThat(config.getStructValue().getFieldsOrThrow("a").getListValue().getValuesCount()).isEqualTo(8);
        assertThat(written(response)).isEqualTo(json);
    }

    @Test
    void shouldReadTheSameFromAnyPartOfAnArrayAndFromBuffers() {
        byte[] json = "{\"id\":\"r\",\"ext\":{\"k\":[1,2]}}".getBytes(UTF_8);
        BidRequest expected = codec.readBidRequest(json);
        byte[] padded = ByteBuffer.allocate(json.length + 9).put(4, json).array();
        ByteBuffer direct = ByteBuffer.allocateDirect(json.length + 5).position(5).put(json).position(5);
        byte[] marked = ("\uFEFF " + new String(json, UTF_8) + "\n").getBytes(UTF_8);

        assertThat(codec.readBidRequest(padded, 4, json.length)).isEqualTo(expected);
        assertThat(codec.readBidRequest(ByteBuffer.wrap(padded, 4, json.length).slice())).isEqualTo(expected);
        assertThat(codec.readBidRequest(direct)).isEqualTo(expected);
        assertThat(direct.position()).isEqualTo(5);
        assertThat(codec.readBidRequest(marked)).isEqualTo(expected);
        assertThat(expected.getExt().getUnknownJson()).isEqualTo("{\"k\":[1,2]}");
    }

    @Test
    void shouldKeepNothingOfAnEarlierMessage() {
        BidRequest first = read("{\"id\":\"first\",\"cur\":[\"USD\"],\"ext\":{\"k\":1}}");
        assertThatThrownBy(() -> read("{\"id\":\"second\",\"ext\":{\"k\":1,"))
                .isInstanceOf(OpenRtbFormatException.class);

        BidRequest third = read("{\"tmax\":1,\"ext\":{\"m\":2}}");

        assertThat(first.getId()).isEqualTo("first");
        assertThat(first.getCurList()).containsExactly("USD");
        assertThat(third).isEqualTo(BidRequest.newBuilder().setTmax(1)
                .setExt(BidRequest.Ext.newBuilder().setUnknownJson("{\"m\":2}")).build());
    }

    @Test
    void shouldNotWriteWhatOnlyProtobufCanSay() throws IOException {
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(500, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                .addField(7,
                        UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.copyFromUtf8("no int"))
                                .build())
                .build();
        BidRequest request = BidRequest.newBuilder().setId("r").addCur("USD").setUnknownFields(unknown).build();
        ByteArrayOutputStream target = new ByteArrayOutputStream();

        codec.write(request, target);

        assertThat(target.toString(UTF_8)).isEqualTo("{\"id\":\"r\",\"cur\":[\"USD\"]}");
        assertThat(
                written(BidRequest.newBuilder().setIdBytes(ByteString.copyFrom(new byte[]{'a', (byte) 0xFF})).build()))
                .isEqualTo("{\"id\":\"a\uFFFD\"}");
    }

    @Test
    void shouldRefuseToWriteWhatJsonCannotHold() {
        BidRequest notANumber = BidRequest.newBuilder()
                .addImp(BidRequest.Imp.newBuilder().setBidfloor(Double.NaN)).build();
        BidRequest injection = BidRequest.newBuilder()
                .setExt(BidRequest.Ext.newBuilder().setUnknownJson("{\"a\":1},\"id\":\"other\"")).build();

        assertThatThrownBy(() -> codec.write(notANumber)).isInstanceOf(OpenRtbFormatException.class)
                .hasMessage("imp[0].bidfloor: JSON has no number NaN");
        assertThatThrownBy(() -> codec.write(injection)).isInstanceOf(OpenRtbFormatException.class)
                .hasMessageStartingWith("ext.a: unknown_json is not JSON");
        assertThat(written(BidRequest.newBuilder().setId("next").build())).isEqualTo("{\"id\":\"next\"}");
    }

    @Test
    void shouldRefuseAMessageOfAnotherSchema() {
        assertThatThrownBy(() -> codec.write(Timestamp.getDefaultInstance()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("google.protobuf.Timestamp");
    }
}
