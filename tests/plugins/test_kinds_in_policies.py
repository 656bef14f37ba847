"""The built-in kinds inside a policy: values, counts and states, and what is wrong said at its place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from shopscore import Workspace
from shopscore.errors import UsageError
from shopscore.events.cases import open_case_text
from shopscore.events.tables import catalog
from shopscore.hooks import Loaded, collect
from shopscore.hookspecs import Fraction, MetricKind
from shopscore_plugins import metric_kinds

FOLDER = Path(__file__).parent / "policies" / "kinds" / "1"
PLUGINS = collect([Loaded("metric_kinds", "0.1.0", metric_kinds)])
NOON = datetime(2026, 3, 1, 20, tzinfo=UTC)  # 12:00 in Los Angeles, before the clocks change on 8 March


def scorecard(orders: Iterable[dict[str, Any]] | None) -> Any:
    case = {"as_of": "2026-03-31", "shop": {"shop_id": "S1"}}
    if orders is not None:
        case["orders"] = [{"order_id": str(place), **order} for place, order in enumerate(orders)]
    opened, _ = open_case_text(json.dumps(case), "case.json")
    assert opened is not None
    policy = Workspace([FOLDER.parents[1]], PLUGINS).policy("kinds@1")
    read, findings = opened.read(catalog("shop"), policy.zone)
    assert read is not None, findings
    return policy.evaluate(read)


def at(day: int, hours: float = 0) -> str:
    """Return noon of a day in March, or so many hours later, by the clock of Los Angeles."""
    summer = timedelta(hours=day >= 8)
    return (NOON + timedelta(days=day - 1, hours=hours) - summer).isoformat()


def numbers(metric: Any) -> tuple[Any, ...]:
    fields = ("state", "value", "numerator", "denominator", "numerator_count", "denominator_count")
    return tuple(metric[field] for field in fields)


def test_percentile_of_reads_hours_of_known_values() -> None:
    hours = [30, 3, 12, 7, 48, 5, 26, 9, 41, 2, 18]
    dispatched = [{"placed_at": at(2), "paid_at": at(2), "dispatched_at": at(2, each)} for each in hours]
    unpaid = [{"placed_at": at(2), "dispatched_at": at(3)}]
    # 11 known values: rank ceil(9.9) = 10 of 2 3 5 7 9 12 18 26 30 41 48
    metric = scorecard(dispatched + unpaid)["metrics"]["dispatch_hours_p90"]
    assert numbers(metric) == ("computed", 41.0, 41.0, 1.0, 11, 11)


def test_percentile_of_leaves_rows_out_that_do_not_meet_where() -> None:
    amounts = [{"placed_at": at(2), "amount": each} for each in (40, 10.25, 30, 20.5)]
    others = [{"placed_at": at(2), "amount": 5, "is_sample": True}, {"placed_at": at(2)}]
    # lower median of 10.25 20.5 30 40; a value without a unit is carried in millionths
    metric = scorecard(amounts + others)["metrics"]["median_amount"]
    assert numbers(metric) == ("computed", 20.5, 20.5, 1.0, 4, 4)


def test_percentile_of_nothing_is_no_data() -> None:
    metric = scorecard([{"placed_at": at(2), "amount": None}])["metrics"]["median_amount"]
    assert numbers(metric) == ("no_data", None, 0.0, 0.0, 0, 0)


def test_peak_of_counts_by_local_days_across_the_change_of_clocks() -> None:
    by_seller = [{"placed_at": at(day), "cancel_fault": "seller"} for day in (3, 3, 8)]
    # 9 March 23:30 in Los Angeles is 10 March in UTC; 10 March is the eighth day from the 3rd
    by_seller += [
        {"placed_at": at(9, 11.5), "cancel_fault": "seller"},
        {"placed_at": at(10), "cancel_fault": "seller"},
    ]
    others = [{"placed_at": at(5), "cancel_fault": "buyer"}, {"placed_at": at(6)}]
    metric = scorecard(by_seller + others)["metrics"]["busiest_week"]
    assert numbers(metric) == ("computed", 4.0, 4.0, 1.0, 4, 7)


def test_peak_of_knows_only_the_days_of_its_window() -> None:
    before = {"placed_at": (NOON - timedelta(days=1)).isoformat(), "cancel_fault": "seller"}
    inside = {"placed_at": at(1), "cancel_fault": "seller"}
    metric = scorecard([before, inside])["metrics"]["busiest_week"]
    assert numbers(metric) == ("computed", 1.0, 1.0, 1.0, 1, 1)


def test_peak_of_an_empty_table_is_zero_and_of_none_unknown() -> None:
    assert numbers(scorecard([])["metrics"]["busiest_week"]) == ("computed", 0.0, 0.0, 1.0, 0, 0)
    assert numbers(scorecard(None)["metrics"]["busiest_week"]) == ("not_supplied", *[None] * 5)


def test_a_gate_reads_both_kinds() -> None:
    slow = [
        {"placed_at": at(2), "paid_at": at(2), "dispatched_at": at(2, 27), "cancel_fault": "seller"}
        for _ in range(3)
    ]
    assert scorecard(slow)["benefits"]["order_cap"]["state"] == "granted"
    assert scorecard(slow[:2])["benefits"]["order_cap"]["state"] == "locked"


P90, MEDIAN, WEEK = "dispatch_hours_p90", "median_amount", "busiest_week"


@pytest.mark.parametrize(
    ("before", "after", "where", "expected"),
    [
        (
            "with: {share: 90 %}",
            "with: {shar: 90 %}",
            P90,
            [
                "P106 error percentile_of takes no 'shar'; did you mean 'share'? (it takes: share)",
                "P106 error percentile_of: 'share' is a required property",
            ],
        ),
        (
            "with: {share: 90 %}",
            "with: {share: 90}",
            P90,
            ["P106 error percentile_of: share: 90 is greater than the maximum of 1"],
        ),
        (
            "with: {days: 7}",
            "with: {days: 0}",
            WEEK,
            ["P106 error peak_of: days: 0 is less than the minimum of 1"],
        ),
        (
            '    value: "amount"\n',
            "",
            MEDIAN,
            ["P107 error percentile_of needs `value:`, a formula over the row"],
        ),
        (
            "    with: {days: 7}",
            '    value: "amount"\n    with: {days: 7}',
            WEEK,
            ["P107 error peak_of takes no `value:`"],
        ),
        (
            "    with: {days: 7}",
            "    unit: share\n    with: {days: 7}",
            WEEK,
            ["P104 error peak_of gives a count; leave the unit out"],
        ),
        (
            "kind: peak_of",
            "kind: peek_of",
            WEEK,
            [
                "P103 error no metric kind is called 'peek_of'; did you mean 'peak_of'? (known: count_of, "
                "distinct_of, formula, mean_of, peak_of, percentile_of, ratio, share_of, sum_of, supplied)"
            ],
        ),
    ],
    ids=["misspelt", "percent", "zero", "no-value", "value", "unit", "unknown-kind"],
)
def test_what_is_wrong_is_said_at_the_metric(
    before: str, after: str, where: str, expected: list[str], tmp_path: Path
) -> None:
    folder = changed(tmp_path, before, after)
    lines = (folder / "bundle.yaml").read_text().splitlines()
    place = f"{folder / 'bundle.yaml'}:{lines.index(f'  {where}:') + 1}:3"
    _, _, findings = Workspace([tmp_path], PLUGINS).check("kinds@1")
    # the gate that reads the metric has its own finding
    found = [str(finding) for finding in findings if str(finding.where) == place]
    assert found == [f"{place}: {message}" for message in expected]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (">=0.1, <1", None),
        ("*", None),
        (">=0.2", "the bundle needs plugin 'metric_kinds' >=0.2, but 0.1.0 is installed"),
        ("==1.*", "the bundle needs plugin 'metric_kinds' ==1.*, but 0.1.0 is installed"),
    ],
)
def test_a_plugin_must_be_there_in_the_version_the_bundle_names(
    condition: str, expected: str | None, tmp_path: Path
) -> None:
    folder = changed(tmp_path, '{metric_kinds: ">=0.1"}', f'{{metric_kinds: "{condition}"}}')
    _, _, findings = Workspace([tmp_path], PLUGINS).check("kinds@1")
    assert [str(finding) for finding in findings] == (
        [f"{folder / 'bundle.yaml'}:1:1: P109 error {expected}"] if expected else []
    )


def test_a_plugin_that_is_not_installed_is_named(tmp_path: Path) -> None:
    folder = changed(tmp_path, '{metric_kinds: ">=0.1"}', '{metric_kinds: ">=0.1", metric_kind: "*"}')
    _, _, findings = Workspace([tmp_path], PLUGINS).check("kinds@1")
    assert [str(finding) for finding in findings] == [
        f"{folder / 'bundle.yaml'}:1:1: P109 error the bundle needs plugin 'metric_kind' *, "
        "which is not installed; did you mean 'metric_kinds'?"
    ]


def test_a_bundle_names_the_plugins_it_uses(tmp_path: Path) -> None:
    folder = changed(tmp_path, 'plugins: {metric_kinds: ">=0.1"}\n', "")
    _, _, findings = Workspace([tmp_path], PLUGINS).check("kinds@1")
    lines = (folder / "bundle.yaml").read_text().splitlines()
    assert [str(finding) for finding in findings] == [
        f"{folder / 'bundle.yaml'}:{lines.index(f'  {metric}:') + 1}:3: P109 error the metric kind {kind!r} "
        "comes from plugin 'metric_kinds'; name it in the bundle: plugins: {metric_kinds: \">=0.1.0\"}"
        for metric, kind in ((P90, "percentile_of"), (MEDIAN, "percentile_of"), (WEEK, "peak_of"))
    ]


def test_the_digest_takes_in_the_versions_of_the_plugins_a_bundle_names() -> None:
    def digest(*plugins: Loaded) -> str:
        return Workspace([FOLDER.parents[1]], collect(plugins)).policy("kinds@1").bundle.digest

    mine, newer = (Loaded("metric_kinds", version, metric_kinds) for version in ("0.1.0", "0.1.1"))
    other = ModuleType("other")
    other.shopscore_policies = metric_kinds.hookimpl(lambda: [])  # type: ignore[attr-defined]
    assert digest(mine) != digest(newer)
    assert digest(mine) == digest(mine, Loaded("other", "7.0", other))


def test_a_kind_whose_schema_is_none_is_its_plugins_fault() -> None:
    class plugin:
        @staticmethod
        @metric_kinds.hookimpl
        def shopscore_metric_kinds() -> list[MetricKind]:
            return [
                MetricKind(
                    name,
                    "A kind.",
                    lambda rows, parameters: Fraction(0, 0, 0, 0),
                    parameters={"type": "whole"},
                    takes_value=True,
                )
                for name in ("percentile_of", "peak_of")
            ]

    with pytest.raises(UsageError) as error:
        Workspace([FOLDER.parents[1]], collect([Loaded("metric_kinds", "0.1", plugin)])).check("kinds@1")
    assert str(error.value) == (
        "the parameters of percentile_of are no JSON Schema: "
        "'whole' is not valid under any of the given schemas"
    )


def changed(folder: Path, before: str, after: str) -> Path:
    """Return a copy of the bundle with one text replaced."""
    copy = folder / "kinds" / "1"
    shutil.copytree(FOLDER, copy)
    text = (copy / "bundle.yaml").read_text()
    assert text.count(before) == 1
    (copy / "bundle.yaml").write_text(text.replace(before, after))
    return copy
