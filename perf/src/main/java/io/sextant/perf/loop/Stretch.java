package io.sextant.perf.loop;

import io.sextant.fixtures.market.Offer;
import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of requests, made once for all who bid on them. Immutable and thread-safe.
 *
 * @param from   number of the first
 * @param offers in order
 */
public record Stretch(long from, List<Offer> offers) {
    /** Requests {@code from} to before {@code to} of the world. */
    public static Stretch of(World world, long from, long to) {
        List<Offer> offers = new ArrayList<>(Math.toIntExact(to - from));
        for (long index = from; index < to; index++) {
            offers.add(world.offer(index));
        }
        return new Stretch(from, offers);
    }

    /** Number of requests. */
    public int size() {
        return offers.size();
    }
}
