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
import java.lang.management.ManagementFactory;
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

    private RetrievalPart() {}

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

    /** Measures a catalogue; {@code rounds} times over the same requests, after as many that are not counted. */
    static Retrieval measure(int campaigns, double local, int rounds, long seed) {
        var market = new TargetedCampaigns(seed);
        var index = new CampaignIndex(market.catalogue(campaigns, local),
                new FeatureEncoder(FeatureSchemas.standard(), new UserAgents(1)));
        List<BidRequest> requests = IntStream.range(0, REQUESTS).mapToObj(market::request).toList();
        var scratch = new MatchScratch();
        int[] out = new int[ROOM];
        var times = new Histogram(HIGHEST_NS, 3);
        long[] best = new long[REQUESTS];
        java.util.Arrays.fill(best, HIGHEST_NS);
        for (int round = 0; round < rounds; round++) {
            run(index, requests, scratch, out, times, best);
        }
        times.reset();
        long found = 0;
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < rounds; round++) {
            found += run(index, requests, scratch, out, times, best);
        }
        bytes = THREADS.getCurrentThreadAllocatedBytes() - bytes;
        java.util.Arrays.sort(best);
        double count = (double) rounds * REQUESTS;
        return new Retrieval(campaigns, index.size(), found / count, times.getValueAtPercentile(50) / 1e3,
                times.getValueAtPercentile(99) / 1e3, best[REQUESTS / 2] / 1e3, best[REQUESTS * 99 / 100] / 1e3, bytes / count);
    }

    private static long run(CampaignIndex index, List<BidRequest> requests, MatchScratch scratch, int[] out,
            Histogram times, long[] best) {
        long found = 0;
        for (int i = 0; i < requests.size(); i++) {
            BidRequest request = requests.get(i);
            long startNs = System.nanoTime();
            int size = 0;
            if (index.matchRequest(request, EXCHANGE, NOW_MS, 0, BudgetState.UNSPENT, scratch)
                     == NoBidReason.NONE
                    && index.match(request, request.getImp(0), null, scratch) == NoBidReason.NONE) {
                size = index.emit(i, ROOM, scratch, out);
            }
            long ns = System.nanoTime() - startNs;
            times.recordValue(ns);
            best[i] = Math.min(best[i], ns);
            found += size;
        }
        return found;
    }
}
