package io.sextant.perf;

import java.io.Console;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Bars that say how far a measurement has come, and what time is left. Stateless. */
public final class ProgressBars {
    /** A log that somebody reads later wants a line now and then, not one a second. */
    private static final int LINE_EVERY_MS = 15_000;
    private static final int LINE_WIDTH = 120;

    private ProgressBars() {}

    /**
     * A bar: at a terminal one line that moves, in a file a line every quarter of a minute.
     *
     * @param max what the bar is full at
     */
    @SuppressWarnings("SystemConsoleNull") // none where the JVM is told to use the plain console and has no terminal
    public static ProgressBarBuilder bar(String task, long max) {
        ProgressBarBuilder builder = new ProgressBarBuilder().setTaskName(task).setInitialMax(max)
                .setStyle(ProgressBarStyle.ASCII);
        Console console = System.console();
        return console != null && console.isTerminal() ? builder
                : builder.setUpdateIntervalMillis(LINE_EVERY_MS)
                        .setConsumer(new DelegatingProgressBarConsumer(System.err::println, LINE_WIDTH));
    }
}
