"""Every policy we ship: nothing to complain of, and every case as worked out by hand, on both engines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.shapes.batches import Written, read_cases

from shopscore.api import Workspace
from shopscore.checks.lint import lint_bundle, lint_catalog
from shopscore.events.opening import open_dataset
from shopscore.events.rows import Events, Row, Supply
from shopscore.events.tables import Kind, Table
from shopscore.formula.tree import Value
from shopscore.policy import Policy
from shopscore.scorecard import Scorecard
from shopscore.testing import check_expectations
from shopscore.testing.case_data import write_case
from shopscore.testing.case_files import case_files
from shopscore.testing.run import differences

POLICIES = Path(__file__).parents[2] / "policies"
BUNDLES = sorted("@".join(path.parent.parts[-2:]) for path in POLICIES.glob("*/*/bundle.yaml"))
COMMON = 6
"""Cases a batch has at least to be part of every test run."""


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace([POLICIES])


@cache
def cases_of(name: str) -> tuple[Written, ...]:
    """Return a bundle's cases; an abstract one has none."""
    workspace = Workspace([POLICIES])
    bundle, _, _ = workspace.check(name)
    if bundle is not None and bundle.abstract:
        return ()
    return read_cases(workspace.policy(name), POLICIES.joinpath(*name.split("@")))


@pytest.mark.parametrize("name", BUNDLES)
def test_there_is_nothing_to_complain_of(name: str, workspace: Workspace) -> None:
    bundle, plan, findings = workspace.check(name)
    assert [str(each) for each in lint_bundle(bundle, plan, findings, workspace.plugins)] == []


def test_no_two_versions_are_in_force_at_once(workspace: Workspace) -> None:
    assert [str(each) for each in lint_catalog(workspace.catalog)] == []


@pytest.mark.parametrize("name", BUNDLES)
def test_cases_come_out_as_worked_out_by_hand(name: str, workspace: Workspace) -> None:
    wrong = []
    for each in cases_of(name):
        assert each.case.expect is not None
        card = workspace.policy(name).evaluate(each.case)
        wrong += [str(found) for found in check_expectations(each.case.expect, card)]
    assert wrong == []


@pytest.mark.parametrize("name", BUNDLES)
def test_every_case_says_where_its_numbers_come_from(name: str, workspace: Workspace) -> None:
    bundle, _, _ = workspace.check(name)
    if bundle is None or not bundle.abstract:
        assert case_files(POLICIES.joinpath(*name.split("@"))), "a policy without a case is not tested"
    assert [each.path.name for each in cases_of(name) if not each.case.note.strip()] == []


@pytest.mark.parametrize("are_common", [True, pytest.param(False, marks=pytest.mark.heavy)])
@pytest.mark.parametrize("name", BUNDLES)
def test_cases_come_out_alike_on_duckdb(
    name: str, are_common: bool, workspace: Workspace, tmp_path: Path
) -> None:
    """Every field of every scorecard, but for the warnings of the run, which are worded for a data set.

    A batch of one case takes as long as one of eighty, so those of few are a run of their own.
    """
    if not cases_of(name):
        pytest.skip("an abstract bundle has no cases")
    policy = workspace.policy(name)
    own_warnings = {each.id for each in policy.plan.warnings}
    wrong = []
    batches = _batches(policy, cases_of(name))
    for number, batch in enumerate(each for each in batches if (len(each) >= COMMON) is are_common):
        place = tmp_path / str(number)
        place.mkdir()
        for each, card in zip(batch, _together(policy, batch, place), strict=True):
            one = _comparable(policy.evaluate(each.case), each.case.events.subject, own_warnings)
            other = _comparable(card, each.case.events.subject, own_warnings)
            wrong += [f"{each.path.name}: {found}" for found in differences(one, other)]
    assert wrong == []


def _batches(policy: Policy, cases: Sequence[Written]) -> list[list[Written]]:
    """Group cases that one data set can hold: same day, and the same metrics supplied.

    A statement takes seconds to build, a further shop next to nothing.
    """
    needed = {pair for metric in policy.plan.metrics for pair in metric.needs}
    needed |= policy.plan.category.needs if policy.plan.category else frozenset()
    needed |= {(table, "") for table in ("shop_states", "supplied_metrics", "point_events", "appeals")}
    needed |= {pair for ledger in policy.plan.ledgers for pair in ledger.needs}
    found: dict[object, list[Written]] = {}
    for each in cases:
        there = frozenset(pair for pair in needed if each.case.events.supply.has(*pair))
        # Benchmarks by category are for all shops of a data set, so such a case stays alone.
        benchmarks = each.case.events.tables["supplied_benchmarks"]
        alone = any(row["category"] is not None for row in benchmarks)
        found.setdefault((each.case.as_of, there, each.path if alone else None), []).append(each)
    return list(found.values())


def _together(policy: Policy, batch: Sequence[Written], folder: Path) -> Iterator[Scorecard]:
    """Yield the scorecards of a batch's cases, in order, from one data set with a shop for each."""
    tables = policy.tables
    names = [f"{number:04}" for number in range(len(batch))]
    events = [_renamed(each.case.events, name, tables) for each, name in zip(batch, names, strict=True)]
    write_case(replace(batch[0].case, events=_joined(events)), tables, folder)
    with open_dataset(folder, zone=policy.zone, subject=policy.bundle.subject, tables=tables) as data:
        assert batch[0].case.as_of is not None
        cards = list(policy.scorecards(data, batch[0].case.as_of, engine="duckdb"))
    assert [card["subject"]["id"] for card in cards] == names
    yield from cards


def _renamed(events: Events, name: str, tables: Mapping[str, Table]) -> Events:
    """Return events whose ids no other case has; ids keep their order among themselves."""
    subject = tables["shops"].key[0]

    def own(table: Table, column: str, value: Value) -> Value:
        if value is None or table.columns[column].kind is not Kind.ID:
            return value
        return name if column == subject else f"{name}/{value}"

    def renamed(table: Table, rows: Sequence[Row]) -> tuple[Row, ...]:
        return tuple({column: own(table, column, value) for column, value in row.items()} for row in rows)

    own_rows = {table: renamed(tables[table], rows) for table, rows in events.tables.items()}
    return replace(events, subject=name, tables=own_rows)


def _joined(events: Sequence[Events]) -> Events:
    tables = {name: tuple(row for each in events for row in each.tables[name]) for name in events[0].tables}
    columns: dict[str, frozenset[str]] = {}
    for each in events:
        for name, supplied in each.supply.tables.items():
            columns[name] = columns.get(name, frozenset()) | supplied
    supply = Supply.of(columns, {name: len(rows) for name, rows in tables.items()})
    return replace(events[0], tables=tables, supply=supply)


def _comparable(card: Scorecard, subject: str, own_warnings: set[str]) -> dict[str, object]:
    warnings = [each for each in card["warnings"] if each["id"] in own_warnings]
    return {**card, "subject": {**card["subject"], "id": subject}, "warnings": warnings}
