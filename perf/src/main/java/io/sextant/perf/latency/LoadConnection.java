package io.sextant.perf.latency;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A keep-alive connection with at most one request under way. Allocates nothing once it is open, unless an answer is larger
 * than any before.
 *
 * <p>
 * Threading: of the sender's thread.
 */
final class LoadConnection implements AutoCloseable {
    private static final int READ_BYTES = 1 << 15;
    private static final int READ_BYTES_MAX = 1 << 22;
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "connection: close".getBytes(StandardCharsets.US_ASCII);
    private static final int LOWER = 0x20;

    private final Selector selector;
    private final InetSocketAddress server;
    private final ByteBuffer out;
    private ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
    private SocketChannel channel;
    private SelectionKey key;

    private boolean busy;
    private long dueNs;
    private int template;
    private long number;
    private int scanned;
    private int headBytes;
    private int bodyBytes;
    private int status;
    private boolean closing;

    LoadConnection(Selector selector, InetSocketAddress server, int requestBytesMax) throws IOException {
        this.selector = selector;
        this.server = server;
        this.out = ByteBuffer.allocateDirect(requestBytesMax);
        this.channel = connected();
        this.key = registered();
    }

    /** Connects again, after the server has closed or is about to. */
    void reopen() throws IOException {
        channel.close();
        channel = connected();
        key = registered();
        busy = false;
    }

    /* The server is on this machine and accepts at once. */
    private SocketChannel connected() throws IOException {
        SocketChannel opened = SocketChannel.open(server);
        opened.configureBlocking(false);
        opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return opened;
    }

    private SelectionKey registered() throws IOException {
        return channel.register(selector, SelectionKey.OP_READ, this);
    }

    /**
     * Sends a request; for a connection without one under way.
     *
     * @param index   of the template
     * @param request that is sent
     * @param id      number that the request's id is made from
     * @param due     when it should have been sent
     * @throws IOException if the connection is gone
     */
    void send(int index, Traffic.Template request, long id, long due) throws IOException {
        template = index;
        number = id;
        dueNs = due;
        busy = true;
        scanned = 0;
        headBytes = 0;
        in.clear();
        out.clear();
        out.put(request.bytes());
        if (request.patched()) {
            for (int i = 0; i < Traffic.ID_CHARS; i++) {
                out.put(request.idAt() + i, Traffic.idByte(id, i));
            }
        }
        out.flip();
        write();
    }

    private void write() throws IOException {
        channel.write(out);
        if (out.hasRemaining() != ((key.interestOps() & SelectionKey.OP_WRITE) != 0)) {
            key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }

    /**
     * Goes on with what the channel is ready for.
     *
     * @return whether the answer is complete
     * @throws IOException if the connection ended before it, or the answer cannot be read
     */
    boolean advance() throws IOException {
        if (key.isWritable()) {
            write();
        }
        if (!key.isReadable()) {
            return false;
        }
        if (!in.hasRemaining()) {
            grow();
        }
        if (channel.read(in) < 0) {
            throw new IOException("the server closed the connection");
        }
        return busy && complete();
    }

    private void grow() throws IOException {
        if (in.capacity() >= READ_BYTES_MAX) {
            throw new IOException("an answer of more than " + READ_BYTES_MAX + " bytes");
        }
        ByteBuffer larger = ByteBuffer.allocateDirect(2 * in.capacity());
        larger.put(in.flip());
        in = larger;
    }

    private boolean complete() throws IOException {
        if (headBytes == 0 && !head()) {
            return false;
        }
        return in.position() >= headBytes + bodyBytes;
    }

    /** Looks for the empty line after the headers, and reads them if it is there. */
    private boolean head() throws IOException {
        int end = in.position();
        for (int at = Math.max(3, scanned); at < end; at++) {
            if (in.get(at) == '\n' && in.get(at - 2) == '\n') {
                headBytes = at + 1;
                readHead();
                return true;
            }
        }
        scanned = end;
        return false;
    }

    private void readHead() throws IOException {
        status = (in.get(STATUS_AT) - '0') * 100 + (in.get(STATUS_AT + 1) - '0') * 10 + in.get(STATUS_AT + 2) - '0';
        bodyBytes = -1;
        closing = false;
        for (int at = STATUS_AT; at < headBytes; at++) {
            if (in.get(at) == '\n') {
                if (starts(at + 1, CONTENT_LENGTH)) {
                    bodyBytes = decimal(at + 1 + CONTENT_LENGTH.length);
                } else if (starts(at + 1, CLOSE)) {
                    closing = true;
                }
            }
        }
        if (bodyBytes < 0 && status != 204) {
            throw new IOException("an answer without content-length, status " + status);
        }
        bodyBytes = Math.max(0, bodyBytes);
    }

    private boolean starts(int at, byte[] lowerCase) {
        if (at + lowerCase.length > headBytes) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            byte character = in.get(at + i);
            if ((character >= 'A' && character <= 'Z' ? character | LOWER : character) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    private int decimal(int from) {
        int value = 0;
        for (int at = from; in.get(at) != '\r' && in.get(at) != '\n'; at++) {
            if (in.get(at) >= '0' && in.get(at) <= '9') {
                value = 10 * value + in.get(at) - '0';
            }
        }
        return value;
    }

    /** Marks the answer as taken: the connection is free. */
    void taken() {
        busy = false;
    }

    /** Whether a request is under way. */
    boolean busy() {
        return busy;
    }

    /** When the request under way should have been sent. */
    long dueNs() {
        return dueNs;
    }

    /** Template of the request. */
    int template() {
        return template;
    }

    /** Status of the answer that is complete. */
    int status() {
        return status;
    }

    /** Whether the server will close the connection after it. */
    boolean closing() {
        return closing;
    }

    /** The answer that is complete, to be kept. */
    LoadResult.Sample sample() {
        byte[] head = new byte[headBytes];
        in.get(0, head);
        byte[] body = new byte[bodyBytes];
        in.get(headBytes, body);
        return new LoadResult.Sample(template, number, new String(head, StandardCharsets.ISO_8859_1), body);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
