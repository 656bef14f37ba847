"""The first bundle loads, and every value knows what was said of it and where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from shopscore.bundle.catalog import Catalog, Loaded
from shopscore.bundle.model import Bundle, Decay, Formula, RelatedFact, Schedule, Window
from shopscore.errors import Mark
from shopscore.formula.tree import Type

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "policies/us-sps/2026.06"


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return Catalog([ROOT / "policies"]).load("us-sps@2026.06")


@pytest.fixture(scope="module")
def bundle(loaded: Loaded) -> Bundle:
    assert loaded.findings == ()
    assert loaded.bundle is not None
    return loaded.bundle


def place(file: str, text: str, column_of: str = "") -> Mark:
    """Return where a line that holds a text stands in a file of the bundle."""
    path = FOLDER / file
    lines = path.read_text(encoding="utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if text in line]
    return Mark(str(path), number, lines[number - 1].index(column_of or text) + 1)


def test_it_says_who_it_is(bundle: Bundle) -> None:
    """Identity and effective range come from bundle.yaml."""
    assert bundle.name == "us-sps@2026.06"
    assert (bundle.program, bundle.market, bundle.subject) == ("main", "US", "shop")
    assert bundle.timezone == "America/Los_Angeles"
    assert (bundle.effective_from, bundle.effective_until) == (date(2026, 6, 22), date(2026, 7, 20))
    assert (bundle.abstract, bundle.preview, bundle.parent) == (False, False, "shop-vocabulary@1")


def test_a_metric_is_read_whole(bundle: Bundle) -> None:
    """Kind, population, window and decay of the first metric."""
    metric = bundle.metrics["negative_review_rate"]
    assert (metric.kind, metric.population, metric.better, metric.unit) == (
        "share_of",
        "delivered_orders",
        "lower",
        None,
    )
    condition = "first_review_stars <= 2"
    assert metric.where == Formula(condition, place("metrics.yaml", condition))
    assert metric.window == Window("days", 60, 0, metric.window.mark if metric.window else metric.mark)
    assert metric.decay is not None
    assert metric.decay == Decay(Decimal("0.7"), 15, metric.decay.mark)
    assert metric.mark == place("metrics.yaml", "  negative_review_rate:", "negative_review_rate")


def test_a_ratio_has_two_populations(bundle: Bundle) -> None:
    """Numerator and denominator need not nest."""
    metric = bundle.metrics["seller_fault_cancellation_rate"]
    assert (metric.kind, metric.population, metric.denominator) == (
        "ratio",
        "seller_cancelled_orders",
        "live_orders",
    )


def test_facts_are_formulas_or_read_from_child_rows(bundle: Bundle) -> None:
    """The first review that is no edit, by posting time."""
    fact = bundle.facts["orders"]["first_review_stars"]
    assert isinstance(fact, RelatedFact)
    assert (fact.how, fact.of, fact.column, fact.order_by) == ("first", "reviews", "stars", "posted_at")
    assert fact.where is not None and fact.where.text == "not is_edit"


def test_a_supplied_metric_says_its_unit(bundle: Bundle) -> None:
    """It is never computed."""
    metric = bundle.metrics["valid_tracking_rate"]
    assert (metric.kind, metric.unit) == ("supplied", Type.SHARE)
    assert metric.population is None and metric.window is None


def test_curves_are_doubles_of_what_is_written(bundle: Bundle) -> None:
    """40 % is 0.4, 1.2 % is 0.012, and each knot knows its line."""
    assert bundle.score is not None
    curve = bundle.score.benchmarks["negative_review_rate"]
    knots = [(knot.at, knot.points) for knot in curve.curve]
    assert knots == [(1.0, 0.0), (0.4, 1.0), (0.012, 4.0), (0.0, 5.0)]
    assert (curve.average, curve.written_unit) == (0.02, Type.SHARE)
    assert curve.curve[2].mark == place("score.yaml", "{at: 1.2 %", "{at")
    hours = bundle.score.benchmarks["after_sales_handling_hours"]
    assert [knot.at for knot in hours.curve] == [240.0, 96.0, 26.5, 0.0]
    assert hours.written_unit is Type.HOURS


def test_weights_are_millionths(bundle: Bundle) -> None:
    """A weight of 1 is a million."""
    assert bundle.score is not None
    dimension = bundle.score.dimensions["customer_service"]
    assert (dimension.weight, dimension.combine) == (1_000_000, "mean")
    weights = {"im_dissatisfaction_rate": 1_000_000, "after_sales_handling_hours": 1_000_000}
    assert dimension.metrics == weights


def test_items_keep_their_kinds_and_days(bundle: Bundle) -> None:
    """Benefits, gates, badges and ladders in this order."""
    assert list(bundle.items)[-2:] == ["settlement_days", "visibility_boost"]
    crm = bundle.items["crm"]
    assert (crm.kind, crm.unscored, crm.schedule) == ("benefit", "locked", Schedule("daily"))
    assert crm.freeze is not None and crm.freeze.text == "score < 3.5"
    assert bundle.items["gold_star_seller"].schedule == Schedule("monthly", 1)
    boost = bundle.items["visibility_boost"]
    assert [step.value for step in boost.steps] == [0.1, 0.2, 0.3]
    assert (boost.unit, boost.default) == (Type.SHARE, 0.0)


def test_marks_know_their_path_and_place(bundle: Bundle) -> None:
    """What a map says, what a knot says, what a single value says."""
    marks = {mark.path: mark for mark in bundle.provenance}
    assert marks["metrics.negative_review_rate"].source == "us-guide-2026"
    assert marks["score.benchmarks.negative_review_rate.curve[1]"].source == "us-guide-2026"
    assert marks["score.benchmarks.negative_review_rate.curve[0]"].assumed == "nothing published"
    zone = marks["timezone"]
    assert (zone.source, zone.assumed) == (None, "no page names the clock of the daily assessment")
    assert zone.mark == place("bundle.yaml", "timezone:", "no page names")
    assert marks["score.floors.low-volume-chats"].source == "us-guide-2026"


def test_every_number_has_the_nearest_mark(bundle: Bundle) -> None:
    """A number's origin is the mark around it; a nearer one wins."""
    origins = bundle.origins
    assert origins["metrics.negative_review_rate.window.days"].path == "metrics.negative_review_rate"
    assert origins["score.benchmarks.negative_review_rate.curve[1].points"].source == "us-guide-2026"
    average = origins["score.benchmarks.negative_review_rate.average"]
    assert average.assumed is not None and average.path == "score.benchmarks.negative_review_rate.average"
    assert origins["benefits.crm.grant"].source == "us-guide-2026"
    assert origins["score.scale[0]"].path == "score"


def test_conflicts_and_targets_are_read(bundle: Bundle) -> None:
    """They name what they are about."""
    affiliate = next(each for each in bundle.conflicts if each.id == "affiliate-line")
    assert affiliate.about == ("benefits.affiliate_marketing", "benefits.campaigns")
    assert [(each.metric, each.op, each.value) for each in bundle.targets][:2] == [
        ("late_dispatch_rate", "at_most", 0.04),
        ("service_cancellation_rate", "at_most", 0.025),
    ]
