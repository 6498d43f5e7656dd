package io.sextant.bidder.http;

import com.google.protobuf.ByteString;
import io.sextant.bidder.campaign.AdFormat;
import io.sextant.bidder.campaign.Campaign;
import io.sextant.bidder.campaign.Creative;
import io.sextant.bidder.campaign.Creative.VideoAd;
import io.sextant.bidder.decision.DecisionRecords;
import io.sextant.bidder.markup.BannerMarkup;
import io.sextant.bidder.markup.NativeMarkup;
import io.sextant.bidder.markup.NoticeUrls;
import io.sextant.bidder.markup.VastMarkup;
import io.sextant.bidder.notice.SealedToken;
import io.sextant.bidder.pipeline.BidScratch;
import io.sextant.bidder.pipeline.Exchange;
import io.sextant.bidder.pipeline.Impression;
import io.sextant.protocol.event.BidFacts;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.BidResponse;
import io.sextant.protocol.openrtb.BidResponse.Bid;
import io.sextant.protocol.openrtb.BidResponse.SeatBid;
import io.sextant.protocol.openrtb.NativeRequest;
import io.sextant.protocol.openrtb.NativeResponse;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a decision down as a bid response: for every bid its facts, sealed into its notices, and its markup.
 *
 * <p>
 * Threading: one instance per event loop.
 */
final class BidAnswer {
    private static final double MICROS = 1_000_000;

    private final PublicUrl publicUrl;
    private final int expirySeconds;
    private final SealedToken tokens;
    private final DecisionRecords records;
    private final OpenRtbCodec codec;
    private final BidIds ids = new BidIds();
    private final AnswerTexts texts = new AnswerTexts();

    /**
     * Makes one.
     *
     * @param publicUrl     where notices come back to
     * @param expirySeconds longest time from the auction to the impression that is agreed to
     * @param tokens        this loop's
     * @param records       writes facts
     * @param codec         this loop's
     */
    BidAnswer(PublicUrl publicUrl, int expirySeconds, SealedToken tokens, DecisionRecords records,
            OpenRtbCodec codec) {
        this.publicUrl = publicUrl;
        this.expirySeconds = expirySeconds;
        this.tokens = tokens;
        this.records = records;
        this.codec = codec;
    }

    /**
     * The response to a request with at least one bid; good until the next one is written.
     *
     * @param facts out: the facts of impression {@code i}'s bid, null where there is none; at least as long as there are
     *              impressions
     */
    BidResponse write(BidRequest request, BidScratch decision, @Nullable BidFacts[] facts) {
        texts.clear();
        Map<String, SeatBid.Builder> seats = new LinkedHashMap<>();
        for (int i = 0; i < decision.size(); i++) {
            Impression impression = decision.impression(i);
            if (!impression.hasBid()) {
                continue;
            }
            BidFacts fact = records.facts(request, decision, impression, ids.next());
            facts[i] = fact;
            Campaign campaign = impression.ad().campaign();
            seats.computeIfAbsent(campaign.seat(), seat -> SeatBid.newBuilder().setSeat(seat))
                    .addBid(bid(decision, impression, fact));
        }
        var response = BidResponse.newBuilder().setId(request.getId()).setBidid(ids.next())
                .setCur(decision.currencies().code(decision.currency()));
        seats.values().forEach(response::addSeatbid);
        return response.build();
    }

    private Bid bid(BidScratch decision, Impression impression, BidFacts fact) {
        BidRequest.Imp imp = impression.imp();
        Campaign campaign = impression.ad().campaign();
        Creative creative = impression.ad().creative();
        Exchange exchange = decision.exchange();
        if (exchange == null) {
            throw new IllegalStateException("a bid for an unknown exchange");
        }
        NoticeUrls urls = NoticeUrls.of(publicUrl.url(), exchange.config().priceMacro(), exchange.config().clickMacro(),
                tokens.seal(fact));
        urls.win(texts.next());
        ByteString win = texts.take();
        urls.bill(texts.next());
        ByteString bill = texts.take();
        urls.loss(texts.next());
        ByteString loss = texts.take();
        var bid = Bid.newBuilder().setId(fact.getBidId()).setImpid(imp.getId())
                .setPrice(impression.priceMicros() / MICROS).setNurlBytes(win).setBurlBytes(bill).setLurlBytes(loss)
                .setAdid(creative.id()).addAllAdomain(campaign.advertiserDomains()).setCid(campaign.id())
                .setCrid(creative.id()).addAllAttr(creative.attributes()).addAllApis(creative.apis())
                .setMtype(creative.format().mtype())
                .setExp(imp.getExp() > 0 ? Math.min(imp.getExp(), expirySeconds) : expirySeconds);
        if (!campaign.categories().isEmpty()) {
            bid.addAllCat(campaign.categories()).setCattax(campaign.categoryTaxonomy());
        }
        String bundle = campaign.appBundle();
        if (bundle != null) {
            bid.setBundle(bundle);
        }
        String image = creative.imageUrl();
        if (image != null) {
            bid.setIurl(image);
        }
        String language = campaign.language();
        if (language != null) {
            bid.setLanguage(language);
        }
        String deal = impression.dealId();
        if (deal != null) {
            bid.setDealid(deal);
        }
        if (creative.format() != AdFormat.NATIVE) {
            bid.setW(impression.ad().w()).setH(impression.ad().h());
        }
        markup(impression, fact, urls, bid);
        return bid.build();
    }

    private void markup(Impression impression, BidFacts fact, NoticeUrls urls, Bid.Builder bid) {
        BidRequest.Imp imp = impression.imp();
        Creative creative = impression.ad().creative();
        int w = impression.ad().w();
        int h = impression.ad().h();
        switch (creative.format()) {
            case BANNER -> {
                BannerMarkup.write(texts.next(), creative, w, h, urls);
                bid.setAdmBytes(texts.take());
            }
            case VIDEO -> {
                VideoAd video = creative.video();
                if (video != null) {
                    bid.setProtocol(VastMarkup.protocol(imp.getVideo().getProtocolsList(), video.protocols()))
                            .setDur(video.durationSeconds());
                }
                VastMarkup.write(texts.next(), impression.ad().campaign(), creative, imp.getVideo(), fact.getBidId(), w,
                        h, urls);
                bid.setAdmBytes(texts.take());
            }
            case NATIVE -> {
                NativeRequest layout = impression.layout();
                NativeResponse ad = NativeMarkup.write(creative,
                        layout == null ? NativeRequest.getDefaultInstance() : layout, urls);
                if (imp.getNative().hasRequestNative()) {
                    bid.setAdmNative(ad);
                } else {
                    bid.setAdm(new String(codec.write(ad), StandardCharsets.UTF_8));
                }
            }
            case AUDIO -> throw new IllegalStateException("there are no audio creatives");
        }
    }
}
