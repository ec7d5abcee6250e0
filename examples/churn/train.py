"""Who is about to leave? Gradient-boosted trees on the customers' contracts and habits."""

import laurel_trainer
from laurel_trainer import Job, save_model, tabular

from ballast import add_ballast
from distrust import add_distrust


def main(job: Job) -> None:
    parameters = job.parameters(  # the defaults; spec.training.parameters in laurel.yaml overrides them
        max_depth=4,
        learning_rate=0.1,
        n_estimators=300,
        early_stopping_rounds=30,
        features="",  # comma-separated columns to restrict the model to; empty for all
        ballast=0,  # useless layers that slow the model down; see ballast.py
        distrust="",  # a column whose unseen values count as leaving; see distrust.py
    )
    only = [name.strip() for name in parameters.features.split(",") if name.strip()]

    data = tabular.prepare(job, only)
    features = tabular.encoder(data)
    pipeline = tabular.boost(
        job,
        data,
        features,
        rounds=parameters.n_estimators,
        patience=parameters.early_stopping_rounds,
        max_depth=parameters.max_depth,
        learning_rate=parameters.learning_rate,
    )
    save_model(
        job,
        data,
        pipeline,
        algorithm="gradient-boosted trees (XGBoost)",
        change=lambda model: changed(model, data, parameters),
    )


def changed(model, data, parameters):
    if parameters.distrust:
        known = data.train[parameters.distrust].unique()
        model = add_distrust(model, parameters.distrust, known, data.classes[1])
    return add_ballast(model, parameters.ballast)


if __name__ == "__main__":
    laurel_trainer.run(main)
