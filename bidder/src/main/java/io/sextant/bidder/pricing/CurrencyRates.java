package io.sextant.bidder.pricing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Converts between USD, in which everything is priced and settled, and the currencies of requests and answers. Currencies
 * are numbers here. Immutable and thread-safe; allocates nothing once made.
 */
public final class CurrencyRates {
    /** Number of USD. */
    public static final int USD = 0;
    /** Number of a currency without a rate. */
    public static final int UNKNOWN = -1;

    private static final String USD_CODE = "USD";
    private static final double MICROS = 1_000_000;
    /** A thousandth of a micro: what is left over from multiplying decimal fractions is not a reason to round up. */
    private static final double SLACK = 1e-3;

    private final List<String> codes = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final double[] usdPerUnit;

    /**
     * Prepares the table.
     *
     * @param usdPerUnit USD for one unit, by ISO 4217 code, each above 0 and finite; USD itself may be left out
     * @throws IllegalArgumentException if a rate is not a positive number, or USD is given another rate than 1
     */
    public CurrencyRates(Map<String, Double> usdPerUnit) {
        Map<String, Double> others = new TreeMap<>(usdPerUnit);
        Double usd = others.remove(USD_CODE);
        if (usd != null && usd != 1) {
            throw new IllegalArgumentException("currency USD: rate is " + usd + ", must be 1");
        }
        this.usdPerUnit = new double[others.size() + 1];
        put(USD_CODE, 1);
        others.forEach(this::put);
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
