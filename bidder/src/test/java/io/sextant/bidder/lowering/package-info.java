/** Tests. */
@org.jspecify.annotations.NullMarked
package io.sextant.bidder.lowering;
