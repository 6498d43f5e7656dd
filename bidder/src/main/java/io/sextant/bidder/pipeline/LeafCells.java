package io.sextant.bidder.pipeline;

import io.sextant.protocol.openrtb.BidRequest;
import io.sextant.protocol.snapshot.Cells;
import io.sextant.protocol.snapshot.ExplorationSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Numbers of the leaf cells that impressions are counted in: of every exchange and format, and, where the fleet's settings
 * say so, of as many publishers as they allow; the others of an exchange and format share the cell "other".
 *
 * <p>
 * Threading: {@link #number} is for the event loops: it neither locks nor waits, and allocates nothing for a publisher that
 * has a cell. Everything else but {@link #publishers} is for the one thread that adds the impressions up.
 */
public final class LeafCells {
    /*
     * Numbers: first the cells of exchange and format, then of each the one named "other", then publishers. A loop that
     * meets a publisher without a cell counts it as "other" and asks for a cell; the adding thread grants what there is room
     * for. Once a window it takes back the cells that nobody used, and, when there is hardly any room left, those that were
     * used least. A number taken back rests for a window before it is given away again, since rows with it may still be on
     * their way.
     */
    private static final String OTHER = "other";
    private static final String UNNAMED = "unnamed";
    /** Longest publisher's name that gets a cell; the controller takes leaves of up to 128 characters. */
    private static final int NAME_LENGTH_MAX = 64;
    private static final int WAITING_MAX = 1_024;
    /** Part of the room that is kept for newcomers. */
    private static final double NEWCOMERS = 0.1;

    private record Wanted(int coarse, String publisher) {}

    /** A publisher's cell. */
    private static final class Fine {
        private final int number;
        private final int coarse;
        private final String publisher;
        private long used;

        Fine(int number, int coarse, String publisher) {
            this.number = number;
            this.coarse = coarse;
            this.publisher = publisher;
        }
    }

    private final List<String> coarse;
    private final List<ConcurrentHashMap<String, Integer>> publishers;
    private final Queue<Wanted> wanted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean full = true;
    private volatile int known;

    /** By number less those of the cells that are always there; those that rest or are free keep their old name. */
    private final List<Fine> fine = new ArrayList<>();
    private final List<Fine> inUse = new ArrayList<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private List<Integer> resting = new ArrayList<>();
    private long turnedMs = Long.MIN_VALUE;

    /**
     * Makes cells without publishers.
     *
     * @param coarse names of the cells of exchange and format, by number
     */
    public LeafCells(List<String> coarse) {
        this.coarse = List.copyOf(coarse);
        this.publishers = coarse.stream().map(_ -> new ConcurrentHashMap<String, Integer>()).toList();
    }

    /**
     * The number of the cell that an impression is counted in.
     *
     * @param coarseCell number of its exchange and format, {@link Exchange#cell}
     * @param settings   those of its arm
     */
    int number(int coarseCell, BidRequest request, ExplorationSettings settings) {
        if (settings.getCells() != Cells.CELLS_EXCHANGE_FORMAT_PUBLISHER) {
            return coarseCell;
        }
        String publisher = publisher(request);
        Integer number = publishers.get(coarseCell).get(publisher);
        if (number != null) {
            return number;
        }
        if (!full && waiting.get() < WAITING_MAX && named(publisher)) {
            waiting.incrementAndGet();
            wanted.add(new Wanted(coarseCell, publisher));
        }
        return coarse.size() + coarseCell;
    }

    private static String publisher(BidRequest request) {
        BidRequest.Publisher publisher = request.hasSite()
                ? request.getSite().getPublisher()
                : request.hasApp() ? request.getApp().getPublisher() : request.getDooh().getPublisher();
        if (!publisher.getId().isEmpty()) {
            return publisher.getId();
        }
        if (!publisher.getDomain().isEmpty()) {
            return publisher.getDomain();
        }
        return publisher.getName().isEmpty() ? UNNAMED : publisher.getName();
    }

    /** Whether it can be part of a cell's name. */
    private static boolean named(String publisher) {
        return publisher.length() <= NAME_LENGTH_MAX && !publisher.equals(OTHER)
                && publisher.chars().noneMatch(Character::isISOControl);
    }

    /** Name of a cell, "adx/banner" or "adx/banner/p1" for example. */
    public String name(int number) {
        int size = coarse.size();
        if (number < size) {
            return coarse.get(number);
        }
        if (number < 2 * size) {
            return coarse.get(number - size) + "/" + OTHER;
        }
        Fine cell = fine.get(number - 2 * size);
        return coarse.get(cell.coarse) + "/" + cell.publisher;
    }

    /** Whether the cell is always there, so that what is kept for it will be used again. */
    public boolean lasting(int number) {
        return number < 2 * coarse.size();
    }

    /** Notes that an impression was counted in the cell. */
    public void used(int number) {
        if (!lasting(number)) {
            fine.get(number - 2 * coarse.size()).used++;
        }
    }

    /** Publishers' cells that there are. */
    public int publishers() {
        return known;
    }

    /**
     * Grants and takes back cells; to be called now and then, at least once a second.
     *
     * @param settings the fleet's
     * @param nowMs    the time, milliseconds since the epoch
     */
    public void tend(ExplorationSettings settings, long nowMs) {
        int room = settings.getCells() == Cells.CELLS_EXCHANGE_FORMAT_PUBLISHER ? settings.getCellsMax() : 0;
        if (turnedMs == Long.MIN_VALUE) {
            turnedMs = nowMs;
        }
        if (nowMs - turnedMs >= settings.getWindowMs()) {
            turnedMs = nowMs;
            free.addAll(resting);
            resting = new ArrayList<>();
            int newcomers = (int) Math.ceil(room * NEWCOMERS);
            takeBack(inUse.size() > room - newcomers ? room - newcomers : room, true);
        } else {
            takeBack(room, false);
        }
        for (Wanted each = wanted.poll(); each != null; each = wanted.poll()) {
            waiting.decrementAndGet();
            if (inUse.size() < room) {
                grant(each);
            }
        }
        known = inUse.size();
        full = inUse.size() >= room;
    }

    private void grant(Wanted wish) {
        Map<String, Integer> cells = publishers.get(wish.coarse);
        if (cells.containsKey(wish.publisher)) {
            return;
        }
        Integer rested = free.poll();
        int number = rested == null ? 2 * coarse.size() + fine.size() : rested;
        var cell = new Fine(number, wish.coarse, wish.publisher);
        if (rested == null) {
            fine.add(cell);
        } else {
            fine.set(number - 2 * coarse.size(), cell);
        }
        inUse.add(cell);
        cells.put(wish.publisher, number);
    }

    /** Keeps the most used, at most {@code kept}; at the end of a window only those that were used, and counts anew. */
    private void takeBack(int kept, boolean windowEnds) {
        if (!windowEnds && inUse.size() <= kept) {
            return;
        }
        inUse.sort(Comparator.comparingLong((Fine cell) -> cell.used).reversed());
        while (!inUse.isEmpty() && (inUse.size() > kept || (windowEnds && inUse.getLast().used == 0))) {
            Fine cell = inUse.removeLast();
            publishers.get(cell.coarse).remove(cell.publisher);
            resting.add(cell.number);
        }
        if (windowEnds) {
            inUse.forEach(cell -> cell.used = 0);
        }
    }
}
