"""A generated marketplace: every table of the event model, of any size, the same for the same seed."""

from shopscore_cli.sample.generator import SampleReport, generate
from shopscore_cli.sample.months import Progress

__all__ = ["Progress", "SampleReport", "generate"]
