package io.sextant.bidder.policy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.abtesting.policy.LoggedDecisions;
import io.sextant.abtesting.policy.PolicyLogException;
import io.sextant.abtesting.policy.TargetPolicy;
import io.sextant.bidder.decision.DecisionDirectory;
import io.sextant.bidder.decision.SegmentReader;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.Example;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * An arm's own decisions: whether an impression fell into the explore share, which chance decided with a known probability,
 * and what came of it. The outcomes come from the arm's labelled impressions; a decision that has none was not bought. Used
 * once, by one thread.
 */
final class DecisionLogReader {
    /** The impression was open to modifiers other than 1. */
    static final String EXPLORE = "explore";
    /** The impression was bid for at modifier 1. */
    static final String PLAIN = "plain";

    private static final String SHARE = "share:";
    private static final int GZIP_MAGIC = 0x1f8b;

    /** What counts as paid. */
    enum Reward {
        /** The impression was bought and clicked. */
        CLICK,
        /** The impression was bought. */
        WIN
    }

    private final String arm;
    private final Reward reward;
    private long cutSegments;
    private long withoutChance;

    DecisionLogReader(String arm, Reward reward) {
        this.arm = arm;
        this.reward = reward;
    }

    /**
     * Reads.
     *
     * @param root     the directory of decisions
     * @param examples dumps of the arm's labelled impressions; what is not in them was not bought
     * @throws PolicyLogException if there is no decision of the arm, or a dump cannot be read or has nothing to do with them
     * @throws IOException        if a file cannot be read
     */
    LoggedDecisions read(Path root, List<Path> examples) throws PolicyLogException, IOException {
        Map<String, Boolean> clicks = new HashMap<>();
        for (Path dump : examples) {
            readClicks(dump, clicks);
        }
        long bought = 0;
        var decisions = new LoggedDecisions.Builder("format", "campaign").action(PLAIN).action(EXPLORE);
        for (Path segment : new DecisionDirectory(root).segments()) {
            try (var reader = new SegmentReader(segment)) {
                for (BidEvent event = reader.next(); event != null; event = reader.next()) {
                    if (event.getBid().getArm().equals(arm)) {
                        Boolean click = clicks.get(event.getBid().getBidId());
                        bought += click == null ? 0 : 1;
                        add(event, click, decisions);
                    }
                }
                cutSegments += reader.cut() == null ? 0 : 1;
            }
        }
        if (decisions.size() == 0) {
            throw new PolicyLogException(root + ": there is no decision of arm " + arm + " that chance had a say in ("
                    + withoutChance
                    + " that ended before, or without modifiers in force); --arm names the arm, and it must"
                    + " have explored");
        }
        if (bought == 0 && !clicks.isEmpty()) {
            throw new PolicyLogException(examples.getFirst() + ": none of the " + clicks.size()
                    + " impressions is a decision of arm " + arm + " in " + root
                    + "; dump the examples of the same arm, from the Kafka that the bidder wrote to");
        }
        return decisions.build();
    }

    /** Segments that broke off before their end. */
    long cutSegments() {
        return cutSegments;
    }

    /** Decisions passed over: they ended before chance had a say, or no modifiers were in force. */
    long withoutChance() {
        return withoutChance;
    }

    /**
     * The arm with another explore share, all else being the same.
     *
     * @param target {@code share:S}, S from 0 to 1
     * @throws IllegalArgumentException if it is something else
     */
    static TargetPolicy target(String target) {
        try {
            double share = Double.parseDouble(target.startsWith(SHARE) ? target.substring(SHARE.length()) : "");
            if (share >= 0 && share <= 1) {
                return TargetPolicy.of(String.format(Locale.ROOT, "explore share %.4g", share),
                        (_, action) -> action == 1 ? share : 1 - share);
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "target is " + target + ", must be share:S with S from 0 to 1, for example share:0");
    }

    private void add(BidEvent event, @Nullable Boolean click,
            LoggedDecisions.Builder decisions) {
        double share = event.getExploreShare();
        if (!(share > 0)) {
            withoutChance++;
            return;
        }
        boolean explores = event.getInExploreShare();
        var bid = event.getBid();
        decisions.add(explores ? EXPLORE : PLAIN, explores ? share : 1 - share,
                reward == Reward.WIN ? click != null : Boolean.TRUE.equals(click),
                Long.toHexString(bid.getUnitHash()), bid.getExchange(), bid.getBidTimeMs(), bid.getFormat(),
                bid.getCampaignId());
    }

    /** A correction pair takes an impression's label back and gives it anew: the last word holds. */
    private static void readClicks(Path dump, Map<String, Boolean> clicks) throws PolicyLogException, IOException {
        long number = 0;
        try (InputStream in = unzipped(new BufferedInputStream(Files.newInputStream(dump)))) {
            for (Example example = Example.parseDelimitedFrom(in); example != null; example = Example
                    .parseDelimitedFrom(in)) {
                number++;
                if (example.getWeight() > 0) {
                    clicks.put(example.getBidId(), example.getClick());
                }
            }
        } catch (InvalidProtocolBufferException | EOFException e) {
            throw new PolicyLogException(dump + ":" + (number + 1) + ": the example cannot be read (" + e.getMessage()
                    + "); dump it again with ./sextant examples");
        }
    }

    private static InputStream unzipped(InputStream in) throws IOException {
        in.mark(2);
        boolean gzip = ((in.read() << 8) | in.read()) == GZIP_MAGIC;
        in.reset();
        return gzip ? new GZIPInputStream(in) : in;
    }
}
