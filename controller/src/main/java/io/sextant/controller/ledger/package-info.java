/**
 * The ledger of campaigns' budgets: what has been settled, what is leased to bidders, and at what pace a day's budget is
 * spent. {@link io.sextant.controller.ledger.Account} holds the rules and knows neither Kafka nor a clock. Cold: once per
 * request for a lease and per charge, on Kafka Streams' own threads.
 */
@NullMarked
package io.sextant.controller.ledger;

import org.jspecify.annotations.NullMarked;
