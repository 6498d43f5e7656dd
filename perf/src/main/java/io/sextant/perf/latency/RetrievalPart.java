package io.sextant.perf.latency;

import com.sun.management.ThreadMXBean;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.CampaignIndex;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.CatalogueConfig;
import io.sextant.bidder.campaign.CatalogueReader;
import io.sextant.bidder.campaign.MatchScratch;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchemas;
import io.sextant.model.feature.UserAgents;
import io.sextant.perf.ReportTable;
import io.sextant.protocol.openrtb.BidRequest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * Time and allocation of finding the ads that fit a request, from the request's message to ad numbers; and of taking another
 * catalogue over, which is no event loop's work.
 */
final class RetrievalPart implements LatencyPart {
    private static final double TARGET_P99_US = 20;
    private static final int ROUNDS = 24;
    private static final int QUICK_ROUNDS = 6;
    private static final int RELOADS = 5;
    private static final int QUICK_RELOADS = 1;
    private static final int AGENTS_MAX = 1_000;
    private static final double NS_PER_MS = 1e6;
    private static final double BYTES_PER_MB = 1e6;

    /**
     * Taking a catalogue over.
     *
     * @param campaigns   number of campaigns
     * @param fileMb      size of the file, megabytes
     * @param readMs      reading it, milliseconds
     * @param readMb      allocated for that, megabytes
     * @param indexMs     building the index
     * @param indexMb     allocated for that
     * @param firstUs     the first request on a loop after that, microseconds; the loop's scratch fits itself to the catalogue
     * @param firstBytes  allocated for that, bytes
     * @param anotherUs   the same after the next catalogue of the same size
     * @param anotherBytes allocated for that
     */
    record Reload(int campaigns, double fileMb, double readMs, double readMb, double indexMs, double indexMb,
            double firstUs, double firstBytes, double anotherUs, double anotherBytes) {}

    @Override
    public String name() {
        return "retrieval";
    }

    @Override
    public PartResult measure(LatencyBench bench, DoubleConsumer progress) throws IOException {
        int rounds = bench.quick() ? QUICK_ROUNDS : ROUNDS;
        Supply small = Supply.hundredCandidates();
        Supply large = small.among(Supply.CAMPAIGNS_MANY);
        progress.accept(0.2);
        List<RetrievalRun.Result> runs = new ArrayList<>();
        runs.add(RetrievalRun.measure(large.name(), large.index(), large.requests(), rounds));
        progress.accept(0.4);
        runs.add(RetrievalRun.measure(small.name(), small.index(), small.requests(), rounds));
        progress.accept(0.55);
        var everywhere = new CampaignIndex(
                new TargetedCampaigns(bench.seed()).catalogue(Supply.CAMPAIGNS_MANY, 0), encoder());
        runs.add(RetrievalRun.measure("50,000 campaigns, none of them local", everywhere, large.requests(), rounds));
        progress.accept(0.8);
        Reload reload = reload(bench.directory(), large.campaigns(), large.requests(),
                bench.quick() ? QUICK_RELOADS : RELOADS);
        RetrievalRun.Result target = runs.getFirst();
        return new PartResult(List.of(
                LatencyFigure.atMost("retrieval_p99_us", target.p99Us(), TARGET_P99_US,
                        "finding the ads that fit, 50,000 campaigns, 99th percentile, µs"),
                LatencyFigure.atMost("retrieval_bytes", Math.rint(target.bytes()), 0,
                        "bytes allocated for it, a request"),
                LatencyFigure.of("catalogue_reload_ms", reload.readMs() + reload.indexMs(),
                        "reading a catalogue of 50,000 campaigns and building its index, off the loops, ms")),
                List.of(RetrievalRun.table(runs), table(reload)), Map.of("retrieval", runs, "reload", reload));
    }

    private static FeatureEncoder encoder() {
        return new FeatureEncoder(FeatureSchemas.standard(), new UserAgents(AGENTS_MAX));
    }

    /** Medians over so many reloads, the first of which is not counted. */
    private static Reload reload(Path directory, List<Campaign> campaigns, List<BidRequest> requests, int reloads)
            throws IOException {
        Path file = directory.resolve("retrieval-catalogue.json");
        CatalogueFile.write(file, campaigns);
        var reader = new CatalogueReader(new CatalogueConfig(file.toString(), Duration.ofSeconds(1), 0.15, 0, 50));
        double[][] figures = new double[8][reloads];
        for (int i = -1; i < reloads; i++) {
            double[] measured = reloadOnce(file, reader, requests);
            for (int k = 0; k < measured.length && i >= 0; k++) {
                figures[k][i] = measured[k];
            }
        }
        double[] median = Arrays.stream(figures).mapToDouble(RetrievalPart::median).toArray();
        return new Reload(campaigns.size(), Files.size(file) / BYTES_PER_MB, median[0], median[1], median[2], median[3],
                median[4], median[5], median[6], median[7]);
    }

    private static double[] reloadOnce(Path file, CatalogueReader reader, List<BidRequest> requests) {
        var watch = new Watch();
        Catalogue catalogue = reader.read(file);
        double readMs = watch.ns() / NS_PER_MS;
        double readMb = watch.bytes() / BYTES_PER_MB;
        watch = new Watch();
        var index = new CampaignIndex(catalogue, encoder());
        double indexMs = watch.ns() / NS_PER_MS;
        double indexMb = watch.bytes() / BYTES_PER_MB;
        var another = new CampaignIndex(catalogue, encoder());
        var scratch = new MatchScratch();
        watch = new Watch();
        RetrievalRun.match(index, requests.getFirst(), 0, scratch);
        double firstNs = watch.ns();
        double firstBytes = watch.bytes();
        watch = new Watch();
        RetrievalRun.match(another, requests.getFirst(), 0, scratch);
        return new double[]{readMs, readMb, indexMs, indexMb, firstNs / 1e3, firstBytes, watch.ns() / 1e3,
            watch.bytes()};
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** What the thread has used since it was made. */
    private static final class Watch {
        private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long startBytes = THREADS.getCurrentThreadAllocatedBytes();
        private final long startNs = System.nanoTime();

        long ns() {
            return System.nanoTime() - startNs;
        }

        long bytes() {
            return THREADS.getCurrentThreadAllocatedBytes() - startBytes;
        }
    }

    private record Line(String what, String figure) {}

    private static String table(Reload reload) {
        return "Another catalogue\n" + ReportTable.of(List.of(
                line("campaigns", "%,.0f", reload.campaigns),
                line("file, MB", "%.1f", reload.fileMb),
                line("reading it, ms", "%.0f", reload.readMs),
                line("allocated for that, MB", "%.0f", reload.readMb),
                line("building the index, ms", "%.0f", reload.indexMs),
                line("allocated for that, MB", "%.0f", reload.indexMb),
                line("first request of a loop, µs", "%.0f", reload.firstUs),
                line("allocated for that, bytes", "%,.0f", reload.firstBytes),
                line("first request after the next catalogue of that size, µs", "%.0f", reload.anotherUs),
                line("allocated for that, bytes", "%,.0f", reload.anotherBytes)),
                List.of(ReportTable.left("", Line::what), ReportTable.right("", Line::figure)));
    }

    private static Line line(String what, String format, double value) {
        return new Line(what, String.format(Locale.ROOT, format, value));
    }
}
