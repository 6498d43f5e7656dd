/** Tests of the OpenRTB codec. */
@NullMarked
package io.sextant.protocol.openrtb;

import org.jspecify.annotations.NullMarked;
