package io.sextant.perf.loop;

import io.sextant.fixtures.market.ClickProcess;
import io.sextant.fixtures.market.ClickProcess.Response;
import io.sextant.protocol.event.Example;

/** Hears what becomes of one arm's impressions. Called by one thread at a time, in the order of events. */
public interface ArmListener {
    /** Hears nothing. */
    ArmListener NONE = new ArmListener() {};

    /**
     * An impression was shown.
     *
     * @param audience who saw it; to be asked only, nothing is to be shown to it
     */
    default void shown(Win win, Response response, ClickProcess audience) {}

    /** The arm's trainer takes this example. */
    default void taught(Example example) {}

    /**
     * An impression's first prediction by the model in training, just before it learns the label.
     *
     * @param bidId      of the impression
     * @param raw        click probability
     * @param calibrated the same as a price would be made from
     */
    default void predicted(String bidId, double raw, double calibrated) {}
}
