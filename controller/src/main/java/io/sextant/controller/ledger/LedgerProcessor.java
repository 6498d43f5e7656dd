package io.sextant.controller.ledger;

import static io.sextant.controller.ControllerCounter.CHARGE_DAY_FORGOTTEN;
import static io.sextant.controller.ControllerCounter.CHARGE_DAY_INVALID;
import static io.sextant.controller.ControllerCounter.LEASE_CHARGE_LATE;
import static io.sextant.controller.ControllerCounter.LEASE_FORGOTTEN;
import static io.sextant.controller.ControllerCounter.LEASE_GRANTED;
import static io.sextant.controller.ControllerCounter.LEASE_OVERDRAWN;
import static io.sextant.controller.ControllerCounter.LEASE_REQUEST_MALFORMED;
import static io.sextant.controller.ControllerCounter.LEASE_REQUEST_REFUSED;
import static io.sextant.controller.ControllerCounter.LEASE_REQUEST_REPEATED;
import static io.sextant.controller.ControllerCounter.LEASE_REQUEST_STALE;

import com.google.protobuf.Message;
import io.sextant.controller.ControllerCounter;
import io.sextant.controller.ControllerMetrics;
import io.sextant.controller.LedgerConfig;
import io.sextant.controller.state.LedgerAccount;
import io.sextant.controller.state.Settlement;
import io.sextant.protocol.event.LeaseGrant;
import io.sextant.protocol.event.LeaseRequest;
import io.sextant.protocol.event.LedgerHeartbeat;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the ledger. Takes {@code LeaseRequest}s and {@code Settlement}s, key campaign/arm, and forwards
 * {@code LeaseGrant}s (key lease; one without a lease deletes the key), {@code CampaignSpend}, whole sums (key
 * campaign/arm/day), and {@code LedgerHeartbeat}s (key partition).
 */
public final class LedgerProcessor implements Processor<String, Message, String, Message> {
    /*
     * All that decides is in the accounts, which are committed together with what was forwarded. What is kept in memory only,
     * the next times that something is due and the leases that were charged since the last tick, is made anew or missed
     * without harm: a bidder that is not told of a charge at once hears of it with its next request, and holds the money twice
     * until then.
     */
    /** Name of the store of accounts. */
    public static final String ACCOUNTS = "accounts";

    private static final Duration TICK = Duration.ofSeconds(1);
    /** The ledger was away if it did not tick for so long. */
    private static final long AWAY_MS = 10_000;

    private final LedgerConfig config;
    private final int partitions;
    private final ControllerMetrics metrics;
    private final Map<String, Standing> standings = new HashMap<>();
    private final Map<String, Set<Long>> charged = new HashMap<>();

    private ProcessorContext<String, Message> context;
    private KeyValueStore<String, LedgerAccount> accounts;
    private LedgerGauges gauges;
    private long sinceMs;
    private long tickMs;

    /* Of an account with leases. */
    private record Standing(long dueMs, int openLeases, long outstandingNanos) {}

    /**
     * Makes one.
     *
     * @param partitions of the ledger, as bidders are told
     */
    @SuppressWarnings("NullAway.Init")
    public LedgerProcessor(LedgerConfig config, int partitions, ControllerMetrics metrics) {
        this.config = config;
        this.partitions = partitions;
        this.metrics = metrics;
    }

    @Override
    public void init(ProcessorContext<String, Message> context) {
        this.context = context;
        accounts = context.getStateStore(ACCOUNTS);
        gauges = new LedgerGauges(metrics.registry(), context.taskId().partition());
        sinceMs = context.currentSystemTimeMs();
        tickMs = sinceMs;
        try (KeyValueIterator<String, LedgerAccount> all = accounts.all()) {
            while (all.hasNext()) {
                KeyValue<String, LedgerAccount> entry = all.next();
                stand(entry.key, new Account(entry.value, config));
            }
        }
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    @Override
    public void close() {
        gauges.close();
    }

    @Override
    public void process(Record<String, Message> record) {
        switch (record.value()) {
            case LeaseRequest request -> request(record.key(), request);
            case Settlement pulse when pulse.hasPulsePartition() -> beat(pulse.getPulseMs());
            case Settlement settlement -> settle(record.key(), settlement, record.timestamp());
            default -> throw new IllegalArgumentException(record.value().getDescriptorForType().getFullName());
        }
    }

    private void request(@Nullable String key, LeaseRequest request) {
        if (key == null || !key.equals(request.getCampaignId() + "/" + request.getArm())) {
            metrics.count(LEASE_REQUEST_MALFORMED);
            return;
        }
        long nowMs = context.currentSystemTimeMs();
        Account account = account(key, request.getCampaignId(), request.getArm());
        keepDeadlines(account, nowMs);
        Account.Outcome outcome = account.request(request, nowMs);
        ControllerCounter counter = switch (outcome) {
            case GRANTED -> LEASE_GRANTED;
            case REPEATED -> LEASE_REQUEST_REPEATED;
            case STALE -> LEASE_REQUEST_STALE;
            case MALFORMED -> LEASE_REQUEST_MALFORMED;
            case REFUSED -> LEASE_REQUEST_REFUSED;
            case ANSWERED -> null;
        };
        if (counter != null) {
            metrics.count(counter);
        }
        if (outcome.isAnswered()) {
            tell(account, List.of(request.getLeaseId()), nowMs);
            save(key, account);
        }
    }

    private void settle(String key, Settlement settlement, long timeMs) {
        Account account = account(key, settlement.getCampaignId(), settlement.getArm());
        if (settlement.getImpressions() > 0) {
            Account.Charged charge = account.charge(settlement);
            count(charge.late(), LEASE_CHARGE_LATE);
            count(charge.overdrawn(), LEASE_OVERDRAWN);
            count(charge.dayInvalid(), CHARGE_DAY_INVALID);
            count(charge.dayForgotten(), CHARGE_DAY_FORGOTTEN);
            if (!charge.dayForgotten()) {
                context.forward(new Record<>(key + "/" + charge.day(), account.spend(charge.day()), timeMs));
            }
            if (settlement.getLeaseId() != 0 && !charge.late()) {
                charged.computeIfAbsent(key, _ -> new HashSet<>()).add(settlement.getLeaseId());
            }
        }
        if (settlement.getClicks() > 0) {
            account.click();
        }
        save(key, account);
    }

    private void count(boolean happened, ControllerCounter counter) {
        if (happened) {
            metrics.count(counter);
        }
    }

    private void tick(long nowMs) {
        if (nowMs - tickMs > AWAY_MS) {
            sinceMs = nowMs;
        }
        tickMs = nowMs;
        List<String> due = standings.entrySet().stream().filter(entry -> entry.getValue().dueMs() <= nowMs)
                .map(Map.Entry::getKey).toList();
        for (String key : due) {
            LedgerAccount stored = accounts.get(key);
            if (stored == null) {
                standings.remove(key);
                continue;
            }
            var account = new Account(stored, config);
            keepDeadlines(account, nowMs);
            if (account.pace(nowMs)) {
                charged.remove(key);
                tell(account, account.openLeases(), nowMs);
            }
            save(key, account);
        }
        charged.forEach((key, leases) -> {
            LedgerAccount stored = accounts.get(key);
            if (stored != null) {
                tell(new Account(stored, config), leases, nowMs);
            }
        });
        charged.clear();
        gauges.set(standings.values().stream().mapToLong(Standing::openLeases).sum(),
                standings.values().stream().mapToLong(Standing::outstandingNanos).sum());
    }

    private void keepDeadlines(Account account, long nowMs) {
        Account.Forgotten forgotten = account.forget(nowMs, sinceMs);
        metrics.count(LEASE_FORGOTTEN, forgotten.unheard());
        forgotten.gone().forEach(
                lease -> context.forward(new Record<>(key(lease), LeaseGrant.getDefaultInstance(), nowMs)));
    }

    private void tell(Account account, Iterable<Long> leases, long nowMs) {
        for (long lease : leases) {
            LeaseGrant grant = account.grant(lease, nowMs);
            if (grant != null) {
                context.forward(new Record<>(key(lease), grant, nowMs));
            }
        }
    }

    private static String key(long lease) {
        return HexFormat.of().toHexDigits(lease);
    }

    /* Not by a clock of its own: it lives as long as bills come through. */
    private void beat(long toldMs) {
        int partition = context.taskId().partition();
        context.forward(new Record<>(Integer.toString(partition), LedgerHeartbeat.newBuilder().setPartition(partition)
                .setPartitions(partitions).setTimeMs(toldMs).build(), toldMs));
    }

    private Account account(String key, String campaignId, String arm) {
        LedgerAccount stored = accounts.get(key);
        return stored == null ? Account.opened(campaignId, arm, config) : new Account(stored, config);
    }

    private void save(String key, Account account) {
        accounts.put(key, account.state());
        stand(key, account);
    }

    private void stand(String key, Account account) {
        long dueMs = account.dueMs(sinceMs);
        if (dueMs == Long.MAX_VALUE) {
            standings.remove(key);
        } else {
            standings.put(key, new Standing(dueMs, account.openLeases().size(), account.outstandingNanos()));
        }
    }
}
