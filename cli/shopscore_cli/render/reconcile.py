"""Both sides of a reconciliation, as a page and as one object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shopscore.formula.tree import Type
from shopscore_cli.render.columns import columns
from shopscore_cli.render.numbers import NOTHING, quantity
from shopscore_cli.render.paint import Paint, paint_for
from shopscore_cli.render.words import count_of, said

if TYPE_CHECKING:
    from shopscore_cli.reconciling import Reconciled
    from shopscore_plugins.performance_api.compare import Compared, Numbers, Record

_MARKS = {True: "=", False: "≠", None: " "}
_WORDS = {"agree": "agree", "differ": "differ", "only_ours": "only ours", "only_theirs": "only theirs"}
_COLOURS = {"agree": "green", "differ": "yellow", "only_ours": "yellow", "only_theirs": "yellow"}
_FIELDS = ("value", "numerator", "denominator")
_MICROS = 1_000_000


def reconciliation_page(found: Reconciled, language: str, shown: int) -> str:
    """Return the page: a table of numbers, then each metric with how theirs was read and its records."""
    paint = paint_for()
    infos = found.policy.plan.metric_infos
    labels = {each.metric: said(infos[each.metric].label, language) for each in found.metrics}
    lines = [
        f"{found.policy.name} on our data and the platform's own answers",
        f"{found.policy.bundle.subject.capitalize()} {found.subject}   as of {found.as_of}",
        "",
        *_numbers(found.metrics, labels, paint),
    ]
    for each in found.metrics:
        lines += ["", paint(labels[each.metric], "bold"), *_reading(each), *_records(each, shown, paint)]
    if found.unknown:
        lines += ["", f"Not in {found.policy.name}: {', '.join(found.unknown)}"]
    if found.notes:
        lines += ["", *(f"Warning   {text} ({id_})" for id_, text in found.notes)]
    return "\n".join(lines)


def reconciliation_record(found: Reconciled) -> Mapping[str, Any]:
    """Return everything as one object for JSON."""
    overview = found.official.overview
    return {
        "bundle": {"id": found.policy.bundle.id, "version": found.policy.bundle.version},
        "subject": found.subject,
        "as_of": found.as_of,
        "official": {
            "score": None if overview is None else overview.score,
            "tier": None if overview is None else overview.tier,
            "files": [str(path) for path in found.official.files],
            "answers_not_read": found.official.not_read,
            "records_without_id": found.official.idless,
        },
        "metrics": {each.metric: _metric_record(each) for each in found.metrics},
        "not_in_policy": list(found.unknown),
        "warnings": [{"id": id_, "text": text} for id_, text in found.notes],
    }


def _numbers(metrics: Sequence[Compared], labels: Mapping[str, str], paint: Paint) -> list[str]:
    head = [paint(word, "dim") for word in ("metric", "", "ours", "theirs", "", "records")]
    rows = [head]
    for each in metrics:
        for field in _FIELDS:
            ours, theirs = (_number(side, field, each.unit) for side in (each.ours, each.theirs))
            label, records = (labels[each.metric], _tally(each)) if field == "value" else ("", "")
            rows.append([label, field, ours, theirs, _MARKS[each.agrees(field)], records])
    return columns(rows, "<<>><<", indent="  ")


def _number(side: Numbers, field: str, unit: Type) -> str:
    value = getattr(side, field)
    if value is None:
        return NOTHING
    if field == "value":
        return quantity(value, unit)
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _tally(each: Compared) -> str:
    if not each.has_list:
        return "no list of theirs"
    counts = each.counts
    return ", ".join(f"{counts[name]} {word}" for name, word in _WORDS.items() if counts[name]) or "none"


def _reading(each: Compared) -> Iterator[str]:
    """Yield how their number was read, and what both sides are about."""
    measured = each.measured
    if each.reading is None:
        yield f"  theirs    {measured.code}: no value"
    else:
        assumed = " (assumed)" if each.reading.assumed else ""
        yield f"  theirs    {measured.code} {measured.written.value} read as {each.reading.how}{assumed}"
    if each.reading is not None and each.reading.parts_agree is False:
        yield "            their numerator and denominator do not give it"
    if any(measured.labels):
        above, below = (label or "?" for label in measured.labels)
        yield f"            {above} of {below}"
    if measured.window is not None:
        yield f"  window    theirs {measured.window.text}; {measured.window.how}"
        yield f"            ours   {' to '.join(_shown(at) for at in each.span)} UTC"
    if each.lacking:
        yield f"  ours      not supplied: the data lacks {', '.join(each.lacking)}"
    if each.weighted:
        yield "  ours      the value weighs rows by age; numerator and denominator are counted rows"
    if each.unlisted:
        yield f"  list      {count_of(each.unlisted, 'record')} of theirs not saved"


def _records(each: Compared, shown: int, paint: Paint) -> list[str]:
    """Return the records that are not on both lists, and how many are."""
    different = [record for record in each.records if record.match.value != "agree"]
    rows = [[paint(_WORDS[record.match], _COLOURS[record.match]), record.id, _why(record)]
            for record in different[:shown]]  # fmt: skip
    lines = columns(rows, "<<<", indent="  ")
    if len(different) > shown:
        lines.append(f"  … {count_of(len(different) - shown, 'more record')}; all with --format json")
    return lines


def _why(record: Record) -> str:
    return "; ".join(reason.text for reason in record.reasons) or "nothing in the data tells why"


def _metric_record(each: Compared) -> Mapping[str, Any]:
    measured, reading = each.measured, each.reading
    window = measured.window
    return {
        "code": measured.code,
        "ours": {field: _whole(getattr(each.ours, field)) for field in _FIELDS},
        "theirs": {field: _whole(getattr(each.theirs, field)) for field in _FIELDS},
        "agrees": {field: each.agrees(field) for field in _FIELDS},
        "reading": {
            "place": measured.place,
            "written": measured.written.value,
            "unit": measured.written.unit,
            "read_as": None if reading is None else reading.how,
            "assumed": None if reading is None else reading.assumed,
            "parts_agree": None if reading is None else reading.parts_agree,
            "numerator": measured.labels[0],
            "denominator": measured.labels[1],
        },
        "window": {
            "ours": {"from": _iso(each.span[0] // _MICROS), "to": _iso(each.span[1] // _MICROS)},
            "theirs": None if window is None else {"from": _iso(window.start), "to": _iso(window.end)},
            "end_read_as": None if window is None else window.how,
        },
        "lacking": list(each.lacking),
        "weighted": each.weighted,
        "records_not_saved": each.unlisted,
        "counts": {name: each.counts[name] for name in _WORDS} if each.has_list else None,
        "records": [
            {
                "id": record.id,
                "match": record.match.value,
                "reasons": [{"id": reason.id, "text": reason.text} for reason in record.reasons],
                "theirs": None if record.theirs is None else dict(record.theirs),
            }
            for record in each.records
        ],
    }


def _whole(number: float | None) -> float | None:
    """Return a number without a point where it has nothing behind it."""
    return int(number) if number is not None and number == int(number) else number


def _shown(at: int) -> str:
    return datetime.fromtimestamp(at // _MICROS, UTC).strftime("%Y-%m-%d %H:%M")


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
