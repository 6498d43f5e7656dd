package io.sextant.perf.latency;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that does exactly what a test says, with a thread for each connection. */
final class HandMadeServer implements AutoCloseable {
    /** What it does with a request. */
    interface Answer {
        /** The bytes to answer with; nothing to close the connection. */
        byte[] to(String head, byte[] body) throws InterruptedException;
    }

    private final ServerSocket socket;
    private final Answer answer;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    HandMadeServer(Answer answer) throws IOException {
        this.socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        this.answer = answer;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    static byte[] noBid() {
        return "HTTP/1.1 204 No Content\r\nx-openrtb-version: 2.6\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] with(int status, String headers, String body) {
        return ("HTTP/1.1 " + status + " Any\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = socket.accept();
                open.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            while (true) {
                String head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                int length = Integer.parseInt(Arrays.stream(head.split("\r\n"))
                        .filter(line -> line.startsWith("Content-Length: ")).findFirst().orElseThrow()
                        .substring("Content-Length: ".length()));
                byte[] answered = answer.to(head, in.readNBytes(length));
                if (answered.length == 0) {
                    return;
                }
                // In two parts, so that whoever reads has to put them together.
                connection.getOutputStream().write(answered, 0, answered.length / 2);
                connection.getOutputStream().flush();
                connection.getOutputStream().write(answered, answered.length / 2,
                        answered.length - answered.length / 2);
                connection.getOutputStream().flush();
            }
        } catch (IOException | InterruptedException _) {
            // The other side has gone.
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : open) {
            connection.close();
        }
    }
}
