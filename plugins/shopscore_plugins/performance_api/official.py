"""Reads what the platform itself says about one shop from the saved answers of its score API."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from shopscore.errors import UsageError, near_match
from shopscore_plugins.json_pages import (
    Files,
    Page,
    Record,
    find_files,
    read_pages,
    refuse_lost_digits,
    unreadable,
)
from shopscore_plugins.json_values import maps, moment, part, seconds, text, texts, whole
from shopscore_plugins.partner_api.answers import contents, is_known
from shopscore_plugins.performance_api import NAME
from shopscore_plugins.performance_api.codes import METRICS, PROBLEMS, RECORD_IDS, UNITS, is_of_score
from shopscore_plugins.performance_api.model import Measured, Official, Overview, Problem
from shopscore_plugins.performance_api.scales import HOURS, PERCENT, Written, decimal, step_of
from shopscore_plugins.performance_api.windows import Window, read_window

_KEPT = (
    "user_review_rating", "order_create_time", "deliver_time", "return_refund_reason", "expect_deliver_time",
    "actual_deliver_time", "order_id", "aftersales_type_name", "approve_duration_hours",
    "inspect_duration_hours", "review_count", "total_handle_duration_hours", "customer_rating",
    "first_reply_time", "chat_duration_hours",
)  # fmt: skip
"""Fields of problem records that say something about the record and nothing about a person."""
_KEPT_LISTS = ("cancellation_reasons", "rating_reasons")


class _Found(Struct):
    overview: Overview | None = None
    metrics: dict[tuple[str, int], Measured] = field(default_factory=dict)
    """By code and end of the window."""
    problems: dict[str, dict[str, Problem]] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)
    lines: dict[str, Counter[int]] = field(default_factory=dict)
    """Entries of each code's lists by their hash, as often as one page has them: a page that was saved
    twice is no more than one, and two entries of one order may be alike."""
    not_read: int = 0
    idless: int = 0

    @property
    def is_empty(self) -> bool:
        """Tell whether there was nothing of the score API."""
        return self.overview is None and not self.metrics and not self.problems


def read_official(paths: Sequence[Path]) -> Official:
    """Return what saved answers say; raises BadInputError for what the score API does not answer."""
    files: Files = find_files(paths, NAME)
    found = _Found()
    read_pages(files, partial(_add, found))
    if found.is_empty:
        expected = "expected overview, metrics, diagnosis or problem_details"
        raise UsageError(f"no answer is about the official score; {expected}")
    metrics = {}
    earlier: list[Measured] = []
    for code in METRICS:
        own = [each for (of, _), each in sorted(found.metrics.items(), key=_by_end) if of == code]
        earlier += own[:-1]
        measured = own[-1] if own else None
        problems = found.problems.get(code)
        if measured is None and problems is None:
            continue
        measured = measured or Measured(code, _first(problems), Written(None, UNITS[code]))
        if problems is not None:
            measured = replace(
                measured,
                problems=tuple(problems.values()),
                listed=found.listed.get(code, found.lines[code].total()),
                lines=found.lines[code].total(),
            )
        metrics[code] = measured
    read = tuple(path for path, _ in files.read)
    return Official(
        found.overview, metrics, tuple(earlier), read, found.not_read, found.idless, len(files.ignored)
    )


def _add(found: _Found, page: Page) -> None:
    data = page.data
    if "sps_score" in data or "dimensions" in data:
        new = _overview(page)
        if found.overview is None or _end(new.window) >= _end(found.overview.window):
            found.overview = new
    elif "metrics" in data:
        for row in maps(data, "metrics"):
            _measure(found, row, page)
    elif "calculation_rule" in data or ("metric_code" in data and "value" in data):
        _measure(found, data, page)
    elif any(key in data for key in PROBLEMS) or ("metric_code" in data and "total_count" in data):
        _problems(found, page)
    elif is_of_score(data) or is_known(data):
        found.not_read += 1
    else:
        keys = contents(data)[:4]
        hint = next(filter(None, (near_match(key, PROBLEMS) for key in keys)), "")
        raise unreadable(
            page.where,
            f"an answer with {', '.join(keys)}; expected one of the score API: overview, "
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
        category=text(part(data, "primary_category"), "category_name", "name"),
        window=_window(data),
    )


def _measure(found: _Found, row: Record, page: Page) -> None:
    code = _code(row, page)
    rule, lines = part(row, "calculation_rule"), part(row, "benchmarks")
    written = Written(
        value=text(row, "value"),
        unit=_unit(row, code, page),
        numerator=text(rule, "numerator_value"),
        denominator=text(rule, "denominator_value"),
        excellent=text(lines, "excellent_threshold"),
        poor=text(lines, "poor_threshold"),
        status=(text(row, "status") or "").upper() or None,
    )
    labels = text(rule, "numerator_label"), text(rule, "denominator_label")
    new = Measured(code, page.where, written, text(row, "score"), _window(row), labels)
    key = code, _end(new.window)
    old = found.metrics.get(key)
    if old is not None and not _may_be_same(old.written, new.written):
        raise unreadable(
            page.where,
            f"{code} is {new.written.value}, and {old.written.value} for the same days in {old.place}; "
            "expected answers about one shop",
        )
    # A diagnosis has the parts; the list of metrics says the same without them.
    if old is None or old.written.denominator is None or new.written.denominator is not None:
        found.metrics[key] = new


def _may_be_same(a: Written, b: Written) -> bool:
    """Tell whether two numbers can be one, written to other decimals or on another scale."""
    first, second = decimal(a.value), decimal(b.value)
    if first is None or second is None:
        return True
    pairs = [(first.scaleb(up), second) for up in (0, 2)] + [(first, second.scaleb(2))]
    return any(abs(x - y) < max(step_of(x), step_of(y)) for x, y in pairs)


def _by_end(found: tuple[tuple[str, int], Measured]) -> int:
    return found[0][1]


def _end(window: Window | None) -> int:
    return 0 if window is None else window.end


def _problems(found: _Found, page: Page) -> None:
    said = text(page.data, "metric_code")
    named = _code(page.data, page) if said is not None else None
    for key in dict.fromkeys([*(key for key in PROBLEMS if key in page.data), *_expected(named)]):
        code = PROBLEMS[key]
        problems = found.problems.setdefault(code, {})
        lines: Counter[int] = Counter()
        for number, item in enumerate(maps(page.data, key), 1):
            refuse_lost_digits(page.where, f"{key}[{number}]", item)
            lines[hash(json.dumps(item, sort_keys=True))] += 1
            record_id = text(item, RECORD_IDS.get(code, "order_id"))
            if record_id is None:
                found.idless += 1
                continue
            kept = {name: value for name in _KEPT if (value := text(item, name)) is not None}
            kept |= {name: value for name in _KEPT_LISTS if (value := texts(item, name)) is not None}
            problems.setdefault(record_id, Problem(record_id, kept, f"{page.where}:{key}[{number}]"))
        known = found.lines.setdefault(code, Counter())
        known.update({line: number - known[line] for line, number in lines.items() if number > known[line]})
    total = whole(text(page.data, "total_count"))
    if named is not None and total is not None:
        found.listed[named] = max(total, found.listed.get(named, 0))


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


def _unit(row: Record, code: str, page: Page) -> str:
    said = text(row, "value_unit")
    if said is None:
        return UNITS[code]
    if said.upper() not in (HOURS, PERCENT):
        raise unreadable(page.where, f"{code} has the value_unit {said}; expected {PERCENT} or {HOURS}")
    return said.upper()


def _window(row: Record) -> Window | None:
    start, end = (moment(row, f"{name}_evaluation_time") for name in ("start", "end"))
    return read_window(round(seconds(start)), round(seconds(end)), whole(text(row, "evaluate_duration_days")))


def _pairs(dimensions: Sequence[Record], name: str) -> tuple[tuple[str, str], ...]:
    found = ((text(each, "name"), text(each, name)) for each in dimensions)
    return tuple((label, value) for label, value in found if label is not None and value is not None)


def _first(problems: Mapping[str, Problem] | None) -> str:
    return next((each.place for each in (problems or {}).values()), "")
