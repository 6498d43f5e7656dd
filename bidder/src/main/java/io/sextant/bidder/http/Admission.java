package io.sextant.bidder.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Whether a request that has waited can still be answered in time, judged before its body is looked at.
 *
 * <p>
 * Threading: one instance per event loop.
 */
class Admission {
    /*
     * How much time a request has, its tmax, stands in its body, which is gzipped as like as not. So an exchange's requests
     * are judged by the largest tmax among its last ones: an exchange that sends several is given the benefit of the doubt,
     * and what it costs is a request parsed in vain, for the exact deadline holds from there on. The largest is that of the
     * current and the last window of so many requests; before there is any, the most that the settings allow.
     *
     * What is left to do takes as long as it took lately: a moving average over some 32 answers. A long pause must not make
     * the average refuse everything for ever, so it sinks with every refusal, until one comes through and is measured.
     */
    static final int WINDOW = 256;
    private static final int AVERAGED = 32;
    private static final long PATIENT_NS = TimeUnit.MINUTES.toNanos(1);

    private static final class Allowance {
        long windowNs;
        long lastNs;
        int seen;

        long largestNs(long beforeAnyNs) {
            long largest = Math.max(windowNs, lastNs);
            return largest == 0 ? beforeAnyNs : largest;
        }

        void note(long allowedNs) {
            if (seen == WINDOW) {
                lastNs = windowNs;
                windowNs = 0;
                seen = 0;
            }
            windowNs = Math.max(windowNs, allowedNs);
            seen++;
        }
    }

    private final long tmaxDefaultNs;
    private final long tmaxMaxNs;
    private final long marginNs;
    private final long shedAfterNs;
    private final Map<String, Allowance> byExchange = new HashMap<>();
    private final Allowance ofOthers = new Allowance();
    private long workNs;

    /**
     * Makes one.
     *
     * @param exchanges names of all that are configured
     */
    Admission(HttpConfig config, Set<String> exchanges) {
        this(config.tmaxDefault().toNanos(), config.tmaxMax().toNanos(), config.networkMargin().toNanos(),
                config.shedAfter().toNanos());
        exchanges.forEach(name -> byExchange.put(name, new Allowance()));
    }

    private Admission(long tmaxDefaultNs, long tmaxMaxNs, long marginNs, long shedAfterNs) {
        this.tmaxDefaultNs = tmaxDefaultNs;
        this.tmaxMaxNs = tmaxMaxNs;
        this.marginNs = marginNs;
        this.shedAfterNs = shedAfterNs;
    }

    /** One that refuses nothing and gives every request a minute, for a bidder that is not quick yet. */
    static Admission ofAll() {
        return new Admission(PATIENT_NS, PATIENT_NS, 0, PATIENT_NS) {
            @Override
            long deadlineNs(String exchange, int tmaxMs, long arrivalNs) {
                return arrivalNs + PATIENT_NS;
            }
        };
    }

    /** Whether a request must be refused: it has waited too long, or what is left of its time is less than it takes. */
    boolean refuses(String exchange, long arrivalNs, long nowNs) {
        long waitedNs = nowNs - arrivalNs;
        if (waitedNs <= shedAfterNs
                && waitedNs + workNs <= allowance(exchange).largestNs(tmaxMaxNs) - marginNs) {
            return false;
        }
        workNs -= workNs / AVERAGED;
        return true;
    }

    /**
     * When the answer must be there, by the nano clock.
     *
     * @param tmaxMs what the request says; 0 if nothing
     */
    long deadlineNs(String exchange, int tmaxMs, long arrivalNs) {
        long allowedNs = Math.min(tmaxMs > 0 ? tmaxMs * 1_000_000L : tmaxDefaultNs, tmaxMaxNs);
        allowance(exchange).note(allowedNs);
        return arrivalNs + allowedNs - marginNs;
    }

    /** Notes how long it took to answer a request, from its body to its answer. */
    void answered(long tookNs) {
        workNs += (tookNs - workNs) / AVERAGED;
    }

    private Allowance allowance(String exchange) {
        return byExchange.getOrDefault(exchange, ofOthers);
    }
}
