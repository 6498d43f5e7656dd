/**
 * The bidder: answers bid requests and notices. This package holds what a process is made of and how it is wired; follow
 * one bid from {@code http.BidHandler} to {@code pipeline.BidPipeline}. Cold: start and stop only.
 */
@NullMarked
package io.sextant.bidder;

import org.jspecify.annotations.NullMarked;
