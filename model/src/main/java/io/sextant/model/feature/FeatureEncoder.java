package io.sextant.model.feature;

import io.sextant.protocol.openrtb.BidRequest;

/**
 * Turns requests and ads into rows of the embedding table. Serving and training both read what this class wrote: the
 * bidder encodes, the indices travel in the sealed notice, and the trainer learns from the very same numbers.
 *
 * <p>
 * Threading: immutable and thread-safe; one encoder serves all event loops. Looking up a value allocates nothing, and a
 * user agent is parsed only when it is not in the cache.
 */
public final class FeatureEncoder {
    private final FeatureSchema schema;
    private final UserAgents agents;
    private final FieldBlock[] blocks;
    private final RequestField.Reader[] requestReaders;
    private final AdField.Reader[] adReaders;

    /**
     * Prepares the encoder of a schema.
     *
     * @param schema fields by the names of the standard schema, in any number and order
     * @param agents cache of parsed user agents, shared by all encoders of a process
     * @throws IllegalArgumentException if the schema has a field that is not known here; the message lists those that are
     */
    public FeatureEncoder(FeatureSchema schema, UserAgents agents) {
        this.schema = schema;
        this.agents = agents;
        this.blocks = new FieldBlock[schema.size()];
        this.requestReaders = new RequestField.Reader[schema.requestFields()];
        this.adReaders = new AdField.Reader[schema.adFields()];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = new FieldBlock(schema, i);
            String name = schema.fields().get(i).name();
            if (i < requestReaders.length) {
                requestReaders[i] = RequestField.named(name).read();
            } else {
                adReaders[i - requestReaders.length] = AdField.named(name).read();
            }
        }
    }

    /** The schema that this encoder fills. */
    public FeatureSchema schema() {
        return schema;
    }

    /**
     * Encodes what is known of an impression before an ad is chosen.
     *
     * @param request  the bid request
     * @param imp      the impression, one of the request's
     * @param exchange name of the exchange that sent it
     * @param timeMs   arrival, milliseconds since the epoch; hour and weekday are the user's where the request gives
     *                 {@code geo.utcoffset}, else UTC's
     * @param out      [requestFields], out: table rows
     */
    public void encodeRequest(BidRequest request, BidRequest.Imp imp, String exchange, long timeMs, int[] out) {
        RequestView view = RequestView.of(request, imp, exchange, timeMs, agents);
        for (int i = 0; i < requestReaders.length; i++) {
            out[i] = requestReaders[i].row(blocks[i], view);
        }
    }

    /**
     * Encodes a creative; done once, when the catalogue is loaded.
     *
     * @param ad  what is known of the creative
     * @param out [adFields], out: table rows
     */
    public void encodeAd(AdFeatures ad, int[] out) {
        for (int i = 0; i < adReaders.length; i++) {
            out[i] = adReaders[i].row(blocks[requestReaders.length + i], ad);
        }
    }
}
