package io.sextant.trainer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A real Kafka broker on free loopback ports, a KRaft quorum of one. */
public final class TestBroker implements AutoCloseable {
    private final KafkaRaftServer server;
    private final String address;

    public TestBroker(Path directory) throws Exception {
        int port;
        int controllerPort;
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (var first = new ServerSocket(0, 1, loopback); var second = new ServerSocket(0, 1, loopback)) {
            port = first.getLocalPort();
            controllerPort = second.getLocalPort();
        }
        this.address = "127.0.0.1:" + port;
        format(directory);
        String controller = "127.0.0.1:" + controllerPort;
        this.server = new KafkaRaftServer(
                new KafkaConfig(
                        Map.ofEntries(Map.entry("process.roles", "broker,controller"), Map.entry("node.id", "1"),
                                Map.entry("controller.quorum.voters", "1@" + controller),
                                Map.entry("controller.listener.names", "CONTROLLER"),
                                Map.entry("listeners", "PLAINTEXT://" + address + ",CONTROLLER://" + controller),
                                Map.entry("listener.security.protocol.map",
                                        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                                Map.entry("log.dirs", directory.toString()),
                                Map.entry("offsets.topic.replication.factor", "1"),
                                Map.entry("offsets.topic.num.partitions", "1"),
                                Map.entry("transaction.state.log.replication.factor", "1"),
                                Map.entry("transaction.state.log.num.partitions", "1"),
                                Map.entry("transaction.state.log.min.isr", "1"),
                                Map.entry("group.initial.rebalance.delay.ms", "0"),
                                Map.entry("auto.create.topics.enable", "false"),
                                Map.entry("log.cleaner.dedupe.buffer.size", "8388608")),
                        false),
                Time.SYSTEM);
        server.startup();
    }

    private static void format(Path directory) throws Exception {
        try (var silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter().setClusterId(Uuid.randomUuid().toString()).setNodeId(1)
                    .setControllerListenerName("CONTROLLER").setReleaseVersion(MetadataVersion.latestProduction())
                    .addDirectory(directory.toString()).setMetadataLogDirectory(directory.toString())
                    .setPrintStream(silent).run();
        }
    }

    public String address() {
        return address;
    }

    @Override
    public void close() throws IOException {
        server.shutdown();
        server.awaitShutdown();
    }
}
