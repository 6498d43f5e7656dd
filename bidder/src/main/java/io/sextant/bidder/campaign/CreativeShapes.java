package io.sextant.bidder.campaign;

import io.sextant.bidder.campaign.Creative.NativeAd;
import io.sextant.bidder.campaign.Creative.Size;
import io.sextant.bidder.campaign.Creative.VideoAd;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether an ad can be shown in an impression. Ads of the same shape get the same verdict, which is found once an impression,
 * when the first of them is met. Hot path.
 *
 * <p>
 * Threading: immutable once built; verdicts are kept in the loop's scratch.
 */
final class CreativeShapes {
    /** Nobody has looked yet. */
    static final byte UNKNOWN = 0;
    /** The ad fits. */
    static final byte FITS = 1;
    /** The ad has another format, size, length, layout or framework than is on offer. */
    static final byte UNFIT = 2;
    /** The ad fits, and its place blocks it. */
    static final byte BLOCKED = 3;

    /** What decides whether an ad can be shown; neither addresses nor texts do, but for the length of texts. */
    private record Shape(AdFormat format, Size size, int bannerType, List<Integer> attributes, List<Integer> apis,
            boolean secure, @Nullable VideoAd video, @Nullable NativeAd layout) {
        static Shape of(Ad ad) {
            Creative creative = ad.creative();
            return new Shape(creative.format(), new Size(ad.w(), ad.h()), creative.bannerType(), creative.attributes(),
                    creative.apis(), creative.secure(), video(creative.video()), layout(creative.nativeAd()));
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

    private final Shape[] shapes;
    private final int[] shapeOf;

    /** Finds the shapes of {@code ads}, whose places are kept: ads are asked for by their place. */
    CreativeShapes(List<Ad> ads) {
        Map<Shape, Integer> numbers = new HashMap<>();
        List<Shape> inOrder = new ArrayList<>();
        this.shapeOf = new int[ads.size()];
        for (int place = 0; place < shapeOf.length; place++) {
            Shape shape = Shape.of(ads.get(place));
            Integer known = numbers.putIfAbsent(shape, inOrder.size());
            if (known == null) {
                shapeOf[place] = inOrder.size();
                inOrder.add(shape);
            } else {
                shapeOf[place] = known;
            }
        }
        this.shapes = inOrder.toArray(Shape[]::new);
    }

    /** Number of shapes. */
    int size() {
        return shapes.length;
    }

    /**
     * The verdict on the ad in this place.
     *
     * @param verdicts [size], verdicts of this impression; {@link #UNKNOWN} at first
     */
    byte verdict(int place, BidRequest.Imp imp, @Nullable NativeRequest layout, byte[] verdicts) {
        int shape = shapeOf[place];
        byte verdict = verdicts[shape];
        if (verdict == UNKNOWN) {
            verdict = judge(shapes[shape], imp, layout);
            verdicts[shape] = verdict;
        }
        return verdict;
    }

    private static byte judge(Shape shape, BidRequest.Imp imp, @Nullable NativeRequest layout) {
        if ((imp.getSecure() && !shape.secure) || !fits(shape, imp, layout)
                || !CreativeFit.hasFramework(imp, shape.format, shape.apis)) {
            return UNFIT;
        }
        return CreativeFit.isBlocked(imp, shape.format, shape.bannerType, shape.attributes) ? BLOCKED : FITS;
    }

    private static boolean fits(Shape shape, BidRequest.Imp imp, @Nullable NativeRequest layout) {
        return switch (shape.format) {
            case BANNER -> imp.hasBanner() && CreativeFit.fits(imp.getBanner(), shape.size);
            case VIDEO -> imp.hasVideo() && shape.video != null
                    && CreativeFit.fits(imp.getVideo(), shape.video, shape.size.w(), shape.size.h());
            case NATIVE -> layout != null && shape.layout != null && CreativeFit.fits(layout, shape.layout);
            case AUDIO -> false;
        };
    }
}
