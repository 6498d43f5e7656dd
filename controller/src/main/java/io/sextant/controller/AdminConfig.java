package io.sextant.controller;

import io.sextant.configuration.Secret;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

/**
 * The controller's own HTTP port.
 *
 * @param host  address to listen on
 * @param port  port to listen on; 0 takes a free one
 * @param token bearer token that all but {@code /healthz} and {@code /readyz} ask for; empty asks for none, and lets nobody
 *              change anything
 */
public record AdminConfig(@NotBlank String host, @Min(0) @Max(65535) int port, @Secret String token) {}
