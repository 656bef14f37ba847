"""Cases whose supplied metrics are a map of what somebody typed; adding a case is adding a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopscore.errors import Finding
from shopscore.events.cases import Case, open_case
from shopscore.events.quantities import Quantity
from shopscore.events.tables import catalog, with_quantities
from shopscore.events.time import Zone
from shopscore.formula.tree import Type

CASES = Path(__file__).parent / "typed_cases"
MODEL = with_quantities(
    catalog(),
    {
        "late": Quantity.of(Type.SHARE, "share_of"),
        "cancelled": Quantity.of(Type.SHARE, "ratio"),
        "hours": Quantity.of(Type.HOURS, "mean_of"),
        "orders": Quantity.of(Type.COUNT, "count_of"),
    },
)


def opened(name: str) -> tuple[Case | None, tuple[Finding, ...]]:
    file, findings = open_case(CASES / name, name)
    assert (findings, file is None) == ((), False)
    assert file is not None
    return file.read(MODEL, Zone("UTC"))


def test_values_become_rows_in_the_metrics_units_each_at_its_place() -> None:
    """A metric that no policy knows stays as written; the policy says so later."""
    case, findings = opened("understood.yaml")
    assert findings == ()
    assert case is not None
    rows = case.events.tables["supplied_metrics"]
    assert [(row["shop_id"], row["metric"], row["value"]) for row in rows] == [
        ("S1", "late", 0.0058),
        ("S1", "cancelled", 0.0058),
        ("S1", "hours", 30.0),
        ("S1", "orders", 412.0),
        ("S1", "nobody_knows", 0.58),
    ]
    places = [str(place) for place in case.events.places["supplied_metrics"]]
    assert places == [f"understood.yaml:{line}:3" for line in range(3, 8)]
    assert case.events.supply.has("supplied_metrics", "value")
    assert not case.events.supply.has("supplied_metrics", "numerator")


@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_what_cannot_be_meant_is_told_at_its_place(path: Path) -> None:
    case, findings = opened(f"{path.stem}.yaml")
    assert [str(each) for each in findings] == path.read_text(encoding="utf-8").splitlines()
    assert case is None
