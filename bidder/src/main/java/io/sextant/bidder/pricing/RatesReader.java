package io.sextant.bidder.pricing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Reads a file of currency rates, YAML or JSON:
 *
 * <pre>
 * as-of: 2026-11-20T00:00:00Z
 * usd-per-unit: {EUR: 1.08, GBP: 1.27}
 * </pre>
 *
 * A file with any mistake is refused whole, and so is one that is too old. Cold; thread-safe.
 */
public final class RatesReader {
    private static final String AS_OF = "as-of";
    private static final String RATES = "usd-per-unit";
    /** Clocks of who writes rates and of who reads them may differ; a slip of a year must not keep rates good for one. */
    private static final Duration AHEAD_MAX = Duration.ofHours(1);

    private final ObjectMapper yaml = YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private final Duration ageMax;

    /**
     * Makes one.
     *
     * @param ageMax how old rates may become
     */
    public RatesReader(Duration ageMax) {
        this.ageMax = ageMax;
    }

    /**
     * Reads rates to bid with.
     *
     * @throws IllegalArgumentException if they cannot be read or used, or are too old; one line that names file and remedy
     */
    public CurrencyRates read(Path file, InstantSource clock) {
        try {
            return read(file.toString(), Files.readAllBytes(file), clock);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + ": cannot be read (" + e + "); check the path and its permissions", e);
        }
    }

    /** The same from the bytes of a file. */
    CurrencyRates read(String name, byte[] bytes, InstantSource clock) {
        CurrencyRates rates = kept(name, bytes);
        Instant asOf = Instant.ofEpochMilli(rates.asOfMs());
        Duration age = Duration.between(asOf, clock.instant());
        if (age.compareTo(ageMax) > 0) {
            throw new IllegalArgumentException(name + ": the rates are of " + asOf + ", " + age.toHours()
                    + " hours old, and may be " + ageMax.toHours()
                    + " (pricing.rates-age-max); write new rates there");
        }
        if (age.compareTo(AHEAD_MAX.negated()) < 0) {
            throw new IllegalArgumentException(
                    name + ": " + AS_OF + " is " + asOf + ", in the future; write when the rates were right");
        }
        return rates;
    }

    /**
     * Reads rates that were bid with once, however old.
     *
     * @throws IllegalArgumentException if they cannot be read or used
     */
    public CurrencyRates kept(String name, byte[] bytes) {
        JsonNode root;
        try {
            root = yaml.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(name + ": is neither YAML nor JSON ("
                    + e.getOriginalMessage().replaceAll("\\s+", " ") + "); correct it there", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(name + ": is not UTF-8 text (" + e.getMessage() + ")", e);
        }
        Set<String> keys = Set.copyOf(root.properties().stream().map(Map.Entry::getKey).toList());
        if (!keys.equals(Set.of(AS_OF, RATES))) {
            throw new IllegalArgumentException(name + ": has " + keys.stream().sorted().toList() + ", must have "
                    + List.of(AS_OF, RATES));
        }
        Map<String, Double> usdPerUnit = new HashMap<>();
        for (Map.Entry<String, JsonNode> rate : Objects.requireNonNull(root.get(RATES)).properties()) {
            if (!rate.getKey().matches("[A-Z]{3}") || !rate.getValue().isNumber()) {
                throw new IllegalArgumentException(name + ": " + RATES + ": " + rate.getKey() + " is "
                        + rate.getValue() + ", must be an ISO 4217 code and a number");
            }
            usdPerUnit.put(rate.getKey(), rate.getValue().asDouble());
        }
        try {
            return CurrencyRates.asOf(usdPerUnit, time(Objects.requireNonNull(root.get(AS_OF))), ageMax);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static Instant time(JsonNode asOf) {
        try {
            return OffsetDateTime.parse(asOf.asText()).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    AS_OF + " is " + asOf + ", must be a time such as 2026-11-20T00:00:00Z", e);
        }
    }
}
