package io.sextant.abtesting.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import com.sun.management.ThreadMXBean;
import io.sextant.protocol.event.UnitKind;
import io.sextant.protocol.openrtb.BidRequest;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitSelectorTest {
    private static final String EVERYTHING = "user { id: 'u' buyeruid: 'b' } device { ifa: '6D92078A-8246' } ";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            UNIT_BUYER   | b              | user { id: 'u' buyeruid: 'b' } device { ifa: '6D92078A-8246' }
            UNIT_USER    | u              | user { id: 'u' } device { ifa: '6D92078A-8246' }
            UNIT_USER    | u              | user { id: 'u' buyeruid: '' }
            UNIT_USER    | u              | user { id: 'u' buyeruid: '0' }
            UNIT_DEVICE  | 6D92078A-8246  | device { ifa: '6D92078A-8246' }
            UNIT_DEVICE  | 6D92078A-8246  | device { ifa: '6D92078A-8246' lmt: false dnt: false }
            UNIT_REQUEST | r              | device { ifa: '00000000-0000-0000-0000-000000000000' }
            UNIT_REQUEST | r              | device { ifa: '' } user { id: ' ' }
            UNIT_REQUEST | r              | device { ip: '203.0.113.7' }
            """)
    void shouldTakeTheFirstIdentifierThatIsGiven(UnitKind kind, String unit, String request) throws Exception {
        BidRequest parsed = parse(request);

        assertThat(UnitSelector.kind(parsed)).isEqualTo(kind);
        assertThat(UnitSelector.unit(parsed, kind)).isEqualTo(unit);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            UNIT_BUYER   | regs { coppa: false gdpr: false }
            UNIT_REQUEST | device { lmt: true }
            UNIT_REQUEST | device { dnt: true }
            UNIT_REQUEST | regs { coppa: true }
            UNIT_REQUEST | regs { gdpr: true }
            UNIT_REQUEST | regs { gdpr: true } user { consent: '' }
            UNIT_REQUEST | regs { ext { gdpr: true } }
            UNIT_BUYER   | regs { gdpr: true } user { consent: 'CPokAsAPokAsABEACBENC' }
            UNIT_BUYER   | regs { ext { gdpr: true } } user { ext { consent: 'CPokAsAPokAsABEACBENC' } }
            UNIT_REQUEST | regs { gdpr: true coppa: true } user { consent: 'CPokAsAPokAsABEACBENC' }
            """)
    void shouldFollowNobodyWhoMayNotBeFollowed(UnitKind kind, String circumstances) throws Exception {
        assertThat(UnitSelector.kind(parse(EVERYTHING + circumstances))).isEqualTo(kind);
    }

    @Test
    void shouldAllocateNothing() throws Exception {
        List<BidRequest> requests = List.of(parse(EVERYTHING), parse(EVERYTHING + "regs { gdpr: true }"),
                parse("device { ifa: '6D92078A-8246' }"));
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] sink = new long[1];
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2_000; i++) {
                BidRequest request = requests.get(i % 3);
                sink[0] += UnitSelector.unit(request, UnitSelector.kind(request)).length();
            }
            fewest = Math.min(fewest, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(fewest).isZero();
    }

    private static BidRequest parse(String text) throws TextFormat.ParseException {
        return TextFormat.parse("id: 'r' " + text, BidRequest.class);
    }
}
