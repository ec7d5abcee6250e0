"""A network's training in this process: what is saved is all there is."""

from pathlib import Path

import pytest
import torch
from jobs import job, stop_at

from laurel_trainer.failures import BadParameters, NotANumber, Preempted
from laurel_trainer.torch import Training, join

ROWS = 130


def trained(folder: Path, stops: list[int], epochs: int = 4) -> dict:
    """The weights after an attempt per stop and one to the end."""
    for stop in [*stops, None]:
        one = job(folder)
        if stop is not None:
            stop_at(one, stop)
        try:
            return _attempt(one, epochs)
        except Preempted:
            continue
    raise AssertionError("the last attempt was interrupted too")


def _attempt(one, epochs: int) -> dict:
    join(one)
    features = torch.randn(ROWS, 5, generator=torch.Generator().manual_seed(1))
    target = (features.sum(dim=1, keepdim=True) > 0).float()
    network = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.Dropout(0.3), torch.nn.Linear(8, 1))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    rate = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
    training = Training(one, network, optimizer, rows=ROWS, batch=32, epochs=epochs, others={"rate": rate})
    for rows in training:
        loss = torch.nn.functional.binary_cross_entropy_with_logits(training.model(features[rows]), target[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rate.step()
        training.step_done(loss)
    training.end()
    return network.state_dict()


def test_an_interrupted_training_ends_with_the_same_weights(tmp_path: Path) -> None:
    calm = trained(tmp_path / "calm", [])
    stopped = trained(tmp_path / "stopped", [2, 3, 7, 10, 14])
    assert all(torch.equal(calm[name], stopped[name]) for name in calm)


def test_every_epoch_visits_each_row_at_most_once_in_an_order_of_its_own(tmp_path: Path) -> None:
    one = job(tmp_path)
    network = torch.nn.Linear(1, 1)
    training = Training(one, network, torch.optim.SGD(network.parameters(), lr=0.1), rows=ROWS, batch=32, epochs=2)
    steps = []
    for rows in training:
        steps.append(rows)
        training.step += 1
    first, second = torch.cat(steps[:4]), torch.cat(steps[4:])
    assert len(steps) == 8
    assert len(set(first.tolist())) == len(set(second.tolist())) == 128
    assert first.tolist() != second.tolist()


def test_a_loss_that_is_no_number_names_the_step(tmp_path: Path) -> None:
    network = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    training = Training(job(tmp_path), network, optimizer, rows=8, batch=4, epochs=1)
    with pytest.raises(NotANumber, match="loss is nan at step 1"):
        training.step_done(torch.tensor(float("nan")))


def test_a_checkpoint_of_another_batch_size_is_refused(tmp_path: Path) -> None:
    trained(tmp_path, [])
    network = torch.nn.Linear(5, 1)
    with pytest.raises(BadParameters, match="batches of 32"):
        Training(job(tmp_path), network, torch.optim.Adam(network.parameters()), rows=ROWS, batch=16, epochs=1)
