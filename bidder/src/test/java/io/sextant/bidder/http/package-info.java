/** Tests of the server, over real sockets. */
@NullMarked
package io.sextant.bidder.http;

import org.jspecify.annotations.NullMarked;
