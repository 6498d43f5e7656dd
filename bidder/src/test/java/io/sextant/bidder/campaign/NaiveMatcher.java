package io.sextant.bidder.campaign;

import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says of one ad and one impression whether they fit, by reading the rules one after the other: the oracle for the index,
 * which it shares no code with.
 */
final class NaiveMatcher {
    private NaiveMatcher() {}

    static boolean fits(Ad ad, BidRequest request, BidRequest.Imp imp, @Nullable NativeRequest layout, String exchange,
            long nowMs) {
        return wants(ad.campaign(), request, imp, exchange, nowMs) && admitted(ad.campaign(), request)
                && mayBuy(ad.campaign(), imp.getPmp()) && shows(ad, request, imp, layout) && notBlocked(ad, imp);
    }

    private static boolean wants(Campaign campaign, BidRequest request, BidRequest.Imp imp, String exchange,
            long nowMs) {
        Targeting t = campaign.targeting();
        return isActive(campaign.schedule(), nowMs)
                && (t.exchanges().isEmpty() || t.exchanges().contains(exchange))
                && wantsPlace(t, request)
                && (t.devices().isEmpty()
                        || t.devices().stream().anyMatch(d -> d.code() == request.getDevice().getDevicetype()))
                && (t.sites().isEmpty() || t.sites().stream().anyMatch(site -> isOn(site, request)))
                && t.blockedSites().stream().noneMatch(site -> isOn(site, request))
                && (t.categories().isEmpty()
                        || t.categories().stream().anyMatch(c -> hasContent(c, t.categoryTaxonomy(), request)))
                && t.blockedCategories().stream().noneMatch(c -> hasContent(c, t.categoryTaxonomy(), request))
                && !(imp.getInstl() && t.interstitial() == Targeting.Interstitial.NEVER)
                && !(!imp.getInstl() && t.interstitial() == Targeting.Interstitial.ONLY);
    }

    private static boolean isActive(Schedule schedule, long nowMs) {
        var local = Instant.ofEpochMilli(nowMs).atZone(schedule.zone());
        int hour = (local.getDayOfWeek().getValue() - 1) * 24 + local.getHour();
        return schedule.activeHours().isEmpty() || schedule.activeHours().contains(hour);
    }

    private static boolean wantsPlace(Targeting t, BidRequest request) {
        if (t.countries().isEmpty() && t.regions().isEmpty()) {
            return true;
        }
        BidRequest.Geo geo = request.getDevice().getGeo().hasCountry()
                ? request.getDevice().getGeo()
                : request.getUser().getGeo();
        String region = geo.getRegion().contains("-")
                ? geo.getRegion().substring(geo.getRegion().indexOf('-') + 1)
                : geo.getRegion();
        return t.countries().contains(geo.getCountry())
                || (geo.hasRegion() && t.regions().contains(geo.getCountry() + "/" + region));
    }

    private static boolean isOn(String site, BidRequest request) {
        if (request.hasSite()) {
            String domain = request.getSite().hasDomain() ? request.getSite().getDomain()
                    : host(request.getSite().getPage());
            return isUnder(domain, site);
        }
        return request.hasApp() && (request.getApp().getBundle().equalsIgnoreCase(site)
                || isUnder(request.getApp().getDomain(), site));
    }

    private static String host(String page) {
        return page.replaceFirst("^[a-z]+://", "").replaceFirst("[/?#:].*$", "");
    }

    private static boolean isUnder(String domain, String parent) {
        String lower = domain.toLowerCase(Locale.ROOT);
        return lower.equals(parent) || lower.endsWith("." + parent);
    }

    private static boolean hasContent(String wanted, int taxonomy, BidRequest request) {
        var site = request.getSite();
        var app = request.getApp();
        return Stream.concat(
                Stream.of(site.getCatList(), site.getSectioncatList(), site.getPagecatList()).flatMap(List::stream)
                        .filter(_ -> site.getCattax() == taxonomy),
                Stream.of(app.getCatList(), app.getSectioncatList(), app.getPagecatList()).flatMap(List::stream)
                        .filter(_ -> app.getCattax() == taxonomy))
                .anyMatch(category -> isPart(category, wanted, taxonomy));
    }

    private static boolean isPart(String category, String whole, int taxonomy) {
        return category.equals(whole) || (taxonomy == 1 && category.startsWith(whole + "-"));
    }

    private static boolean admitted(Campaign campaign, BidRequest request) {
        boolean seat = (request.getWseatCount() == 0 || request.getWseatList().contains(campaign.seat()))
                && !request.getBseatList().contains(campaign.seat());
        boolean domain = request.getBadvList().stream()
                .noneMatch(blocked -> campaign.advertiserDomains().stream().anyMatch(own -> isUnder(own, blocked)));
        boolean app = campaign.appBundle() == null || !request.getBappList().contains(campaign.appBundle());
        boolean sameTaxonomy = campaign.categoryTaxonomy() == request.getCattax();
        boolean blocked = sameTaxonomy && campaign.categories().stream().anyMatch(
                own -> request.getBcatList().stream().anyMatch(b -> isPart(own, b, request.getCattax())));
        boolean allowed = request.getAcatCount() == 0 || (sameTaxonomy && !campaign.categories().isEmpty()
                && campaign.categories().stream().allMatch(
                        own -> request.getAcatList().stream().anyMatch(a -> isPart(own, a, request.getCattax()))));
        return seat && domain && app && !blocked && allowed;
    }

    private static boolean mayBuy(Campaign campaign, BidRequest.Pmp pmp) {
        boolean open = !pmp.getPrivateAuction() && !campaign.dealsOnly();
        return open || pmp.getDealsList().stream().anyMatch(deal -> campaign.dealIds().contains(deal.getId())
                && (deal.getWseatCount() == 0 || deal.getWseatList().contains(campaign.seat()))
                && (deal.getWadomainCount() == 0 || deal.getWadomainList().stream().anyMatch(
                        domain -> campaign.advertiserDomains().stream().anyMatch(own -> isUnder(own, domain)))));
    }

    private static boolean shows(Ad ad, BidRequest request, BidRequest.Imp imp, @Nullable NativeRequest layout) {
        Creative creative = ad.creative();
        boolean place = switch (creative.format()) {
            case BANNER -> imp.hasBanner() && showsBanner(imp.getBanner(), ad.w(), ad.h())
                    && hasFramework(creative, imp.getBanner().getApiList());
            case VIDEO -> imp.hasVideo() && showsVideo(imp.getVideo(), Objects.requireNonNull(creative.video()), ad)
                    && hasFramework(creative, imp.getVideo().getApiList());
            case NATIVE -> layout != null && showsNative(layout, Objects.requireNonNull(creative.nativeAd()))
                    && hasFramework(creative, imp.getNative().getApiList());
            case AUDIO -> false;
        };
        List<String> languages = new ArrayList<>(request.getWlangList());
        request.getWlangbList().forEach(tag -> languages.add(tag.split("-", -1)[0]));
        String language = ad.campaign().language();
        return place && (creative.secure() || !imp.getSecure())
                && (languages.isEmpty() || language == null || languages.contains(language));
    }

    private static boolean hasFramework(Creative creative, List<Integer> offered) {
        return creative.apis().isEmpty() || creative.apis().stream().anyMatch(offered::contains);
    }

    private static boolean showsBanner(BidRequest.Banner banner, int w, int h) {
        if (banner.getFormatCount() > 0) {
            return banner.getFormatList().stream().anyMatch(f -> (f.getWratio() > 0 && f.getHratio() > 0)
                    ? w >= f.getWmin() && w * f.getHratio() == h * f.getWratio()
                    : f.getW() == w && f.getH() == h);
        }
        if (banner.hasWmin() || banner.hasWmax() || banner.hasHmin() || banner.hasHmax()) {
            return w >= banner.getWmin() && h >= banner.getHmin() && (!banner.hasWmax() || w <= banner.getWmax())
                    && (!banner.hasHmax() || h <= banner.getHmax());
        }
        return banner.getW() == w && banner.getH() == h;
    }

    private static boolean showsVideo(BidRequest.Video video, Creative.VideoAd ad, Ad size) {
        boolean length = video.getRqddursCount() > 0
                ? video.getRqddursList().contains(ad.durationSeconds())
                : ad.durationSeconds() >= video.getMinduration()
                        && (!video.hasMaxduration() || ad.durationSeconds() <= video.getMaxduration());
        return video.getLinearity() != 2 && length
                && (video.getMimesCount() == 0 || video.getMimesList().contains(ad.mime()))
                && (video.getProtocolsCount() == 0
                        || video.getProtocolsList().stream().anyMatch(ad.protocols()::contains))
                && (!video.hasW() || size.w() <= video.getW()) && (!video.hasH() || size.h() <= video.getH());
    }

    private static boolean showsNative(NativeRequest layout, Creative.NativeAd ad) {
        return layout.getAssetsCount() > 0
                && layout.getAssetsList().stream().filter(NativeRequest.Asset::getRequired).allMatch(asset -> {
                    if (asset.hasTitle()) {
                        return ad.title().length() <= asset.getTitle().getLen();
                    }
                    if (asset.hasImg()) {
                        Creative.Image image = asset.getImg().getType() == 1 ? ad.icon() : ad.main();
                        return image != null && image.w() >= asset.getImg().getWmin()
                                && image.h() >= asset.getImg().getHmin();
                    }
                    if (asset.hasData()) {
                        return ad.data().containsKey(asset.getData().getType());
                    }
                    return false;
                });
    }

    private static boolean notBlocked(Ad ad, BidRequest.Imp imp) {
        Creative creative = ad.creative();
        List<Integer> blocked = switch (creative.format()) {
            case BANNER -> imp.getBanner().getBattrList();
            case VIDEO -> imp.getVideo().getBattrList();
            case NATIVE -> imp.getNative().getBattrList();
            case AUDIO -> List.of();
        };
        boolean type = creative.format() == AdFormat.BANNER
                && imp.getBanner().getBtypeList().contains(creative.bannerType());
        return !type && creative.attributes().stream().noneMatch(blocked::contains);
    }
}
