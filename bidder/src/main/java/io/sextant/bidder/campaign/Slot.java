package io.sextant.bidder.campaign;

import io.sextant.protocol.openrtb.BidRequest;
import java.util.Arrays;
import java.util.List;

/**
 * What an impression offers and blocks, as bits, so that an ad is judged without reading the request again. Hot path.
 *
 * <p>
 * Threading: in a loop's scratch.
 */
final class Slot {
    private static final int FORMATS = AdFormat.values().length;

    private boolean secure;
    /** By format, frameworks that its place has. */
    private final long[] frameworks = new long[FORMATS];
    /** By format, attributes that its place blocks. */
    private final long[] attributes = new long[FORMATS];
    private long bannerTypes;
    /** What is known of the rooms of {@link CreativeShapes}. */
    byte[] rooms = new byte[0];
    /** What is known of its shapes. */
    byte[] shapes = new byte[0];

    /** Makes room for what is found out of so many rooms and shapes. */
    void fit(int roomCount, int shapeCount) {
        rooms = rooms.length < roomCount ? new byte[roomCount] : rooms;
        shapes = shapes.length < shapeCount ? new byte[shapeCount] : shapes;
    }

    /** Reads an impression. */
    void read(BidRequest.Imp imp) {
        Arrays.fill(rooms, CreativeShapes.UNKNOWN);
        Arrays.fill(shapes, CreativeShapes.UNKNOWN);
        Arrays.fill(frameworks, 0);
        Arrays.fill(attributes, 0);
        bannerTypes = 0;
        secure = imp.getSecure();
        if (imp.hasBanner()) {
            BidRequest.Banner banner = imp.getBanner();
            for (int i = 0; i < banner.getApiCount(); i++) {
                note(frameworks, AdFormat.BANNER, banner.getApi(i));
            }
            for (int i = 0; i < banner.getBattrCount(); i++) {
                note(attributes, AdFormat.BANNER, banner.getBattr(i));
            }
            for (int i = 0; i < banner.getBtypeCount(); i++) {
                bannerTypes |= bit(banner.getBtype(i));
            }
        }
        if (imp.hasVideo()) {
            BidRequest.Video video = imp.getVideo();
            for (int i = 0; i < video.getApiCount(); i++) {
                note(frameworks, AdFormat.VIDEO, video.getApi(i));
            }
            for (int i = 0; i < video.getBattrCount(); i++) {
                note(attributes, AdFormat.VIDEO, video.getBattr(i));
            }
        }
        if (imp.hasNative()) {
            BidRequest.Native place = imp.getNative();
            for (int i = 0; i < place.getApiCount(); i++) {
                note(frameworks, AdFormat.NATIVE, place.getApi(i));
            }
            for (int i = 0; i < place.getBattrCount(); i++) {
                note(attributes, AdFormat.NATIVE, place.getBattr(i));
            }
        }
    }

    @SuppressWarnings("EnumOrdinal") // the ordinal is the format's place in the array
    private static void note(long[] sets, AdFormat format, int value) {
        sets[format.ordinal()] |= bit(value);
    }

    /** Whether an ad may be shown unencrypted, or is encrypted. */
    boolean isSecureEnough(boolean adIsSecure) {
        return adIsSecure || !secure;
    }

    /** Whether the place has one of the frameworks, or none is needed. */
    boolean hasFramework(int format, long needed) {
        return needed == 0 || (frameworks[format] & needed) != 0;
    }

    /** Whether the place blocks the ad. */
    boolean blocks(int format, long adAttributes, long bannerType) {
        return (attributes[format] & adAttributes) != 0 || (bannerTypes & bannerType) != 0;
    }

    /** The set of a number; none where it has no bit, see {@link #hasBit}. */
    static long bit(int number) {
        return hasBit(number) ? 1L << number : 0;
    }

    /** Whether a number from OpenRTB's lists has a bit: below 64. Those of vendors, from 500 on, have none. */
    static boolean hasBit(int number) {
        return number >= 0 && number < Long.SIZE;
    }

    static long bits(List<Integer> numbers) {
        long bits = 0;
        for (int number : numbers) {
            bits |= bit(number);
        }
        return bits;
    }
}
