package io.sextant.protocol.openrtb;

import org.jspecify.annotations.Nullable;

/**
 * From a body to a bid request that can be answered: decoded, checked by {@link BidRequestValidator}, brought into 2.6
 * form by {@link BidRequestNormaliser}.
 *
 * <p>Threading: owns a codec, so it belongs to one thread, such as an event loop.
 */
public final class BidRequestReader {
    private final OpenRtbCodec codec;
    private final BidRequestNormaliser normaliser;

    /** A reader that shares the codec, and with it its thread. */
    public BidRequestReader(OpenRtbCodec codec) {
        this.codec = codec;
        this.normaliser = new BidRequestNormaliser(codec);
    }

    /**
     * Reads a JSON body.
     *
     * @throws OpenRtbFormatException if it is no bid request; the message names the place
     */
    public BidRequest readJson(byte[] body, int offset, int length) {
        return accept(codec.readBidRequest(body, offset, length));
    }

    /**
     * Reads a protobuf body.
     *
     * @throws OpenRtbFormatException if it is no bid request; the message names the place
     */
    public BidRequest readProtobuf(byte[] body, int offset, int length) {
        return accept(codec.readProtobuf(BidRequest.getDefaultInstance(), body, offset, length));
    }

    private BidRequest accept(BidRequest request) {
        @Nullable
        String problem = BidRequestValidator.check(request);
        if (problem != null) {
            int colon = problem.indexOf(": ");
            throw new OpenRtbFormatException(problem.substring(0, colon), problem.substring(colon + 2));
        }
        return normaliser.normalise(request);
    }
}
