package io.sextant.controller.settings;

import com.fasterxml.jackson.databind.JsonNode;
import io.sextant.configuration.ConfigOptions;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant stop}: stops bidding in the whole fleet, or lets it go on, through a controller's admin port. */
@Command(name = "sextant stop", mixinStandardHelpOptions = true, version = "Sextant stop 0.1.0", description = {
    "Stops bidding in the whole fleet, while it runs; --lift lets it go on.",
    "  ./sextant stop campaign shoes --reason \"wrong creative\"",
    "  ./sextant stop campaign shoes --lift"}, footer = {"",
        "Exit codes: 0 done; 1 the controller does not answer, or cannot write; 2 the command line cannot be used;",
        "3 the token is missing or wrong."})
public final class StopMain implements Callable<Integer> {
    private static final String PAGE = "/stops";
    private static final String MEMBER = "stops";

    @Mixin
    private AdminConnection connection = new AdminConnection();

    @Parameters(arity = "0..2", paramLabel = "SCOPE [ID]", description = "everything, campaign ID, advertiser ID or exchange ID.")
    private List<String> what = new ArrayList<>();

    @Option(names = "--lift", description = "Lets bidding go on.")
    private boolean lift;

    @Option(names = "--list", description = "Only shows what is stopped.")
    private boolean list;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit.")
    private String reason = "";

    @Option(names = "--actor", paramLabel = "NAME", description = "Who stops it, for the audit; default: ${DEFAULT-VALUE}.", defaultValue = "${sys:user.name}")
    private String actor = "";

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    private StopMain() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(execute(args, new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8)));
    }

    /** Runs the command; the exit code. */
    static int execute(String[] args, PrintWriter out, PrintWriter err) {
        return ConfigOptions.commandLine(new StopMain()).setOut(out).setErr(err).execute(args);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (list != what.isEmpty()) {
            throw new ParameterException(spec.commandLine(), list
                    ? "--list shows what is stopped, and takes no scope"
                    : "say what to stop: everything, campaign ID, advertiser ID or exchange ID; or give --list");
        }
        if (list) {
            return connection.run(spec, PAGE, MEMBER, HttpRequest.Builder::GET, StopMain::text);
        }
        String query = "?scope=" + encoded(what.getFirst()) + (what.size() > 1 ? "&id=" + encoded(what.get(1)) : "")
                + "&reason=" + encoded(reason);
        return connection.run(spec, PAGE + query, MEMBER, request -> {
            request.header(AdminConnection.ACTOR, AdminConnection.ascii(actor));
            return lift ? request.DELETE() : request.POST(HttpRequest.BodyPublishers.noBody());
        }, StopMain::text);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String text(JsonNode body) {
        var text = new StringBuilder();
        for (JsonNode stop : body.path(MEMBER)) {
            String id = stop.path("id").asText();
            String why = stop.path("reason").asText();
            text.append("stopped: ").append(stop.path("scope").asText()).append(id.isEmpty() ? "" : " ").append(id)
                    .append(", since ").append(Instant.ofEpochMilli(stop.path("time_ms").asLong())).append(", by ")
                    .append(stop.path("changed_by").asText()).append(why.isEmpty() ? "" : ": ").append(why)
                    .append('\n');
        }
        return text.isEmpty() ? "nothing is stopped\n" : text.toString();
    }
}
