package io.sextant.protocol.openrtb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading, checking and lifting together, with requests in 2.5 form written by hand and their 2.6 form beside them. */
class BidRequestReaderTest {
    private static final String IMP = "\"imp\":[{\"id\":\"1\",\"banner\":{}}]";

    private final OpenRtbCodec codec = new OpenRtbCodec();
    private final BidRequestReader reader = new BidRequestReader(codec);
    private final BidRequestNormaliser normaliser = new BidRequestNormaliser(codec);

    private BidRequest read(String members) {
        byte[] json = ("{\"id\":\"r\"," + IMP + "," + members.replace('\'', '"') + "}").getBytes(UTF_8);
        return reader.readJson(json, 0, json.length);
    }

    private BidRequest.Imp readImp(String members) {
        byte[] json = ("{\"id\":\"r\",\"imp\":[{\"id\":\"1\"," + members.replace('\'', '"') + "}]}").getBytes(UTF_8);
        return reader.readJson(json, 0, json.length).getImp(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'source':{'ext':{'schain':{'complete':1,'nodes':[{'asi':'a','sid':'s'}]}}}|'schain':{'complete':1,'nodes':[{'asi':'a','sid':'s'}]}|source",
        "'regs':{'ext':{'gdpr':1}}|'gdpr':1|regs", "'regs':{'ext':{'gdpr':0}}|'gdpr':0|regs",
        "'regs':{'ext':{'us_privacy':'1YNN'}}|'us_privacy':'1YNN'|regs",
        "'regs':{'ext':{'gpp':'DB','gpp_sid':[7,8],'other':{}}}|'gpp':'DB','gpp_sid':[7,8]|regs",
        "'regs':{'gpp_sid':[2],'ext':{'gpp':'DB','gpp_sid':[7]}}|'gpp':'DB'|regs",
        "'user':{'id':'u','ext':{'consent':'C','x':1}}|'consent':'C'|user",
        "'user':{'ext':{'eids':[{'source':'s','uids':[{'id':'u'}]}]}}|'eids':[{'source':'s','uids':[{'id':'u'}]}]|user",
        "'device':{'ext':{'sua':{'mobile':1,'browsers':[{'brand':'B','version':['1']}]}}}|'sua':{'mobile':1,'browsers':[{'brand':'B','version':['1']}]}|device",
        "'site':{'content':{'videoquality':3,'id':'c'}}|'content':{'prodq':3,'videoquality':3,'id':'c'}|site",
        "'app':{'content':{'videoquality':3}}|'content':{'prodq':3,'videoquality':3}|app",
        "'dooh':{'content':{'videoquality':3}}|'content':{'prodq':3,'videoquality':3}|dooh"})
    void shouldLiftA25MemberIntoIts26Field(String old, String lifted, String message) {
        BidRequest expected = codec
                .readBidRequest(("{\"id\":\"r\"," + IMP + "," + old.replace('\'', '"') + "}").getBytes(UTF_8));
        BidRequest added = codec
                .readBidRequest(("{\"" + message + "\":{" + lifted.replace('\'', '"') + "}}").getBytes(UTF_8));
        if (lifted.contains("videoquality")) {
            expected = expected.toBuilder().clearSite().clearApp().clearDooh().build();
        }

        assertThat(read(old)).isEqualTo(expected.toBuilder().mergeFrom(added).build());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "'source':{'schain':{'complete':1},'ext':{'schain':{'complete':0}}}",
        "'regs':{'gdpr':0,'us_privacy':'1---','gpp':'A','ext':{'gdpr':1,'us_privacy':'1YYY','gpp':'B','gpp_sid':[3]}}",
        "'user':{'consent':'new','eids':[{'source':'new'}],'ext':{'consent':'old','eids':[{'source':'old'}]}}",
        "'device':{'sua':{'mobile':0},'ext':{'sua':{'mobile':1}}}",
        "'site':{'content':{'prodq':1,'videoquality':3}}", "'site':{}", "'source':{'ext':{}}", "'regs':{}",
        "'user':{'ext':{'consents':1}}", "'device':{'ext':{'atts':3}}", "'tmax':100",
        "'regs':{'ext':{'gdpr':2,'dsa':{'dsarequired':1}}}"})
    void shouldReturnTheRequestItselfWhenNothingIsToBeLifted(String members) {
        BidRequest request = codec
                .readBidRequest(("{\"id\":\"r\"," + IMP + "," + members.replace('\'', '"') + "}").getBytes(UTF_8));

        assertThat(normaliser.normalise(request)).isSameAs(request);
    }

    @ParameterizedTest
    @CsvSource({"1,0,1", "2,0,4", "3,0,4", "4,0,4", "5,0,3", "0,1,3", "0,0,0", "9,0,0", "3,1,4"})
    void shouldTranslateThePlacementOfAVideo(int placement, int instl, int plcmt) {
        BidRequest.Imp imp = readImp("'instl':" + instl + ",'video':{'placement':" + placement + "}");

        assertThat(imp.getVideo().getPlcmt()).isEqualTo(plcmt);
        assertThat(imp.getVideo().getPlacement()).isEqualTo(placement);
        assertThat(readImp("'instl':1,'video':{'placement':5,'plcmt':2}").getVideo().getPlcmt()).isEqualTo(2);
    }

    @Test
    void shouldLiftTheSingleProtocolOfAVideo() {
        assertThat(readImp("'video':{'protocol':3}").getVideo().getProtocolsList()).containsExactly(3);
        assertThat(readImp("'video':{'protocol':3,'protocols':[5,6]}").getVideo().getProtocolsList()).containsExactly(5,
                6);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"'ext':{'rwdd':1},'banner':{}|true",
        "'ext':{'rwdd':0},'banner':{}|false", "'ext':{'rewarded':1},'banner':{}|true",
        "'video':{'ext':{'rewarded' : true}}|true", "'video':{'ext':{'rewarded':0}}|false",
        "'video':{'ext':{'rewarded':10}}|false", "'rwdd':0,'video':{'ext':{'rewarded':1}}|false",
        "'rwdd':1,'video':{'ext':{'rewarded':0}}|true", "'ext':{'rwdd':'maybe'},'banner':{}|false",
        "'banner':{}|false"})
    void shouldFindOutWhetherAnImpressionIsRewarded(String members, boolean rewarded) {
        assertThat(readImp(members).getRwdd()).isEqualTo(rewarded);
    }

    @Test
    void shouldNotRefuseARequestForAnOddExt() {
        BidRequest request = read("'regs':{'ext':{'gpp':{'a':1},'gpp_sid':'x'}},'device':{'ext':{'sua':[1],'w':'no'}}");

        assertThat(request.getRegs().hasGpp()).isFalse();
        assertThat(request.getDevice().hasSua()).isFalse();
    }

    @Test
    void shouldNotTrustAnUnknownJsonThatCameAsProtobuf() {
        BidRequest request = BidRequest.newBuilder().setId("r")
                .addImp(BidRequest.Imp.newBuilder().setId("1").setBanner(BidRequest.Banner.newBuilder())
                        .setExt(BidRequest.Imp.Ext.newBuilder().setUnknownJson("\"rwdd\"")))
                .setRegs(BidRequest.Regs.newBuilder().setExt(BidRequest.Regs.Ext.newBuilder().setUnknownJson("{\"gpp")))
                .build();
        byte[] body = request.toByteArray();

        assertThat(reader.readProtobuf(body, 0, body.length)).isEqualTo(request);
    }

    @Test
    void shouldRefuseWhatIsNoBidRequestWithItsPlace() {
        byte[] noBanner = "{\"id\":\"r\",\"imp\":[{\"id\":\"1\"}]}".getBytes(UTF_8);
        byte[] noImp = BidRequest.newBuilder().setId("r").build().toByteArray();

        assertThatThrownBy(() -> reader.readJson(noBanner, 0, noBanner.length))
                .isInstanceOf(OpenRtbFormatException.class)
                .hasMessage("imp[0].banner: is missing, and so are video, audio and native")
                .satisfies(e -> assertThat(((OpenRtbFormatException) e).place()).isEqualTo("imp[0].banner"));
        assertThatThrownBy(() -> reader.readProtobuf(noImp, 0, noImp.length)).isInstanceOf(OpenRtbFormatException.class)
                .hasMessage("imp: is missing or empty");
    }
}
