"""The public API: policies by name, scorecards from cases and data sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from shopscore.bundle.catalog import Catalog
from shopscore.bundle.model import Bundle
from shopscore.engines.bind import bind
from shopscore.engines.contract import Binding
from shopscore.engines.reference.engine import Result, evaluate
from shopscore.errors import Finding, FindingsError, UsageError, has_errors, near_match
from shopscore.events.cases import Case
from shopscore.events.time import Zone
from shopscore.hooks import Plugins, installed
from shopscore.plan.build import build_plan
from shopscore.plan.layout import Note
from shopscore.plan.model import Plan
from shopscore.resources import data_root
from shopscore.scorecard import Scorecard

if TYPE_CHECKING:
    import pyarrow as pa

    from shopscore.events.dataset import DataSet

ENGINES = ("duckdb", "reference")


@dataclass(frozen=True, slots=True)
class Policy:
    """One loaded version of a programme, ready to evaluate."""

    bundle: Bundle
    plan: Plan
    findings: tuple[Finding, ...]
    """Warnings of the bundle; errors never get this far."""

    @property
    def name(self) -> str:
        """Return `id@version`."""
        return self.bundle.name

    @property
    def zone(self) -> Zone:
        """Return the zone whose days the policy counts in."""
        return Zone(self.bundle.timezone)

    def bind_case(
        self,
        case: Case,
        *,
        as_of: date | None = None,
        category: str | None = None,
        notes: Iterable[Note] = (),
    ) -> Binding:
        """Return a run on one case; `as_of` wins over the case's own day."""
        day = as_of or case.as_of
        if day is None:
            raise UsageError(
                f"{case.name}: no day to evaluate as of; write as_of: in the case or give --as-of"
            )
        return bind(self.plan, day, case.events.supply, category=category, notes=(*case.notes, *notes))

    def evaluate(self, case: Case, *, as_of: date | None = None, category: str | None = None) -> Scorecard:
        """Return the scorecard of one case."""
        return self.run(case, as_of=as_of, category=category).scorecard

    def run(self, case: Case, *, as_of: date | None = None, category: str | None = None) -> Result:
        """Return the scorecard of one case and every cell behind it."""
        return evaluate(self.bind_case(case, as_of=as_of, category=category), case.events)

    def bind_data(
        self, data: DataSet, as_of: date, *, category: str | None = None, notes: Iterable[Note] = ()
    ) -> Binding:
        """Return a run on a data set."""
        return bind(self.plan, as_of, data.supply, category=category, notes=(*data.notes(as_of), *notes))

    def score(
        self, data: DataSet, as_of: date, *, engine: str = "duckdb", category: str | None = None
    ) -> pa.RecordBatchReader:
        """Return a scorecard for every subject of a data set, as nested Arrow batches by subject id."""
        binding = self.bind_data(data, as_of, category=category)
        if engine == "duckdb":
            from shopscore.engines.duckdb import DuckDbEngine

            return DuckDbEngine().score(binding, data)
        if engine == "reference":
            from shopscore.engines.reference.table import to_batches

            return to_batches(binding, data)
        raise _unknown_engine(engine)

    def scorecards(
        self, data: DataSet, as_of: date, *, engine: str = "duckdb", category: str | None = None
    ) -> Iterator[Scorecard]:
        """Yield a scorecard for every subject of a data set, by subject id."""
        binding = self.bind_data(data, as_of, category=category)
        if engine == "duckdb":
            from shopscore.engines.duckdb import DuckDbEngine

            yield from DuckDbEngine().scorecards(binding, data)
        elif engine == "reference":
            from shopscore.engines.reference.table import scorecards

            yield from scorecards(binding, data)
        else:
            raise _unknown_engine(engine)


class Workspace:
    """Policy folders and plugins, looked at only as far as a request needs."""

    def __init__(self, policies: Sequence[Path] = (), plugins: Plugins | None = None) -> None:
        self._extra = tuple(policies)
        self._plugins = plugins

    @cached_property
    def plugins(self) -> Plugins:
        """Return the plugins in use."""
        return self._plugins if self._plugins is not None else installed()

    @cached_property
    def catalog(self) -> Catalog:
        """Return the bundles that can be found: given folders first, then ours, then plugins'."""
        roots = (*self._extra, Path(str(data_root() / "policies")), *self.plugins.policies)
        return Catalog(roots, self.plugins.versions)

    def policy(self, name: str) -> Policy:
        """Return a policy by `id@version` or by its folder.

        Raises UsageError for an unknown one and FindingsError with everything wrong in it.
        """
        return self._ready(*self.check(name))

    def in_force(self, market: str, as_of: date) -> Policy:
        """Return the main program of a market on a day."""
        return self.policy(self.catalog.in_force(market, as_of))

    def check(self, name: str) -> tuple[Bundle | None, Plan | None, tuple[Finding, ...]]:
        """Return a bundle and its plan as far as they can be made, and all findings."""
        loaded = self.catalog.load(name)
        if loaded.bundle is None or has_errors(loaded.findings) or loaded.bundle.abstract:
            return loaded.bundle, None, loaded.findings
        planned = build_plan(loaded.bundle, self.plugins)
        return loaded.bundle, planned.plan, (*loaded.findings, *planned.findings)

    @staticmethod
    def _ready(bundle: Bundle | None, plan: Plan | None, findings: tuple[Finding, ...]) -> Policy:
        if has_errors(findings):
            raise FindingsError(findings)
        if bundle is not None and bundle.abstract:
            raise UsageError(f"{bundle.name} is abstract: it only serves bundles that extend it")
        assert bundle is not None and plan is not None
        return Policy(bundle, plan, findings)


def load(name: str, policies: Sequence[Path | str] = ()) -> Policy:
    """Return a policy by `id@version` or by its folder.

    >>> load("us-sps@2026.06").name
    'us-sps@2026.06'
    """
    return Workspace([Path(each) for each in policies]).policy(name)


def _unknown_engine(engine: str) -> UsageError:
    return UsageError(
        f"no engine is called {engine!r}{near_match(engine, ENGINES)} (known: {', '.join(ENGINES)})"
    )
