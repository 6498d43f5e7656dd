/**
 * The engine that serves: the DeepFM on plain float arrays, with the request's part of a prediction computed once a request
 * and the ad's once a model. Hot path on the bidder's event loops, but for the constructors. To change how a net is
 * computed, open {@link io.sextant.model.array.ArrayCtrModel}; how a loop runs on the machine,
 * {@link io.sextant.model.array.Kernels}.
 */
@NullMarked
package io.sextant.model.array;

import org.jspecify.annotations.NullMarked;
