"""What the platform itself says about one shop: its score, metrics, parts and problem records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from shopscore.errors import near_match
from shopscore_plugins.json_pages import Files, Page, Record, find_files, read_pages, unreadable
from shopscore_plugins.json_values import maps, part, text
from shopscore_plugins.performance_api.codes import METRICS, PROBLEMS, RECORD_IDS
from shopscore_plugins.performance_api.scales import Written
from shopscore_plugins.performance_api.windows import Window, read_window

NAME = "performance-api"
_KEPT = (
    "user_review_rating", "order_create_time", "deliver_time", "return_refund_reason", "expect_deliver_time",
    "actual_deliver_time", "order_id", "aftersales_type_name", "approve_duration_hours",
    "inspect_duration_hours", "review_count", "total_handle_duration_hours", "customer_rating",
    "first_reply_time", "chat_duration_hours",
)  # fmt: skip
"""Fields of problem records that say something about the record and nothing about a person."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One record the platform counts against the shop."""

    record_id: str
    fields: Mapping[str, str]
    place: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric as the platform gives it.

    Attributes:
        labels: what it calls numerator and denominator.
        listed: how many problem records it says there are; None where no list was saved.
    """

    code: str
    place: str
    written: Written
    score: str | None = None
    window: Window | None = None
    labels: tuple[str | None, str | None] = (None, None)
    problems: tuple[Problem, ...] = ()
    listed: int | None = None
    lines: int = 0
    """Entries of the problem lists, of which an order of several items has several."""

    @property
    def metric(self) -> str:
        """Return the metric's name in policies."""
        return METRICS[self.code]


@dataclass(frozen=True, slots=True)
class Overview:
    """The score, its dimensions' weights in percent by their names, and the shop's category."""

    place: str
    score: str | None
    tier: str | None
    weights: tuple[tuple[str, str], ...]
    dimension_scores: tuple[tuple[str, str], ...]
    category: str | None
    window: Window | None


@dataclass(frozen=True, slots=True)
class Official:
    """Everything that was saved of the score API about one shop."""

    overview: Overview | None
    metrics: Mapping[str, Measured]
    """By code, in the API's order."""
    files: tuple[Path, ...]
    not_read: int = 0
    """Answers that hold nothing to compare, such as top_items."""
    idless: int = 0
    """Problem records that name neither order nor chat."""
    ignored: int = 0
    """Files of a folder that are no JSON."""


@dataclass(slots=True)
class _Found:
    overview: Overview | None = None
    metrics: dict[str, Measured] = field(default_factory=dict)
    problems: dict[str, dict[str, Problem]] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    not_read: int = 0
    idless: int = 0


def read_official(paths: Sequence[Path]) -> Official:
    """Return what saved answers say; raises BadInputError for what the score API does not answer."""
    files: Files = find_files(paths, NAME)
    found = _Found()
    for page in read_pages(files):
        _add(found, page)
    metrics = {}
    for code in METRICS:
        measured = found.metrics.get(code)
        problems = found.problems.get(code)
        if measured is None and problems is None:
            continue
        measured = measured or Measured(code, _first(problems), Written(None, "PERCENT"))
        if problems is not None:
            measured = replace(
                measured,
                problems=tuple(problems.values()),
                listed=found.listed.get(code, found.lines[code]),
                lines=found.lines[code],
            )
        metrics[code] = measured
    read = tuple(path for path, _ in files.read)
    return Official(found.overview, metrics, read, found.not_read, found.idless, len(files.ignored))


def _add(found: _Found, page: Page) -> None:
    data = page.data
    if "sps_score" in data or "dimensions" in data:
        found.overview = _overview(page)
    elif isinstance(data.get("metrics"), list):
        for row in maps(data, "metrics"):
            _measure(found, row, page)
    elif "calculation_rule" in data or ("metric_code" in data and "value" in data):
        _measure(found, data, page)
    elif any(key in data for key in PROBLEMS) or ("metric_code" in data and "total_count" in data):
        _problems(found, page)
    elif "metric_code" in data or any(key.startswith("top_") for key in data):
        found.not_read += 1
    else:
        keys = list(data)[:4]
        hint = next(filter(None, (near_match(key, PROBLEMS) for key in keys)), "")
        raise unreadable(
            page.where,
            f"an answer with {', '.join(keys) or 'nothing in it'}; expected one of the score API: overview, "
            f"metrics, diagnosis or problem_details{hint}",
        )


def _overview(page: Page) -> Overview:
    data = page.data
    dimensions = list(maps(data, "dimensions"))
    return Overview(
        place=page.where,
        score=text(data, "sps_score"),
        tier=text(data, "sps_tier"),
        weights=_pairs(dimensions, "weight"),
        dimension_scores=_pairs(dimensions, "score"),
        category=text(part(data, "primary_category"), "category_name"),
        window=_window(data),
    )


def _measure(found: _Found, row: Record, page: Page) -> None:
    code = _code(row, page)
    rule, lines = part(row, "calculation_rule"), part(row, "benchmarks")
    written = Written(
        value=text(row, "value"),
        unit=(text(row, "value_unit") or "PERCENT").upper(),
        numerator=text(rule, "numerator_value"),
        denominator=text(rule, "denominator_value"),
        excellent=text(lines, "excellent_threshold"),
        poor=text(lines, "poor_threshold"),
        status=(text(row, "status") or "").upper() or None,
    )
    labels = text(rule, "numerator_label"), text(rule, "denominator_label")
    new = Measured(code, page.where, written, text(row, "score"), _window(row), labels)
    old = found.metrics.get(code)
    # A diagnosis has the parts; the list of metrics says the same without them.
    if old is None or old.written.denominator is None or new.written.denominator is not None:
        found.metrics[code] = new


def _problems(found: _Found, page: Page) -> None:
    said = text(page.data, "metric_code")
    named = _code(page.data, page) if said is not None else None
    for key in dict.fromkeys([*(key for key in PROBLEMS if key in page.data), *_expected(named)]):
        code = PROBLEMS[key]
        problems = found.problems.setdefault(code, {})
        items = list(maps(page.data, key))
        found.lines[code] = found.lines.get(code, 0) + len(items)
        for number, item in enumerate(items, 1):
            record_id = text(item, RECORD_IDS.get(code, "order_id"))
            if record_id is None:
                found.idless += 1
                continue
            kept = {name: value for name in _KEPT if (value := text(item, name)) is not None}
            problems.setdefault(record_id, Problem(record_id, kept, f"{page.where}:{key}[{number}]"))
    total = text(page.data, "total_count")
    if named is not None and total is not None and total.isdigit():
        found.listed[named] = max(int(total), found.listed.get(named, 0))


def _expected(code: str | None) -> list[str]:
    """Return the list an answer about a metric has, also where it is empty and left out."""
    return [key for key, of in PROBLEMS.items() if of == code]


def _code(row: Record, page: Page) -> str:
    code = text(row, "metric_code")
    if code not in METRICS:
        hint = near_match(code, METRICS) if code else ""
        raise unreadable(
            page.where, f"metric_code is {code or 'missing'}; expected {', '.join(METRICS)}{hint}"
        )
    return code


def _window(row: Record) -> Window | None:
    start, end, days = (
        text(row, f"{name}")
        for name in ("start_evaluation_time", "end_evaluation_time", "evaluate_duration_days")
    )
    if start is None or end is None or not (start.isdigit() and end.isdigit()):
        return None
    return read_window(int(start), int(end), int(days) if days is not None and days.isdigit() else None)


def _pairs(dimensions: Sequence[Record], name: str) -> tuple[tuple[str, str], ...]:
    found = ((text(each, "name"), text(each, name)) for each in dimensions)
    return tuple((label, value) for label, value in found if label is not None and value is not None)


def _first(problems: Mapping[str, Problem] | None) -> str:
    return next((each.place for each in (problems or {}).values()), "")
