package io.sextant.model.feature;

import io.sextant.protocol.openrtb.BidRequest;

/**
 * One impression of a request, as the request fields look at it.
 *
 * @param request  the bid request
 * @param imp      the impression in it
 * @param exchange name of the exchange that sent it
 * @param localMs  time of the request in the user's own time zone where it is known, else UTC; milliseconds as if since
 *                 the epoch
 * @param agents   reads operating system and browser
 */
record RequestView(BidRequest request, BidRequest.Imp imp, String exchange, long localMs, UserAgents agents) {

    private static final long MINUTE_MS = 60_000;
    /** The widest offsets in use are -12 and +14 hours; anything beyond is a mistake of the sender. */
    private static final int UTC_OFFSET_MAX_MINUTES = 14 * 60;

    static RequestView of(BidRequest request, BidRequest.Imp imp, String exchange, long timeMs, UserAgents agents) {
        return new RequestView(request, imp, exchange, timeMs + utcOffsetMinutes(request) * MINUTE_MS, agents);
    }

    private static int utcOffsetMinutes(BidRequest request) {
        BidRequest.Geo geo = request.getDevice().getGeo().hasUtcoffset()
                ? request.getDevice().getGeo()
                : request.getUser().getGeo();
        int offset = geo.getUtcoffset();
        return Math.abs(offset) <= UTC_OFFSET_MAX_MINUTES ? offset : 0;
    }

    /** Domain of the site, bundle of the app or id of the billboard; empty if there is none. */
    String site() {
        if (request.hasSite()) {
            BidRequest.Site site = request.getSite();
            return firstGiven(site.getDomain(), site.getId(), site.getPage());
        }
        if (request.hasApp()) {
            BidRequest.App app = request.getApp();
            return firstGiven(app.getBundle(), app.getId(), app.getDomain());
        }
        BidRequest.Dooh dooh = request.getDooh();
        return firstGiven(dooh.getId(), dooh.getDomain(), dooh.getName());
    }

    /** The publisher's id, or what else names it; empty if nothing does. */
    String publisher() {
        BidRequest.Publisher publisher = request.hasSite()
                ? request.getSite().getPublisher()
                : request.hasApp() ? request.getApp().getPublisher() : request.getDooh().getPublisher();
        return firstGiven(publisher.getId(), publisher.getDomain(), publisher.getName());
    }

    /** The placement's id; empty if there is none. */
    String tag() {
        return firstGiven(imp.getTagid(), imp.getExt().getGpid(), "");
    }

    /** The set of formats on offer: 1 for banner, 2 for video, 4 for audio, 8 for native, added up. */
    int formats() {
        return (imp.hasBanner() ? 1 : 0) | (imp.hasVideo() ? 2 : 0) | (imp.hasAudio() ? 4 : 0)
                | (imp.hasNative() ? 8 : 0);
    }

    /** Width in the upper, height in the lower half; 0 if not given. Of several banner sizes, the largest. */
    long size() {
        BidRequest.Banner banner = imp.getBanner();
        if (banner.getW() > 0 && banner.getH() > 0) {
            return packSize(banner.getW(), banner.getH());
        }
        long largest = 0;
        long largestArea = 0;
        for (int i = 0; i < banner.getFormatCount(); i++) {
            BidRequest.Format format = banner.getFormat(i);
            long area = (long) format.getW() * format.getH();
            if (area > largestArea) {
                largestArea = area;
                largest = packSize(format.getW(), format.getH());
            }
        }
        return largest != 0 ? largest : packSize(imp.getVideo().getW(), imp.getVideo().getH());
    }

    static long packSize(int width, int height) {
        return width > 0 && height > 0 ? ((long) width << 32) | height : 0;
    }

    /** OpenRTB ad position, or -1. */
    int position() {
        if (imp.getBanner().hasPos()) {
            return imp.getBanner().getPos();
        }
        return imp.getVideo().hasPos() ? imp.getVideo().getPos() : -1;
    }

    String country() {
        return firstGiven(request.getDevice().getGeo().getCountry(), request.getUser().getGeo().getCountry(), "");
    }

    String region() {
        return firstGiven(request.getDevice().getGeo().getRegion(), request.getUser().getGeo().getRegion(), "");
    }

    /** Hour of the user's day, 0 to 23. */
    int hour() {
        return (int) Math.floorMod(Math.floorDiv(localMs, 60 * MINUTE_MS), 24L);
    }

    /** Day of the user's week, Monday is 0. */
    int weekday() {
        // The epoch began on a Thursday.
        return (int) Math.floorMod(Math.floorDiv(localMs, 24 * 60 * MINUTE_MS) + 3, 7L);
    }

    /**
     * Who sees the ad, as far as the model may know: nobody where tracking is limited, where the user is a child, or where
     * the GDPR applies and no consent came along.
     */
    String user() {
        BidRequest.Device device = request.getDevice();
        BidRequest.User user = request.getUser();
        BidRequest.Regs regs = request.getRegs();
        if (device.getLmt() || device.getDnt() || regs.getCoppa()) {
            return "";
        }
        boolean gdpr = regs.getGdpr() || regs.getExt().getGdpr();
        if (gdpr && user.getConsent().isEmpty() && user.getExt().getConsent().isEmpty()) {
            return "";
        }
        return firstGiven(user.getBuyeruid(), user.getId(), isZero(device.getIfa()) ? "" : device.getIfa());
    }

    /** An advertising id of zeros and dashes is what platforms send where the user opted out. */
    private static boolean isZero(String ifa) {
        for (int i = 0; i < ifa.length(); i++) {
            char c = ifa.charAt(i);
            if (c != '0' && c != '-') {
                return false;
            }
        }
        return true;
    }

    /** The first segment of the first data provider that gives one. */
    String segment() {
        BidRequest.User user = request.getUser();
        for (int i = 0; i < user.getDataCount(); i++) {
            BidRequest.Data data = user.getData(i);
            if (data.getSegmentCount() > 0) {
                BidRequest.Segment segment = data.getSegment(0);
                return firstGiven(segment.getId(), segment.getValue(), segment.getName());
            }
        }
        return "";
    }

    private static String firstGiven(String first, String second, String third) {
        if (!first.isEmpty()) {
            return first;
        }
        return second.isEmpty() ? third : second;
    }
}
