package io.sextant.protocol.openrtb;

import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lifts what OpenRTB 2.5 peers send in ext objects, or in members that 2.6 replaced, into the 2.6 fields, where those
 * are empty. The sources stay as they are. A request that needs nothing is returned itself.
 *
 * <table>
 * <caption>What is lifted</caption>
 * <tr><th>from</th><th>to</th></tr>
 * <tr><td>source.ext.schain</td><td>source.schain</td></tr>
 * <tr><td>regs.ext.gdpr, .us_privacy, .gpp, .gpp_sid</td><td>regs.gdpr, .us_privacy, .gpp, .gpp_sid</td></tr>
 * <tr><td>user.ext.consent, .eids</td><td>user.consent, .eids</td></tr>
 * <tr><td>device.ext.sua</td><td>device.sua</td></tr>
 * <tr><td>imp.ext.rwdd; imp.ext.rewarded or video.ext.rewarded = 1</td><td>imp.rwdd</td></tr>
 * <tr><td>video.placement (list "Placement Subtypes – Video" of 2.5), video of an interstitial impression</td>
 * <td>video.plcmt: in-stream 1 → 1; in-banner, in-article, in-feed 2, 3, 4 → 4; interstitial 5 or instl → 3</td></tr>
 * <tr><td>video.protocol</td><td>video.protocols</td></tr>
 * <tr><td>content.videoquality of site, app and dooh</td><td>content.prodq</td></tr>
 * </table>
 *
 * <p>Threading: uses the codec it was given, so it belongs to that codec's thread.
 */
public final class BidRequestNormaliser {
    private static final int PLCMT_INSTREAM = 1;
    private static final int PLCMT_INTERSTITIAL = 3;
    private static final int PLCMT_NO_CONTENT = 4;
    /** No member of any OpenRTB message, so its text is looked at. */
    private static final Pattern REWARDED = Pattern.compile("\"rewarded\"\\s*:\\s*(1|true)\\b");

    private final OpenRtbCodec codec;

    public BidRequestNormaliser(OpenRtbCodec codec) {
        this.codec = codec;
    }

    /** The request in 2.6 form. */
    public BidRequest normalise(BidRequest request) {
        BidRequest.@Nullable Source source = request.hasSource() ? source(request.getSource()) : null;
        BidRequest.@Nullable Regs regs = request.hasRegs() ? regs(request.getRegs()) : null;
        BidRequest.@Nullable User user = request.hasUser() ? user(request.getUser()) : null;
        BidRequest.@Nullable Device device = request.hasDevice() ? device(request.getDevice()) : null;
        BidRequest.@Nullable Content content = content(request);
        BidRequest.@Nullable Builder builder = imps(request);
        if (source == null && regs == null && user == null && device == null && content == null) {
            return builder == null ? request : builder.build();
        }
        BidRequest.Builder changed = builder == null ? request.toBuilder() : builder;
        if (source != null) {
            changed.setSource(source);
        }
        if (regs != null) {
            changed.setRegs(regs);
        }
        if (user != null) {
            changed.setUser(user);
        }
        if (device != null) {
            changed.setDevice(device);
        }
        if (content != null) {
            setContent(changed, content);
        }
        return changed.build();
    }

    private static BidRequest.@Nullable Source source(BidRequest.Source source) {
        if (source.hasSchain() || !source.getExt().hasSchain()) {
            return null;
        }
        return source.toBuilder().setSchain(source.getExt().getSchain()).build();
    }

    private BidRequest.@Nullable Regs regs(BidRequest.Regs regs) {
        if (!regs.hasExt()) {
            return null;
        }
        BidRequest.Regs.Ext ext = regs.getExt();
        boolean gdpr = !regs.hasGdpr() && ext.hasGdpr();
        boolean usPrivacy = !regs.hasUsPrivacy() && ext.hasUsPrivacy();
        boolean gpp = !regs.hasGpp() && mentions(ext.getUnknownJson(), "\"gpp");
        if (!gdpr && !usPrivacy && !gpp) {
            return null;
        }
        BidRequest.Regs.Builder builder = regs.toBuilder();
        if (gdpr) {
            builder.setGdpr(ext.getGdpr());
        }
        if (usPrivacy) {
            builder.setUsPrivacy(ext.getUsPrivacy());
        }
        // The ext object has the very members of the message around it, so it is read as that message.
        BidRequest.Regs old = gpp ? readAs(BidRequest.Regs.getDefaultInstance(), ext.getUnknownJson())
                : BidRequest.Regs.getDefaultInstance();
        if (old.hasGpp()) {
            builder.setGpp(old.getGpp());
        }
        if (builder.getGppSidCount() == 0) {
            builder.addAllGppSid(old.getGppSidList());
        }
        return builder.build();
    }

    private static BidRequest.@Nullable User user(BidRequest.User user) {
        if (!user.hasExt()) {
            return null;
        }
        BidRequest.User.Ext ext = user.getExt();
        boolean consent = !user.hasConsent() && ext.hasConsent();
        boolean eids = user.getEidsCount() == 0 && ext.getEidsCount() > 0;
        if (!consent && !eids) {
            return null;
        }
        BidRequest.User.Builder builder = user.toBuilder();
        if (consent) {
            builder.setConsent(ext.getConsent());
        }
        if (eids) {
            builder.addAllEids(ext.getEidsList());
        }
        return builder.build();
    }

    private BidRequest.@Nullable Device device(BidRequest.Device device) {
        if (device.hasSua() || !device.hasExt() || !mentions(device.getExt().getUnknownJson(), "\"sua\"")) {
            return null;
        }
        BidRequest.Device old = readAs(BidRequest.Device.getDefaultInstance(), device.getExt().getUnknownJson());
        return old.hasSua() ? device.toBuilder().setSua(old.getSua()).build() : null;
    }

    private static BidRequest.@Nullable Content content(BidRequest request) {
        BidRequest.Content content = switch (request.getDistributionchannelOneofCase()) {
            case SITE -> request.getSite().getContent();
            case APP -> request.getApp().getContent();
            case DOOH -> request.getDooh().getContent();
            case DISTRIBUTIONCHANNELONEOF_NOT_SET -> BidRequest.Content.getDefaultInstance();
        };
        if (content.hasProdq() || !content.hasVideoquality()) {
            return null;
        }
        return content.toBuilder().setProdq(content.getVideoquality()).build();
    }

    private static void setContent(BidRequest.Builder request, BidRequest.Content content) {
        switch (request.getDistributionchannelOneofCase()) {
            case SITE -> request.getSiteBuilder().setContent(content);
            case APP -> request.getAppBuilder().setContent(content);
            case DOOH -> request.getDoohBuilder().setContent(content);
            case DISTRIBUTIONCHANNELONEOF_NOT_SET -> throw new IllegalStateException("content without a channel");
        }
    }

    /** A builder of the request with new impressions, or null if none changes. */
    private BidRequest.@Nullable Builder imps(BidRequest request) {
        BidRequest.@Nullable Builder builder = null;
        for (int i = 0; i < request.getImpCount(); i++) {
            BidRequest.@Nullable Imp imp = imp(request.getImp(i));
            if (imp != null) {
                builder = builder == null ? request.toBuilder() : builder;
                builder.setImp(i, imp);
            }
        }
        return builder;
    }

    private BidRequest.@Nullable Imp imp(BidRequest.Imp imp) {
        boolean rewarded = !imp.hasRwdd() && isRewarded(imp);
        BidRequest.@Nullable Video video = imp.hasVideo() ? video(imp.getVideo(), imp.getInstl()) : null;
        if (!rewarded && video == null) {
            return null;
        }
        BidRequest.Imp.Builder builder = imp.toBuilder();
        if (rewarded) {
            builder.setRwdd(true);
        }
        if (video != null) {
            builder.setVideo(video);
        }
        return builder.build();
    }

    private boolean isRewarded(BidRequest.Imp imp) {
        String ext = imp.getExt().getUnknownJson();
        if (mentions(ext, "\"rwdd\"") && readAs(BidRequest.Imp.getDefaultInstance(), ext).getRwdd()) {
            return true;
        }
        return saysRewarded(ext) || saysRewarded(imp.getVideo().getExt().getUnknownJson());
    }

    private static boolean saysRewarded(String ext) {
        return mentions(ext, "\"rewarded\"") && REWARDED.matcher(ext).find();
    }

    private static BidRequest.@Nullable Video video(BidRequest.Video video, boolean interstitial) {
        int plcmt = video.hasPlcmt() ? 0 : plcmt(video.getPlacement(), interstitial);
        boolean protocol = video.getProtocolsCount() == 0 && video.hasProtocol();
        if (plcmt == 0 && !protocol) {
            return null;
        }
        BidRequest.Video.Builder builder = video.toBuilder();
        if (plcmt != 0) {
            builder.setPlcmt(plcmt);
        }
        if (protocol) {
            builder.addProtocols(video.getProtocol());
        }
        return builder.build();
    }

    private static int plcmt(int placement, boolean interstitial) {
        return switch (placement) {
            case 1 -> PLCMT_INSTREAM;
            case 2, 3, 4 -> PLCMT_NO_CONTENT;
            case 5 -> PLCMT_INTERSTITIAL;
            default -> interstitial ? PLCMT_INTERSTITIAL : 0;
        };
    }

    /** Most ext objects have none of the members looked for: only those that may are parsed. */
    private static boolean mentions(String json, String member) {
        return json.contains(member);
    }

    /**
     * Reads an ext object's unmodelled members as another message's; empty if they do not fit: ext is vendors' ground.
     */
    private <M extends Message> M readAs(M prototype, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        try {
            return codec.read(prototype, bytes, 0, bytes.length);
        } catch (OpenRtbFormatException _) {
            return prototype;
        }
    }
}
