package io.sextant.bidder.markup;

import java.nio.charset.StandardCharsets;

/** Makes any text harmless in the place that it is put. Text that has no place there (controls in XML) is left out. */
final class Escapes {
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private Escapes() {}

    /** Appends text as an HTML attribute between double quotes, or as HTML text. */
    static StringBuilder html(StringBuilder out, String text) {
        // URLs have few characters that need it: what lies between two is copied at once.
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String escaped = switch (c) {
                case '&' -> "&amp;";
                case '<' -> "&lt;";
                case '>' -> "&gt;";
                case '"' -> "&quot;";
                case '\'' -> "&#39;";
                case '`' -> "&#96;";
                default -> c >= ' ' || c == '\t' || c == '\n' || c == '\r' ? null : "";
            };
            if (escaped != null) {
                out.append(text, from, i).append(escaped);
                from = i + 1;
            }
        }
        return out.append(text, from, text.length());
    }

    /** Appends text as XML text or attribute. */
    static StringBuilder xml(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&apos;");
                default -> {
                    if (isXml(c)) {
                        out.appendCodePoint(c);
                    }
                }
            }
        }
        return out;
    }

    /** Appends text as an XML CDATA section, which is where players look for URLs. */
    static StringBuilder cdata(StringBuilder out, String text) {
        out.append("<![CDATA[");
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            if (c == '>' && i >= 2 && text.startsWith("]]", i - 2)) {
                out.append("]]><![CDATA[>");
            } else if (isXml(c)) {
                out.appendCodePoint(c);
            }
        }
        return out.append("]]>");
    }

    /** Text as part of a URL's query: everything but unreserved characters as percent-encoded UTF-8 (RFC 3986). */
    static String url(String text) {
        var out = new StringBuilder(text.length() + 32);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if ((b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '.'
                    || b == '_' || b == '~') {
                out.append((char) b);
            } else {
                out.append('%').append(HEX[b >> 4 & 15]).append(HEX[b & 15]);
            }
        }
        return out.toString();
    }

    /** Char of XML 1.0. */
    private static boolean isXml(int c) {
        return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd)
                || c >= 0x10000;
    }
}
