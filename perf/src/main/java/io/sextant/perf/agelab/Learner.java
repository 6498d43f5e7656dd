package io.sextant.perf.agelab;

import com.dynatrace.hash4j.hashing.Hashing;
import io.sextant.model.array.ArrayCtrModel;
import io.sextant.model.array.KernelChoice;
import io.sextant.model.ctr.AdParts;
import io.sextant.model.ctr.Architecture;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.EnsembleCtrModel;
import io.sextant.model.ctr.MaskBank;
import io.sextant.model.ctr.ModelDescription;
import io.sextant.model.ctr.NamedTensor;
import io.sextant.model.ctr.TensorFlowOptions;
import io.sextant.model.ctr.Weights;
import io.sextant.model.training.DeepFmTrainer;
import io.sextant.model.training.LambdaCalibration;
import io.sextant.perf.agelab.world.Round;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One policy's click model: the product's trainer, fed with what the policy showed, and the product's engine with what was
 * last learned. An ensemble is as many of them, which learn the same examples from other starts.
 *
 * <p>
 * Threading: one thread at a time. The caller closes it.
 */
final class Learner implements AutoCloseable {
    private static final String ARM = "agelab";
    private static final int MASKS = MaskBank.MASKS_MIN;
    /** Fields' deviations change slowly and take a tenth of a second to fit: every so many versions. */
    private static final long PRIORS_EVERY = 16;
    /** Newest examples that a Gaussian process is fitted to, each standing for as many as were learned over these. */
    static final int PROCESS_EXAMPLES = 512;

    private final ItemCatalogue catalogue;
    private final NetSettings settings;
    private final Extras extras;
    private final long seed;
    private final List<DeepFmTrainer> trainers = new ArrayList<>();
    private final List<Weights> starts = new ArrayList<>();
    private final int fields;
    private final int[] features;
    private final float[] labels;
    private final float[] ones;
    private final RecentExamples recent;
    private int waiting;
    private long version = -1;
    private long publishedAt;
    private float[] priorSd = new float[0];
    private CtrModel model;
    private AdParts ads;
    private boolean closed;

    /**
     * What a model must have beside its net.
     *
     * @param rowPriors whether rows' variances are asked for, so that fields' deviations have to be fitted
     * @param process   whether a Gaussian process is asked for, which is fitted for every version
     */
    record Extras(boolean rowPriors, boolean process) {
        static final Extras NONE = new Extras(false, false);

        static Extras of(Set<CtrModel.Ability> needs) {
            return new Extras(needs.contains(CtrModel.Ability.ROW_INFORMATION),
                    needs.contains(CtrModel.Ability.GAUSSIAN_PROCESS));
        }
    }

    /**
     * A learner that knows nothing.
     *
     * @param members  nets, 1 or more
     * @param extras   what models have beside their nets
     * @param seed     of starts and dropout
     * @param priorCtr what nets start from
     */
    Learner(ItemCatalogue catalogue, NetSettings settings, int members, Extras extras, long seed, double priorCtr) {
        this.extras = extras;
        this.catalogue = catalogue;
        this.settings = settings;
        this.seed = seed;
        this.fields = catalogue.schema().size();
        this.features = new int[settings.batch() * fields];
        this.labels = new float[settings.batch()];
        this.ones = new float[settings.batch()];
        Arrays.fill(ones, 1);
        this.recent = new RecentExamples(fields, extras.process ? PROCESS_EXAMPLES : 0);
        for (int member = 0; member < members; member++) {
            long own = member == 0 ? seed : Hashing.xxh3_64(seed).hashLongToLong(member);
            Weights start = Weights.initial(catalogue.schema(), settings.architecture(), own, priorCtr);
            starts.add(start);
            trainers.add(new DeepFmTrainer(start, settings.training(own), TensorFlowOptions.singleThread()));
        }
        this.model = built();
        this.ads = model.prepare(catalogue.ads());
    }

    /** What was last published. */
    CtrModel model() {
        return model;
    }

    /** The items, prepared by {@link #model}. */
    AdParts ads() {
        return ads;
    }

    /** Versions published. */
    long version() {
        return version;
    }

    /**
     * Takes an example; learns when there are enough for a step.
     *
     * @return whether the model is another now
     */
    boolean learn(int[] requestRows, int item, boolean clicked) {
        int at = waiting * fields;
        System.arraycopy(requestRows, 0, features, at, requestRows.length);
        catalogue.ads().copy(item, features, at + requestRows.length);
        recent.add(features, at, item, clicked);
        labels[waiting++] = clicked ? 1 : 0;
        if (waiting < settings.batch()) {
            return false;
        }
        step();
        if (trainers.getFirst().steps() - publishedAt < settings.publishEvery()) {
            return false;
        }
        publish();
        return true;
    }

    /** Takes an example for what is fitted beside the net, without learning it: the net knows it already. */
    void remember(int[] requestRows, int item, boolean clicked) {
        int[] rows = Arrays.copyOf(requestRows, fields);
        catalogue.ads().copy(item, rows, requestRows.length);
        recent.add(rows, 0, item, clicked);
    }

    private void step() {
        int[] rows = waiting == settings.batch() ? features : Arrays.copyOf(features, waiting * fields);
        for (DeepFmTrainer trainer : trainers) {
            trainer.scoreAndTrain(rows, Arrays.copyOf(labels, waiting), Arrays.copyOf(ones, waiting));
        }
        waiting = 0;
    }

    /** Learns what waits and puts all that was learned into use. */
    void publish() {
        if (waiting > 0) {
            step();
        }
        publishedAt = trainers.getFirst().steps();
        CtrModel before = model;
        model = built();
        ads = model.prepare(catalogue.ads());
        before.close();
    }

    private CtrModel built() {
        version++;
        List<CtrModel> members = new ArrayList<>();
        for (DeepFmTrainer trainer : trainers) {
            Weights weights = weights(trainer);
            Architecture net = settings.architecture();
            var description = new ModelDescription(ARM, version, version - 1, catalogue.schema(), net.embeddingSize(),
                    net.hidden(), net.dropRate(), MASKS, seed, net.gateHidden(), 1, LambdaCalibration.PAPER_LAMBDA, 0,
                    trainer.examples());
            ArrayCtrModel member = new ArrayCtrModel(description, weights, KernelChoice.kernels());
            if (extras.process && recent.size() > 0) {
                weights.setProcess(recent.fit(member, catalogue, trainer.examples()));
                member = new ArrayCtrModel(description, weights, KernelChoice.kernels());
            }
            members.add(member);
        }
        return members.size() == 1 ? members.getFirst() : new EnsembleCtrModel(members);
    }

    private Weights weights(DeepFmTrainer trainer) {
        if (!extras.rowPriors) {
            return trainer.snapshot();
        }
        if (version % PRIORS_EVERY == 0) {
            Weights fitted = trainer.servable();
            priorSd = fitted.rowPriorSd.clone();
            return fitted;
        }
        Weights weights = trainer.snapshot();
        System.arraycopy(priorSd, 0, weights.rowPriorSd, 0, priorSd.length);
        return weights;
    }

    /**
     * Saves what every net has come to, for another learner's start.
     *
     * @param directory there already
     */
    void save(Path directory) throws IOException {
        for (int member = 0; member < trainers.size(); member++) {
            trainers.get(member).save(file(directory, member), Map.of());
        }
    }

    /**
     * Goes on from where a learner of the same catalogue, settings and seed was saved; takes as many nets of it as it has
     * itself.
     */
    void restore(Path directory) throws IOException {
        for (int member = 0; member < trainers.size(); member++) {
            trainers.get(member).restore(file(directory, member));
        }
        version = -1;
        publish();
    }

    private static Path file(Path directory, int member) {
        return directory.resolve(String.format(Locale.ROOT, "member-%d.safetensors", member));
    }

    /** Rows of what the model reads of a user. */
    void request(Round round, int[] rows) {
        catalogue.request(round.request, rows);
    }

    /** Euclidean length of what training has moved all numbers of the first net by, since it knew nothing. */
    double movement() {
        return distance(starts.getFirst(), trainers.getFirst().snapshot());
    }

    /** Euclidean length of all numbers that the first net started from; {@link #movement} is held against it. */
    double startLength() {
        return distance(starts.getFirst(), new Weights(catalogue.schema(), settings.architecture()));
    }

    private static double distance(Weights from, Weights to) {
        List<NamedTensor> a = moved(from);
        List<NamedTensor> b = moved(to);
        double squares = 0;
        for (int tensor = 0; tensor < a.size(); tensor++) {
            float[] x = a.get(tensor).data();
            float[] y = b.get(tensor).data();
            for (int i = 0; i < x.length; i++) {
                double difference = (double) x[i] - y[i];
                squares += difference * difference;
            }
        }
        return Math.sqrt(squares);
    }

    private static List<NamedTensor> moved(Weights weights) {
        List<NamedTensor> tensors = new ArrayList<>(weights.net());
        tensors.addAll(weights.tensors().subList(0, 2));
        return tensors;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            model.close();
            trainers.forEach(DeepFmTrainer::close);
        }
    }
}
