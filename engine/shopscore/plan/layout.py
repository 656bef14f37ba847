"""The scorecard's layout for one run: which cell fills which field (specification 2.9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shopscore.bundle.model import Label
from shopscore.events.rows import Supply
from shopscore.formula.tree import Type
from shopscore.plan.model import ItemPlan, LedgerPlan, MetricInfo, Plan
from shopscore.plan.names import balance, excluded
from shopscore.plan.names import ledger as ledger_name
from shopscore.plan.windows import days_of
from shopscore.scorecard import SCHEMA_VERSION, Entries, Fixed, Form, Layout, Leaf, Listed, Struct

SUBJECT_CELL = "subject.id"
"""The engine's own name for the subject's id, which is no input of the sheet."""

Note = tuple[str, str]
"""A warning of the whole run: id and text."""


RESTRICTION = Struct(
    (
        ("milestone", Leaf("milestone", Form.TEXT)),
        ("from", Leaf("from", Form.DAY)),
        ("until", Leaf("until", Form.DAY)),
        ("actions", Leaf("actions", Form.TEXTS)),
    )
)
"""An action of a ledger's milestone in force; without an end, until is null."""
EXPIRY = Struct((("on", Leaf("on", Form.DAY)), ("points", Leaf("points", Form.NUMBER))))
"""Points that stop counting, and the first day without them."""


def is_supplied(ledger: LedgerPlan, supply: Supply) -> bool:
    """Tell whether a run has the events of a ledger."""
    return all(supply.has(table, column) for table, column in ledger.needs)


def make_layout(plan: Plan, as_of: int, supply: Supply, notes: Sequence[Note]) -> Struct:
    """Return the layout of every scorecard of a run."""
    bundle = plan.bundle
    fields: list[tuple[str, Layout]] = [
        ("schema_version", Fixed(SCHEMA_VERSION, Form.COUNT)),
        (
            "bundle",
            _struct(id=_fixed(bundle.id), version=_fixed(bundle.version), digest=_fixed(bundle.digest)),
        ),
        ("as_of", Fixed(as_of, Form.DAY)),
        (
            "subject",
            _struct(
                id=Leaf(SUBJECT_CELL, Form.TEXT),
                market=Leaf(f"{bundle.subject}.market", Form.TEXT),
                category=Leaf("category", Form.TEXT),
            ),
        ),
    ]
    scored = bundle.score is not None
    fields += [
        ("state", Leaf("state", Form.TEXT) if scored else Fixed(None, Form.TEXT)),
        ("score", Leaf("score", Form.NUMBER) if scored else Fixed(None, Form.NUMBER)),
        ("band", Leaf("band", Form.TEXT) if scored else Fixed(None, Form.TEXT)),
        (
            "dimensions",
            Struct(
                tuple(
                    (
                        each.id,
                        _struct(
                            points=Leaf(each.id, Form.NUMBER), weight=Leaf(f"{each.id}.weight", Form.NUMBER)
                        ),
                    )
                    for each in plan.dimensions
                )
            ),
        ),
        (
            "metrics",
            Struct(tuple((each.id, _metric(plan, each, as_of)) for each in plan.metric_infos.values())),
        ),
        ("floors", _floors(plan)),
        ("adjustments", _adjustments(plan)),
        (
            "eligibility",
            _struct(
                state=Leaf("eligibility.state", Form.TEXT) if scored else Fixed(None, Form.TEXT),
                reason=Leaf("eligibility.reason", Form.TEXT) if scored else Fixed(None, Form.TEXT),
            ),
        ),
        ("benefits", Struct(tuple((each.id, _item(each)) for each in plan.items))),
        ("ledgers", Struct(tuple((each.id, _ledger(each, supply)) for each in plan.ledgers))),
        ("targets", _targets(plan)),
        (
            "exclusions",
            _entries(
                (None, _struct(id=_fixed(each.id), rows=Leaf(excluded(each.id), Form.COUNT)))
                for each, _ in plan.exclusions
            ),
        ),
        (
            "advisories",
            _entries((each.cell, _noted(each.id, _english(each.text))) for each in plan.advisories),
        ),
        (
            "warnings",
            _entries(
                [
                    *((None, _noted(id_, text)) for id_, text in notes),
                    *((each.cell, _noted(each.id, each.text)) for each in plan.warnings),
                ]
            ),
        ),
        ("assumptions", _entries((None, _said(path, text)) for path, text in _assumptions(plan, supply))),
        ("conflicts", _entries((None, _said(path, text)) for path, text in _conflicts(plan, supply))),
    ]
    return Struct(tuple(fields))


def _fixed(value: str | None) -> Fixed:
    return Fixed(value, Form.TEXT)


def _struct(**fields: Layout) -> Struct:
    return Struct(tuple(fields.items()))


def _entries(entries: Iterable[tuple[str | None, Struct]]) -> Entries:
    found = tuple(entries)
    return Entries(found, found[0][1] if found else Struct((("id", _fixed(None)),)))


def _english(label: Label) -> str:
    return label["en"]


def _noted(id_: str, text: str) -> Struct:
    return _struct(id=_fixed(id_), text=_fixed(text))


def _said(path: str, text: str) -> Struct:
    return _struct(path=_fixed(path), text=_fixed(text))


def _metric(plan: Plan, metric: MetricInfo, as_of: int) -> Struct:
    cells = {cell.name for cell in plan.sheet}
    inputs = {each.name for each in plan.inputs}

    def leaf(name: str, form: Form) -> Layout:
        return Leaf(name, form) if name in cells or name in inputs else Fixed(None, form)

    first, last = days_of(metric.window, as_of) if metric.window else (None, None)
    numbers = ("points", "points_before_floor", "weight", "points_lost")
    return Struct(
        (
            ("state", leaf(f"{metric.id}.state", Form.TEXT)),
            ("value", leaf(f"{metric.id}.value", Form.NUMBER)),
            ("numerator", leaf(f"{metric.id}.numerator", Form.NUMBER)),
            ("denominator", leaf(f"{metric.id}.denominator", Form.NUMBER)),
            ("numerator_count", leaf(f"{metric.id}.numerator_count", Form.COUNT)),
            ("denominator_count", leaf(f"{metric.id}.denominator_count", Form.COUNT)),
            ("window", Struct((("from", Fixed(first, Form.DAY)), ("to", Fixed(last, Form.DAY))))),
            *((each, leaf(f"{metric.id}.{each}", Form.NUMBER)) for each in numbers),
            ("supplied_value", leaf(f"supplied.{metric.id}.value", Form.NUMBER)),
            ("computed_value", leaf(f"{metric.id}.computed_value", Form.NUMBER)),
        )
    )


def _floors(plan: Plan) -> Entries:
    return _entries(
        (
            f"floor.{each.id}.applied",
            _struct(
                id=_fixed(each.id),
                metric=_fixed(each.metric),
                before=Leaf(f"floor.{each.id}.before", Form.NUMBER),
                after=Leaf(f"floor.{each.id}.after", Form.NUMBER),
            ),
        )
        for each in plan.floors
    )


def _adjustments(plan: Plan) -> Entries:
    return _entries(
        (
            f"adjustment.{each.id}.applied",
            _struct(
                id=_fixed(each.id),
                before=Leaf(f"adjustment.{each.id}.before", Form.NUMBER),
                after=Leaf(f"adjustment.{each.id}.after", Form.NUMBER),
            ),
        )
        for each in plan.adjustments
    )


def _item(item: ItemPlan) -> Struct:
    stem = f"item.{item.id}"
    what: tuple[str, Layout] = ("state", Leaf(f"{stem}.state", Form.TEXT))
    if item.kind == "ladder":
        form = Form.FLAG if item.unit is Type.BOOLEAN else Form.NUMBER
        what = ("value", Leaf(f"{stem}.value", form))
    return Struct(
        (
            what,
            ("since", Leaf(f"{stem}.since", Form.DAY)),
            *((("streak", Leaf(f"{stem}.streak", Form.COUNT)),) if f"{stem}.streak" in item.cells else ()),
            ("decided_by", Leaf(f"{stem}.decided_by", Form.TEXT)),
            (
                "margin",
                _struct(
                    cell=Leaf(f"{stem}.margin_cell", Form.TEXT),
                    threshold=Leaf(f"{stem}.margin_threshold", Form.NUMBER),
                    distance=Leaf(f"{stem}.margin_distance", Form.NUMBER),
                ),
            ),
        )
    )


def _ledger(plan: LedgerPlan, supply: Supply) -> Struct:
    next_ = ledger_name(plan.id, "next")
    state = "computed" if is_supplied(plan, supply) else "not_supplied"
    return _struct(
        state=_fixed(state),
        balance=Leaf(balance(plan.id), Form.NUMBER),
        restrictions=Listed(ledger_name(plan.id, "restrictions"), RESTRICTION),
        next_milestone=_struct(
            id=Leaf(f"{next_}.id", Form.TEXT),
            at=Leaf(f"{next_}.at", Form.NUMBER),
            distance=Leaf(f"{next_}.distance", Form.NUMBER),
        ),
        expiring=Listed(ledger_name(plan.id, "expiring"), EXPIRY),
    )


def _targets(plan: Plan) -> Entries:
    return _entries(
        (
            None,
            _struct(
                metric=_fixed(each.metric),
                op=_fixed(each.op),
                value=Fixed(each.value, Form.NUMBER),
                met=Leaf(each.cell, Form.FLAG),
            ),
        )
        for each in plan.targets
    )


def _assumptions(plan: Plan, supply: Supply) -> list[tuple[str, str]]:
    """Return the assumptions behind what a run shows; metrics without data used none."""
    silent = _silent(plan, supply)
    return [
        (each.path, each.assumed)
        for each in plan.bundle.provenance
        if each.assumed is not None and not _about(each.path, silent)
    ]


def _conflicts(plan: Plan, supply: Supply) -> list[tuple[str, str]]:
    silent = _silent(plan, supply)
    return [
        (each.about[0], f"used: {each.used}; other reading: {each.other}")
        for each in plan.bundle.conflicts
        if not all(_about(path, silent) for path in each.about)
    ]


def _silent(plan: Plan, supply: Supply) -> frozenset[str]:
    """Return the metrics that cannot have a value in this run."""
    gone = frozenset(
        metric.id
        for metric in plan.metrics
        if not all(supply.has(table, column) for table, column in metric.needs)
    )
    return frozenset() if supply.has("supplied_metrics", "") else gone


def _about(path: str, metrics: frozenset[str]) -> bool:
    parts = path.replace("[", ".").split(".")
    return parts[0] in ("metrics", "score", "targets") and not metrics.isdisjoint(parts)
