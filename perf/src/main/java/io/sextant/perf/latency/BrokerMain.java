package io.sextant.perf.latency;

import io.sextant.standalone.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;

/** A Kafka broker in a JVM of its own, for as long as its standard input is open: it does not outlive who started it. */
final class BrokerMain {
    /** What its only line of output starts with; the address follows. */
    static final String READY = "broker: ";

    private BrokerMain() {}

    /** Takes the directory and the port; 0 for a free one. */
    public static void main(String[] arguments) throws IOException {
        try (var broker = EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println(READY + broker.bootstrapServers());
            while (System.in.read() >= 0) {
                // Nothing is said to it; the end is.
            }
        }
        // Kafka leaves threads behind.
        Runtime.getRuntime().halt(0);
    }
}
