package io.sextant.configuration;

import io.sextant.protocol.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing on the broker. Those that exist are left as they are.
 *
 * <p>
 * A process that cannot work without its topics waits for them ({@link #createMissing}); one that can, the bidder, lets
 * them come when they come ({@link #createInBackground}). Several processes may create the same topics at once.
 * Thread-safe.
 */
public final class TopicCreator {
    private static final Logger LOG = LoggerFactory.getLogger(TopicCreator.class);
    private static final int ATTEMPT_MS = 5_000;
    private static final int PAUSE_MS = 200;
    /** Nothing to warn of: a broker always takes a moment to show what it has made. */
    private static final String NOT_VISIBLE = "new topics are not visible yet";

    private final KafkaConfig kafka;

    /** Makes one for the given installation. */
    public TopicCreator(KafkaConfig kafka) {
        this.kafka = kafka;
    }

    /** A topic creation under way; closing gives it up. */
    public interface Creation extends AutoCloseable {
        /** Whether all topics exist. */
        boolean done();

        @Override
        void close();
    }

    /**
     * Creates what is missing and waits until every topic can be seen, at most {@code kafka.topics.timeout}.
     *
     * @throws IllegalStateException if the broker cannot be reached in time or refuses; the message names the remedy
     * @throws InterruptedException  if the thread is interrupted while it waits
     */
    public void createMissing(Collection<Topics> topics) throws InterruptedException {
        Duration timeout = kafka.topics().timeout();
        if (!create(topics, System.nanoTime() + timeout.toNanos())) {
            throw new IllegalStateException(
                    "kafka.bootstrap-servers = " + kafka.bootstrapServers() + ": no broker served the topics within "
                            + ReadableDuration.format(timeout) + "; start one or correct the address");
        }
    }

    /** Creates what is missing as soon as the broker allows, on a thread of its own. */
    public Creation createInBackground(Collection<Topics> topics) {
        List<Topics> wanted = List.copyOf(topics);
        var creation = new BackgroundCreation();
        creation.thread = Thread.ofVirtual().name("topic-creator").start(() -> {
            try {
                creation.done = create(wanted, Long.MAX_VALUE);
            } catch (InterruptedException e) {
                LOG.debug("topic creation given up");
            } catch (IllegalStateException e) {
                LOG.error("{}", e.getMessage());
            }
        });
        return creation;
    }

    private static final class BackgroundCreation implements Creation {
        private volatile @Nullable Thread thread;
        private volatile boolean done;

        @Override
        public boolean done() {
            return done;
        }

        @Override
        public void close() {
            Thread running = thread;
            if (running != null) {
                running.interrupt();
            }
        }
    }

    private boolean create(Collection<Topics> topics, long deadlineNs) throws InterruptedException {
        Map<String, Object> properties = KafkaClients.common(kafka, "topic-creator");
        properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ATTEMPT_MS);
        properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ATTEMPT_MS);
        boolean told = false;
        Admin admin = Admin.create(properties);
        try {
            while (true) {
                String trouble = attempt(admin, topics, deadlineNs);
                if (trouble == null) {
                    return true;
                }
                if (deadlineNs != Long.MAX_VALUE && System.nanoTime() - deadlineNs >= 0) {
                    return false;
                }
                if (!told && !trouble.equals(NOT_VISIBLE)) {
                    LOG.warn("kafka.bootstrap-servers = {}: waiting for the broker: {}", kafka.bootstrapServers(),
                            trouble);
                    told = true;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } finally {
            // Without waiting: calls to a broker that is away would hold it up.
            admin.close(Duration.ZERO);
        }
    }

    /* One round; null when all topics are there, else what is in the way. */
    private @Nullable String attempt(Admin admin, Collection<Topics> topics, long deadlineNs)
            throws InterruptedException {
        try {
            Set<String> present = within(deadlineNs, admin.listTopics().names());
            var missing = new HashMap<String, Topics>();
            topics.forEach(topic -> missing.put(kafka.topic(topic), topic));
            missing.keySet().removeAll(present);
            if (missing.isEmpty()) {
                return null;
            }
            within(deadlineNs, admin.createTopics(missing.values().stream().map(this::newTopic).toList()).all());
            LOG.info("created topics {}", new TreeSet<>(missing.keySet()));
            return NOT_VISIBLE;
        } catch (TimeoutException e) {
            return "no answer";
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RetriableException || cause instanceof TopicExistsException) {
                return String.valueOf(cause.getMessage());
            }
            throw new IllegalStateException("kafka.bootstrap-servers = " + kafka.bootstrapServers()
                    + ": the broker refuses to create topics: " + (cause == null ? e : cause).getMessage()
                    + "; create them by hand or correct kafka.topics", e);
        }
    }

    private static <T> T within(long deadlineNs, KafkaFuture<T> answer)
            throws InterruptedException, ExecutionException, TimeoutException {
        return deadlineNs == Long.MAX_VALUE ? answer.get()
                : answer.get(Math.max(1, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private NewTopic newTopic(Topics topic) {
        KafkaConfig.TopicsConfig settings = kafka.topics();
        Map<String, String> configs = topic.compacted()
                // Small, short-lived segments: a new process reads a compacted topic from the start and waits for it.
                ? Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
                        TopicConfig.SEGMENT_MS_CONFIG, "600000", TopicConfig.SEGMENT_BYTES_CONFIG, "16777216",
                        TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1")
                : Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG, Long.toString(settings.retention().toMillis()));
        return new NewTopic(kafka.topic(topic), settings.partitions(), (short) settings.replication())
                .configs(configs);
    }
}
