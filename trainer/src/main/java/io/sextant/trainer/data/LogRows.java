package io.sextant.trainer.data;

import io.sextant.fixtures.ipinyou.BidLogReader;
import io.sextant.fixtures.ipinyou.LoggedAuction;
import io.sextant.model.feature.AdFeatures;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.openrtb.BidRequest.Banner;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Lines of iPinYou's log, as the bid requests that they were: a bidder gets the same features from them. */
final class LogRows implements DataReader.RowReader {
    private static final int AGENTS = 4_096;
    /** Nobody waits for an answer. */
    private static final int TMAX_MS = 100;

    private final FeatureSchema schema;
    private final FeatureEncoder encoder;
    private final int[] request;
    private final int[] ad;

    LogRows(FeatureSchema schema) throws DataException {
        this.schema = schema;
        try {
            this.encoder = new FeatureEncoder(schema, new UserAgents(AGENTS));
        } catch (IllegalArgumentException e) {
            throw new DataException("bid requests cannot be encoded for this model: " + e.getMessage());
        }
        this.request = new int[schema.requestFields()];
        this.ad = new int[schema.adFields()];
    }

    @Override
    public void read(Path file, DataSet.Builder rows, long rowsMax, BadLines badLines)
            throws DataException, IOException {
        try (var log = new BidLogReader(InputFiles.watched(file, "read"), TMAX_MS)) {
            while (rows.size() < rowsMax) {
                long malformedBefore = log.malformed();
                Optional<LoggedAuction> next = log.next();
                for (long i = malformedBefore; i < log.malformed(); i++) {
                    badLines.add(file, lineOf(log, (int) i), problem(log, (int) i));
                }
                if (next.isEmpty()) {
                    return;
                }
                add(next.get(), rows);
            }
        }
    }

    /* The reader says "line 7: column 3 …". */
    private static long lineOf(BidLogReader log, int problem) {
        return problem < log.problems().size()
                ? Long.parseLong(log.problems().get(problem).replaceAll("^line (\\d+):.*", "$1"))
                : log.lines();
    }

    private static String problem(BidLogReader log, int problem) {
        return problem < log.problems().size()
                ? log.problems().get(problem).replaceAll("^line \\d+: ", "")
                : "cannot be read";
    }

    private void add(LoggedAuction auction, DataSet.Builder rows) throws DataException {
        encoder.encodeRequest(auction.request(), auction.request().getImp(0), auction.exchange(), auction.timeMs(),
                request);
        encoder.encodeAd(shown(auction), ad);
        int[] features = Arrays.copyOf(request, schema.size());
        System.arraycopy(ad, 0, features, schema.requestFields(), ad.length);
        rows.add(features, auction.clicked(), auction.timeMs(), auction.exchange(), 0);
    }

    /* In this log an advertiser is a campaign, and a creative has the size of its slot. */
    private static AdFeatures shown(LoggedAuction auction) {
        Banner slot = auction.request().getImp(0).getBanner();
        String page = auction.landingPage();
        return new AdFeatures(auction.advertiserId(), auction.advertiserId(), auction.creativeId(), slot.getW(),
                slot.getH(), "banner", "", page == null ? "" : domain(page), "");
    }

    /** The host of an address; the log's are mostly hashes, which stand for themselves. */
    private static String domain(String page) {
        try {
            String host = URI.create(page).getHost();
            return host == null ? page : host;
        } catch (IllegalArgumentException _) {
            return page;
        }
    }
}
