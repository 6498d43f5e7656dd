package io.sextant.bidder.http;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;

/**
 * The bidder's HTTP server.
 *
 * @param host                  address to listen on
 * @param port                  port for exchanges and browsers; 0 takes a free one
 * @param publicUrl             scheme, host and port that notices and clicks come back to; empty for this machine's loopback
 *                              address and the bound port
 * @param eventLoops            event loops; 0 for one a core
 * @param bodyBytesMax          largest body as sent; above it 413
 * @param inflatedBytesMax      largest body inflated; above it 413
 * @param gzipAboveBytes        answers above this are gzipped where the client takes it
 * @param streamsMax            HTTP/2 streams at once on a connection
 * @param connectionRequestsMax a connection is retired after this many requests
 * @param connectionAgeMax      a connection is retired at this age
 * @param idleTimeout           a connection without traffic is closed after this
 * @param tmaxDefault           time for an answer where the request does not say
 * @param tmaxMax               a request is never given more time than this
 * @param networkMargin         part of the time that the network takes, there and back
 * @param shedAfter             a request that has waited for its loop this long is refused before it is parsed
 * @param warmUpMax             before it says that it is ready, the bidder asks itself until it is quick, at most this long;
 *                              0 for not at all
 * @param clickFallbackUrl      where a click leads whose token cannot be opened or whose creative is gone; empty for 404
 * @param drainTimeout          at the end, requests under way are given this long
 */
public record HttpConfig(@NotBlank String host, @Min(0) @Max(65_535) int port,
        @Pattern(regexp = "(https?://[^/?#\\s]+)?", message = "must be empty or scheme, host and port, as https://bid.example.com") String publicUrl,
        @Min(0) @Max(1024) int eventLoops, @Min(1024) @Max(1_048_576) int bodyBytesMax,
        @Min(1024) @Max(1_048_576) int inflatedBytesMax, @Min(0) int gzipAboveBytes,
        @Min(1) @Max(10_000) int streamsMax,
        @Min(1) long connectionRequestsMax, @NotNull Duration connectionAgeMax, @NotNull Duration idleTimeout,
        @NotNull Duration tmaxDefault, @NotNull Duration tmaxMax, @NotNull Duration networkMargin,
        @NotNull Duration shedAfter, @NotNull Duration warmUpMax,
        @Pattern(regexp = "(https?://\\S+)?", message = "must be empty or an http or https address") String clickFallbackUrl,
        @NotNull Duration drainTimeout) {}
