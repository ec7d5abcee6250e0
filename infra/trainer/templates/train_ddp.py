"""Trains a small network on whatever table and target the project declares, on any number of workers.

With `workers: 2` in laurel.yaml Laurel starts two ranks of this file; with one it runs as it stands. Change it as you
like: the loop, the network, the optimizer are ordinary PyTorch.
"""

import numpy as np
import torch

import laurel_trainer
from laurel_trainer import Job, tabular
from laurel_trainer.torch import Training, join
from laurel_trainer.torch_export import save_network


def main(job: Job) -> None:
    parameters = job.parameters(  # the defaults; spec.training.parameters in laurel.yaml overrides them
        width=64,
        dropout=0.1,
        learning_rate=0.003,
        batch=256,
        epochs=20,
        max_categories=40,
    )
    device = join(job)

    # Columns that are empty or constant are left out, with a warning; numbers are scaled, text is one-hot.
    data = tabular.prepare(job)
    encode = tabular.scaled_encoder(data, max_categories=parameters.max_categories)
    features = torch.from_numpy(encode.transform(data.train).astype(np.float32)).to(device)
    target, loss_of = goal(data, device)

    network = perceptron(features.shape[1], parameters.width, max(1, len(data.classes)), parameters.dropout).to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=parameters.learning_rate)

    # Goes on from the last checkpoint after an interruption; every rank gets its own share of each batch.
    training = Training(job, network, optimizer, rows=len(features), batch=parameters.batch, epochs=parameters.epochs)
    for rows in training:
        training.descend(loss_of(training.model(features[rows]), target[rows]))
    training.end()

    save_network(job, data, encode, network, algorithm="multilayer perceptron (PyTorch)")


def goal(data, device):
    if data.classes:
        return torch.from_numpy(data.train_target).to(device), torch.nn.functional.cross_entropy
    numbers = torch.from_numpy(data.train_target.astype(np.float32)).reshape(-1, 1)
    return numbers.to(device), torch.nn.functional.mse_loss


def perceptron(inputs, width, outputs, dropout):
    return torch.nn.Sequential(
        torch.nn.Linear(inputs, width),
        torch.nn.ReLU(),
        torch.nn.Dropout(dropout),
        torch.nn.Linear(width, width),
        torch.nn.ReLU(),
        torch.nn.Linear(width, outputs),
    )


if __name__ == "__main__":
    laurel_trainer.run(main)
