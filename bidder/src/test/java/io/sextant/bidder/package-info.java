/** Tests of the whole process, over real sockets and with real models, but without Kafka. */
@NullMarked
package io.sextant.bidder;

import org.jspecify.annotations.NullMarked;
