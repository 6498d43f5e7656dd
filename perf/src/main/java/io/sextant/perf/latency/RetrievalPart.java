package io.sextant.perf.latency;

import com.sun.management.ThreadMXBean;
import io.sextant.bidder.campaign.BudgetState;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.campaign.MatchScratch;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** Time and allocation of finding the ads that fit a request, from the request's message to ad numbers. */
final class RetrievalPart {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int REQUESTS = 4_096;
    private static final int ROOM = 1_000;
    private static final String EXCHANGE = "adx";
    private static final long NOW_MS = 1_772_461_800_000L;
    private static final long HIGHEST_NS = 1_000_000_000;

    private final CampaignIndex index;
    private final OpenRtbCodec codec;
    private final List<byte[]> requests;
    private final MatchScratch scratch = new MatchScratch();
    private final int[] out = new int[ROOM];
    private final Histogram times = new Histogram(HIGHEST_NS, 3);
    /** By request, the shortest time it ever took. */
    private final long[] bestNs = new long[REQUESTS];
    private long found;
    private long bytes;

    private RetrievalPart(CampaignIndex index, OpenRtbCodec codec, List<byte[]> requests) {
        this.index = index;
        this.codec = codec;
        this.requests = requests;
        Arrays.fill(bestNs, HIGHEST_NS);
    }

    /**
     * What was measured.
     *
     * @param campaigns number of campaigns
     * @param ads       number of ads, one for each creative and size
     * @param matches   mean number of ads that fit a request
     * @param p50Us     median time of a request, microseconds
     * @param p99Us     99th percentile
     * @param bytes     bytes allocated a request
     */
    record Retrieval(int campaigns, int ads, double matches, double p50Us, double p99Us, double bestP50Us, double bestP99Us, double bytes) {}

    /**
     * Measures a catalogue; {@code rounds} times over the same requests, after as many that are not counted. Each request is
     * read from its JSON right before, which is not counted either: as on an event loop, its texts are near, and what the index
     * had in the caches is further away.
     */
    static Retrieval measure(int campaigns, double local, int rounds, long seed) {
        var market = new TargetedCampaigns(seed);
        var index = new CampaignIndex(market.catalogue(campaigns, local),
                new FeatureEncoder(FeatureSchemas.standard(), new UserAgents(1)));
        var codec = new OpenRtbCodec();
        List<byte[]> requests = IntStream.range(0, REQUESTS).mapToObj(i -> codec.write(market.request(i))).toList();
        var part = new RetrievalPart(index, codec, requests);
        for (int round = 0; round < rounds; round++) {
            part.run();
        }
        part.times.reset();
        part.found = 0;
        part.bytes = 0;
        for (int round = 0; round < rounds; round++) {
            part.run();
        }
        double count = (double) rounds * REQUESTS;
        Arrays.sort(part.bestNs);
        return new Retrieval(campaigns, index.size(), part.found / count, part.times.getValueAtPercentile(50) / 1e3,
                part.times.getValueAtPercentile(99) / 1e3, part.bestNs[REQUESTS / 2] / 1e3,
                part.bestNs[REQUESTS * 99 / 100] / 1e3, part.bytes / count);
    }

    private void run() {
        for (int i = 0; i < requests.size(); i++) {
            BidRequest request = codec.readBidRequest(requests.get(i));
            long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
            long startNs = System.nanoTime();
            found += match(request, i);
            long ns = System.nanoTime() - startNs;
            bytes += THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
            times.recordValue(Math.min(ns, HIGHEST_NS));
            bestNs[i] = Math.min(bestNs[i], ns);
        }
    }

    private int match(BidRequest request, int i) {
        if (index.matchRequest(request, EXCHANGE, NOW_MS, 0, BudgetState.UNSPENT, scratch) != NoBidReason.NONE
                || index.match(request, request.getImp(0), null, i, ROOM, scratch) != NoBidReason.NONE) {
            return 0;
        }
        return index.emit(scratch, out);
    }
}
