package io.sextant.bidder.http;

import io.sextant.abtesting.allocation.ArmAllocator;
import io.sextant.bidder.snapshot.ArmState;
import io.sextant.bidder.snapshot.SnapshotHolder;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a bidder quick before anybody waits for it: once every arm has a model, it sends the bidder bid requests through
 * its own port, on every event loop, until the answers come no quicker or the time is up. Nothing of them is counted, told
 * or kept: the loops answer them by their {@link Rehearsal}.
 *
 * <p>
 * Threading: a thread of its own; {@link #isOver} may be asked from any.
 */
public final class WarmUp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final long POLL_MS = 20;
    private static final int CONNECT_MS = 2_000;
    private static final int ANSWER_MS = 10_000;
    /** Connections to each loop; they are dealt out to the loops in turn. */
    private static final int CONNECTIONS_PER_LOOP = 2;
    private static final int CONNECTIONS_PER_LOOP_MAX = 16;
    /** Requests on each connection after which it is looked at whether it has become quicker. */
    private static final int ROUND = 100;
    private static final int ROUNDS_MIN = 4;
    /** Rounds without a quicker one after which it is enough. */
    private static final int PATIENCE = 2;
    /** What counts as quicker. */
    private static final double GAIN = 0.9;
    private static final int BUFFER_BYTES = 16_384;

    private final Duration timeMax;
    private final String host;
    private final int port;
    private final List<LoopServer> servers;
    private final SnapshotHolder snapshots;
    private final RehearsalRequests source;
    private final String secret;
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean closing;

    /**
     * Begins.
     *
     * @param config    of the server: its address, and how long this may take once there are models
     * @param servers   all loops, listening
     * @param snapshots what is bid with
     * @param allocator puts users into arms
     * @param exchanges who sends requests
     * @param rehearsal what the loops know these requests by
     */
    public WarmUp(HttpConfig config, List<LoopServer> servers, SnapshotHolder snapshots, ArmAllocator allocator,
            List<String> exchanges, RehearsalSecret rehearsal) {
        this.timeMax = config.warmUpMax();
        this.host = config.host();
        this.port = servers.getFirst().port();
        this.servers = List.copyOf(servers);
        this.snapshots = snapshots;
        this.source = new RehearsalRequests(allocator, exchanges, (int) config.tmaxMax().toMillis());
        this.secret = rehearsal.value();
        this.thread = Thread.ofPlatform().name("warm-up").daemon().unstarted(this::run);
    }

    /** Begins; a second call is a mistake. */
    public void start() {
        thread.start();
    }

    /** Whether it is over, for whatever reason: a bidder that could not warm up bids all the same. */
    public boolean isOver() {
        return over.getCount() == 0;
    }

    /** Ends it early and waits for its thread. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            if (timeMax.isPositive() && awaitModels()) {
                rehearse();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("warming up ended early, the first requests will be slow: {}", e.toString());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            servers.forEach(LoopServer::endRehearsal);
            over.countDown();
        }
    }

    private boolean awaitModels() throws InterruptedException {
        while (!closing) {
            if (snapshots.current().arms().stream().allMatch(ArmState::complete)) {
                return true;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        return false;
    }

    private void rehearse() throws IOException {
        long startNs = System.nanoTime();
        List<RehearsalRequests.Encoded> requests = source.of(snapshots.current().campaigns());
        List<byte[]> messages = new ArrayList<>();
        for (RehearsalRequests.Encoded request : requests) {
            byte[] head = RehearsalRequests.head(request, secret);
            byte[] message = new byte[head.length + request.body().length];
            System.arraycopy(head, 0, message, 0, head.length);
            System.arraycopy(request.body(), 0, message, head.length, request.body().length);
            messages.add(message);
        }
        List<Connection> connections = new ArrayList<>();
        try {
            connect(connections, messages.getFirst());
            int sent = rounds(connections, messages, startNs);
            LOG.info("warmed up by {} requests in {} ms", sent,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    /** Connects until every loop has answered. */
    private void connect(List<Connection> connections, byte[] message) throws IOException {
        InetAddress address = address();
        boolean all = false;
        while (!closing
                && connections.size() < servers.size() * (all ? CONNECTIONS_PER_LOOP : CONNECTIONS_PER_LOOP_MAX)) {
            var connection = new Connection(address, port);
            connections.add(connection);
            connection.send(message);
            connection.receive();
            all = servers.stream().allMatch(server -> server.rehearsed() > 0);
        }
        if (!all && !closing) {
            LOG.warn("not every event loop could be warmed up");
        }
    }

    /** Sends on all connections at once, so that all loops work; returns how many requests. */
    private int rounds(List<Connection> connections, List<byte[]> messages, long startNs) throws IOException {
        long bestNs = Long.MAX_VALUE;
        int stale = 0;
        int sent = 0;
        for (int round = 0; round < ROUNDS_MIN || stale < PATIENCE; round++) {
            long roundNs = System.nanoTime();
            for (int i = 0; i < ROUND; i++) {
                if (closing || System.nanoTime() - startNs >= timeMax.toNanos()) {
                    return sent;
                }
                for (Connection connection : connections) {
                    connection.send(messages.get(sent++ % messages.size()));
                }
                for (Connection connection : connections) {
                    connection.receive();
                }
            }
            long tookNs = System.nanoTime() - roundNs;
            stale = tookNs < bestNs * GAIN ? 0 : stale + 1;
            bestNs = Math.min(bestNs, tookNs);
        }
        return sent;
    }

    private InetAddress address() throws UnknownHostException {
        InetAddress bound = InetAddress.getByName(host);
        return bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
    }

    /** A connection to the bidder, for one request at a time. */
    private static final class Connection {
        private static final String LENGTH = "content-length: ";

        private final Socket socket = new Socket();
        private final InputStream in;

        Connection(InetAddress address, int port) throws IOException {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MS);
            socket.connect(new InetSocketAddress(address, port), CONNECT_MS);
            in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
        }

        void send(byte[] message) throws IOException {
            socket.getOutputStream().write(message);
        }

        /** Reads an answer and forgets it. */
        void receive() throws IOException {
            long bytes = 0;
            String line = line();
            if (!line.startsWith("HTTP/1.1 20")) {
                throw new IOException("the bidder answered " + line);
            }
            while (!line.isEmpty()) {
                line = line();
                if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
                    bytes = Long.parseLong(line.substring(LENGTH.length()).strip());
                }
            }
            in.skipNBytes(bytes);
        }

        private String line() throws IOException {
            var line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("the bidder closed the connection");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }

        void close() {
            try {
                socket.close();
            } catch (IOException _) {
                // Nothing more is wanted of it.
            }
        }
    }
}
