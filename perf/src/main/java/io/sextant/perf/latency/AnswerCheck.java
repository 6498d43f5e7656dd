package io.sextant.perf.latency;

import com.google.protobuf.InvalidProtocolBufferException;
import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.BidResponse;
import io.sextant.protocol.openrtb.BidResponse.Bid;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import io.sextant.protocol.openrtb.OpenRtbFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Whether answers are what an exchange could use. Threading: of one thread. */
final class AnswerCheck {
    /** A campaign whose hours have just begun may bid where none did when it was worked out what to expect. */
    private static final double STRAY_MAX = 0.002;
    private static final int QUOTED = 200;
    private static final int TOLD_MAX = 20;

    private final Traffic traffic;
    private final OpenRtbCodec codec = new OpenRtbCodec();

    AnswerCheck(Traffic traffic) {
        this.traffic = traffic;
    }

    /**
     * What is wrong with a run's answers, a text each; empty if nothing is. Every answer's status was looked at while it was
     * measured; those that were kept are read whole here.
     */
    List<String> complaints(LoadResult result) {
        List<String> complaints = new ArrayList<>();
        if (result.errors() > 0) {
            complaints.add(result.errors() + " requests were lost with their connection");
        }
        if (result.otherStatus() > 0) {
            complaints.add(result.otherStatus() + " answers were neither 200 nor 204");
        }
        if (result.strayBids() > STRAY_MAX * result.answered()) {
            complaints.add(result.strayBids() + " of " + result.answered()
                    + " answers are bids on what no bid was possible for");
        }
        for (LoadResult.Sample sample : result.samples()) {
            String complaint = complaint(sample);
            if (complaint != null && complaints.size() < TOLD_MAX) {
                complaints.add(complaint);
            }
        }
        return complaints;
    }

    /** What is wrong with an answer; null if nothing is. */
    @Nullable
    String complaint(LoadResult.Sample sample) {
        Traffic.Template template = traffic.template(sample.template());
        if (!sample.head().startsWith("HTTP/1.1 200 ")) {
            return "answered " + quoted(sample.head()
                    + new String(sample.body(), StandardCharsets.UTF_8));
        }
        try {
            String id = template.patched() ? Traffic.id(sample.number()) : template.request().getId();
            return complaint(template.request(), id, read(sample));
        } catch (IOException | OpenRtbFormatException e) {
            return "a body that cannot be read: " + e.getMessage() + ", after " + quoted(sample.head());
        }
    }

    private BidResponse read(LoadResult.Sample sample) throws IOException {
        String head = sample.head().toLowerCase(Locale.ROOT);
        byte[] body = sample.body();
        if (head.contains("\ncontent-encoding: gzip")) {
            try (var in = new GZIPInputStream(new ByteArrayInputStream(body))) {
                body = in.readAllBytes();
            }
        }
        if (!head.contains("\ncontent-type: application/x-protobuf")) {
            return codec.readBidResponse(body);
        }
        try {
            return BidResponse.parseFrom(body);
        } catch (InvalidProtocolBufferException e) {
            throw new IOException("is no protobuf", e);
        }
    }

    /** What is wrong with a response to a request that was sent under this id; null if nothing is. */
    static @Nullable String complaint(BidRequest request, String id, BidResponse response) {
        if (!response.getId().equals(id)) {
            return "response.id is " + response.getId() + ", the request's is " + id;
        }
        if (!response.getCur().equals("USD")) {
            return "cur is " + response.getCur() + ", asked for was USD";
        }
        Map<String, BidRequest.Imp> imps = new HashMap<>();
        request.getImpList().forEach(imp -> imps.put(imp.getId(), imp));
        int bids = 0;
        for (BidResponse.SeatBid seat : response.getSeatbidList()) {
            for (Bid bid : seat.getBidList()) {
                bids++;
                String complaint = complaint(imps.get(bid.getImpid()), bid);
                if (complaint != null) {
                    return complaint;
                }
            }
        }
        return bids == 0 ? "status 200 without a bid" : null;
    }

    private static @Nullable String complaint(BidRequest.@Nullable Imp imp, Bid bid) {
        if (imp == null) {
            return "impid is " + bid.getImpid() + ", which the request does not have";
        }
        if (!(bid.getPrice() >= imp.getBidfloor() && bid.getPrice() > 0 && Double.isFinite(bid.getPrice()))) {
            return "price is " + bid.getPrice() + ", the floor " + imp.getBidfloor();
        }
        if (bid.getId().isEmpty() || bid.getCrid().isEmpty() || bid.getAdomainCount() == 0) {
            return "a bid without id, crid or adomain";
        }
        if (bid.getAdm().isEmpty() && !bid.hasAdmNative()) {
            return "a bid without adm";
        }
        if (!bid.getNurl().startsWith("http") || !bid.getBurl().startsWith("http")) {
            return "a bid without nurl or burl";
        }
        boolean fits = !imp.hasBanner() || imp.getBanner().getFormatList().stream()
                .anyMatch(format -> format.getW() == bid.getW() && format.getH() == bid.getH());
        return fits ? null : "a banner of " + bid.getW() + "x" + bid.getH() + ", which is not asked for";
    }

    private static String quoted(String text) {
        String line = text.replace("\r\n", " | ");
        return line.length() <= QUOTED ? line : line.substring(0, QUOTED) + "…";
    }
}
