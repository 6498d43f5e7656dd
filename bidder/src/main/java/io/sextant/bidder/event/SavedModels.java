package io.sextant.bidder.event;

import io.sextant.abtesting.allocation.Arm;
import io.sextant.bidder.pipeline.ExperimentConfig;
import io.sextant.bidder.pipeline.ExplorationConfig;
import io.sextant.configuration.ConfigurationException;
import io.sextant.model.ctr.ArtefactSum;
import io.sextant.model.ctr.CtrModel;
import io.sextant.model.ctr.SavedModelCtrModel;
import io.sextant.model.ctr.TensorFlowOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Loads the SavedModels that arms name, before the first request. An arm whose rules ask for more than its model can do
 * stops the start. Where no arm names one, TensorFlow is not loaded.
 */
public final class SavedModels {
    private final ExperimentConfig experiment;
    private final ExplorationConfig exploration;
    private final ModelsConfig models;

    /** Of these settings. */
    public SavedModels(ExperimentConfig experiment, ExplorationConfig exploration, ModelsConfig models) {
        this.experiment = experiment;
        this.exploration = exploration;
        this.models = models;
    }

    /**
     * Loads each and gives it to its arm for good.
     *
     * @throws ConfigurationException if one cannot be served, or cannot do what its arm's rules ask for; it names the arm,
     *                                the directory and what to do
     * @throws InterruptedException   if the thread is interrupted
     */
    public void load(ModelSwap swap) throws InterruptedException {
        Map<String, Path> directories = experiment.savedModels();
        for (Arm arm : experiment.allocation()) {
            Path directory = directories.get(arm.name());
            if (directory != null) {
                CtrModel model = load(arm, directory);
                swap.fix(arm.name(), model, directory, sum(arm, directory, model));
            }
        }
    }

    private static String sum(Arm arm, Path directory, CtrModel model) {
        try {
            return ArtefactSum.of(directory);
        } catch (IOException e) {
            model.close();
            throw new ConfigurationException(setting(arm) + directory + ": cannot be read: " + e);
        }
    }

    private static String setting(Arm arm) {
        return "experiment.arms: saved-model of arm " + arm.name() + ": ";
    }

    private CtrModel load(Arm arm, Path directory) {
        String setting = setting(arm);
        CtrModel model;
        try {
            model = SavedModelCtrModel.load(directory, arm.name(), models.schema(),
                    new TensorFlowOptions(models.intraOpThreads(), -1));
        } catch (IOException e) {
            throw new ConfigurationException(setting + e.getMessage());
        }
        for (ExplorationConfig.Requirement requirement : exploration.requirements(arm)) {
            if (!model.can(requirement.ability())) {
                model.close();
                throw new ConfigurationException(setting + directory + ": " + requirement.setting() + " takes "
                        + requirement.what() + ", which this model does not have; " + requirement.remedy()
                        + ", or leave saved-model out");
            }
        }
        return model;
    }
}
