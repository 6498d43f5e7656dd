package io.sextant.bidder.pricing;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Converts between USD, in which everything is priced and settled, and the currencies of requests and answers. Currencies
 * are numbers here. Immutable and thread-safe; allocates nothing once made.
 */
public final class CurrencyRates {
    /** Number of USD. */
    public static final int USD = 0;
    /** Number of a currency without a rate. */
    public static final int UNKNOWN = -1;
    /** {@link #asOfMs} of rates that do not age. */
    public static final long NEVER_MS = Long.MIN_VALUE;

    /** No other currency is known. */
    public static final CurrencyRates USD_ONLY = new CurrencyRates(Map.of());

    private static final Hasher64 HASH = Hashing.xxh3_64();
    private static final String USD_CODE = "USD";
    private static final double MICROS = 1_000_000;
    /** A thousandth of a micro: what is left over from multiplying decimal fractions is not a reason to round up. */
    private static final double SLACK = 1e-3;

    private final List<String> codes = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final double[] usdPerUnit;
    private final long asOfMs;
    private final long goodUntilMs;
    private final String text;
    private final long fingerprint;

    /**
     * Prepares a table that never ages.
     *
     * @param usdPerUnit USD for one unit, by ISO 4217 code, each above 0 and finite; USD itself may be left out
     * @throws IllegalArgumentException if a rate is not a positive number, or USD is given another rate than 1
     */
    public CurrencyRates(Map<String, Double> usdPerUnit) {
        this(usdPerUnit, null, Duration.ZERO);
    }

    /**
     * Prepares a table of rates as they were at one time.
     *
     * @param usdPerUnit as above
     * @param asOf       when the rates were right
     * @param ageMax     how old they may become
     * @throws IllegalArgumentException as above
     */
    public static CurrencyRates asOf(Map<String, Double> usdPerUnit, Instant asOf, Duration ageMax) {
        return new CurrencyRates(usdPerUnit, asOf, ageMax);
    }

    private CurrencyRates(Map<String, Double> usdPerUnit, @Nullable Instant asOf, Duration ageMax) {
        Map<String, Double> others = new TreeMap<>(usdPerUnit);
        Double usd = others.remove(USD_CODE);
        if (usd != null && usd != 1) {
            throw new IllegalArgumentException("currency USD: rate is " + usd + ", must be 1");
        }
        this.usdPerUnit = new double[others.size() + 1];
        put(USD_CODE, 1);
        others.forEach(this::put);
        this.asOfMs = asOf == null ? NEVER_MS : asOf.toEpochMilli();
        this.goodUntilMs = asOf == null ? Long.MAX_VALUE : asOf.plus(ageMax).toEpochMilli();
        this.text = asOf == null ? "" : text(asOf, others);
        this.fingerprint = asOf == null ? 0 : HASH.hashCharsToLong(text);
    }

    private static String text(Instant asOf, Map<String, Double> others) {
        var text = new StringBuilder("as-of: \"").append(asOf).append("\"\nusd-per-unit:");
        text.append(others.isEmpty() ? " {}\n" : "\n");
        others.forEach((code, rate) -> text.append("  \"").append(code).append("\": ").append(rate).append('\n'));
        return text.toString();
    }

    /** What is known at a time: USD alone once the rates are too old. */
    public CurrencyRates at(long nowMs) {
        return nowMs <= goodUntilMs ? this : USD_ONLY;
    }

    /** When the rates were right, milliseconds since the epoch; {@link #NEVER_MS} where they do not age. */
    public long asOfMs() {
        return asOfMs;
    }

    /** The rates as a file that {@link RatesReader} reads; empty where they do not age. Equal rates have equal texts. */
    public String text() {
        return text;
    }

    /** Tells rates with a time from others; 0 where they do not age. */
    public long fingerprint() {
        return fingerprint;
    }

    private void put(String code, double rate) {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("currency " + code + ": rate is " + rate + ", must be above 0");
        }
        usdPerUnit[codes.size()] = rate;
        numbers.put(code, codes.size());
        codes.add(code);
    }

    /** The number of a currency, or {@link #UNKNOWN}. An empty code stands for USD, the standard's default. */
    public int number(String code) {
        if (code.isEmpty()) {
            return USD;
        }
        Integer number = numbers.get(code);
        return number == null ? UNKNOWN : number;
    }

    /** The ISO 4217 code of a currency. */
    public String code(int currency) {
        return codes.get(currency);
    }

    /** What one unit of the currency is worth in USD. */
    public double usdPerUnit(int currency) {
        return usdPerUnit[currency];
    }

    /**
     * The currency to answer in.
     *
     * @param allowed the request's {@code cur}; where it is empty, {@code otherwise} holds
     * @param otherwise the exchange's own currency
     * @return USD where it is allowed, else the first one that has a rate, or {@link #UNKNOWN}
     */
    public int answerIn(List<String> allowed, int otherwise) {
        if (allowed.isEmpty()) {
            return otherwise;
        }
        int first = UNKNOWN;
        for (int i = 0; i < allowed.size(); i++) {
            int currency = number(allowed.get(i));
            if (currency == USD) {
                return USD;
            }
            first = first == UNKNOWN ? currency : first;
        }
        return first;
    }

    /** Micros of USD in micros of {@code currency}, rounded down: an answer never says more than the bid is. */
    public long fromUsd(long usdMicros, int currency) {
        return currency == USD ? usdMicros : (long) Math.floor(usdMicros / usdPerUnit[currency] + SLACK);
    }

    /** An amount of {@code currency} in micros of USD, to the nearest; for prices that notices bring back. */
    public long toUsd(double amount, int currency) {
        return Math.round(amount * usdPerUnit[currency] * MICROS);
    }

    /**
     * The least number of micros of {@code to} that is no less than an amount of {@code from}; for floors.
     *
     * @param amount 0 or more
     */
    public long floorMicros(double amount, int from, int to) {
        double micros = from == to ? amount * MICROS : amount * MICROS * usdPerUnit[from] / usdPerUnit[to];
        return (long) Math.ceil(micros - SLACK);
    }
}
