package io.sextant.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationLoaderTest {
    @TempDir
    Path directory;

    @Test
    void shouldReadReferenceWhenNothingElseIsGiven() {
        SampleConfig config = load("", Map.of(), Map.of());

        assertThat(config.http())
                .isEqualTo(new SampleConfig.HttpConfig(8080, "localhost", 262144, Duration.ofMillis(100), ""));
        assertThat(config.bidding().arms()).extracting(SampleConfig.Arm::rule).containsExactly(SampleConfig.Rule.PLAIN,
                SampleConfig.Rule.AGE_TS);
        assertThat(config.bidding().rates()).containsExactly(Map.entry("USD", 1.0), Map.entry("EUR", 1.08));
    }

    @Test
    void shouldPreferLaterSourceWhenKeyIsGivenInSeveral() {
        var environment = Map.of("SEXTANT_SAMPLE_HTTP_PORT", "3", "SEXTANT_SAMPLE_HTTP_HOST", "environment",
                "SEXTANT_OTHER_HTTP_PORT", "5", "PATH", "/bin");

        SampleConfig config = load("http:\n  port: 2\n  host: file\n  max-body-bytes: 1_000\n", environment,
                Map.of("http.port", "4"));

        assertThat(config.http().port()).isEqualTo(4);
        assertThat(config.http().host()).isEqualTo("environment");
        assertThat(config.http().maxBodyBytes()).isEqualTo(1000);
        assertThat(config.http().deadline()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void shouldReplaceListsAndMapsWholeWhenFileGivesThem() {
        SampleConfig config = load("""
                bidding:
                  countries: [NO, 123]
                  rates: {NOK: 0.1}
                  arms:
                    - {name: only, share: 1, rule: plain, note: alone}
                """, Map.of(), Map.of());

        assertThat(config.bidding().countries()).containsExactly("NO", "123");
        assertThat(config.bidding().rates()).containsOnlyKeys("NOK");
        assertThat(config.bidding().arms())
                .containsExactly(new SampleConfig.Arm("only", 1, SampleConfig.Rule.PLAIN, "alone"));
        assertThat(config.bidding().margin()).isEqualTo(0.15);
    }

    @Test
    void shouldReachIntoListsAndMapsWhenOverridden() {
        SampleConfig config = load("", Map.of("SEXTANT_SAMPLE_BIDDING_COUNTRIES", "[FR, IT]"),
                Map.of("bidding.arms[1].share", "0.25", "bidding.rates.GBP", "1.27", "bidding.seals.key.one", "abc"));

        assertThat(config.bidding().arms()).extracting(SampleConfig.Arm::share).containsExactly(0.5, 0.25);
        assertThat(config.bidding().rates()).containsEntry("GBP", 1.27).containsEntry("USD", 1.0);
        assertThat(config.bidding().seals()).containsExactly(Map.entry("key.one", "abc"));
        assertThat(config.bidding().countries()).containsExactly("FR", "IT");
    }

    @Test
    void shouldLayADocumentOverSettingsInForceWhenKeysAreFree() {
        SampleConfig.HttpConfig inForce = load("", Map.of(), Map.of()).http();

        SampleConfig.HttpConfig changed = ConfigurationLoader.overlay(SampleConfig.HttpConfig.class, inForce,
                "change.yaml", true, "deadline: 5s\nmax-body-bytes: \"7\"\n", Map.of("port", "is read at start only"));

        assertThat(changed).isEqualTo(new SampleConfig.HttpConfig(8080, "localhost", 7, Duration.ofSeconds(5), ""));
        assertThat(ConfigurationLoader.values(changed)).containsExactly(Map.entry("port", 8080),
                Map.entry("host", "localhost"), Map.entry("max-body-bytes", 7L), Map.entry("deadline", "5s"),
                Map.entry("admin-token", ""));
        assertThat(ConfigurationLoader.overlay(SampleConfig.HttpConfig.class, inForce, "change.yaml", true, "",
                Map.of())).isEqualTo(inForce);
    }

    @Test
    void shouldNamePlaceKeyAndRemedyWhenADocumentOverSettingsInForceIsWrong() {
        SampleConfig.HttpConfig inForce = load("", Map.of(), Map.of()).http();
        Map<String, String> fixed = Map.of("port", "is read at start only");

        assertThatThrownBy(() -> ConfigurationLoader.overlay(SampleConfig.HttpConfig.class, inForce, "change.yaml",
                true, "# a comment\nport: 1\nhots: a\nmax-body-bytes: x\n", fixed))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("""
                        change.yaml:2: port: is read at start only
                        change.yaml:3: hots = a: unknown key, did you mean host?
                        change.yaml:4: max-body-bytes = x: must be a whole number""");
        assertThatThrownBy(() -> ConfigurationLoader.overlay(SampleConfig.HttpConfig.class, inForce, "change.yaml",
                true, "abracadabra: 1", fixed))
                .hasMessageEndingWith("allowed here: host, max-body-bytes, deadline, admin-token");
        assertThatThrownBy(() -> ConfigurationLoader.overlay(SampleConfig.HttpConfig.class, inForce, "change",
                false, "max-body-bytes: 0", fixed)).hasMessage("change: max-body-bytes = 0: must be at least 1");
    }

    @Test
    void shouldChangeNothingWhenFileHoldsCommentsOnly() {
        assertThat(load("# nothing\nhttp:\n#  port: 1\n", Map.of(), Map.of()).http().port()).isEqualTo(8080);
        assertThat(load("# nothing at all\n", Map.of(), Map.of()).http().port()).isEqualTo(8080);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {http: {prot: 1}}                       | 1: http.prot = 1: unknown key, did you mean http.port?
            {http: {zzzzzzzz: 1}}                   | 1: http.zzzzzzzz = 1: unknown key, allowed here: port, host, max-body-bytes, deadline, admin-token
            {port: 1}                               | 1: port = 1: unknown key, did you mean http.port?
            {http: {port: many}}                    | 1: http.port = many: must be a whole number up to 2147483647
            {http: {port: 1.5}}                     | 1: http.port = 1.5: must be a whole number up to 2147483647
            {http: {max-body-bytes: 1k}}            | 1: http.max-body-bytes = 1k: must be a whole number
            {http: {deadline: soon}}                | 1: http.deadline = soon: must be a duration such as 200ms, 5s, 10m, 1h or 7d
            {http: {deadline: 5}}                   | 1: http.deadline = 5: must be a duration such as 200ms, 5s, 10m, 1h or 7d
            {http: {host: [a]}}                     | 1: http.host = a list: must be text
            {http: {admin-token: [a]}}              | 1: http.admin-token = ******: must be text
            {http: {host: null}}                    | 1: http.host = null: must be text
            {http: {port: 70000}}                   | 1: http.port = 70000: must be at most 65535
            {http: {deadline: 0s}}                  | 1: http.deadline = "0s": must be at least 1ms
            {http: {host: ' '}}                     | 1: http.host = " ": must not be blank
            {http: 5}                               | 1: http = 5: must be a group of keys: port, host, max-body-bytes, deadline, admin-token
            {bidding: {enabled: yes}}               | 1: bidding.enabled = yes: must be true or false
            {bidding: {margin: .nan}}               | 1: bidding.margin = .nan: must be a number
            {bidding: {margin: 2}}                  | 1: bidding.margin = 2.0: must be at most 1
            {bidding: {countries: DE}}              | 1: bidding.countries = DE: must be a list
            {bidding: {countries: [DE, '']}}        | 1: bidding.countries[1] = "": must not be blank
            {bidding: {rates: [1]}}                 | 1: bidding.rates = a list: must be a map of names to values
            {bidding: {rates: {EUR: -1}}}           | 1: bidding.rates.EUR = -1.0: must be at least 0
            {bidding: {quantile: {low: 0.95}}}      | 1: bidding.quantile = {"low":0.95,"high":0.9}: low 0.95 must be below high 0.9
            {bidding: {arms: []}}                   | 1: bidding.arms = []: must not be empty
            {bidding: {arms: [{name: a, share: 1, rule: age}]}}   | 1: bidding.arms[0].rule = age: must be one of plain, age-ts
            {bidding: {arms: [{name: a, share: 1}]}}              | 1: bidding.arms[0].rule: is missing, must be one of plain, age-ts
            {bidding: {arms: [{name: a, share: 3, rule: plain}]}} | 1: bidding.arms[0].share = 3.0: must be at most 1
            {bidding: {arms: [{nam: a, name: a, share: 1, rule: plain}]}} | 1: bidding.arms[0].nam = a: unknown key, did you mean bidding.arms[0].name?
            [1]                                     | 1: a list: must be a group of keys: http, bidding
            """)
    void shouldNameFileLineKeyValueAndRemedyWhenFileIsWrong(String yaml, String message) {
        assertThatThrownBy(() -> load(yaml, Map.of(), Map.of())).isInstanceOf(ConfigurationException.class)
                .hasMessage(directory.resolve("my.yaml") + ":" + message);
    }

    @Test
    void shouldNameBothLinesWhenKeyIsGivenTwice() {
        assertThatThrownBy(() -> load("http:\n  port: 1\n  host: a\n  port: 2\n", Map.of(), Map.of()))
                .hasMessage(file() + ":4: http.port: is given twice, first at " + file() + ":2");
    }

    @Test
    void shouldNameLineAndColumnWhenFileIsNotYaml() {
        assertThatThrownBy(() -> load("http:\n  port: [1\n  host: a\n", Map.of(), Map.of()))
                .isInstanceOf(ConfigurationException.class).hasMessageStartingWith(file() + ":3:")
                .hasMessageContaining("not YAML: expected ',' or ']'").hasMessageNotContaining("\n");
    }

    @Test
    void shouldNameFileWhenItIsMissing() {
        Path missing = directory.resolve("missing.yaml");

        assertThatThrownBy(
                () -> new ConfigurationLoader("sample", Map.of()).load(SampleConfig.class, missing, Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(missing + ": no such file, give the path of a YAML file");
    }

    @Test
    void shouldWriteGroupsThatLoadAsTheyWere() throws IOException {
        SampleConfig config = load("""
                bidding:
                  margin: 0.30000000000000004
                  countries: ["no", "1e3", "a: b # c", "~"]
                  rates: {USD: 1, NOK: 0.0970000000001, EUR: 1.08}
                  seals: {b: "it's \\"so\\"", a-token: in clear}
                """, Map.of(), Map.of("http.port", "1"));

        String text = ConfigurationLoader.write(config, List.of("bidding"), Set.of("bidding.quantile"));
        SampleConfig again = load(text, Map.of(), Map.of());

        assertThat(again.bidding()).isEqualTo(config.bidding());
        assertThat(again.http().port()).as("not a group that was asked for").isEqualTo(8080);
        assertThat(text).doesNotContain("quantile", "http").contains("in clear");
        assertThat(ConfigurationLoader.write(again, List.of("bidding"), Set.of("bidding.quantile"))).isEqualTo(text);
        assertThatThrownBy(() -> ConfigurationLoader.write(config, List.of("biding"), Set.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("there is no key biding");
        assertThatThrownBy(() -> ConfigurationLoader.write(config, List.of("bidding"), Set.of("bidding.arm")))
                .hasMessage("there is no key bidding.arm");
    }

    @Test
    void shouldTellEveryProblemOnItsOwnLineWhenThereAreSeveral() {
        assertThatThrownBy(() -> load("http:\n  port: x\n  hots: a\n", Map.of(), Map.of("bidding.margin", "much")))
                .hasMessage(file() + ":2: http.port = x: must be a whole number up to 2147483647\n" + file()
                        + ":3: http.hots = a: unknown key, did you mean http.host?\n"
                        + "--set: bidding.margin = much: must be a number");
    }

    @Test
    void shouldNameVariableWhenEnvironmentIsWrong() {
        assertThatThrownBy(() -> load("", Map.of("SEXTANT_SAMPLE_HTTP_PORT", "0"), Map.of()))
                .hasMessage("environment variable SEXTANT_SAMPLE_HTTP_PORT: http.port = 0: "
                        + "must be at least 1");
        assertThatThrownBy(() -> load("", Map.of("SEXTANT_SAMPLE_HTTP_PROT", "1"), Map.of()))
                .hasMessage("environment variable SEXTANT_SAMPLE_HTTP_PROT: names no key of the sample, "
                        + "did you mean SEXTANT_SAMPLE_HTTP_PORT?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http.prot             | 1     | http.prot = 1: unknown key, did you mean http.port?
            bidding.arms[2].share | 1     | bidding.arms[2].share = 1: unknown key, bidding.arms is a list of 2 entries, named [0] and so on
            http.port.number      | 1     | http.port.number = 1: unknown key, http.port is a whole number up to 2147483647
            http.port             | []    | http.port = a list: must be a whole number up to 2147483647
            http.port             | ''    | http.port: must be a whole number up to 2147483647
            """)
    void shouldNameOptionWhenOverrideIsWrong(String key, String value, String message) {
        assertThatThrownBy(() -> load("", Map.of(), Map.of(key, value))).hasMessage("--set: " + message);
    }

    @Test
    void shouldMaskSecretsWhenDescribed() {
        SampleConfig config = load("", Map.of("SEXTANT_SAMPLE_HTTP_ADMIN_TOKEN", "hush"),
                Map.of("bidding.seals.one", "hush"));

        String description = ConfigurationLoader.describe(config);

        assertThat(description).doesNotContain("hush").contains("admin-token: '******'", "one: '******'",
                "deadline: 100ms", "rule: age-ts");
        // What is printed can be read back.
        assertThat(load(description.replace("******", "hush"), Map.of(), Map.of())).isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource({"200ms, 200000000", "5s, 5000000000", "10m, 600000000000", "1h, 3600000000000", "7d, 604800000000000",
        "3us, 3000", "9ns, 9", "0s, 0"})
    void shouldReadDurationWhenItHasUnit(String text, long nanos) {
        assertThat(ReadableDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
        assertThat(ReadableDuration.format(Duration.ofNanos(nanos))).isEqualTo(text);
    }

    private Path file() {
        return directory.resolve("my.yaml");
    }

    private SampleConfig load(String yaml, Map<String, String> environment, Map<String, String> overrides) {
        try {
            Files.writeString(file(), yaml);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return new ConfigurationLoader("sample", environment).load(SampleConfig.class, file(), overrides);
    }
}
