package io.sextant.bidder.markup;

import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Creative;
import io.sextant.bidder.campaign.Creative.VideoAd;
import io.sextant.protocol.openrtb.BidRequest.Video;
import java.util.List;

/** VAST documents for linear video: an inline ad with impression, click-through and one media file. Free of state. */
public final class VastMarkup {
    /** OpenRTB list "Protocols", the newest first, and the VAST version that each stands for. */
    private static final int[] PROTOCOLS = {13, 11, 7, 3, 2};
    private static final String[] VERSIONS = {"4.2", "4.1", "4.0", "3.0", "2.0"};
    private static final int SKIP_AFTER_DEFAULT_SECONDS = 5;

    private VastMarkup() {}

    /**
     * The protocol to answer with: the newest that the slot and the creative have in common. A slot that names none takes
     * the creative's newest; a creative that names none is VAST 4.0.
     *
     * @return a number of OpenRTB's list "Protocols"
     */
    public static int protocol(List<Integer> slot, List<Integer> creative) {
        for (int protocol : PROTOCOLS) {
            if ((slot.isEmpty() || slot.contains(protocol))
                    && (creative.isEmpty() ? slot.contains(protocol) : creative.contains(protocol))) {
                return protocol;
            }
        }
        return 7;
    }

    /**
     * Appends the document.
     *
     * @param out      for the document
     * @param campaign whose creative it is
     * @param creative with a {@code video}
     * @param slot     what the request offers
     * @param bidId    identifies this serving of the ad
     * @param w        width of the media file
     * @param h        height of the media file
     * @param urls     of the bid
     */
    public static void write(StringBuilder out, Campaign campaign, Creative creative, Video slot, String bidId, int w,
            int h, NoticeUrls urls) {
        VideoAd video = creative.video();
        if (video == null) {
            throw new IllegalArgumentException("creative " + creative.id() + " is no video");
        }
        String version = version(protocol(slot.getProtocolsList(), video.protocols()));
        boolean four = version.startsWith("4");
        out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?><VAST version=\"").append(version).append("\"><Ad id=\"");
        Escapes.xml(out, creative.id()).append("\"><InLine><AdSystem>Sextant</AdSystem>");
        if (four) {
            Escapes.cdata(out.append("<Impression>"), urls.impression()).append("</Impression>");
            if (!version.equals("4.0")) {
                Escapes.xml(out.append("<AdServingId>"), bidId).append("</AdServingId>");
            }
            Escapes.xml(out.append("<AdTitle>"), creative.id()).append("</AdTitle>");
            Escapes.xml(out.append("<Advertiser>"), domain(campaign)).append("</Advertiser>");
        } else {
            Escapes.xml(out.append("<AdTitle>"), creative.id()).append("</AdTitle>");
            Escapes.cdata(out.append("<Impression>"), urls.impression()).append("</Impression>");
        }
        Escapes.xml(out.append("<Creatives><Creative id=\""), creative.id()).append("\" sequence=\"1\">");
        if (four) {
            out.append("<UniversalAdId idRegistry=\"unknown\"");
            if (version.equals("4.0")) {
                out.append(" idValue=\"unknown\"");
            }
            out.append(">unknown</UniversalAdId>");
        }
        out.append("<Linear");
        if (slot.getSkip() && !version.equals("2.0") && video.durationSeconds() > slot.getSkipmin()) {
            out.append(" skipoffset=\"").append(
                    time(slot.hasSkipafter() ? Math.max(0, slot.getSkipafter()) : SKIP_AFTER_DEFAULT_SECONDS))
                    .append('"');
        }
        out.append("><Duration>").append(time(video.durationSeconds())).append("</Duration>");
        // VAST 4 has the files before the clicks, VAST 2 and 3 after them.
        if (four) {
            mediaFile(out, video, w, h);
            clicks(out, urls);
        } else {
            clicks(out, urls);
            mediaFile(out, video, w, h);
        }
        out.append("</Linear></Creative></Creatives></InLine></Ad></VAST>");
    }

    private static void mediaFile(StringBuilder out, VideoAd video, int w, int h) {
        out.append("<MediaFiles><MediaFile delivery=\"progressive\" type=\"");
        Escapes.xml(out, video.mime()).append("\" width=\"").append(w).append("\" height=\"").append(h).append('"');
        if (video.bitrateKbps() > 0) {
            out.append(" bitrate=\"").append(video.bitrateKbps()).append('"');
        }
        Escapes.cdata(out.append('>'), video.mediaUrl()).append("</MediaFile></MediaFiles>");
    }

    private static void clicks(StringBuilder out, NoticeUrls urls) {
        Escapes.cdata(out.append("<VideoClicks><ClickThrough>"), urls.click()).append("</ClickThrough></VideoClicks>");
    }

    private static String domain(Campaign campaign) {
        return campaign.advertiserDomains().isEmpty() ? campaign.advertiserId()
                : campaign.advertiserDomains().getFirst();
    }

    private static String version(int protocol) {
        for (int i = 0; i < PROTOCOLS.length; i++) {
            if (PROTOCOLS[i] == protocol) {
                return VERSIONS[i];
            }
        }
        return "4.0";
    }

    /** HH:MM:SS. */
    private static String time(int seconds) {
        int bounded = Math.min(seconds, 359_999);
        return two(bounded / 3600) + ':' + two(bounded / 60 % 60) + ':' + two(bounded % 60);
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }
}
