package io.sextant.controller.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sextant.configuration.ConfigOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sextant explore}: shows and sets the fleet's exploration settings through a controller's admin port. */
@Command(name = "sextant explore", mixinStandardHelpOptions = true, version = "Sextant explore 0.1.0", description = "Shows or sets how much is explored, for the whole fleet, while it runs.", subcommands = {
    ExploreMain.Show.class, ExploreMain.Set.class}, footer = {"",
        "Exit codes: 0 done; 1 the controller does not answer, or cannot write; 2 the command line or a setting cannot be used;",
        "3 the token is missing or wrong; 4 the settings have changed since --if-version."})
public final class ExploreMain implements Callable<Integer> {
    private static final String PAGE = "/admin/exploration";
    private static final String MEMBER = "settings";
    private static final JsonMapper JSON = new JsonMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    private ExploreMain() {}

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(execute(args, new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8)));
    }

    /** Runs one command; the exit code. */
    static int execute(String[] args, PrintWriter out, PrintWriter err) {
        return ConfigOptions.commandLine(new ExploreMain()).setOut(out).setErr(err).execute(args);
    }

    /** Without a command it tells which there are. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return AdminConnection.UNUSABLE;
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows the settings in force, and who put them there.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private AdminConnection connection = new AdminConnection();
        @Spec
        private CommandSpec spec;

        @SuppressWarnings("NullAway.Init")
        Show() {}

        @Override
        public Integer call() throws InterruptedException {
            return connection.run(spec, PAGE, MEMBER, HttpRequest.Builder::GET, ExploreMain::text);
        }
    }

    @Command(name = "set", mixinStandardHelpOptions = true, description = "Sets some keys; the others stay. Every bidder has it within 5 seconds.")
    static final class Set implements Callable<Integer> {
        @Mixin
        private AdminConnection connection = new AdminConnection();

        @Parameters(arity = "0..*", paramLabel = "KEY=VALUE", description = "For example explore-share=0.5 time-to-live=30s; show tells the keys. arms.NAME.estimator=row-information, and likewise passes and scale, set how one arm measures; with nothing behind the sign it measures as the fleet again.")
        private Map<String, String> values = new LinkedHashMap<>();

        @Option(names = "--from", paramLabel = "FILE", description = "YAML file with keys to set, such as ./sextant tune writes; what the command line says wins.")
        private @Nullable Path from;

        @Option(names = "--actor", paramLabel = "NAME", description = "Who sets it, for the audit; default: ${DEFAULT-VALUE}.", defaultValue = "${sys:user.name}")
        private String actor = "";

        @Option(names = "--if-version", paramLabel = "N", description = "Only if this version is in force, as show tells it.")
        private @Nullable Long ifVersion;
        @Spec
        private CommandSpec spec;

        @SuppressWarnings("NullAway.Init")
        Set() {}

        @Override
        public Integer call() throws InterruptedException {
            // The controller types the values.
            ObjectNode body = JSON.createObjectNode();
            try {
                if (from != null) {
                    keys(from).forEach(body::put);
                }
            } catch (IOException e) {
                spec.commandLine().getErr().println("--from " + from + ": cannot be read (" + e.getMessage()
                        + "); give a YAML file with keys such as explore-share: 0.5");
                return AdminConnection.UNUSABLE;
            }
            values.forEach(body::put);
            if (body.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "say what to set: KEY=VALUE, or --from FILE");
            }
            return connection.run(spec, PAGE, MEMBER, request -> {
                request.PUT(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .header("content-type", "application/json")
                        .header(AdminConnection.ACTOR, AdminConnection.ascii(actor));
                return ifVersion == null ? request : request.header("if-match", "\"" + ifVersion + "\"");
            }, ExploreMain::text);
        }

        /** The file's keys; those within a group with dots. */
        private static Map<String, String> keys(Path file) throws IOException {
            Map<String, String> keys = new LinkedHashMap<>();
            flatten("", YAML.readTree(Files.readString(file)), keys);
            return keys;
        }

        private static void flatten(String prefix, JsonNode node, Map<String, String> to) {
            node.properties().forEach(entry -> {
                if (entry.getValue().isObject()) {
                    flatten(prefix + entry.getKey() + ".", entry.getValue(), to);
                } else {
                    to.put(prefix + entry.getKey(), entry.getValue().asText());
                }
            });
        }
    }

    private static String text(JsonNode body) {
        var text = new StringBuilder();
        long version = body.path("version").asLong();
        if (version == 0) {
            text.append("version 0: the controller's configuration; nothing has been set for the fleet\n");
        } else {
            text.append("version ").append(version).append(", ")
                    .append(Instant.ofEpochMilli(body.path("time_ms").asLong())).append(", by ")
                    .append(body.path("changed_by").asText()).append(" (").append(body.path("source").asText())
                    .append(")\n");
        }
        for (JsonNode change : body.path("changes")) {
            text.append("  changed ").append(change.path("key").asText()).append(": ")
                    .append(change.path("old").asText()).append(" -> ").append(change.path("new").asText())
                    .append('\n');
        }
        int width = 0;
        for (var setting : body.path("settings").properties()) {
            width = Math.max(width, setting.getKey().length());
        }
        for (var setting : body.path("settings").properties()) {
            text.append(setting.getKey()).append(" ".repeat(width - setting.getKey().length() + 2))
                    .append(setting.getValue().asText()).append('\n');
        }
        return text.toString();
    }
}
