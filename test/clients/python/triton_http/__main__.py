"""Runs the cases of ``tritonclient.http``."""

from triton_http import descriptions, refusals, requests, suite, values

# Importing them adds their cases.
__all__ = ["descriptions", "refusals", "requests", "values"]

suite.run()
