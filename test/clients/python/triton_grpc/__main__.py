"""Runs the cases of ``tritonclient.grpc``."""

from triton_grpc import descriptions, refusals, streams, suite, values

# Importing them adds their cases.
__all__ = ["descriptions", "refusals", "streams", "values"]

suite.run()
