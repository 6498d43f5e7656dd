package io.sextant.bidder.markup;

import io.sextant.bidder.campaign.Creative;

/** Banner HTML: the creative's own snippet or its image, linked, and the impression pixel. Free of state. */
public final class BannerMarkup {
    private static final String CLICK_URL = "${CLICK_URL}";
    private static final String CLICK_URL_ESC = "${CLICK_URL_ESC}";

    private BannerMarkup() {}

    /**
     * Appends the markup.
     *
     * @param out      for the markup
     * @param creative with {@code html} or {@code imageUrl}
     * @param w        width of the slot, device-independent pixels
     * @param h        height of the slot
     * @param urls     of the bid
     */
    public static void write(StringBuilder out, Creative creative, int w, int h, NoticeUrls urls) {
        String html = creative.html();
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
        Escapes.html(out, urls.impression())
                .append("\" width=\"1\" height=\"1\" alt=\"\" style=\"position:absolute;left:-1px\">");
    }
}
