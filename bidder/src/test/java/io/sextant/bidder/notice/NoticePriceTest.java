package io.sextant.bidder.notice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.bidder.notice.NoticePrice.Status;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoticePriceTest {
    private static final long BID = 2_500_000;

    @ParameterizedTest
    @CsvSource({"1.25, 1250000", "2.5, 2500000", "0, 0", "0.0000004, 0", "0.0000006, 1", "2.500000, 2500000",
        "MS4yNQ==, 1250000", "MS4yNQ, 1250000", "Mi41, 2500000"})
    void shouldAcceptANumberUpToTheBid(String text, long micros) {
        assertThat(NoticePrice.read(List.of(text), 1, BID)).isEqualTo(new NoticePrice(Status.ACCEPTED, micros));
    }

    @ParameterizedTest
    @ValueSource(strings = {"${AUCTION_PRICE}", "%24%7BAUCTION_PRICE%7D", "%7BAUCTION_PRICE%7D", "${AUCTION_PRICE:B64}",
        "$%7bAUCTION_PRICE%7d", "JHtBVUNUSU9OX1BSSUNFfQ=="})
    void shouldSeeAMacroThatWasNotReplacedInAnyEncoding(String text) {
        assertThat(NoticePrice.read(List.of(text), 1, BID).status()).isEqualTo(Status.UNRESOLVED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.500001", "-1", "1000000000000", "99999999999999999999999999999999", "-0.5"})
    void shouldRefuseWhatIsAboveTheBidOrBelowZero(String text) {
        assertThat(NoticePrice.read(List.of(text), 1, BID).status()).isEqualTo(Status.OUT_OF_RANGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,25", "1.2.3", "NaN", "Infinity", "1e3", "0x10", ".", "-", "price", "1%2E25"})
    void shouldRefuseWhatIsNoNumber(String text) {
        assertThat(NoticePrice.read(List.of(text), 1, BID).status()).isEqualTo(Status.MALFORMED);
    }

    @Test
    void shouldTellAbsentFromDoubled() {
        assertThat(NoticePrice.read(List.of(), 1, BID).status()).isEqualTo(Status.ABSENT);
        assertThat(NoticePrice.read(List.of(" "), 1, BID).status()).isEqualTo(Status.ABSENT);
        assertThat(NoticePrice.read(List.of("1", "1"), 1, BID).status()).isEqualTo(Status.DOUBLED);
    }

    @Test
    void shouldConvertAndNeverExceedTheBid() {
        // 2.5 USD at 1.25 USD a unit are 2 units.
        assertThat(NoticePrice.read(List.of("2"), 1.25, BID)).isEqualTo(new NoticePrice(Status.ACCEPTED, BID));
        assertThat(NoticePrice.read(List.of("1"), 1.25, BID)).isEqualTo(new NoticePrice(Status.ACCEPTED, 1_250_000));
        assertThat(NoticePrice.read(List.of("2.01"), 1.25, BID).status()).isEqualTo(Status.OUT_OF_RANGE);
        assertThat(NoticePrice.read(List.of("1"), 0, BID).status()).isEqualTo(Status.OUT_OF_RANGE);
    }

    @Property(tries = 500, seed = "1")
    void shouldNeverThrowNorExceedTheBid(@ForAll @StringLength(max = 50) String text,
            @ForAll @LongRange(min = 0, max = 50_000_000) long bid) {
        NoticePrice price = NoticePrice.read(List.of(text), 1, bid);

        assertThat(price.cpmMicros()).isBetween(0L, bid);
    }
}
