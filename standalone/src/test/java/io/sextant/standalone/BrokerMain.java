package io.sextant.standalone;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The embedded broker in a process of its own, so that it can be killed. */
final class BrokerMain {
    private BrokerMain() {}

    /** Takes the directory and the port, and runs until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        try (var broker = EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println("broker: " + broker.bootstrapServers());
            new CountDownLatch(1).await();
        }
    }
}
