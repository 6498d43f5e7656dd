package io.sextant.abtesting.allocation;

import io.sextant.protocol.event.UnitKind;
import io.sextant.protocol.openrtb.BidRequest;

/**
 * What of a request is allocated to an arm: the person where one may be followed, else the request. Thread-safe; allocates
 * nothing.
 *
 * <p>
 * The first of {@code user.buyeruid}, {@code user.id} and {@code device.ifa} that is given and is not made of zeros. None of
 * them is used where the person may not be followed: {@code dnt} or {@code lmt} is set, COPPA applies, or GDPR applies and
 * no consent string is given. OpenRTB 2.5's places for GDPR and consent, in {@code ext}, count as well.
 */
public final class UnitSelector {
    private UnitSelector() {}

    /** What the request's unit is made from. */
    public static UnitKind kind(BidRequest request) {
        if (!mayFollow(request)) {
            return UnitKind.UNIT_REQUEST;
        }
        if (identifies(request.getUser().getBuyeruid())) {
            return UnitKind.UNIT_BUYER;
        }
        if (identifies(request.getUser().getId())) {
            return UnitKind.UNIT_USER;
        }
        return identifies(request.getDevice().getIfa()) ? UnitKind.UNIT_DEVICE : UnitKind.UNIT_REQUEST;
    }

    /**
     * The unit, for {@link ArmAllocator#unitHash}.
     *
     * @param kind the request's {@link #kind}
     */
    public static String unit(BidRequest request, UnitKind kind) {
        return switch (kind) {
            case UNIT_BUYER -> request.getUser().getBuyeruid();
            case UNIT_USER -> request.getUser().getId();
            case UNIT_DEVICE -> request.getDevice().getIfa();
            case UNIT_REQUEST, UNRECOGNIZED -> request.getId();
        };
    }

    private static boolean mayFollow(BidRequest request) {
        BidRequest.Device device = request.getDevice();
        BidRequest.Regs regs = request.getRegs();
        if (device.getDnt() || device.getLmt() || regs.getCoppa()) {
            return false;
        }
        BidRequest.User user = request.getUser();
        boolean gdpr = regs.getGdpr() || regs.getExt().getGdpr();
        return !gdpr || !user.getConsent().isBlank() || !user.getExt().getConsent().isBlank();
    }

    /** Whether anything but zeros, hyphens and blanks is in {@code id}. */
    private static boolean identifies(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c != '0' && c != '-' && c != ' ') {
                return true;
            }
        }
        return false;
    }
}
