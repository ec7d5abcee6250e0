"""Chooses parameters of Laurel's trials with Optuna."""
