package io.sextant.bidder.markup;

import io.sextant.bidder.campaign.Creative;

/** Banner HTML: the creative's own snippet or its image, linked, and the impression pixel. Free of state. */
public final class BannerMarkup {
    private static final String CLICK_URL = "${CLICK_URL}";
    private static final String CLICK_URL_ESC = "${CLICK_URL_ESC}";

    /** Enough for what stands around the URLs. */
    private static final int ROOM = 320;

    private BannerMarkup() {}

    /**
     * Writes the markup.
     *
     * @param creative with {@code html} or {@code imageUrl}
     * @param w        width of the slot, device-independent pixels
     * @param h        height of the slot
     * @param urls     of the bid
     */
    public static String write(Creative creative, int w, int h, NoticeUrls urls) {
        String html = creative.html();
        var out = new StringBuilder(
                ROOM + (html == null ? 0 : html.length()) + urls.click().length() + urls.impression().length());
        if (html != null) {
            var click = Escapes.html(new StringBuilder(), urls.click()).toString();
            out.append(html.replace(CLICK_URL_ESC, Escapes.url(urls.click())).replace(CLICK_URL, click));
        } else {
            String image = creative.imageUrl();
            out.append("<a href=\"");
            Escapes.html(out, urls.click()).append("\" target=\"_blank\" rel=\"noopener\"><img src=\"");
            Escapes.html(out, image == null ? "" : image).append("\" width=\"").append(w).append("\" height=\"")
                    .append(h).append("\" alt=\"\" style=\"border:0\"></a>");
        }
        out.append("<img src=\"");
        return Escapes.html(out, urls.impression())
                .append("\" width=\"1\" height=\"1\" alt=\"\" style=\"position:absolute;left:-1px\">").toString();
    }
}
