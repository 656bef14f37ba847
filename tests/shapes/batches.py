"""Cases of one policy on either engine: as they stand on the reference, together as data sets on the other.

A statement costs about a second to build, so cases that have the day and the columns in common are written
as one data set of several shops. Each case is a shop of its own, and ids are unique among the cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from shopscore.errors import has_errors
from shopscore.events.cases import Case, open_case
from shopscore.events.dataset import DataSet
from shopscore.events.opening import open_dataset
from shopscore.events.rows import Events, Row, Supply
from shopscore.events.tables import catalog
from shopscore.policy import Policy
from shopscore.scorecard import Scorecard
from shopscore.testing.case_data import write_case
from shopscore.testing.case_files import case_files

ENGINES = ("reference", "duckdb")


@dataclass(frozen=True, slots=True)
class Written:
    """A case and the file it stands in."""

    path: Path
    case: Case


def read_cases(policy: Policy, folder: Path) -> tuple[Written, ...]:
    """Return the cases below a bundle's folder; one that cannot be read is our mistake."""
    found = []
    for path in case_files(folder):
        file, findings = open_case(path)
        assert file is not None and not has_errors(findings), [str(each) for each in findings]
        case, findings = file.read(policy.tables, policy.zone)
        assert case is not None and not findings, [str(each) for each in findings]
        assert case.as_of is not None and case.expect is not None, f"{path}: needs as_of: and expect:"
        found.append(Written(path, case))
    return tuple(found)


def scorecards(
    policy: Policy, cases: Sequence[Written], engine: str, folder: Path
) -> Iterator[tuple[Written, Scorecard]]:
    """Yield each case with its scorecard; data sets are written below a new folder."""
    if engine == "reference":
        for each in cases:
            yield each, policy.evaluate(each.case)
        return
    for number, batch in enumerate(_batches(cases)):
        place = folder / str(number)
        place.mkdir(parents=True)
        yield from _together(policy, batch, engine, place)


def _together(
    policy: Policy, batch: Sequence[Written], engine: str, folder: Path
) -> Iterator[tuple[Written, Scorecard]]:
    by_shop = {each.case.events.subject: each for each in batch}
    assert len(by_shop) == len(batch), f"one shop twice in {[str(each.path) for each in batch]}"
    with open_together(policy, [each.case for each in batch], folder) as data:
        cards = list(policy.scorecards(data, _day(batch[0]), engine=engine))
    assert [card["subject"]["id"] for card in cards] == sorted(by_shop)
    for card in cards:
        yield by_shop[card["subject"]["id"]], card


@contextmanager
def open_together(policy: Policy, cases: Sequence[Case], folder: Path) -> Iterator[DataSet]:
    """Open cases as one data set below an empty folder; each is a shop, and all supply the same."""
    tables = policy.tables
    write_case(replace(cases[0], events=_joined([each.events for each in cases])), tables, folder)
    with open_dataset(folder, zone=policy.zone, subject=policy.bundle.subject, tables=tables) as data:
        yield data


def storing(case: Case, stored: Sequence[Row]) -> Case:
    """Return a case with rows of shop_states added; one that was supplied for the same day wins."""
    if not stored:
        return case
    events = case.events
    given = events.tables["shop_states"]
    taken = {(row["item"], row["as_of_on"]) for row in given}
    rows = (*given, *(row for row in stored if (row["item"], row["as_of_on"]) not in taken))
    columns = frozenset(catalog()["shop_states"].columns)
    supply = Supply({**events.supply.tables, "shop_states": columns}, events.supply.empty - {"shop_states"})
    return replace(case, events=replace(events, tables={**events.tables, "shop_states": rows}, supply=supply))


def _batches(cases: Sequence[Written]) -> list[list[Written]]:
    """Group cases by what a run has in common: the day, and what was supplied."""
    found: dict[object, list[Written]] = {}
    for each in cases:
        supply = each.case.events.supply
        # Benchmarks by category are meant for all shops of a data set, so such a case stays alone.
        alone = each.path if "supplied_benchmarks" in supply.tables else None
        key = _day(each), frozenset(supply.tables.items()), supply.empty, alone
        found.setdefault(key, []).append(each)
    return list(found.values())


def _joined(events: Sequence[Events]) -> Events:
    tables: dict[str, tuple[Row, ...]] = {
        name: tuple(row for each in events for row in each.tables[name]) for name in events[0].tables
    }
    return replace(events[0], tables=tables)


def _day(written: Written) -> date:
    assert written.case.as_of is not None
    return written.case.as_of
