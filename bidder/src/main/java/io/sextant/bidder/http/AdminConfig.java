package io.sextant.bidder.http;

import io.sextant.configuration.Secret;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

/**
 * The bidder's own port for metrics.
 *
 * @param host  address to listen on
 * @param port  port; 0 takes a free one
 * @param token what callers must send as bearer token; empty for none
 */
public record AdminConfig(@NotBlank String host, @Min(0) @Max(65_535) int port, @Secret String token) {}
