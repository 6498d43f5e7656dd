package io.sextant.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/* Whatever is wrong with settings is told as such, in lines that name their place, and never as a stack trace. */
class ConfigurationMutationTest {
    @Property(tries = 300, seed = "1")
    void shouldLoadOrTellPlaceWhenOverrideIsArbitrary(@ForAll("keys") String key, @ForAll("values") String value) {
        check("--set: ", () -> new ConfigurationLoader("sample", Map.of()).load(SampleConfig.class, null,
                Map.of(key, value)));
    }

    @Property(tries = 200, seed = "2")
    void shouldLoadOrTellPlaceWhenFileIsMutated(@ForAll long seed) {
        Path file = mutated(new SplittableRandom(seed));
        try {
            check(file + ":",
                    () -> new ConfigurationLoader("sample", Map.of()).load(SampleConfig.class, file, Map.of()));
        } finally {
            delete(file);
        }
    }

    @Provide
    Arbitrary<String> keys() {
        return Arbitraries.oneOf(
                Arbitraries.of("http", "http.port", "http.host", "http.deadline", "bidding.arms", "bidding.arms[0]",
                        "bidding.arms[1].rule", "bidding.arms[7].rule", "bidding.arms[", "bidding.arms[x]",
                        "bidding.rates",
                        "bidding.rates.USD", "bidding.rates.a[b", "bidding.quantile", "bidding.seals.a.b", "", ".",
                        "http.", "[0]", "bidding.countries[1]"),
                Arbitraries.strings().withChars("htporbidng.[]01 ").ofMaxLength(12));
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.oneOf(
                Arbitraries.of("1", "-1", "null", "~", "[]", "{}", "[1, 2]", "{a: 1}", "{a: {b: [1]}}", "5s", "", " ",
                        "&a [*a]",
                        "!!int 3", "a: b: c", "\t", "'", "99999999999999999999", "1e400", "plain", "# only"),
                Arbitraries.strings().ascii().ofMaxLength(10));
    }

    private static void check(String place, ThrowingCallable load) {
        Throwable failure = catchThrowable(load);
        if (failure != null) {
            assertThat(failure).isInstanceOf(ConfigurationException.class);
            assertThat(String.valueOf(failure.getMessage()).lines()).isNotEmpty()
                    .allMatch(line -> line.startsWith(place), place);
        }
    }

    private static Path mutated(SplittableRandom random) {
        try (var reference = ConfigurationMutationTest.class.getResourceAsStream("/sample-reference.yaml")) {
            if (reference == null) {
                throw new IllegalStateException("the sample reference is missing");
            }
            byte[] bytes = reference.readAllBytes();
            String alphabet = " \n:-[]{}#&*!'\"x0\t,~|>%";
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            int length = random.nextBoolean() ? bytes.length : random.nextInt(bytes.length);
            Path file = Files.createTempFile("mutated", ".yaml");
            Files.write(file, Arrays.copyOf(bytes, length));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
