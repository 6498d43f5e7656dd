package io.sextant.protocol.openrtb;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused, with the place that the error names; each limit at its last good and first bad value. */
class CodecFormatErrorTest {
    private final OpenRtbCodec codec = new OpenRtbCodec();

    private String error(String json) {
        return error(json.getBytes(UTF_8));
    }

    private String error(byte[] json) {
        OpenRtbFormatException error = catchThrowableOfType(OpenRtbFormatException.class,
                () -> codec.readBidRequest(json));
        assertThat(error).as("refusal").isNotNull();
        assertThat(error.getStackTrace()).isEmpty();
        return String.valueOf(error.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'imp':[{'banner':{'w':'wide'}}]}|imp[0].banner.w: expected an integer, found \"wide\"",
        "{'imp':[{},{'video':{'battr':[1,'x']}}]}|imp[1].video.battr[1]: expected an integer, found \"x\"",
        "{'imp':{'id':'1'}}|imp: expected an array, found an object",
        "{'imp':[[]]}|imp[0]: expected an object, found an array",
        "{'imp':['1']}|imp[0]: expected an object, found \"1\"",
        "{'cur':'USD'}|cur: expected an array, found \"USD\"",
        "{'device':{'geo':7}}|device.geo: expected an object, found 7",
        "{'tmax':3000000000}|tmax: expected an integer of at most 32 bits, found 3000000000",
        "{'tmax':-2147483649}|tmax: expected an integer of at most 32 bits, found -2147483649",
        "{'tmax':'2147483648'}|tmax: expected an integer, found \"2147483648\"",
        "{'tmax':12.5}|tmax: expected an integer, found 12.5", "{'tmax':true}|tmax: expected an integer, found true",
        "{'tmax':''}|tmax: expected an integer, found \"\"", "{'tmax':'-'}|tmax: expected an integer, found \"-\"",
        "{'test':2}|test: expected 0 or 1, found 2", "{'test':'yes'}|test: expected 0 or 1, found \"yes\"",
        "{'id':{}}|id: expected a string, found an object", "{'id':false}|id: expected a string, found false",
        "{'imp':[{'bidfloor':1e999}]}|imp[0].bidfloor: expected a number, found 1e999",
        "{'imp':[{'bidfloor':'NaN'}]}|imp[0].bidfloor: expected a number, found \"NaN\"",
        "{'imp':[{'bidfloor':'0x1p3'}]}|imp[0].bidfloor: expected a number, found \"0x1p3\"",
        "{'imp':[{'bidfloor':' 1'}]}|imp[0].bidfloor: expected a number, found \" 1\"",
        "{'imp':[{'bidfloor':'1.'}]}|imp[0].bidfloor: expected a number, found \"1.\"",
        "{'imp':[{'bidfloor':'1e'}]}|imp[0].bidfloor: expected a number, found \"1e\"",
        "{'id':'a','at':1,'id':'b'}|id: is given twice",
        "{'imp':[{'ext':{'gpid':'a','gpid':'b'}}]}|imp[0].ext.gpid: is given twice",
        "{'site':{},'app':{}}|app: cannot be given together with site",
        "{'dooh':{},'site':{}}|site: cannot be given together with dooh",
        "{'imp':[{'native':{'request':'x','request_native':{}}}]}|imp[0].native.request_native: cannot be given together with request",
        "{'user':{'ext':{'eids':[5]}}}|user.ext.eids[0]: expected an object, found 5",
        "{'ext':7}|ext: expected an object, found 7", "[]|body: expected an object, found an array",
        "'x'|body: expected an object, found \"x\"",
        "{'id':'r'} {}|body: expected nothing after the object, found an object"})
    void shouldNameThePlaceAndWhatWasExpected(String json, String message) {
        assertThat(error(json.replace('\'', '"'))).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"``|body: expected an object, found nothing",
        "`  `|body: expected an object, found nothing", "{|body: the text ends too early",
        "{'imp':[{'banner':{'w':|imp[0].banner.w: the text ends too early",
        "{'imp':[{'banner':{'w':1|imp[0].banner.w: the text ends too early", "{'id':'ab|id: the text ends too early",
        "{'ext':{'k':[1,|ext.k[1]: the text ends too early", "{'x':{'k':[1,|x.k[1]: the text ends too early",
        "{'id':nul}|id: not JSON: Unrecognized token 'nul': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
        "{'tmax':NaN}|tmax: not JSON: Non-standard token 'NaN'"})
    void shouldNameThePlaceWhereTheTextStopsBeingJson(String json, String message) {
        assertThat(error(json.replace('\'', '"')).replace('"', '\'')).isEqualTo(message);
    }

    @Test
    void shouldRefuseWhatIsNoUtf8() {
        assertThat(error("{\"id\":\"é\"}".getBytes(ISO_8859_1))).isEqualTo("body: not UTF-8");
        assertThat(error(new byte[]{'{', '"', 'i', 'd', '"', ':', '"', (byte) 0xC0, (byte) 0x80, '"', '}'}))
                .isEqualTo("body: not UTF-8");
        assertThat(error("{\"id\":\"r\"}".getBytes(UTF_16LE))).isEqualTo("body: not UTF-8");
        assertThat(error("{\"id\":\"a\u0000\"}")).startsWith("id: not JSON");
    }

    @Test
    void shouldCutWhatItShows() {
        assertThat(error("{\"tmax\":\"" + "x".repeat(500) + "\"}"))
                .isEqualTo("tmax: expected an integer, found \"" + "x".repeat(40) + "…\"");
        assertThat(error("{\"tmax\":\"" + "x".repeat(39) + "😀y\"}"))
                .isEqualTo("tmax: expected an integer, found \"" + "x".repeat(39) + "…\"");
    }

    @Test
    void shouldShowAnOddNameOnOneLine() {
        assertThat(error("{\"ext\":{\" \\n\":nul}}")).startsWith("ext[\" ?\"]: not JSON");
        assertThat(error("{\"\":[nul]}")).startsWith("[\"\"][0]: not JSON");
        assertThat(error("{\"tmax\":\"a\\r\\nb\"}")).isEqualTo("tmax: expected an integer, found \"a??b\"");
    }

    @Test
    void shouldBoundTheDepthOfWhatItWrites() {
        int levels = Limits.JSON_DEPTH_MAX - 2;
        BidRequest fits = BidRequest.newBuilder().setExt(BidRequest.Ext.newBuilder()
                .setUnknownJson("{\"k\":" + "[".repeat(levels) + "]".repeat(levels) + "}")).build();
        BidRequest tooDeep = BidRequest.newBuilder().setExt(BidRequest.Ext.newBuilder()
                .setUnknownJson("{\"k\":" + "[".repeat(levels + 1) + "]".repeat(levels + 1) + "}")).build();

        assertThat(codec.readBidRequest(codec.write(fits))).isEqualTo(fits);
        assertThatThrownBy(() -> codec.write(tooDeep)).isInstanceOf(OpenRtbFormatException.class)
                .hasMessage("ext.k: unknown_json is nested too deep");
    }

    @Test
    void shouldBoundTheDepth() {
        int max = Limits.JSON_DEPTH_MAX - 2;

        assertThat(codec.readBidRequest(nested(max).getBytes(UTF_8)).getExt().getUnknownJson()).hasSize(6 + 2 * max);
        assertThat(codec.readBidRequest(nested(max).replace("ext", "odd").getBytes(UTF_8)))
                .isEqualTo(BidRequest.getDefaultInstance());
        assertThat(error(nested(max + 1))).startsWith("ext.k[0][0]").contains("nesting depth (33)");
        assertThat(error(nested(max + 1).replace("ext", "odd"))).contains("nesting depth (33)");
        assertThat(error(nested(100_000))).contains("nesting depth (33)");
    }

    private static String nested(int arrays) {
        return "{\"ext\":{\"k\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}}";
    }

    @Test
    void shouldReadAndWriteAFreeFormMemberOfTheGreatestDepth() {
        int levels = Limits.JSON_DEPTH_MAX - 6;
        String json = "{\"ext\":{\"igi\":[{\"igb\":[{\"pbs\":" + "{\"k\":".repeat(levels) + "1" + "}".repeat(levels)
                + "}]}]}}";

        BidResponse response = codec.readBidResponse(json.getBytes(UTF_8));

        assertThat(new String(codec.write(response), UTF_8)).isEqualTo(json);
        assertThat(codec.readProtobuf(BidResponse.getDefaultInstance(), response.toByteArray(), 0,
                response.getSerializedSize()))
                .isEqualTo(response);
    }

    @Test
    void shouldBoundTheElementsOfAnArray() {
        String many = "\"a\",".repeat(Limits.ARRAY_ELEMENTS_MAX - 1) + "\"a\"";

        assertThat(codec.readBidRequest(("{\"badv\":[" + many + "]}").getBytes(UTF_8)).getBadvCount())
                .isEqualTo(Limits.ARRAY_ELEMENTS_MAX);
        assertThat(error("{\"badv\":[" + many + ",\"a\"]}")).isEqualTo("badv[10000]: more than 10000 elements");
    }

    @Test
    void shouldBoundTheBody() {
        byte[] body = new byte[Limits.BODY_BYTES_MAX + 1];
        Arrays.fill(body, (byte) ' ');
        body[0] = '{';
        body[1] = '}';

        assertThat(codec.readBidRequest(body, 0, Limits.BODY_BYTES_MAX)).isEqualTo(BidRequest.getDefaultInstance());
        assertThat(error(body)).isEqualTo("body: has 1048577 bytes, more than 1048576");
        assertThatThrownBy(() -> codec.readProtobuf(BidRequest.getDefaultInstance(), body, 0, body.length))
                .isInstanceOf(OpenRtbFormatException.class).hasMessage("body: has 1048577 bytes, more than 1048576");
    }

    @Test
    void shouldBoundNumbersAndNames() {
        String digits = "1".repeat(Limits.NUMBER_CHARS_MAX);
        String name = "n".repeat(Limits.NAME_BYTES_MAX);

        assertThat(codec.readBidRequest(("{\"id\":" + digits + "}").getBytes(UTF_8)).getId()).isEqualTo(digits);
        assertThat(error("{\"id\":" + digits + "1}")).startsWith("id: not JSON: Number value length (257)");
        assertThat(codec.readBidRequest(("{\"ext\":{\"" + name + "\":1}}").getBytes(UTF_8)).getExt().getUnknownJson())
                .isEqualTo("{\"" + name + "\":1}");
        assertThat(error("{\"ext\":{\"" + name + "nnnnnnnn\":1}}")).startsWith("ext: not JSON: Name length");
    }

    @Test
    void shouldNameThePlaceWhereAProtobufBodyBreaks() {
        byte[] body = BidRequest.newBuilder().setId("r")
                .addImp(BidRequest.Imp.newBuilder().setId("1"))
                .addImp(BidRequest.Imp.newBuilder().setId("2")
                        .setBanner(BidRequest.Banner.newBuilder().setId("abcdef")))
                .build().toByteArray();

        OpenRtbFormatException truncated = catchThrowableOfType(OpenRtbFormatException.class,
                () -> codec.readProtobuf(BidRequest.getDefaultInstance(), body, 0, body.length - 3));
        body[body.length - 7] = 100;
        OpenRtbFormatException tooLong = catchThrowableOfType(OpenRtbFormatException.class,
                () -> codec.readProtobuf(BidRequest.getDefaultInstance(), body, 0, body.length));

        assertThat(truncated.getMessage()).startsWith("imp[1]: not protobuf: ").hasSizeLessThan(250);
        assertThat(tooLong.place()).isEqualTo("imp[1].banner.id");
        assertThat(codec.readProtobuf(BidRequest.getDefaultInstance(), body, 0, 3).getId()).isEqualTo("r");
    }

    @Test
    void shouldBoundTheDepthOfAProtobufBody() {
        // Unknown groups: a start tag each level, nothing else, so that the bound stands before any length.
        byte[] groups = new byte[50_000];
        Arrays.fill(groups, (byte) (12 << 3 | 3));

        assertThatThrownBy(() -> codec.readProtobuf(BidRequest.getDefaultInstance(), groups, 0, groups.length))
                .isInstanceOf(OpenRtbFormatException.class).hasMessageContaining("not protobuf");
    }
}
