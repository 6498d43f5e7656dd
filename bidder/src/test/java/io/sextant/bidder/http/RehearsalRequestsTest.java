package io.sextant.bidder.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.abtesting.allocation.UnitSelector;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.RunningBidder;
import io.sextant.bidder.http.RehearsalRequests.Encoded;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.BidRequestReader;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalRequestsTest {
    @TempDir
    private Path directory;

    @Test
    void shouldMakeRequestsOfEveryKindAndArmThatTheCatalogueHasABidFor() throws IOException {
        BidderConfig config = RunningBidder.config(directory, Map.of());
        var allocator = new ArmAllocator(config.experiment().allocation(), config.experiment().salt());
        var reader = new BidRequestReader(new OpenRtbCodec());
        Set<Integer> arms = new HashSet<>();
        try (RunningBidder bidder = RunningBidder.start(directory, Map.of())) {
            List<Encoded> requests = new RehearsalRequests(allocator, List.of("adx"), 5_000)
                    .of(bidder.process.snapshots().current().campaigns());

            // two banners of three sizes, a video, a native ad; three arms
            assertThat(requests).hasSize(24);
            assertThat(requests).anyMatch(Encoded::protobuf).anyMatch(Encoded::gzip)
                    .anyMatch(request -> !request.protobuf() && !request.gzip());
            for (Encoded request : requests) {
                byte[] body = request.body();
                assertThat(bidder.bid(body, "content-type",
                        request.protobuf() ? "application/x-protobuf" : "application/json").statusCode())
                        .isEqualTo(200);
                if (!request.gzip()) {
                    BidRequest read = request.protobuf() ? reader.readProtobuf(body, 0, body.length)
                            : reader.readJson(body, 0, body.length);
                    arms.add(allocator
                            .allocate(allocator.unitHash(UnitSelector.unit(read, UnitSelector.kind(read)))));
                }
            }
        }
        assertThat(arms).containsExactlyInAnyOrder(0, 1, 2);
    }
}
