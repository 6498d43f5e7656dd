package io.sextant.perf.latency;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process's counters and sums at one time, or what was added to them between two times. Immutable.
 *
 * @param values by name and labels, as {@code /metrics} writes them
 */
record ServerMetrics(Map<String, Double> values) {
    private static final Pattern LINE = Pattern.compile("(?m)^([A-Za-z_:][^ {]*(?:\\{[^}]*})?) (\\S+)$");

    ServerMetrics {
        values = Map.copyOf(values);
    }

    /**
     * Asks a process.
     *
     * @param port of its metrics, on the loopback address
     */
    static ServerMetrics scrape(HttpClient client, int port) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("port " + port + " answers " + answer.statusCode() + " when asked for /metrics");
        }
        return parse(answer.body());
    }

    /** Reads the text format of Prometheus; numbers that are not finite are left out. */
    static ServerMetrics parse(String text) {
        Map<String, Double> values = new HashMap<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            String number = line.group(2);
            if (!number.equals("NaN") && !number.endsWith("Inf")) {
                values.put(line.group(1), Double.parseDouble(number));
            }
        }
        return new ServerMetrics(values);
    }

    /** A value; 0 if there is none of that name. */
    double value(String name) {
        return values.getOrDefault(name, 0.0);
    }

    /** What was added since {@code earlier}. */
    ServerMetrics since(ServerMetrics earlier) {
        Map<String, Double> added = new HashMap<>();
        values.forEach((name, value) -> added.put(name, value - earlier.value(name)));
        return new ServerMetrics(added);
    }

    /** Bytes that all threads allocated on the heap; of a bidder and of the floor. */
    double allocatedBytes() {
        return value("bidder_allocated_bytes_total") + value("floor_allocated_bytes_total");
    }

    /** Bid requests that a bidder answered in a way, by the name of the outcome in lower case. */
    double requests(String outcome) {
        return value("bidder_requests_total{outcome=\"" + outcome + "\"}");
    }

    /** Impressions of a bidder that ended for a reason, by its name in lower case. */
    double impressions(String reason) {
        return value("bidder_impressions_total{reason=\"" + reason + "\"}");
    }

    /** Mean time of a step of a bidder, microseconds; 0 if it was not taken. */
    double stepUs(String step) {
        double count = value("bidder_step_seconds_count{step=\"" + step + "\"}");
        return count == 0 ? 0 : 1e6 * value("bidder_step_seconds_sum{step=\"" + step + "\"}") / count;
    }

    /** Time of a step of a bidder a request that was measured, microseconds, whether the request took the step or not. */
    double stepUsPerRequest(String step) {
        // Every request whose steps are measured has been given to an arm.
        double count = value("bidder_step_seconds_count{step=\"allocate\"}");
        return count == 0 ? 0 : 1e6 * value("bidder_step_seconds_sum{step=\"" + step + "\"}") / count;
    }

    /** Mean time from arrival to answer as a bidder itself sees it, microseconds. */
    double ownLatencyUs() {
        double count = value("bidder_latency_seconds_count");
        return count == 0 ? 0 : 1e6 * value("bidder_latency_seconds_sum") / count;
    }
}
