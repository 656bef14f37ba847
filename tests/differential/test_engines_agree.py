"""Both engines give identical scorecards, for generated policies on generated data sets."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

from shopscore.policy import Policy
from shopscore.engines.arrow import from_row
from shopscore.engines.contract import Binding
from shopscore.engines.duckdb import DuckDbEngine, metadata
from shopscore.engines.reference.engine import evaluate
from shopscore.events.dataset import DataSet

from tests.differential.bits import difference
from tests.differential.properties import HEAVY, QUICK, Effort, hold
from tests.differential.running import events_of, load, opened, write
from tests.differential.worlds import World

EFFORTS = pytest.mark.parametrize(
    "effort", [pytest.param(QUICK, id="quick"), pytest.param(HEAVY, id="heavy", marks=pytest.mark.heavy)]
)
