package io.sextant.perf.pacing;

import io.sextant.fixtures.pricelog.PriceLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A day's auctions, hour by hour: how many there are, and the market prices in them. Immutable, safe for any thread.
 */
final class HourlyTraffic {
    static final int HOURS = 24;

    private final double[] auctions = new double[HOURS];
    private final int[][] prices = new int[HOURS][];

    /**
     * The recorded hours, the first one at midnight. The last one, in which the recording stops, is left out; from the one
     * before it a straight line leads over the hours that are missing to the first hour of the next day, with the prices of
     * all hours.
     *
     * @throws IllegalArgumentException if less than two whole hours, or more than a day, was recorded
     */
    static HourlyTraffic of(List<PriceLog> logs) {
        List<List<Integer>> byHour = new ArrayList<>();
        for (PriceLog log : logs) {
            for (int auction = 0; auction < log.size(); auction++) {
                while (byHour.size() <= log.hour(auction)) {
                    byHour.add(new ArrayList<>());
                }
                byHour.get(log.hour(auction)).add(log.price(auction));
            }
        }
        int whole = byHour.size() - 1;
        if (whole < 2 || whole > HOURS) {
            throw new IllegalArgumentException(
                    "the recording has " + whole + " whole hours, must be 2 to " + HOURS);
        }
        var traffic = new HourlyTraffic();
        int[] all = byHour.stream().flatMap(List::stream).mapToInt(price -> price).toArray();
        double last = byHour.get(whole - 1).size();
        double first = byHour.getFirst().size();
        for (int hour = 0; hour < HOURS; hour++) {
            boolean recorded = hour < whole;
            traffic.auctions[hour] = recorded ? byHour.get(hour).size()
                    : last + (first - last) * (hour - whole + 1) / (HOURS - whole + 1);
            traffic.prices[hour] = recorded && !byHour.get(hour).isEmpty()
                    ? byHour.get(hour).stream().mapToInt(price -> price).toArray()
                    : all;
        }
        return traffic;
    }

    /** Auctions in an hour of the day, on average. */
    double auctions(int hour) {
        return auctions[hour];
    }

    /** Auctions in a day, on average. */
    double auctions() {
        return Arrays.stream(auctions).sum();
    }

    /** One of the hour's market prices, in thousandths of the currency unit per thousand impressions. */
    int price(int hour, SplittableRandom random) {
        return prices[hour][random.nextInt(prices[hour].length)];
    }

    /** The price that this share of the recorded ones is below. */
    int quantile(double share) {
        int[] sorted = Arrays.stream(prices).flatMapToInt(Arrays::stream).sorted().toArray();
        return sorted[(int) (share * (sorted.length - 1))];
    }

    /** What a day costs, on average, for one who bids so much in every auction and wins at lower prices. */
    double cost(int bid) {
        double cost = 0;
        for (int hour = 0; hour < HOURS; hour++) {
            cost += auctions[hour]
                    * Arrays.stream(prices[hour]).mapToDouble(price -> price < bid ? price : 0).average().orElse(0);
        }
        return cost;
    }

    /** Auctions that it wins in a day, on average. */
    double wins(int bid) {
        double wins = 0;
        for (int hour = 0; hour < HOURS; hour++) {
            wins += auctions[hour]
                    * Arrays.stream(prices[hour]).mapToDouble(price -> price < bid ? 1 : 0).average().orElse(0);
        }
        return wins;
    }
}
