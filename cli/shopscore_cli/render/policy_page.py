"""A bundle as an overview: metrics, curves, how they become a score, and what the score opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shopscore.bundle.model import Benchmark, Bundle, Item, Metric, Schedule, Score, Window
from shopscore.formula.tree import Type
from shopscore.plan.model import Plan
from shopscore_cli.render.cell_paths import SECTIONS
from shopscore_cli.render.claims import Claims
from shopscore_cli.render.columns import columns, spread, width
from shopscore_cli.render.ledger_rules import appeal_rules, ledger_rules
from shopscore_cli.render.numbers import NOTHING, as_written, in_points
from shopscore_cli.render.paint import Paint
from shopscore_cli.render.words import count_of, said

_MILLIONTHS = 1e6
_WIDEST = 120
_SIGNS = {"at_most": "at most", "at_least": "at least", "below": "below", "above": "above"}
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def policy_page(bundle: Bundle, plan: Plan | None, language: str, paint: Paint) -> str:
    """Return the overview of a bundle; units are only known where it has a plan."""
    page = _Page(bundle, plan, language, paint)
    sections: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
        ("Metrics", page.metrics),
        ("Populations", page.populations),
        ("Left out", page.exclusions),
        ("Points", page.curves),
        ("Score", page.score),
        ("Values", page.values),
        ("Benefits", page.items),
        ("Ledgers", page.ledgers),
        ("Appeals", page.appeals),
        ("Advice", page.advisories),
        ("Targets", page.targets),
    )
    blocks = [[paint(title, "bold"), *lines] for title, section in sections if (lines := list(section()))]
    body = [line for block in blocks for line in ("", *block)]
    return "\n".join([*page.heading(min(max(map(width, body), default=0), _WIDEST)), *body, *page.footer()])


class _Page:
    """One overview in the making."""

    def __init__(self, bundle: Bundle, plan: Plan | None, language: str, paint: Paint) -> None:
        self._bundle = bundle
        self._units = {each.id: each.unit for each in plan.metric_infos.values()} if plan else {}
        self._language = language
        self._paint = paint
        self._claims = Claims.of(bundle)

    def heading(self, across: int) -> list[str]:
        bundle = self._bundle
        first, last = bundle.effective_from, bundle.effective_until
        range_ = f"in force {first or '…'} to {last or '…'}" if first or last else "never in force by itself"
        kind = "abstract" if bundle.abstract else "preview" if bundle.preview else range_
        facts = [bundle.market or "any market", f"scores a {bundle.subject}", bundle.timezone, kind]
        facts += [f"extends {bundle.parent}"] if bundle.parent else []
        name = f"{bundle.name} (sha256 {bundle.digest[:8]}…)"
        title = self._paint(said(bundle.title, self._language) if bundle.title else bundle.name, "bold")
        return [spread(title, name, across), " · ".join(facts)]

    def metrics(self) -> Iterator[str]:
        rows = []
        for metric in self._bundle.metrics.values():
            label = said(metric.label, self._language) + self._star(f"metrics.{metric.id}")
            rows.append([metric.id, label, window_text(metric.window), _made(metric), _decay(metric)])
        yield from columns(rows, indent="  ")

    def populations(self) -> Iterator[str]:
        rows = []
        for each in self._bundle.populations.values():
            where = f"where {each.where.text}" if each.where else ""
            rows.append([each.id, f"{each.table} by {each.at}", where])
        yield from columns(rows, indent="  ")

    def exclusions(self) -> Iterator[str]:
        rows = [[each.id, f"from {each.of}", f"where {each.when.text}"] for each in self._bundle.exclusions]
        yield from columns(rows, indent="  ")

    def curves(self) -> Iterator[str]:
        score = self._bundle.score
        if score is None:
            return
        curves = [
            (each.metric, "", each, f"score.benchmarks.{each.metric}") for each in score.benchmarks.values()
        ]
        for override in score.categories.values():
            stem = f"score.categories.{override.category}.benchmarks"
            own = override.benchmarks.values()
            curves += [(each.metric, override.category, each, f"{stem}.{each.metric}") for each in own]
        earned = sorted({knot.points for _, _, each, _ in curves for knot in each.curve})
        head = ["", *([""] if score.categories else [])]
        titles = [*head, *(f"{in_points(each)} at" for each in earned)]
        rows = [[self._paint(each, "dim") for each in [*titles, "average"]]]
        for metric, category, benchmark, path in curves:
            names = [metric, *([category] if score.categories else [])]
            rows.append([*names, *self._knots(benchmark, earned, path), self._average(benchmark, path)])
        yield from columns(rows, "<" * len(head) + ">" * (len(earned) + 1), indent="  ")

    def score(self) -> Iterator[str]:
        score = self._bundle.score
        if score is None:
            return
        rows = [[f"{_plain(score.scale[0])} to {_plain(score.scale[1])}", _how(score)]]
        if score.excluded:
            rows.append(["excluded", score.excluded.text])
        if score.eligible:
            rows.append(["eligible", score.eligible.text])
        for each in score.dimensions.values():
            weights = ", ".join(f"{metric} × {_weight(own)}" for metric, own in each.metrics.items())
            star = self._star(f"score.dimensions.{each.id}")
            rows.append([f"{each.id} × {_weight(each.weight)}{star}", f"{each.combine} of {weights}"])
        for override in score.categories.values():
            if override.weights:
                weights = ", ".join(f"{owner} × {_weight(own)}" for owner, own in override.weights.items())
                rows.append([f"in {override.category}", weights])
        for floor in score.floors:
            star = self._star(f"score.floors.{floor.id}")
            rows.append(
                [
                    f"floor {floor.id}{star}",
                    f"{floor.metric} at least {_plain(floor.points)} when {floor.when.text}",
                ]
            )
        for change in score.adjustments:
            star = self._star(f"score.adjustments.{change.id}")
            rows.append([f"adjustment {change.id}{star}", f"{change.set.text} when {change.when.text}"])
        for band in score.bands:
            rows.append([f"band {band.id}{self._star(f'score.bands.{band.id}')}", band.when.text])
        yield from columns(rows, indent="  ")

    def values(self) -> Iterator[str]:
        rows = []
        for each in self._bundle.values.values():
            if each.formula is not None:
                text = each.formula.text
            else:
                by = f"by {each.by.text}: " if each.by else ""
                chosen = [f"{key} {_plain(value)}" for key, value in each.values.items()]
                chosen += [f"else {_plain(each.default)}"] if each.default is not None else []
                text = by + ", ".join(chosen)
            rows.append([each.id + self._star(f"values.{each.id}"), text])
        yield from columns(rows, indent="  ")

    def items(self) -> Iterator[str]:
        rows = []
        for item in self._bundle.items.values():
            star = self._star(f"{SECTIONS[item.kind]}.{item.id}")
            rows.append([item.id + star, item.kind, _assessed(item.schedule), "; ".join(_rules(item))])
            if note := said(item.notes, self._language) if item.notes else "":
                rows.append(["", "", "", self._paint(note, "dim")])
        yield from columns(rows, indent="  ")

    def ledgers(self) -> Iterator[str]:
        rows = []
        for ledger in self._bundle.ledgers.values():
            rules = list(ledger_rules(ledger, self._language, self._star))
            name = ledger.id + self._star(f"ledgers.{ledger.id}")
            rows += [[name if not place else "", *rule] for place, rule in enumerate(rules)]
        yield from columns(rows, indent="  ")

    def appeals(self) -> Iterator[str]:
        rules = self._bundle.appeals
        told = list(appeal_rules(rules, self._language, self._star)) if rules else []
        yield from columns(told, indent="  ")

    def advisories(self) -> Iterator[str]:
        rows = [
            [
                each.id + self._star(f"advisories.{each.id}"),
                said(each.text, self._language),
                f"when {each.when.text}",
            ]
            for each in self._bundle.advisories
        ]
        yield from columns(rows, indent="  ")

    def targets(self) -> Iterator[str]:
        rows = []
        for place, each in enumerate(self._bundle.targets):
            value = as_written(each.value, self._units.get(each.metric, Type.NUMBER))
            rows.append([each.metric + self._star(f"targets[{place}]"), f"{_SIGNS[each.op]} {value}"])
        yield from columns(rows, indent="  ")

    def footer(self) -> list[str]:
        bundle = self._bundle
        assumed = sum(each.assumed is not None for each in bundle.provenance)
        conflicts = f"{count_of(len(bundle.conflicts), 'conflict')} between sources"
        counts = f"{count_of(assumed, 'assumption')}, {conflicts}"
        command = f"shopscore show {bundle.name} --assumptions"
        return ["", self._paint(f"* assumed, not published. {counts}: {command}", "dim")]

    def _star(self, path: str) -> str:
        return self._paint("*", "dim") if self._claims.assumed(path) else ""

    def _knots(self, benchmark: Benchmark, earned: list[float], path: str) -> list[str]:
        unit = self._units.get(benchmark.metric, Type.NUMBER)
        cells = {}
        for place, knot in enumerate(benchmark.curve):
            star = self._star(f"{path}.curve[{place}]") or " "
            cells[knot.points] = as_written(knot.at, unit) + star
        return [cells.get(points, "") for points in earned]

    def _average(self, benchmark: Benchmark, path: str) -> str:
        if benchmark.average is None:
            return ""
        unit = self._units.get(benchmark.metric, Type.NUMBER)
        return as_written(benchmark.average, unit) + (self._star(f"{path}.average") or " ")


def window_text(window: Window | None) -> str:
    """Return a window in words: `28 days, lag 7`."""
    if window is None:
        return ""
    lag = f", lag {window.lag}" if window.lag else ""
    match window.kind:
        case "days":
            return f"{count_of(window.count, 'day')}{lag}"
        case "months":
            return f"last {count_of(window.count, 'complete month', 'complete months')}"
        case "quarter":
            return "last complete quarter"
        case _:
            return f"complete months from day {window.count}"


def _made(metric: Metric) -> str:
    """Return what a metric is, in the words of the policy."""
    what = metric.kind
    if metric.denominator is not None:
        what += f" {metric.population} ÷ {metric.denominator}"
    elif metric.population is not None:
        what += f" {metric.population}"
    value = f": {metric.value.text}" if metric.value else ""
    return what + value + (f" where {metric.where.text}" if metric.where else "")


def _decay(metric: Metric) -> str:
    return f"× {metric.decay.factor} every {metric.decay.every_days} days" if metric.decay else ""


def _how(score: Score) -> str:
    return f"{score.combine} of {', '.join(score.dimensions)}; shown with {score.decimals} decimals"


def _rules(item: Item) -> Iterator[str]:
    for part in ("revoke", "grant", "freeze", "when"):
        formula = getattr(item, part)
        if formula is not None:
            often = item.streak.length if item.streak is not None and item.streak.part == part else 1
            yield f"{part} {formula.text}" + (f" at {often} assessments in a row" if often > 1 else "")
    if item.unscored is not None:
        yield f"without a score {item.unscored}"
    if item.kind == "ladder" and item.default is not None:
        unit = item.unit or Type.NUMBER
        yield as_written(item.default, unit)
        for step in item.steps:
            yield f"{as_written(step.value, unit)} when {step.when.text}"


def _assessed(schedule: Schedule) -> str:
    match schedule.kind:
        case "daily":
            return "daily"
        case "weekly":
            return f"on {_WEEKDAYS[schedule.day - 1]}"
        case "monthly":
            return f"monthly on {schedule.day}"
        case _:
            return "quarterly"


def _weight(millionths: int) -> str:
    return f"{millionths / _MILLIONTHS:.6g}"


def _plain(value: float | None) -> str:
    return NOTHING if value is None else as_written(value, Type.NUMBER)
