package io.sextant.bidder.campaign;

import io.sextant.bidder.campaign.Creative.Size;
import io.sextant.bidder.campaign.Creative.VideoAd;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.NativeRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The inverted lists that depend on the impression: which creatives fit its formats, sizes and players, and which of their
 * attributes it blocks. Hot path.
 *
 * <p>
 * Threading: immutable once built.
 */
final class Placements {
    /** What decides whether a video fits; ads that share it are judged once. */
    private record VideoShape(VideoAd video, Size size) {}

    private final Ad[] ads;
    private final Size[] bannerSizes;
    private final Postings[] bannersOfSize;
    private final Dimension sizes;
    private final VideoShape[] videoShapes;
    private final Postings[] videosOfShape;
    private final long[] natives;
    private final long[] insecure;
    private final long[] framed;
    private final long[] interstitialOnly;
    private final long[] interstitialNever;
    private final long[] dealsOnly;
    private final long[] dealHolders;
    private final Dimension attributes;
    private final Dimension bannerTypes;
    private final Dimension languages;

    Placements(Ad[] ads, int words) {
        this.ads = ads;
        this.natives = new long[words];
        this.insecure = new long[words];
        this.framed = new long[words];
        this.interstitialOnly = new long[words];
        this.interstitialNever = new long[words];
        this.dealsOnly = new long[words];
        this.dealHolders = new long[words];
        var sizeBuilder = new Dimension.Builder(words);
        var attributeBuilder = new Dimension.Builder(words);
        var bannerTypeBuilder = new Dimension.Builder(words);
        var languageBuilder = new Dimension.Builder(words);
        Map<Size, List<Integer>> banners = new LinkedHashMap<>();
        Map<VideoShape, List<Integer>> videos = new LinkedHashMap<>();
        for (Ad ad : ads) {
            Creative creative = ad.creative();
            Size size = new Size(ad.w(), ad.h());
            boolean banner = creative.format() == AdFormat.BANNER;
            if (banner) {
                banners.computeIfAbsent(size, _ -> new ArrayList<>()).add(ad.number());
            }
            if (creative.video() != null) {
                videos.computeIfAbsent(shape(creative.video(), size), _ -> new ArrayList<>()).add(ad.number());
            }
            sizeBuilder.add(ad.number(), banner ? List.of(size.toString()) : List.of());
            attributeBuilder.add(ad.number(), Keys.attributes(creative));
            bannerTypeBuilder.add(ad.number(), banner ? List.of(Integer.toString(creative.bannerType())) : List.of());
            languageBuilder.add(ad.number(), Keys.language(ad.campaign()));
            addFlags(ad);
        }
        this.bannerSizes = banners.keySet().toArray(Size[]::new);
        this.bannersOfSize = postings(banners, words);
        this.sizes = sizeBuilder.build();
        this.videoShapes = videos.keySet().toArray(VideoShape[]::new);
        this.videosOfShape = postings(videos, words);
        this.attributes = attributeBuilder.build();
        this.bannerTypes = bannerTypeBuilder.build();
        this.languages = languageBuilder.build();
    }

    private static VideoShape shape(VideoAd video, Size size) {
        // The media file's address does not decide anything.
        return new VideoShape(
                new VideoAd("", video.mime(), video.durationSeconds(), video.bitrateKbps(), video.protocols()), size);
    }

    private static Postings[] postings(Map<?, List<Integer>> lists, int words) {
        return lists.values().stream()
                .map(list -> Postings.of(list.stream().mapToInt(Integer::intValue).toArray(), words))
                .toArray(Postings[]::new);
    }

    private void addFlags(Ad ad) {
        Campaign campaign = ad.campaign();
        addIf(ad.creative().format() == AdFormat.NATIVE, natives, ad);
        addIf(!ad.creative().secure(), insecure, ad);
        addIf(!ad.creative().apis().isEmpty(), framed, ad);
        addIf(campaign.targeting().interstitial() == Targeting.Interstitial.ONLY, interstitialOnly, ad);
        addIf(campaign.targeting().interstitial() == Targeting.Interstitial.NEVER, interstitialNever, ad);
        addIf(campaign.dealsOnly(), dealsOnly, ad);
        addIf(!campaign.dealIds().isEmpty(), dealHolders, ad);
    }

    private static void addIf(boolean condition, long[] set, Ad ad) {
        if (condition) {
            AdSets.add(set, ad.number());
        }
    }

    void keepInterstitial(boolean interstitial, long[] left) {
        AdSets.remove(left, interstitial ? interstitialNever : interstitialOnly);
    }

    /** Keeps the ads that may take part in the open auction, if there is one, or in one of the deals. */
    void keepDeals(BidRequest.Pmp pmp, long[] left, long[] union) {
        if (pmp.getPrivateAuction()) {
            Arrays.fill(union, 0);
        } else {
            System.arraycopy(left, 0, union, 0, left.length);
            AdSets.remove(union, dealsOnly);
        }
        for (int d = 0; d < pmp.getDealsCount(); d++) {
            addHolders(pmp.getDeals(d), left, union);
        }
        AdSets.keep(left, union);
    }

    private void addHolders(BidRequest.Deal deal, long[] left, long[] union) {
        for (int ad = AdSets.next(left, dealHolders, 0); ad >= 0; ad = AdSets.next(left, dealHolders, ad + 1)) {
            if (Deals.admits(deal, ads[ad].campaign())) {
                AdSets.add(union, ad);
            }
        }
    }

    /** Keeps the ads whose creative can be shown in one of the formats on offer. */
    void keepFitting(BidRequest request, BidRequest.Imp imp, @Nullable NativeRequest layout, long[] left,
            MatchScratch scratch) {
        Arrays.fill(scratch.union, 0);
        if (imp.hasBanner()) {
            addBanners(imp.getBanner(), scratch);
        }
        if (imp.hasVideo()) {
            addVideos(imp.getVideo(), scratch.union);
        }
        if (layout != null) {
            addNatives(layout, left, scratch.union);
        }
        AdSets.keep(left, scratch.union);
        if (imp.getSecure()) {
            AdSets.remove(left, insecure);
        }
        dropUnframed(imp, left);
        keepLanguages(request, left, scratch);
    }

    private void addBanners(BidRequest.Banner banner, MatchScratch scratch) {
        if (CreativeFit.isFlexible(banner)) {
            for (int i = 0; i < bannerSizes.length; i++) {
                if (CreativeFit.fits(banner, bannerSizes[i])) {
                    bannersOfSize[i].addTo(scratch.union);
                }
            }
            return;
        }
        for (int i = 0; i < banner.getFormatCount(); i++) {
            BidRequest.Format format = banner.getFormat(i);
            sizes.of(Keys.size(format.getW(), format.getH(), scratch.key)).addTo(scratch.union);
        }
        if (banner.getFormatCount() == 0) {
            sizes.of(Keys.size(banner.getW(), banner.getH(), scratch.key)).addTo(scratch.union);
        }
    }

    private void addVideos(BidRequest.Video player, long[] union) {
        for (int i = 0; i < videoShapes.length; i++) {
            VideoShape shape = videoShapes[i];
            if (CreativeFit.fits(player, shape.video, shape.size.w(), shape.size.h())) {
                videosOfShape[i].addTo(union);
            }
        }
    }

    private void addNatives(NativeRequest layout, long[] left, long[] union) {
        for (int ad = AdSets.next(left, natives, 0); ad >= 0; ad = AdSets.next(left, natives, ad + 1)) {
            Creative.NativeAd assets = ads[ad].creative().nativeAd();
            if (assets != null && CreativeFit.fits(layout, assets)) {
                AdSets.add(union, ad);
            }
        }
    }

    /** Drops what needs a framework that its place does not have. */
    private void dropUnframed(BidRequest.Imp imp, long[] left) {
        for (int ad = AdSets.next(left, framed, 0); ad >= 0; ad = AdSets.next(left, framed, ad + 1)) {
            if (!CreativeFit.hasFramework(imp, ads[ad].creative())) {
                AdSets.remove(left, ad);
            }
        }
    }

    /** Creatives without a language fit everywhere; of a BCP 47 tag only the language counts. */
    private void keepLanguages(BidRequest request, long[] left, MatchScratch scratch) {
        if (request.getWlangCount() == 0 && request.getWlangbCount() == 0) {
            return;
        }
        languages.open(scratch.union);
        for (int i = 0; i < request.getWlangCount(); i++) {
            languages.of(request.getWlang(i)).addTo(scratch.union);
        }
        for (int i = 0; i < request.getWlangbCount(); i++) {
            String tag = request.getWlangb(i);
            int dash = tag.indexOf('-');
            languages.of(tag, 0, dash < 0 ? tag.length() : dash).addTo(scratch.union);
        }
        AdSets.keep(left, scratch.union);
    }

    /** Drops what the places of the ads' formats block. */
    void dropBlockedAttributes(BidRequest.Imp imp, long[] left, MatchScratch scratch) {
        for (int i = 0; i < imp.getBanner().getBattrCount(); i++) {
            dropAttribute(AdFormat.BANNER, imp.getBanner().getBattr(i), left, scratch);
        }
        for (int i = 0; i < imp.getVideo().getBattrCount(); i++) {
            dropAttribute(AdFormat.VIDEO, imp.getVideo().getBattr(i), left, scratch);
        }
        for (int i = 0; i < imp.getNative().getBattrCount(); i++) {
            dropAttribute(AdFormat.NATIVE, imp.getNative().getBattr(i), left, scratch);
        }
        for (int i = 0; i < imp.getBanner().getBtypeCount(); i++) {
            scratch.key.setLength(0);
            bannerTypes.of(scratch.key.append(imp.getBanner().getBtype(i))).removeFrom(left);
        }
    }

    private void dropAttribute(AdFormat format, int attribute, long[] left, MatchScratch scratch) {
        attributes.of(Keys.attribute(format, attribute, scratch.key)).removeFrom(left);
    }
}
