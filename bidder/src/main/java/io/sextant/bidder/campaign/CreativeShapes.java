package io.sextant.bidder.campaign;

import io.sextant.bidder.campaign.Creative.NativeAd;
import io.sextant.bidder.campaign.Creative.Size;
import io.sextant.bidder.campaign.Creative.VideoAd;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether an ad can be shown in an impression. The room that ads need, their size, player or layout, is compared with the
 * impression's once for all ads that need the same; the rest is bits. Hot path.
 *
 * <p>
 * Threading: immutable once built; what has been found out of an impression is kept in the loop's scratch.
 */
final class CreativeShapes {
    /* One bit each, so that verdicts can be counted and collected. */
    /** Nobody has looked yet. */
    static final byte UNKNOWN = 0;
    /** The ad fits. */
    static final byte FITS = 1;
    /** The ad has another format, size, length, layout or framework than is on offer. */
    static final byte UNFIT = 2;
    /** The ad fits, and its place blocks it. */
    static final byte BLOCKED = 4;

    /** The room that an ad needs; neither addresses nor texts matter, but for the length of texts. */
    private record Room(AdFormat format, Size size, @Nullable VideoAd video, @Nullable NativeAd layout) {
        static Room of(Ad ad) {
            Creative creative = ad.creative();
            return new Room(creative.format(), new Size(ad.w(), ad.h()), video(creative.video()),
                    layout(creative.nativeAd()));
        }

        private static @Nullable VideoAd video(@Nullable VideoAd video) {
            return video == null
                    ? null
                    : new VideoAd("", video.mime(), video.durationSeconds(), video.bitrateKbps(), video.protocols());
        }

        private static @Nullable NativeAd layout(@Nullable NativeAd ad) {
            if (ad == null) {
                return null;
            }
            Map<Integer, String> data = new HashMap<>();
            ad.data().forEach((type, text) -> data.put(type, blank(text)));
            return new NativeAd(blank(ad.title()), image(ad.main()), image(ad.icon()), data);
        }

        private static Creative.@Nullable Image image(Creative.@Nullable Image image) {
            return image == null ? null : new Creative.Image("", image.w(), image.h());
        }

        private static String blank(String text) {
            return " ".repeat(text.length());
        }
    }

    /** Everything that decides whether an ad can be shown. */
    private record Shape(int room, int bannerType, List<Integer> attributes, List<Integer> apis, boolean secure) {
        boolean fitsBits() {
            return Slot.hasBit(bannerType) && attributes.stream().allMatch(Slot::hasBit)
                    && apis.stream().allMatch(Slot::hasBit);
        }
    }

    private final Room[] rooms;
    private final Shape[] shapes;
    private final int[] shapeOf;
    private final int[] room;
    private final int[] format;
    private final boolean[] secure;
    private final long[] frameworks;
    private final long[] attributes;
    private final long[] bannerType;
    /** Whether bits tell all. */
    private final boolean[] plain;

    /** Finds the shapes of {@code ads}, whose places are kept: ads are asked for by their place. */
    @SuppressWarnings("EnumOrdinal") // the ordinal is the format's place in a slot's arrays
    CreativeShapes(List<Ad> ads) {
        Map<Room, Integer> roomNumbers = new LinkedHashMap<>();
        Map<Shape, Integer> shapeNumbers = new LinkedHashMap<>();
        this.shapeOf = new int[ads.size()];
        for (int place = 0; place < shapeOf.length; place++) {
            Creative creative = ads.get(place).creative();
            int needed = roomNumbers.computeIfAbsent(Room.of(ads.get(place)), _ -> roomNumbers.size());
            var shape = new Shape(needed, creative.format() == AdFormat.BANNER ? creative.bannerType() : 0,
                    creative.attributes(), creative.apis(), creative.secure());
            shapeOf[place] = shapeNumbers.computeIfAbsent(shape, _ -> shapeNumbers.size());
        }
        this.rooms = roomNumbers.keySet().toArray(Room[]::new);
        this.shapes = shapeNumbers.keySet().toArray(Shape[]::new);
        this.room = new int[shapes.length];
        this.format = new int[shapes.length];
        this.secure = new boolean[shapes.length];
        this.frameworks = new long[shapes.length];
        this.attributes = new long[shapes.length];
        this.bannerType = new long[shapes.length];
        this.plain = new boolean[shapes.length];
        for (int i = 0; i < shapes.length; i++) {
            Shape shape = shapes[i];
            room[i] = shape.room;
            format[i] = rooms[shape.room].format.ordinal();
            secure[i] = shape.secure;
            frameworks[i] = Slot.bits(shape.apis);
            attributes[i] = Slot.bits(shape.attributes);
            bannerType[i] = rooms[shape.room].format == AdFormat.BANNER ? Slot.bit(shape.bannerType) : 0;
            plain[i] = shape.fitsBits();
        }
    }

    /** Number of different rooms that ads need. */
    int rooms() {
        return rooms.length;
    }

    /** Number of different shapes. */
    int shapes() {
        return shapes.length;
    }

    /** The shape of the ad in this place. */
    int shapeOf(int place) {
        return shapeOf[place];
    }

    /**
     * The verdict on ads of a shape.
     *
     * @param slot has read the impression
     */
    byte verdict(int shape, BidRequest.Imp imp, @Nullable NativeRequest layout, Slot slot) {
        byte verdict = slot.shapes[shape];
        return verdict == UNKNOWN ? find(shape, imp, layout, slot) : verdict;
    }

    private byte find(int shape, BidRequest.Imp imp, @Nullable NativeRequest layout, Slot slot) {
        byte fit = slot.rooms[room[shape]];
        if (fit == UNKNOWN) {
            fit = fits(rooms[room[shape]], imp, layout) ? FITS : UNFIT;
            slot.rooms[room[shape]] = fit;
        }
        byte verdict = fit == FITS ? judge(shape, imp, slot) : UNFIT;
        slot.shapes[shape] = verdict;
        return verdict;
    }

    private byte judge(int shape, BidRequest.Imp imp, Slot slot) {
        if (!slot.isSecureEnough(secure[shape])) {
            return UNFIT;
        }
        if (!plain[shape]) {
            return judge(shapes[shape], imp);
        }
        if (!slot.hasFramework(format[shape], frameworks[shape])) {
            return UNFIT;
        }
        return slot.blocks(format[shape], attributes[shape], bannerType[shape]) ? BLOCKED : FITS;
    }

    private byte judge(Shape shape, BidRequest.Imp imp) {
        AdFormat offered = rooms[shape.room].format;
        if (!CreativeFit.hasFramework(imp, offered, shape.apis)) {
            return UNFIT;
        }
        return CreativeFit.isBlocked(imp, offered, shape.bannerType, shape.attributes) ? BLOCKED : FITS;
    }

    private static boolean fits(Room room, BidRequest.Imp imp, @Nullable NativeRequest layout) {
        return switch (room.format) {
            case BANNER -> imp.hasBanner() && CreativeFit.fits(imp.getBanner(), room.size);
            case VIDEO -> imp.hasVideo() && room.video != null
                    && CreativeFit.fits(imp.getVideo(), room.video, room.size.w(), room.size.h());
            case NATIVE -> layout != null && room.layout != null && CreativeFit.fits(layout, room.layout);
            case AUDIO -> false;
        };
    }
}
