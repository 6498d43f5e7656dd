package io.sextant.model.feature;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.sextant.protocol.openrtb.BidRequest;
import java.util.Locale;
import ua_parser.Parser;

/**
 * Operating system and browser of a device, by one name each, whichever of {@code device.os}, {@code device.sua} and
 * {@code device.ua} the exchange sent.
 *
 * <p>
 * Threading: thread-safe, shared by all event loops of a process. Parsing a user agent runs through hundreds of regular
 * expressions, so results are kept in a bounded cache; a hit costs one look-up.
 */
public final class UserAgents {
    /** Longer user agents are not parsed: nobody's is that long, and the regular expressions take their time. */
    static final int LENGTH_MAX = 1_024;

    private static final int NAMES_MAX = 4_096;
    private static final Agent UNKNOWN = new Agent("", "");

    private record Agent(String os, String browser) {}

    private final Parser parser = new Parser();
    private final LoadingCache<String, Agent> agents;
    private final LoadingCache<String, String> osNames;
    private final LoadingCache<String, String> browserNames;

    /**
     * Makes an empty cache.
     *
     * @param capacity number of user agents kept; about 500 bytes each
     */
    public UserAgents(int capacity) {
        // Housekeeping runs in the thread that filled the cache: no pool of its own, and tests repeat.
        this.agents = Caffeine.newBuilder().maximumSize(capacity).executor(Runnable::run).build(this::parse);
        this.osNames = Caffeine.newBuilder().maximumSize(NAMES_MAX).executor(Runnable::run).build(UserAgents::osName);
        this.browserNames = Caffeine.newBuilder().maximumSize(NAMES_MAX).executor(Runnable::run)
                .build(UserAgents::browserName);
    }

    /** The operating system, such as {@code ios}, {@code android}, {@code windows}; empty if nothing tells. */
    public String os(BidRequest.Device device) {
        if (!device.getOs().isEmpty()) {
            return osNames.get(device.getOs());
        }
        if (!device.getSua().getPlatform().getBrand().isEmpty()) {
            return osNames.get(device.getSua().getPlatform().getBrand());
        }
        return agent(device.getUa()).os;
    }

    /** The browser, such as {@code chrome}, {@code safari}, {@code firefox}; empty if nothing tells. */
    public String browser(BidRequest.Device device) {
        String brand = brand(device.getSua());
        return brand.isEmpty() ? agent(device.getUa()).browser : browserNames.get(brand);
    }

    private Agent agent(String ua) {
        return ua.isEmpty() || ua.length() > LENGTH_MAX ? UNKNOWN : agents.get(ua);
    }

    private Agent parse(String ua) {
        return new Agent(osName(parser.parseOS(ua).family), browserName(parser.parseUserAgent(ua).family));
    }

    /** The brand that names the browser: neither the engine nor the made-up one that is there to keep parsers honest. */
    private static String brand(BidRequest.UserAgent sua) {
        String engine = "";
        for (int i = 0; i < sua.getBrowsersCount(); i++) {
            String brand = sua.getBrowsers(i).getBrand();
            if (brand.equals("Chromium")) {
                engine = brand;
            } else if (!brand.isEmpty() && !brand.contains("Brand")) {
                return brand;
            }
        }
        return engine;
    }

    private static String osName(String raw) {
        String name = raw.strip().toLowerCase(Locale.ROOT);
        return switch (name) {
            case "iphone os", "ipados", "ios" -> "ios";
            case "mac os x", "macos", "os x", "mac os" -> "macos";
            case "chrome os", "chromeos", "chromium os", "cros" -> "chromeos";
            case "ubuntu", "debian", "fedora", "red hat", "suse", "gnu/linux", "linux" -> "linux";
            default -> name.startsWith("windows") && !name.contains("phone") ? "windows" : name;
        };
    }

    private static String browserName(String raw) {
        String name = raw.strip().toLowerCase(Locale.ROOT).replace("google ", "").replace("microsoft ", "")
                .replace("mobile ", "").replace(" mobile", "").replace(" ios", "");
        return name.startsWith("chromium") ? "chrome" : name;
    }
}
