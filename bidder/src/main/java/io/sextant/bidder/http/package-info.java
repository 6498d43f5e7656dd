/**
 * The network: from bytes to a bid request and from a decision to an answer; notices, pixels and clicks; health and
 * metrics. Warm: each event loop runs its own instances, nothing here blocks, locks or logs for each request.
 */
@NullMarked
package io.sextant.bidder.http;

import org.jspecify.annotations.NullMarked;
