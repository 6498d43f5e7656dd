package io.sextant.uncertainty.draw;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * Makes the 64-bit key that all draws of one decision are derived from. The same request, impression and model version
 * give the same key in every process, so a logged decision can be computed again.
 */
public final class DecisionKey {
    private static final Hasher64 HASH = Hashing.xxh3_64(0x5e47a17L);

    private DecisionKey() {}

    /** Key of one impression of one request under one model version. Does not allocate. */
    public static long of(CharSequence requestId, CharSequence impId, long modelVersion) {
        long request = HASH.hashCharsToLong(requestId);
        long imp = HASH.hashCharsToLong(impId);
        return HASH.hashLongLongLongToLong(request, imp, modelVersion);
    }
}
