package io.sextant.standalone;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One real Kafka node in this JVM: broker and controller of a KRaft quorum of one, from Kafka's own server, on free ports
 * of the loopback address. For a machine of one; it keeps one copy of everything.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int NODE = 1;
    /** Always the same, so that a directory can be started from again. */
    private static final String CLUSTER = "sextant-embedded";
    /** The server runs on Kafka's own threads; it closes its logs well within this time, or is stuck. */
    private static final long CLOSE_S = 20;

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /** As {@link #start(Path, int)}, on a free port. */
    public static EmbeddedBroker start(Path directory) {
        return start(directory, 0);
    }

    /**
     * Formats the directory where it is empty, starts the node and returns when it serves.
     *
     * @param directory where the node keeps its logs; one that an earlier node left is taken over
     * @param port      for clients, of the loopback address; 0 takes a free one
     * @throws UncheckedIOException  if the directory cannot be written or the port is taken
     * @throws IllegalStateException if the node does not start
     */
    public static EmbeddedBroker start(Path directory, int port) {
        Map<String, String> properties = new HashMap<>();
        try {
            Files.createDirectories(directory);
            // Both sockets are open at once, so that the ports differ. Another process could take one before Kafka
            // does, but the system hands out ephemeral ports in turn, and Kafka would say so.
            try (var broker = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                    var controller = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                properties.putAll(settings(directory, broker.getLocalPort(), controller.getLocalPort()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the broker's directory " + directory + " or its ports", e);
        }
        format(directory);
        Properties copy = new Properties();
        copy.putAll(properties);
        var server = new KafkaRaftServer(KafkaConfig.fromProps(copy, false), Time.SYSTEM);
        server.startup();
        String listener = properties.getOrDefault("listeners", "").split(",", -1)[0];
        return new EmbeddedBroker(server, listener.substring("PLAINTEXT://".length()));
    }

    /** Address for clients, host:port. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops the node; what was acknowledged is on disk. */
    @Override
    public void close() {
        Thread stop = Thread.ofPlatform().daemon().name("broker-stop").start(() -> {
            server.shutdown();
            server.awaitShutdown();
        });
        try {
            stop.join(TimeUnit.SECONDS.toMillis(CLOSE_S));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, String> settings(Path directory, int brokerPort, int controllerPort) {
        String quorum = HOST + ":" + controllerPort;
        return Map.ofEntries(Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", Integer.toString(NODE)),
                Map.entry("controller.quorum.voters", NODE + "@" + quorum),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("listeners", "PLAINTEXT://" + HOST + ":" + brokerPort + ",CONTROLLER://" + quorum),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("log.dirs", directory.toString()),
                // A cluster of one: internal topics cannot have more than one copy.
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"), Map.entry("min.insync.replicas", "1"),
                Map.entry("default.replication.factor", "1"),
                // One machine's worth of clients: fewer partitions start and stop sooner.
                Map.entry("offsets.topic.num.partitions", "4"),
                Map.entry("transaction.state.log.num.partitions", "4"),
                // Nobody else will join these groups, so there is nothing to wait for.
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                // A misspelt topic is an error, not a new topic.
                Map.entry("auto.create.topics.enable", "false"), Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "4"),
                // The default buffer of the log cleaner alone is 128 MB.
                Map.entry("log.cleaner.dedupe.buffer.size", "8388608"),
                Map.entry("log.index.size.max.bytes", "1048576"));
    }

    private static void format(Path directory) {
        try (var silence = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter().setClusterId(CLUSTER).setNodeId(NODE)
                    .setControllerListenerName("CONTROLLER").setReleaseVersion(MetadataVersion.latestProduction())
                    .setMetadataLogDirectory(directory.toString()).addDirectory(directory.toString())
                    .setIgnoreFormatted(true).setPrintStream(silence).run();
        } catch (Exception e) {
            throw new IllegalStateException(
                    "cannot format " + directory + " for the embedded broker: " + e.getMessage(),
                    e);
        }
    }
}
