package io.sextant.bidder.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sextant.bidder.markup.NoticeUrls;
import io.sextant.bidder.notice.SealedToken.Opened;
import io.sextant.configuration.ConfigurationException;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.event.SpendsOn;
import io.sextant.protocol.event.UnitKind;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class SealedTokenTest {
    private static final long BID_TIME_MS = 1_767_225_600_000L;
    private static final Duration AGE_MAX = Duration.ofHours(1);
    private static final String KEY_1 = "1:" + Base64.getEncoder().encodeToString("0123456789abcdef".getBytes(
            StandardCharsets.US_ASCII));
    private static final String KEY_2 = "2:" + Base64.getEncoder().encodeToString("fedcba9876543210".getBytes(
            StandardCharsets.US_ASCII));
    private static final BidFacts FACTS = facts("request-1", "1", "campaign-7");

    private final SealedToken tokens = new SealedToken(TokenKeys.parse(KEY_1, "test"), AGE_MAX);

    @Example
    void shouldGiveTheFactsBackWhenOpenedAsTheSameKind() {
        for (NoticeKind kind : NoticeKind.values()) {
            Opened opened = tokens.open(kind, tokens.seal(FACTS).token(kind), BID_TIME_MS + 1000);

            assertThat(opened.status()).isEqualTo(TokenStatus.OPENED);
            assertThat(opened.bid()).isEqualTo(FACTS);
        }
    }

    @Example
    void shouldRefuseEveryOtherKind() {
        for (NoticeKind sealed : NoticeKind.values()) {
            String token = tokens.seal(FACTS).token(sealed);
            for (NoticeKind other : NoticeKind.values()) {
                if (other != sealed) {
                    assertThat(tokens.open(other, token, BID_TIME_MS).status()).isEqualTo(TokenStatus.REJECTED);
                }
            }
        }
    }

    @Example
    void shouldMakeProofsAsDocumented() throws GeneralSecurityException {
        Seal seal = tokens.seal(FACTS);
        byte[] sealed = Base64.getUrlDecoder().decode(seal.facts());
        byte[] key = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        // HKDF-SHA-256 (RFC 5869) written out: no salt is a salt of zeros, and 32 bytes are the first block.
        byte[] extracted = hmac("HmacSHA256", new byte[32], key);
        byte[] proving = hmac("HmacSHA256", extracted, "sextant notice kind\u0001".getBytes(
                StandardCharsets.US_ASCII));
        byte[] all = hmac("HmacSHA512", proving, sealed);

        assertThat(Base64.getUrlDecoder().decode(seal.proof(NoticeKind.WIN))).isEqualTo(Arrays.copyOfRange(all, 0, 12));
        assertThat(Base64.getUrlDecoder().decode(seal.proof(NoticeKind.CLICK)))
                .isEqualTo(Arrays.copyOfRange(all, 48, 60));
    }

    /** Counter mode written out: the key stream is the cipher of nonce and block number (NIST SP 800-38A, 6.5). */
    @Example
    void shouldEncryptFactsAsDocumented() throws GeneralSecurityException {
        byte[] sealed = Base64.getUrlDecoder().decode(tokens.seal(FACTS).facts());
        byte[] extracted = hmac("HmacSHA256", new byte[32], "0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        byte[] key = Arrays.copyOf(hmac("HmacSHA256", extracted, "sextant notice facts\u0001".getBytes(
                StandardCharsets.US_ASCII)), 16);
        Cipher block = Cipher.getInstance("AES/ECB/NoPadding");
        block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        byte[] facts = Arrays.copyOfRange(sealed, 14, sealed.length);
        for (int i = 0; i < facts.length; i++) {
            byte[] counter = Arrays.copyOf(Arrays.copyOfRange(sealed, 2, 14), 16);
            counter[15] = (byte) (i / 16);
            facts[i] ^= block.doFinal(counter)[i % 16];
        }

        assertThat(facts).isEqualTo(FACTS.toByteArray());
    }

    private static byte[] hmac(String name, byte[] key, byte[] data) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(name);
        mac.init(new SecretKeySpec(key, name));
        return mac.doFinal(data);
    }

    @Property(tries = 500, seed = "1")
    void shouldRefuseATokenWithOneBitFlipped(@ForAll @IntRange(min = 0, max = 100_000) int bit) {
        Seal seal = tokens.seal(FACTS);
        byte[] facts = Base64.getUrlDecoder().decode(seal.facts());
        byte[] proof = Base64.getUrlDecoder().decode(seal.proof(NoticeKind.BILL));
        int at = bit / 8 % (facts.length + proof.length);
        if (at < facts.length) {
            facts[at] ^= (byte) (1 << bit % 8);
        } else {
            proof[at - facts.length] ^= (byte) (1 << bit % 8);
        }
        var encoder = Base64.getUrlEncoder().withoutPadding();

        Opened opened = tokens.open(NoticeKind.BILL, encoder.encodeToString(facts) + '.' + encoder.encodeToString(
                proof), BID_TIME_MS);

        assertThat(opened.status()).isNotEqualTo(TokenStatus.OPENED);
        assertThat(opened.bid()).isNull();
    }

    @Property(tries = 300, seed = "1")
    void shouldRefuseATokenWithOneCharacterReplaced(@ForAll @IntRange(min = 0, max = 10_000) int at,
            @ForAll char replacement) {
        var token = new StringBuilder(tokens.seal(FACTS).token(NoticeKind.CLICK));
        if (token.charAt(at % token.length()) == replacement) {
            return;
        }
        token.setCharAt(at % token.length(), replacement);

        assertThat(tokens.open(NoticeKind.CLICK, token.toString(), BID_TIME_MS).status())
                .isNotEqualTo(TokenStatus.OPENED);
    }

    @Property(tries = 500, seed = "1")
    void shouldNeverThrowForGarbage(@ForAll @StringLength(max = 400) String garbage) {
        assertThat(tokens.open(NoticeKind.WIN, garbage, BID_TIME_MS).bid()).isNull();
    }

    @Example
    void shouldSayWhatIsWrong() {
        String token = tokens.seal(FACTS).token(NoticeKind.WIN);

        assertThat(tokens.open(NoticeKind.WIN, null, BID_TIME_MS).status()).isEqualTo(TokenStatus.MISSING);
        assertThat(tokens.open(NoticeKind.WIN, "", BID_TIME_MS).status()).isEqualTo(TokenStatus.MISSING);
        assertThat(tokens.open(NoticeKind.WIN, "no token", BID_TIME_MS).status()).isEqualTo(TokenStatus.MALFORMED);
        assertThat(tokens.open(NoticeKind.WIN, token.substring(0, 20), BID_TIME_MS).status())
                .isEqualTo(TokenStatus.MALFORMED);
        assertThat(tokens.open(NoticeKind.WIN, "A".repeat(10_000), BID_TIME_MS).status())
                .isEqualTo(TokenStatus.MALFORMED);
        assertThat(tokens.open(NoticeKind.WIN, token, BID_TIME_MS + AGE_MAX.toMillis() + 1).status())
                .isEqualTo(TokenStatus.EXPIRED);
        assertThat(tokens.open(NoticeKind.WIN, token, BID_TIME_MS - 120_000).status()).isEqualTo(TokenStatus.EXPIRED);
        assertThat(tokens.open(NoticeKind.WIN, token, BID_TIME_MS + AGE_MAX.toMillis()).status())
                .isEqualTo(TokenStatus.OPENED);
    }

    @Example
    void shouldOpenOldTokensWhileTheOldKeyIsKept() {
        String old = tokens.seal(FACTS).token(NoticeKind.WIN);
        var rotated = new SealedToken(TokenKeys.parse(KEY_2 + "," + KEY_1, "test"), AGE_MAX);
        var later = new SealedToken(TokenKeys.parse("# the old one is out\n" + KEY_2 + "\n", "test"), AGE_MAX);

        assertThat(rotated.open(NoticeKind.WIN, old, BID_TIME_MS).status()).isEqualTo(TokenStatus.OPENED);
        assertThat(later.open(NoticeKind.WIN, old, BID_TIME_MS).status()).isEqualTo(TokenStatus.UNKNOWN_KEY);
        assertThat(later.open(NoticeKind.WIN, rotated.seal(FACTS).token(NoticeKind.WIN), BID_TIME_MS).status())
                .isEqualTo(TokenStatus.OPENED);
    }

    @Example
    void shouldNeverUseANonceTwice() {
        Set<String> nonces = new HashSet<>();
        var other = new SealedToken(TokenKeys.parse(KEY_1, "test"), AGE_MAX);
        for (int i = 0; i < 2000; i++) {
            for (SealedToken each : List.of(tokens, other)) {
                byte[] token = Base64.getUrlDecoder().decode(each.seal(FACTS).facts());
                nonces.add(Base64.getEncoder().encodeToString(Arrays.copyOfRange(token, 2, 14)));
            }
        }

        assertThat(nonces).hasSize(4000);
    }

    @Example
    void shouldKeepUrlsBelow1024CharactersWithTheLongestIds() {
        String id64 = "x".repeat(64);
        BidFacts longest = facts(id64, id64, id64).toBuilder().setBidId("x".repeat(26)).setCreativeId(id64)
                .setArm("x".repeat(32)).setExchange("x".repeat(32)).setCurrency("EUR").build();
        NoticeUrls urls = NoticeUrls.of("https://" + "b".repeat(60) + ".example.com:8443", "${AUCTION_PRICE:B64}", "",
                tokens.seal(longest));

        var win = new StringBuilder();
        urls.win(win);
        var bill = new StringBuilder();
        urls.bill(bill);
        var loss = new StringBuilder();
        urls.loss(loss);

        assertThat(List.of(win, bill, loss, urls.impression(), urls.click()))
                .allSatisfy(url -> assertThat(url.length()).isLessThan(1024));
    }

    @Example
    void shouldRefuseKeysThatCannotBeUsedAndNeverShowThem() {
        assertThatThrownBy(() -> TokenKeys.parse("", "f")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("no notice key");
        assertThatThrownBy(() -> TokenKeys.parse("1:c2hvcnQ=", "f")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("16 bytes").hasMessageNotContaining("c2hvcnQ");
        assertThatThrownBy(() -> TokenKeys.parse(KEY_1 + "," + KEY_1, "f")).isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> TokenKeys.parse("300:" + KEY_1.substring(2), "f"))
                .isInstanceOf(ConfigurationException.class);
    }

    private static BidFacts facts(String requestId, String impId, String campaignId) {
        var facts = BidFacts.newBuilder().setBidId("bid-1").setRequestId(requestId).setImpId(impId)
                .setArm("uncertainty").setExchange("adx").setFormat("banner").setCampaignId(campaignId)
                .setCreativeId("creative-9").setSchemaFingerprint(0x1234_5678_9abc_def0L)
                .setModelVersion(4_000_000_000L)
                .setSnapshotVersion(4_000_000_000L).setBaseCpmMicros(1_234_567).setBidCpmMicros(49_000_000)
                .setModifier(1.5f).setExplorationGain(0.3f).setUncertainty(0.01f).setPctr(0.02f)
                .setBidTimeMs(BID_TIME_MS)
                .setUnitKind(UnitKind.UNIT_DEVICE).setUnitHash(-1).setSpendsOn(SpendsOn.SPENDS_ON_IMPRESSION);
        for (int i = 0; i < 24; i++) {
            facts.addFeature(70_000 + i);
        }
        return facts.build();
    }
}
