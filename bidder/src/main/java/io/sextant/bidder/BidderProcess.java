package io.sextant.bidder;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sextant.abtesting.allocation.Arm;
import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.bidder.campaign.Catalogue;
import io.sextant.bidder.campaign.CatalogueException;
import io.sextant.bidder.campaign.CatalogueReader;
import io.sextant.bidder.campaign.CatalogueWatcher;
import io.sextant.bidder.decision.DecisionRecords;
import io.sextant.bidder.decision.DecisionSettings;
import io.sextant.bidder.decision.DecisionSink;
import io.sextant.bidder.decision.DecisionWriter;
import io.sextant.bidder.event.Counts;
import io.sextant.bidder.event.EventLoops;
import io.sextant.bidder.event.EventPublisher;
import io.sextant.bidder.event.FleetFollower;
import io.sextant.bidder.event.ModelSwap;
import io.sextant.bidder.event.Outbox;
import io.sextant.bidder.event.SavedModels;
import io.sextant.bidder.http.AdminServer;
import io.sextant.bidder.http.BidMetrics;
import io.sextant.bidder.http.ClockedTransport;
import io.sextant.bidder.http.LandingPages;
import io.sextant.bidder.http.LoopServer;
import io.sextant.bidder.http.NoticeMetrics;
import io.sextant.bidder.http.PublicUrl;
import io.sextant.bidder.http.RehearsalSecret;
import io.sextant.bidder.http.ServerParts;
import io.sextant.bidder.http.WarmUp;
import io.sextant.bidder.notice.NoticeForwarder;
import io.sextant.bidder.notice.NoticeJournal;
import io.sextant.bidder.notice.SealedToken;
import io.sextant.bidder.notice.TokenKeys;
import io.sextant.bidder.pipeline.BidPipeline;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Exchanges;
import io.sextant.bidder.pricing.CurrencyRates;
import io.sextant.bidder.snapshot.ArmState;
import io.sextant.bidder.snapshot.ModelSources;
import io.sextant.bidder.snapshot.SnapshotHolder;
import io.sextant.bidder.spending.AccountBook;
import io.sextant.bidder.spending.LeaseEvent;
import io.sextant.bidder.spending.LedgerGate;
import io.sextant.bidder.spending.LedgerPulse;
import io.sextant.bidder.spending.ReservationEvent;
import io.sextant.bidder.spending.Reservations;
import io.sextant.bidder.spending.SpendingDesk;
import io.sextant.configuration.ConfigurationException;
import io.sextant.configuration.KafkaClients;
import io.sextant.configuration.TopicCreator;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.ModelLoader;
import io.sextant.model.feature.FeatureEncoder;
import io.sextant.model.feature.FeatureSchema;
import io.sextant.model.feature.UserAgents;
import io.sextant.protocol.Topics;
import io.sextant.protocol.snapshot.ExplorationSettings;
import io.sextant.protocol.snapshot.ModelSnapshot;
import io.sextant.protocol.snapshot.UncertaintySnapshot;
import io.sextant.uncertainty.modifier.BidModifierTable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running bidder. It bids as soon as every arm has a model; neither Kafka nor controller nor trainer need be there.
 *
 * <p>
 * Threading: {@link #start} and {@link #close} are for one thread; the rest is thread-safe.
 */
public final class BidderProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BidderProcess.class);
    /** Parsed user agents that are kept; a day of traffic has some 100,000, of which a few thousand make up nearly all. */
    private static final int USER_AGENTS_MAX = 50_000;
    /** Requests for leases that may wait for Kafka; what is dropped is asked for again. */
    private static final int LEASE_REQUESTS_MAX = 65_536;
    private static final Duration START_MAX = Duration.ofSeconds(30);
    private static final Duration DRAIN_NOTICES = Duration.ofSeconds(5);

    /** One step of closing. */
    private interface Closing {
        void run() throws Exception;
    }

    private final BidderConfig config;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    /** What has been opened, the last first. */
    private final Deque<Closing> opened = new ArrayDeque<>();
    private final List<LoopServer> servers = new CopyOnWriteArrayList<>();
    private final AdminServer admin;
    private final SnapshotHolder holder;
    private final PublicUrl publicUrl;
    private final LongSupplier nanoClock;
    private final EventLoops loops = new EventLoops();
    private final RehearsalSecret rehearsal = new RehearsalSecret();
    private @Nullable ModelSwap models;
    private @Nullable AccountBook accounts;
    private @Nullable LedgerPulse pulse;
    private volatile @Nullable WarmUp warmUp;
    private volatile boolean closing;

    /**
     * Starts a bidder and waits until its ports are bound. It answers from then on, but is {@link #ready} only when it has
     * warmed up.
     *
     * @throws ConfigurationException if a setting, the catalogue or a key cannot be used
     * @throws IllegalStateException  if a port or a directory cannot be used; the message names it
     */
    public static BidderProcess start(BidderConfig config) {
        return start(config, System::nanoTime);
    }

    /** Starts one whose waits and deadlines are by another clock. */
    static BidderProcess start(BidderConfig config, LongSupplier nanoClock) {
        return new BidderProcess(config, nanoClock);
    }

    private BidderProcess(BidderConfig config, LongSupplier nanoClock) {
        this.config = config;
        this.nanoClock = nanoClock;
        this.publicUrl = new PublicUrl(config.http());
        this.admin = new AdminServer(config.admin(), registry);
        TokenKeys keys = config.notices().tokenKeys();
        var catalogueReader = new CatalogueReader(config.campaigns(), config.replay().enabled());
        Catalogue catalogue = read(catalogueReader, Path.of(config.campaigns().file()));
        FeatureSchema schema = config.models().schema();
        var encoder = new FeatureEncoder(schema, new UserAgents(USER_AGENTS_MAX));
        List<Arm> arms = config.experiment().allocation();
        CurrencyRates currencies = setting("pricing.usd-per-unit",
                () -> new CurrencyRates(config.pricing().usdPerUnit()));
        ArmAllocator allocator = setting("experiment.arms",
                () -> new ArmAllocator(arms, config.experiment().salt()));
        this.holder = new SnapshotHolder(arms, catalogue, encoder);
        try {
            run(keys, catalogueReader, catalogue, encoder, allocator, currencies);
        } catch (RuntimeException e) {
            close();
            throw e;
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting", e);
        }
    }

    /** Opens everything, what others use first. */
    private void run(TokenKeys keys, CatalogueReader catalogueReader, Catalogue catalogue, FeatureEncoder encoder,
            ArmAllocator allocator, CurrencyRates currencies) throws InterruptedException {
        InstantSource clock = InstantSource.system();
        List<String> armNames = allocator.arms().stream().map(Arm::name).toList();
        DecisionSettings settings = DecisionSettings.of(config);
        DecisionSink decisions = decisions(settings, clock);
        var sources = new ModelSources(decisions::model);
        var swap = new ModelSwap(holder, new ModelLoader(), loops, sources);
        this.models = swap;
        opened.push(this::closeModels);
        new SavedModels(config.experiment(), config.exploration(), config.models()).load(swap);
        swap.loadNewest(config.models());

        var journal = new NoticeJournal(config.notices().journal());
        opened.push(journal::close);
        var forwarder = new NoticeForwarder(journal, producers("bidder-notices"), config.kafka().topicPrefix());
        opened.push(() -> {
            journal.seal();
            forwarder.close(DRAIN_NOTICES);
        });
        TopicCreator.Creation topics = new TopicCreator(config.kafka()).createInBackground(Topics.all());
        opened.push(topics::close);
        Counts<FleetFollower.Event> followed = Counts.register(registry, "bidder.fleet",
                "Snapshots and models that were followed or refused.", "event", FleetFollower.Event.class);
        var events = new Outbox("events", config.events().queueCapacity(), producers("bidder-events"),
                drops("events"));
        opened.push(events::close);
        var samples = new Outbox("samples", config.events().sampleCapacity(), producers("bidder-samples"),
                drops("samples"));
        opened.push(samples::close);
        var leaseRequests = new Outbox("leases", LEASE_REQUESTS_MAX, producers("bidder-leases"), drops("leases"));
        opened.push(leaseRequests::close);
        var exchanges = new Exchanges(config.exchanges());
        String name = name();
        var publisher = new EventPublisher(config.events(), name, armNames, exchanges.leafCells(),
                this::settings, config.kafka().topicPrefix(), events, samples,
                Counts.register(registry, "bidder.events.dropped", "Events dropped before they reached a queue.",
                        "kind",
                        EventPublisher.Drop.class),
                clock, arm -> holder.current().arms().get(arm).modifiers().at(clock.millis()).version());
        opened.push(publisher::close);

        var landingPages = new LandingPages();
        landingPages.follow(catalogue);
        var heard = new LedgerPulse(config.budget().deadMan());
        pulse = heard;
        var reservations = new Reservations(config.budget(), Counts.register(registry, "bidder.reservations",
                "Reservations of bids by what became of them.", "event", ReservationEvent.class)::add);
        var book = new AccountBook(config.budget(), name, allocator.arms(), holder.current().campaigns(), heard,
                reservations, new SecureRandom()::nextLong,
                Counts.register(registry, "bidder.leases", "What happened to leases.", "event", LeaseEvent.class)::add,
                Counts.register(registry, "bidder.spending.refused",
                        "Candidates and reservations that were refused, by why.", "reason",
                        LedgerGate.Refusal.class)::add);
        accounts = book;
        var pipeline = new BidPipeline(config.exploration(), allocator, encoder, exchanges, currencies, holder,
                book.gate(), nanoClock);
        var parts = new ServerParts(config.http(), exchanges.names(), config.defaultExchange(),
                config.notices().bidExpiry(),
                config.events().sampleShare(),
                new DecisionRecords(currencies, encoder.schema().fingerprint(), settings.id(), sources), decisions,
                sources, pipeline,
                natives -> new BidScratch(config.bidding(), config.exploration(), encoder.schema(), allocator.arms(),
                        natives),
                () -> new SealedToken(keys, config.notices().ageMax()), holder, currencies, landingPages, journal,
                reservations, publisher, loops, new BidMetrics(registry), new NoticeMetrics(registry), this::missing,
                rehearsal,
                publicUrl,
                clock);
        listen(parts);
        var warming = new WarmUp(config.http(), servers, holder, allocator, senders(), rehearsal);
        opened.push(warming::close);
        warmUp = warming;
        warming.start();
        var follower = new FleetFollower(config.kafka(), holder, swap, followed);
        opened.push(follower::close);
        var desk = new SpendingDesk(config.kafka(), book, reservations, heard, leaseRequests,
                Counts.register(registry, "bidder.spending", "Messages about leases and stops that were followed.",
                        "event", SpendingDesk.Event.class),
                clock);
        opened.push(desk::close);
        Counts<CatalogueChange> catalogues = Counts.register(registry, "bidder.catalogue",
                "Changes of the catalogue file.", "result", CatalogueChange.class);
        var watcher = new CatalogueWatcher(config.campaigns(), catalogueReader, catalogue, changed -> {
            holder.withCatalogue(changed);
            book.adopt(holder.current().campaigns(), clock.millis());
            landingPages.follow(changed);
            catalogues.add(CatalogueChange.TAKEN);
        }, _ -> catalogues.add(CatalogueChange.REFUSED));
        opened.push(watcher::close);
        var gauges = new BidderGauges(registry);
        opened.push(gauges::close);
        gauges.notices(journal, forwarder);
        gauges.outbox("events", events);
        gauges.outbox("samples", samples);
        gauges.outbox("leases", leaseRequests);
        gauges.spending(book, reservations, heard, clock);
        gauges.cells(exchanges.leafCells());
        gauges.arms(armNames, holder, follower, clock);
    }

    /** The fleet's exploration settings: those of the arm that has heard of the newest. */
    private ExplorationSettings settings() {
        BidModifierTable newest = BidModifierTable.none();
        long version = -1;
        for (ArmState arm : holder.current().arms()) {
            UncertaintySnapshot snapshot = arm.modifiers().snapshot();
            if (snapshot != null && snapshot.getSettingsVersion() > version) {
                version = snapshot.getSettingsVersion();
                newest = arm.modifiers();
            }
        }
        return newest.settings();
    }

    /** Where sampled decisions are kept, if they are. */
    private DecisionSink decisions(DecisionSettings settings, InstantSource clock) {
        if (!config.replay().enabled()) {
            return DecisionSink.NONE;
        }
        if (config.events().sampleShare() == 0) {
            LOG.warn("replay.dir is set, but events.sample-share is 0: no decision will be kept");
        }
        var writer = new DecisionWriter(config.replay(), settings,
                Counts.register(registry, "bidder.decisions.dropped", "Sampled decisions that are not kept.", "reason",
                        DecisionWriter.Drop.class),
                clock);
        opened.push(writer::close);
        Gauge.builder("bidder.decisions.queued", writer, DecisionWriter::size)
                .description("Sampled decisions that wait for the disk.").register(registry);
        FunctionCounter.builder("bidder.decisions.written", writer, DecisionWriter::written)
                .description("Sampled decisions that are kept.").register(registry);
        return writer;
    }

    /** What became of a changed catalogue. */
    private enum CatalogueChange {
        /** In use. */
        TAKEN,
        /** Wrong; the one before it stays. */
        REFUSED
    }

    private void listen(ServerParts parts) {
        int count = config.http().eventLoops() == 0 ? Runtime.getRuntime().availableProcessors()
                : config.http().eventLoops();
        Vertx vertx = Vertx.builder().with(new VertxOptions().setEventLoopPoolSize(count))
                .withTransport(new ClockedTransport(nanoClock)).build();
        opened.push(() -> vertx.close().await(START_MAX.toSeconds(), TimeUnit.SECONDS));
        LOG.info("{} event loops, native transport: {}", count, vertx.isNativeTransportEnabled());
        try {
            vertx.deployVerticle(() -> {
                var server = new LoopServer(parts);
                servers.add(server);
                return server;
            }, new DeploymentOptions().setInstances(count)).await(START_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("http.host = " + config.http().host() + ", http.port = "
                    + config.http().port() + ": cannot listen there: " + e.getMessage(), e);
        }
        try {
            vertx.deployVerticle(admin).await(START_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("admin.host = " + config.admin().host() + ", admin.port = "
                    + config.admin().port() + ": cannot listen there: " + e.getMessage(), e);
        }
    }

    /** The port that exchanges talk to. */
    public int port() {
        return servers.getFirst().port();
    }

    /** The port that metrics are on. */
    public int adminPort() {
        return admin.port();
    }

    /** Where notices come back to: scheme, host and port. */
    public String publicUrl() {
        return publicUrl.url();
    }

    /** All metrics. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /** What is bid with now. */
    public SnapshotHolder snapshots() {
        return holder;
    }

    /** Follows an announcement of a model as if it had come through the topic; not while one can come from there. */
    ModelSwap.Result announce(ModelSnapshot announced) throws InterruptedException {
        return Objects.requireNonNull(models).follow(announced);
    }

    /** The purses of all accounts; to be driven from here only while Kafka is away. */
    AccountBook accounts() {
        return Objects.requireNonNull(accounts);
    }

    /** The dead-man switch; as {@link #accounts}. */
    LedgerPulse pulse() {
        return Objects.requireNonNull(pulse);
    }

    /** Whether every arm has a model, and the bidder has warmed up. */
    public boolean ready() {
        return missing().isEmpty();
    }

    /** All event loops. */
    EventLoops loops() {
        return loops;
    }

    /**
     * Ends: takes no more requests, answers those under way, commits all notices, gives Kafka a few seconds to take what is
     * left, and closes. A second call does nothing.
     */
    @Override
    public void close() {
        closing = true;
        while (!opened.isEmpty()) {
            try {
                opened.pop().run();
            } catch (Exception e) {
                LOG.warn("closing", e);
            }
        }
        registry.close();
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (closing) {
            missing.add("the bidder is closing");
        }
        for (ArmState arm : holder.current().arms()) {
            if (!arm.complete()) {
                missing.add("arm " + arm.arm().name() + " has no model yet");
            }
        }
        WarmUp warming = warmUp;
        if (missing.isEmpty() && (warming == null || !warming.isOver())) {
            missing.add("warming up");
        }
        return missing;
    }

    /** Exchanges that are bid on. */
    private List<String> senders() {
        List<String> enabled = config.exchanges().entrySet().stream().filter(each -> !each.getValue().disabled())
                .map(Map.Entry::getKey).sorted().toList();
        return enabled.isEmpty() ? List.of(config.defaultExchange()) : enabled;
    }

    private void closeModels() {
        for (ArmState arm : holder.current().arms()) {
            CtrModel model = arm.model();
            if (model != null) {
                model.close();
            }
        }
    }

    private Counts<Outbox.Drop> drops(String outbox) {
        return Counts.register(registry, "bidder.outbox.dropped", "Messages to Kafka that were dropped.", "reason",
                Outbox.Drop.class, "outbox", outbox);
    }

    /** Producers give up early enough for what they send to be dropped, or sent again, by those who use them. */
    private Supplier<Producer<String, byte[]>> producers(String clientId) {
        return () -> {
            Map<String, Object> properties = KafkaClients.producer(config.kafka(), clientId);
            properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
            properties.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
            properties.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
            properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
            return new KafkaProducer<>(properties);
        };
    }

    private String name() {
        if (!config.name().isEmpty()) {
            return config.name();
        }
        byte[] chance = new byte[4];
        new SecureRandom().nextBytes(chance);
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            host = "bidder";
        }
        return host + "-" + HexFormat.of().formatHex(chance);
    }

    private static Catalogue read(CatalogueReader reader, Path file) {
        try {
            return reader.read(file);
        } catch (CatalogueException e) {
            throw new ConfigurationException("campaigns.file: " + e.getMessage());
        }
    }

    private static <T> T setting(String key, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(key + ": " + e.getMessage());
        }
    }
}
