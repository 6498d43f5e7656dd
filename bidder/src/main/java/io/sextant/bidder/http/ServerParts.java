package io.sextant.bidder.http;

import io.sextant.bidder.decision.DecisionRecords;
import io.sextant.bidder.decision.DecisionSink;
import io.sextant.bidder.event.EventLoops;
import io.sextant.bidder.event.EventPublisher;
import io.sextant.bidder.notice.NoticeJournal;
import io.sextant.bidder.notice.SealedToken;
import io.sextant.bidder.pipeline.BidPipeline;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.NativeReader;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.bidder.spending.Reservations;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What all event loops share, and how each makes what is its own.
 *
 * @param config            settings of the server
 * @param exchanges         names of the exchanges that are configured
 * @param defaultExchange   who sent requests that name no exchange
 * @param bidExpiry         longest time from the auction to the impression
 * @param sampleShare       share of requests whose decisions are logged whole
 * @param records           writes decisions down
 * @param decisions         keeps sampled decisions
 * @param models            where models came from
 * @param pipeline          decides
 * @param scratches         makes a loop's working memory from its reader of native requests
 * @param tokens            makes a loop's tokens
 * @param snapshots         what is bid with
 * @param currencies        rates
 * @param landingPages      where clicks lead
 * @param journal           keeps notices
 * @param reservations      what open bids have reserved
 * @param publisher         tells the fleet
 * @param loops             is told of every loop
 * @param bidMetrics        counts requests
 * @param noticeMetrics     counts notices
 * @param readiness         whether the bidder can bid
 * @param rehearsal         what loops know requests of the warm-up by
 * @param publicUrl         where notices come back to
 * @param clock             the time
 */
public record ServerParts(HttpConfig config, Set<String> exchanges, String defaultExchange,
        Duration bidExpiry, double sampleShare,
        DecisionRecords records, DecisionSink decisions, ModelSources models, BidPipeline pipeline,
        Function<NativeReader, BidScratch> scratches,
        Supplier<SealedToken> tokens, SnapshotHolder snapshots, CurrencyRates currencies, LandingPages landingPages,
        NoticeJournal journal, Reservations reservations, EventPublisher publisher, EventLoops loops,
        BidMetrics bidMetrics,
        NoticeMetrics noticeMetrics, Readiness readiness, RehearsalSecret rehearsal, PublicUrl publicUrl,
        InstantSource clock) {}
