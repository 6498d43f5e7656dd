package io.sextant.bidder.pipeline;

import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import io.sextant.protocol.openrtb.OpenRtbFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text that most exchanges put a native request into, {@code native.request}. One instance an event loop, next
 * to its codec.
 */
@FunctionalInterface
public interface NativeReader {
    /**
     * A reader that shares the codec, and with it its thread. A layout that cannot be read has no ad that fits it, which is a
     * reason for no bid and not an error.
     */
    static NativeReader of(OpenRtbCodec codec) {
        return json -> {
            try {
                return codec.readNativeRequest(json);
            } catch (OpenRtbFormatException _) {
                return null;
            }
        };
    }

    /** The native request in this JSON text, or null if it is none. */
    @Nullable
    NativeRequest read(String json);

    /** What the place asks for, however it is written; null if it cannot be read. */
    default @Nullable NativeRequest layout(BidRequest.Native place) {
        return place.hasRequestNative() ? place.getRequestNative() : read(place.getRequest());
    }
}
