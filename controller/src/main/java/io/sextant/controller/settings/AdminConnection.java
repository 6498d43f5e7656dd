package io.sextant.controller.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/**
 * Where a controller is and how it is talked to: the options of all commands that do so, a picocli mixin. Use one per command,
 * on the thread that runs it.
 */
final class AdminConnection {
    /** Exit code for a command line, or a setting, that cannot be used. */
    static final int UNUSABLE = 2;
    /** Header that says who asks. */
    static final String ACTOR = "x-sextant-actor";

    private static final int FAILED = 1;
    private static final int FORBIDDEN = 3;
    private static final int CHANGED = 4;
    private static final String TOKEN_VARIABLE = "SEXTANT_CONTROLLER_TOKEN";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = new JsonMapper();

    /** What is asked. */
    interface Asking {
        HttpRequest.Builder with(HttpRequest.Builder request);
    }

    @Option(names = "--controller", paramLabel = "URL", description = "A controller's admin port; default: ${DEFAULT-VALUE}.", defaultValue = "http://127.0.0.1:8091")
    private String controller = "";

    @Option(names = "--token-file", paramLabel = "FILE", description = "File with the controller's admin.token; without it the environment's "
            + TOKEN_VARIABLE + ".")
    private @Nullable Path tokenFile;

    @Option(names = "--json", description = "Prints the controller's answer as JSON.")
    private boolean json;

    /** Headers carry nothing else. */
    static String ascii(String name) {
        return name.replaceAll("[^\\x20-\\x7e]", "_");
    }

    /**
     * Asks, and prints the answer.
     *
     * @param page   path and query on the admin port
     * @param member that an answer has; what has not is no controller's
     * @param text   the answer for people
     * @return the exit code
     */
    int run(CommandSpec spec, String page, String member, Asking asking, Function<JsonNode, String> text)
            throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        HttpRequest request;
        try {
            String token = token();
            var builder = HttpRequest
                    .newBuilder(URI.create(controller.replaceAll("/+$", "") + page))
                    .timeout(TIMEOUT);
            request = asking.with(token.isEmpty() ? builder : builder.header("authorization", "Bearer " + token))
                    .build();
        } catch (IOException e) {
            err.println("--token-file " + tokenFile + ": cannot be read (" + e
                    + "); give a file that holds the controller's admin.token");
            return UNUSABLE;
        } catch (IllegalArgumentException e) {
            err.println("--controller " + controller + ": not a URL (" + e.getMessage()
                    + "); give one such as http://127.0.0.1:8091");
            return UNUSABLE;
        }
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT).build()) {
            return tell(spec, client.send(request, HttpResponse.BodyHandlers.ofString()), member, text);
        } catch (IOException e) {
            err.println("--controller " + controller + ": no answer (" + e
                    + "); start the controller, or give the address of its admin port");
            return FAILED;
        }
    }

    private String token() throws IOException {
        if (tokenFile != null) {
            return Files.readString(tokenFile).strip();
        }
        String variable = System.getenv(TOKEN_VARIABLE);
        return variable == null ? "" : variable.strip();
    }

    private int tell(CommandSpec spec, HttpResponse<String> response, String member,
            Function<JsonNode, String> text) {
        PrintWriter out = spec.commandLine().getOut();
        JsonNode body;
        try {
            body = JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            body = JSON.createObjectNode();
        }
        if (response.statusCode() == 200 && body.has(member)) {
            out.print(json ? body + System.lineSeparator() : text.apply(body));
            out.flush();
            return 0;
        }
        refuse(spec.commandLine().getErr(), response.statusCode(), body);
        return switch (response.statusCode()) {
            case 400, 413 -> UNUSABLE;
            case 401, 403 -> FORBIDDEN;
            case 412 -> CHANGED;
            default -> FAILED;
        };
    }

    private void refuse(PrintWriter err, int status, JsonNode body) {
        if (status == 401) {
            err.println(controller + " wants its admin.token: give --token-file FILE, or set " + TOKEN_VARIABLE);
        } else if (body.has("problems")) {
            body.get("problems")
                    .forEach(problem -> err.println(problem.asText().replaceFirst("^request body: ", "")));
        } else if (body.has("error")) {
            err.println(body.get("error").asText());
        } else {
            err.println(
                    controller + " answered " + status + ", which is not how a controller's admin port answers; "
                            + "check --controller");
        }
    }
}
