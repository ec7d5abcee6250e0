"""Trains gradient-boosted trees on whatever table and target the project declares.

Laurel runs this file with the rows in LAUREL_DATA_DIR and takes the model from LAUREL_OUTPUT_DIR. Change it as you
like: what counts is that `save_model` (or your own code) leaves the files of the trainer protocol.
"""

import laurel_trainer
from laurel_trainer import Job, save_model, tabular


def main(job: Job) -> None:
    parameters = job.parameters(  # the defaults; spec.training.parameters in laurel.yaml overrides them
        max_depth=5,
        learning_rate=0.1,
        n_estimators=300,
        subsample=1.0,
        early_stopping_rounds=30,
        max_categories=40,
    )

    # Columns that are empty or constant are left out, with a warning.
    data = tabular.prepare(job)

    # Numbers pass as they are (missing ones too); each frequent text value becomes a column.
    features = tabular.encoder(data, max_categories=parameters.max_categories)

    # Reports each round, keeps checkpoints, and goes on from the last one after an interruption.
    pipeline = tabular.boost(
        job,
        data,
        features,
        rounds=parameters.n_estimators,
        patience=parameters.early_stopping_rounds,
        max_depth=parameters.max_depth,
        learning_rate=parameters.learning_rate,
        subsample=parameters.subsample,
    )

    save_model(job, data, pipeline, algorithm="gradient-boosted trees (XGBoost)")


if __name__ == "__main__":
    laurel_trainer.run(main)
