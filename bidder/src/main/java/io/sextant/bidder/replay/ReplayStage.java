package io.sextant.bidder.replay;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.abtesting.allocation.Arm;
import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.bidder.BidderConfig;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.decision.DecisionRecords;
import io.sextant.bidder.decision.DecisionSettings;
import io.sextant.bidder.pipeline.BidPipeline;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Exchanges;
import io.sextant.bidder.pipeline.NativeReader;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.snapshot.ArmState;
import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.event.BidEvent;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bidder's pipeline, wired as the bidder wires it, for one set of settings and one catalogue. Models and modifier
 * tables are exchanged as decisions want them, and what might be spent is answered as it was then.
 *
 * <p>
 * Threading: for one thread.
 */
final class ReplayStage implements AutoCloseable {
    private static final long NEVER_NS = Long.MAX_VALUE;

    /** What an arm bids with now. */
    private record Installed(String modelSha256, long tableFingerprint) {
        static final Installed NOTHING = new Installed("", 0);
    }

    private final KeptState kept;
    private final BidderConfig config;
    private final SnapshotHolder holder;
    private final ModelSources sources = new ModelSources(_ -> {});
    private final BidPipeline pipeline;
    private final BidScratch scratch;
    private final DecisionRecords records;
    private final Map<String, Installed> installed = new HashMap<>();
    private final LoggedGate gate = new LoggedGate();

    private @Nullable BidRequest request;
    private ByteString requestBytes = ByteString.EMPTY;
    private String exchange = "";
    private long nowMs;
    private long decidedIn = -1;

    ReplayStage(KeptState kept, BidderConfig config, DecisionSettings settings, Catalogue catalogue,
            UserAgents agents) {
        this.kept = kept;
        this.config = config;
        FeatureSchema schema = config.models().schema();
        List<Arm> arms = config.experiment().allocation();
        var allocator = new ArmAllocator(arms, config.experiment().salt());
        var currencies = new CurrencyRates(config.pricing().usdPerUnit());
        var encoder = new FeatureEncoder(schema, agents);
        this.holder = new SnapshotHolder(arms, catalogue, encoder);
        this.pipeline = new BidPipeline(config.exploration(), allocator, encoder, new Exchanges(config.exchanges()),
                currencies, holder, gate, () -> 0);
        this.scratch = new BidScratch(config.bidding(), config.exploration(), schema, arms,
                NativeReader.of(new OpenRtbCodec()));
        this.records = new DecisionRecords(currencies, schema.fingerprint(), settings.id(), sources);
    }

    /**
     * Whether the stage can be made to be what the decision wants. Arms do not lose their model; such a decision takes a new
     * stage.
     */
    boolean fits(BidEvent event) {
        return !event.getModelSha256().isEmpty() || installed(event).modelSha256.isEmpty();
    }

    /** Gives the decision's arm the model and modifiers that it had. */
    void set(BidEvent event) throws MissingStateException, IOException {
        String arm = event.getBid().getArm();
        if (holder.current().arms().stream().noneMatch(state -> state.arm().name().equals(arm))) {
            return;
        }
        if (!event.getModelSha256().equals(installed(event).modelSha256)) {
            kept.model(event, config, model -> install(arm, model, event));
        }
        Installed now = installed(event);
        if (event.getTableFingerprint() != now.tableFingerprint) {
            holder.withTable(arm, kept.table(event));
            installed.put(arm, new Installed(now.modelSha256, event.getTableFingerprint()));
        }
    }

    private Installed installed(BidEvent event) {
        return installed.getOrDefault(event.getBid().getArm(), Installed.NOTHING);
    }

    private void install(String arm, CtrModel model, BidEvent event) {
        CtrModel old = holder.withModel(arm, model);
        sources.add(model, new ModelSource(arm, event.getBid().getModelVersion(), event.getModelSha256(),
                kept.modelPath(event)));
        installed.put(arm, new Installed(event.getModelSha256(), installed(event).tableFingerprint));
        scratch.refresh(holder.current());
        if (old != null) {
            sources.remove(old);
            old.close();
        }
    }

    /**
     * Decides again, after {@link #set}.
     *
     * @return what the bidder would log now, under the bid id that it logged then
     * @throws InvalidProtocolBufferException if the request cannot be read
     */
    BidEvent decide(BidEvent logged) throws InvalidProtocolBufferException {
        BidRequest decided = request;
        boolean isDecided = decided != null && isDecided(logged);
        if (decided == null || !isDecided) {
            decided = BidRequest.parseFrom(logged.getRequest());
            request = decided;
            requestBytes = logged.getRequest();
            exchange = logged.getBid().getExchange();
            nowMs = logged.getBid().getBidTimeMs();
            gate.begin();
        }
        boolean isAnswered = gate.follow(logged);
        if (!isDecided || !isAnswered) {
            decidedIn = -1;
            pipeline.bid(decided, exchange, nowMs, NEVER_NS, scratch);
            decidedIn = holder.current().sequence();
        }
        BidFacts facts = records.facts(decided, scratch, scratch.impression(logged.getImpIndex()),
                logged.getBid().getBidId());
        return records.event(decided.toByteString(), scratch, logged.getImpIndex(), facts);
    }

    /** Whether the scratch holds the decision about another impression of the same request. */
    private boolean isDecided(BidEvent logged) {
        return decidedIn == holder.current().sequence() && nowMs == logged.getBid().getBidTimeMs()
                && exchange.equals(logged.getBid().getExchange()) && requestBytes.equals(logged.getRequest());
    }

    @Override
    public void close() {
        scratch.close();
        for (ArmState arm : holder.current().arms()) {
            CtrModel model = arm.model();
            if (model != null) {
                model.close();
            }
        }
    }
}
