package io.sextant.perf.latency;

import com.sun.management.ThreadMXBean;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.campaign.MatchScratch;
import io.sextant.perf.ReportTable;
import io.sextant.protocol.NoBidReason;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** One catalogue, the same requests again and again. One thread. */
/*
 * Each request is read from its JSON right before, as on an event loop: its texts are near, and what the index had in the
 * caches is further away. What a feature encoder asks for anyway is asked for before, since the first to ask for a text pays
 * for the String; the lists that only retrieval reads are not touched.
 */
final class RetrievalRun {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long HIGHEST_NS = 1_000_000_000;
    /** A Wednesday, 12:30 UTC. */
    private static final long NOW_MS = 1_772_627_400_000L;

    private final CampaignIndex index;
    private final OpenRtbCodec codec = new OpenRtbCodec();
    private final List<byte[]> requests;
    private final MatchScratch scratch = new MatchScratch();
    private final int[] out = new int[Supply.CANDIDATES_MAX];
    private final Histogram times = new Histogram(HIGHEST_NS, 3);
    /** By request, the shortest time it ever took. */
    private final long[] bestNs;
    private long found;
    private long bytes;
    /** Only read so that texts are asked for; a sum that nobody needs would not be. */
    @SuppressWarnings("UnusedVariable")
    private int texts;

    private RetrievalRun(CampaignIndex index, List<BidRequest> requests) {
        this.index = index;
        this.requests = requests.stream().map(codec::write).toList();
        this.bestNs = new long[requests.size()];
        Arrays.fill(bestNs, HIGHEST_NS);
    }

    /**
     * What was measured.
     *
     * @param name      of the catalogue
     * @param ads       number of ads in it, one for each creative and size
     * @param matches   mean number of ads that were found for a request, up to the room that a bidder has for them
     * @param p50Us     median time of a request, microseconds
     * @param p99Us     99th percentile of all times
     * @param p999Us    99.9th percentile
     * @param bestP50Us median of the shortest time that each request ever took, which a busy machine changes less
     * @param bestP99Us 99th percentile of the same
     * @param bytes     bytes allocated a request
     */
    record Result(String name, int ads, double matches, double p50Us, double p99Us, double p999Us, double bestP50Us,
            double bestP99Us, double bytes) {}

    /** Goes {@code rounds} times over the requests, after as many rounds that are not counted. */
    static Result measure(String name, CampaignIndex index, List<BidRequest> requests, int rounds) {
        var run = new RetrievalRun(index, requests);
        for (int round = 0; round < rounds; round++) {
            run.round();
        }
        run.times.reset();
        run.found = 0;
        run.bytes = 0;
        for (int round = 0; round < rounds; round++) {
            run.round();
        }
        Arrays.sort(run.bestNs);
        double count = (double) rounds * requests.size();
        return new Result(name, index.size(), run.found / count, run.times.getValueAtPercentile(50) / 1e3,
                run.times.getValueAtPercentile(99) / 1e3, run.times.getValueAtPercentile(99.9) / 1e3,
                run.bestNs[requests.size() / 2] / 1e3, run.bestNs[requests.size() * 99 / 100] / 1e3, run.bytes / count);
    }

    private void round() {
        for (int i = 0; i < requests.size(); i++) {
            BidRequest request = codec.readBidRequest(requests.get(i));
            texts += askForTexts(request);
            long startBytes = THREADS.getCurrentThreadAllocatedBytes();
            long startNs = System.nanoTime();
            int size = match(index, request, i, scratch, out);
            long ns = Math.min(System.nanoTime() - startNs, HIGHEST_NS);
            bytes += THREADS.getCurrentThreadAllocatedBytes() - startBytes;
            found += size;
            times.recordValue(ns);
            bestNs[i] = Math.min(bestNs[i], ns);
        }
    }

    private static int askForTexts(BidRequest request) {
        BidRequest.Geo geo = request.getDevice().getGeo();
        int length = geo.getCountry().length() + geo.getRegion().length();
        if (request.hasSite()) {
            return length + request.getSite().getDomain().length() + request.getSite().getPage().length()
                    + String.join("", request.getSite().getCatList()).length()
                    + String.join("", request.getSite().getPagecatList()).length();
        }
        return length + request.getApp().getBundle().length() + request.getApp().getDomain().length()
                + String.join("", request.getApp().getCatList()).length();
    }

    /** One match, with as much room as a bidder has. */
    static int match(CampaignIndex index, BidRequest request, long decisionKey, MatchScratch scratch) {
        return match(index, request, decisionKey, scratch, new int[Supply.CANDIDATES_MAX]);
    }

    private static int match(CampaignIndex index, BidRequest request, long decisionKey, MatchScratch scratch,
            int[] out) {
        if (index.matchRequest(request, Supply.EXCHANGE, NOW_MS, scratch) != NoBidReason.NONE
                || index.match(request, request.getImp(0), null, decisionKey, out.length,
                        scratch) != NoBidReason.NONE) {
            return 0;
        }
        return index.emit(scratch, out);
    }

    /** The results as text. */
    static String table(List<Result> results) {
        return "Finding the ads that fit\n" + ReportTable.of(results, List.of(
                ReportTable.left("catalogue", Result::name),
                ReportTable.right("ads", result -> String.format(Locale.ROOT, "%,d", result.ads)),
                ReportTable.right("found", result -> figure(result.matches)),
                ReportTable.right("µs p50", result -> figure(result.p50Us)),
                ReportTable.right("p99", result -> figure(result.p99Us)),
                ReportTable.right("p99.9", result -> figure(result.p999Us)),
                ReportTable.right("best p50", result -> figure(result.bestP50Us)),
                ReportTable.right("best p99", result -> figure(result.bestP99Us)),
                ReportTable.right("bytes", result -> figure(result.bytes))));
    }

    private static String figure(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
