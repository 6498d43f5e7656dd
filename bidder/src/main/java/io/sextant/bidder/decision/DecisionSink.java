package io.sextant.bidder.decision;

import io.sextant.bidder.snapshot.ModelSource;
import io.sextant.protocol.event.BidEvent;

/** Keeps sampled decisions. The methods may be called from any thread, event loops among them, and never wait. */
public interface DecisionSink {
    /** Keeps nothing. */
    DecisionSink NONE = new DecisionSink() {
        @Override
        public void decision(BidEvent event, DecisionState state) {}

        @Override
        public void model(ModelSource source) {}
    };

    /** Takes a decision and what it was made with. */
    void decision(BidEvent event, DecisionState state);

    /** Hears of a model that will be bid with, while its artefact is still there. */
    void model(ModelSource source);
}
