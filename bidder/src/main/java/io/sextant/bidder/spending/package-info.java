/**
 * What may be spent: leases of campaigns' budgets, what open bids have reserved of them, stops, and the dead-man switch. Event
 * loops ask {@link io.sextant.bidder.spending.SpendGate} (hot path: no locks, nothing is allocated); leases are asked for and
 * stops are followed by a thread of {@link io.sextant.bidder.spending.SpendingDesk}.
 */
@NullMarked
package io.sextant.bidder.spending;

import org.jspecify.annotations.NullMarked;
