package io.sextant.model.ctr;

import io.sextant.model.feature.AdTable;
import io.sextant.model.feature.FeatureBatch;
import java.util.List;

/**
 * Several nets of one shape, trained alike but for their seeds: it predicts as its first member does, and tells what the
 * others would have said. Every request costs as much as all members together; for the laboratory.
 *
 * <p>
 * Threading: as its members.
 *
 * @implNote Lakshminarayanan, Pritzel and Blundell, "Simple and scalable predictive uncertainty estimation using deep
 *           ensembles" (2017), without adversarial training: the members differ by their starting weights and their draws
 *           in training.
 */
public final class EnsembleCtrModel implements CtrModel {
    private final List<CtrModel> members;
    private final CtrModel first;

    /**
     * Puts members together; they are closed with it.
     *
     * @param members two or more, of one schema
     * @throws IllegalArgumentException if there are fewer, or their schemas differ
     */
    public EnsembleCtrModel(List<? extends CtrModel> members) {
        if (members.size() < 2) {
            throw new IllegalArgumentException(members.size() + " nets are no ensemble; it takes 2 or more");
        }
        if (members.stream().map(member -> member.description().schema().fingerprint()).distinct().count() > 1) {
            throw new IllegalArgumentException("the members of an ensemble must read the same features");
        }
        this.members = List.copyOf(members);
        this.first = members.getFirst();
    }

    private static final class Parts implements AdParts {
        private final AdParts[] of;

        Parts(AdParts[] of) {
            this.of = of;
        }

        @Override
        public AdTable ads() {
            return of[0].ads();
        }
    }

    private static final class Scratch implements CtrScratch {
        private final CtrScratch[] of;
        private float[] logits = new float[1];

        Scratch(CtrScratch[] of) {
            this.of = of;
        }

        @Override
        public void close() {
            for (CtrScratch scratch : of) {
                scratch.close();
            }
        }
    }

    @Override
    public boolean can(Ability ability) {
        return ability == Ability.MEMBERS || first.can(ability);
    }

    @Override
    public ModelDescription description() {
        return first.description();
    }

    @Override
    public AdParts prepare(AdTable ads) {
        return new Parts(members.stream().map(member -> member.prepare(ads)).toArray(AdParts[]::new));
    }

    @Override
    public CtrScratch newScratch(int candidatesMax) {
        return new Scratch(
                members.stream().map(member -> member.newScratch(candidatesMax)).toArray(CtrScratch[]::new));
    }

    @Override
    public void begin(AdParts ads, FeatureBatch batch, CtrScratch scratch) {
        if (!(ads instanceof Parts parts && parts.of.length == members.size())) {
            throw new IllegalArgumentException("these ads were prepared by another model");
        }
        Scratch own = own(scratch);
        for (int member = 0; member < members.size(); member++) {
            members.get(member).begin(parts.of[member], batch, own.of[member]);
        }
    }

    @Override
    public int members() {
        return members.size();
    }

    @Override
    public void scoreMembers(int[] rows, int count, CtrScratch scratch, float[] logits) {
        Scratch own = own(scratch);
        if (own.logits.length < count) {
            own.logits = new float[count];
        }
        for (int member = 0; member < members.size(); member++) {
            members.get(member).scoreRows(rows, count, own.of[member], own.logits);
            System.arraycopy(own.logits, 0, logits, member * count, count);
        }
    }

    @Override
    public void score(CtrScratch scratch, float[] logits) {
        first.score(own(scratch).of[0], logits);
    }

    @Override
    public void scoreRows(int[] rows, int count, CtrScratch scratch, float[] logits) {
        first.scoreRows(rows, count, own(scratch).of[0], logits);
    }

    @Override
    public double requestRowVariance(CtrScratch scratch) {
        return first.requestRowVariance(own(scratch).of[0]);
    }

    @Override
    public void adRowVariances(int[] rows, int count, CtrScratch scratch, double[] variances) {
        first.adRowVariances(rows, count, own(scratch).of[0], variances);
    }

    @Override
    public void lastHidden(int[] rows, int count, CtrScratch scratch, float[] logits, float[] outputs) {
        first.lastHidden(rows, count, own(scratch).of[0], logits, outputs);
    }

    @Override
    public void processScores(int[] rows, int count, CtrScratch scratch, float[] logits, double[] variances) {
        first.processScores(rows, count, own(scratch).of[0], logits, variances);
    }

    @Override
    public double adPriorVariance() {
        return first.adPriorVariance();
    }

    @Override
    public void scoreDropped(int[] rows, int count, int[] masks, int passes, CtrScratch scratch, float[] logits) {
        first.scoreDropped(rows, count, masks, passes, own(scratch).of[0], logits);
    }

    @Override
    public void droppedVariance(int[] rows, int count, CtrScratch scratch, float[] logits, float[] variances) {
        first.droppedVariance(rows, count, own(scratch).of[0], logits, variances);
    }

    @Override
    public void parameterGradients(int[] rows, int count, CtrScratch scratch, float[] logits, double[] squares) {
        first.parameterGradients(rows, count, own(scratch).of[0], logits, squares);
    }

    @Override
    public void adGradients(int[] rows, int count, CtrScratch scratch, float[] gradients) {
        first.adGradients(rows, count, own(scratch).of[0], gradients);
    }

    @Override
    public void adGradientsAt(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits,
            float[] gradients) {
        first.adGradientsAt(rows, count, displacement, own(scratch).of[0], logits, gradients);
    }

    @Override
    public void scoreDisplaced(int[] rows, int count, float[] displacement, CtrScratch scratch, float[] logits) {
        first.scoreDisplaced(rows, count, displacement, own(scratch).of[0], logits);
    }

    @Override
    public void gate(int[] rows, int count, CtrScratch scratch, float[] logits) {
        first.gate(rows, count, own(scratch).of[0], logits);
    }

    private Scratch own(CtrScratch scratch) {
        if (scratch instanceof Scratch own && own.of.length == members.size()) {
            return own;
        }
        throw new IllegalArgumentException("this scratch was made by another model");
    }

    @Override
    public void close() {
        members.forEach(CtrModel::close);
    }
}
