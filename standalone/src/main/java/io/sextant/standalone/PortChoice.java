package io.sextant.standalone;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Which port the bidder listens on. */
final class PortChoice {
    private PortChoice() {}

    /** The wished port if nobody has it; else 0, for a free one, and says so. */
    static int of(int wished, PrintWriter out) {
        if (wished == 0) {
            return 0;
        }
        try (var probe = new ServerSocket(wished, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            out.println("Port " + wished + " cannot be used (" + e.getMessage()
                    + "): the bidder takes a free one. --port chooses another.");
            return 0;
        }
    }
}
