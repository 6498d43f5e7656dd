package io.sextant.perf.workload;

/** Impressions of a planted world, one after the other, with their clicks; the same for the same seed. */
public final class Impressions {
    private final PlantedWorld world;
    private final PlantedWorld.Traffic traffic;
    private final int[] features;
    private boolean clicked;

    /** Starts before the first. */
    public Impressions(PlantedWorld world, long seed) {
        this.world = world;
        this.traffic = world.traffic(PlantedWorld.generator(seed));
        this.features = new int[world.schema().size()];
    }

    /** Draws the next one. */
    public void draw() {
        int[] request = traffic.request();
        int[] ad = world.ads().get(traffic.ad());
        System.arraycopy(request, 0, features, 0, request.length);
        System.arraycopy(ad, 0, features, request.length, ad.length);
        clicked = traffic.clicked(request, ad);
    }

    /** Its features, [fields] table rows; overwritten by the next draw. */
    public int[] features() {
        return features;
    }

    /** Whether it was clicked. */
    public boolean clicked() {
        return clicked;
    }
}
