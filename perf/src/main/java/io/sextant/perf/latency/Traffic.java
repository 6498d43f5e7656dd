package io.sextant.perf.latency;

import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.openrtb.OpenRtbCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Bid requests as bytes that only have to be written to a socket: 70 % JSON, 30 % protobuf, a third of either compressed.
 * Immutable; arrays are shared and not to be written to.
 */
/*
 * Every request that is sent plain gets an id of its own, patched into a copy of its bytes. Compressed ones keep the id of
 * their template: a new one would mean to compress again for each request, and the sender shares its cores with what it
 * measures. Nothing in a bidder that answers a bid request looks an id up, so that repeating one saves it nothing.
 */
final class Traffic {
    /** Length of a request's id. */
    static final int ID_CHARS = 16;

    private static final double PROTOBUF_SHARE = 0.3;
    private static final double GZIP_SHARE = 1.0 / 3;
    private static final int NOT_PATCHED = -1;

    /**
     * One request, ready to be sent.
     *
     * @param bytes     head and body
     * @param idAt      where the request's id stands in them; {@link #NOT_PATCHED} if it is not to be changed
     * @param request   what it says
     * @param protobuf  whether in protobuf
     * @param gzip      whether compressed, and an answer in gzip is asked for
     * @param expectBid whether a bidder that is not late has to bid
     */
    @SuppressWarnings("ArrayRecordComponent") // written to sockets as it is; never changed
    record Template(byte[] bytes, int idAt, BidRequest request, boolean protobuf, boolean gzip, boolean expectBid) {
        /** Whether each one that is sent gets its own id. */
        boolean patched() {
            return idAt != NOT_PATCHED;
        }
    }

    private final List<Template> templates;

    private Traffic(List<Template> templates) {
        this.templates = List.copyOf(templates);
    }

    /**
     * Encodes requests.
     *
     * @param requests  what is sent, again and again in this order; their ids are replaced
     * @param expectBid told a request's place in the list, whether it has to get a bid
     * @param seed      decides on the encodings
     */
    static Traffic encode(List<BidRequest> requests, IntPredicate expectBid, long seed) {
        UniformRandomProvider random = RandomSource.XO_RO_SHI_RO_128_PP.create(seed);
        var codec = new OpenRtbCodec();
        List<Template> encoded = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            boolean protobuf = random.nextDouble() < PROTOBUF_SHARE;
            boolean gzip = random.nextDouble() < GZIP_SHARE;
            BidRequest request = requests.get(i).toBuilder().setId(id(i)).build();
            encoded.add(encode(request, protobuf, gzip, expectBid.test(i), codec));
        }
        return new Traffic(encoded);
    }

    private static Template encode(BidRequest request, boolean protobuf, boolean gzip, boolean expectBid,
            OpenRtbCodec codec) {
        byte[] body = protobuf ? request.toByteArray() : codec.write(request);
        if (gzip) {
            body = compressed(body);
        }
        String head = "POST /openrtb2/bid HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                + (protobuf ? "application/x-protobuf" : "application/json") + "\r\nContent-Length: " + body.length
                + "\r\nx-openrtb-version: 2.6\r\nx-sextant-exchange: adx\r\n"
                + (gzip ? "Content-Encoding: gzip\r\nAccept-Encoding: gzip\r\n" : "") + "\r\n";
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(body);
        byte[] all = bytes.toByteArray();
        int idAt = gzip ? NOT_PATCHED : indexOf(all, request.getId().getBytes(StandardCharsets.US_ASCII));
        return new Template(all, idAt, request, protobuf, gzip, expectBid);
    }

    /** Those of its requests that a condition holds for. */
    Traffic only(Predicate<Template> condition) {
        return new Traffic(templates.stream().filter(condition).toList());
    }

    /** Number of different requests. */
    int size() {
        return templates.size();
    }

    /** The request at a place. */
    Template template(int index) {
        return templates.get(index);
    }

    /** Bytes of the largest. */
    int bytesMax() {
        return templates.stream().mapToInt(template -> template.bytes().length).max().orElse(0);
    }

    /** Mean of all. */
    double bytesMean() {
        return templates.stream().mapToInt(template -> template.bytes().length).average().orElse(0);
    }

    /** Part of the requests that have to get a bid. */
    double bidShare() {
        return templates.stream().filter(Template::expectBid).count() / (double) templates.size();
    }

    /** The id of the request with that number; always {@link #ID_CHARS} long. */
    static String id(long number) {
        byte[] bytes = new byte[ID_CHARS];
        for (int i = 0; i < ID_CHARS; i++) {
            bytes[i] = idByte(number, i);
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** A byte of the id of the request with that number. */
    static byte idByte(long number, int at) {
        if (at == 0) {
            // A letter before the digits: no other value in a request looks like it.
            return 'Q';
        }
        int digit = (int) (number >>> (4 * (ID_CHARS - 1 - at))) & 0xf;
        return (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
    }

    private static byte[] compressed(byte[] body) {
        var bytes = new ByteArrayOutputStream(body.length);
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    private static int indexOf(byte[] bytes, byte[] sought) {
        for (int at = 0; at <= bytes.length - sought.length; at++) {
            int same = 0;
            while (same < sought.length && bytes[at + same] == sought[same]) {
                same++;
            }
            if (same == sought.length) {
                return at;
            }
        }
        throw new IllegalStateException("a request does not contain its id");
    }
}
