"""Windows and decay: which days count, and how much."""

from __future__ import annotations

from decimal import Decimal

from shopscore.bundle.cursor import SHARES, Cursor, Malformed
from shopscore.bundle.findings import DECAY, WINDOW
from shopscore.bundle.model import Decay, Window

_FORMS = ("days", "month", "months", "quarter", "from_day")
_LAST_COMMON_DAY = 28


def read_window(place: Cursor) -> Window:
    """Return a window; one that could mean two things is reported."""
    forms = [key for key in _FORMS if key in place]
    if len(forms) > 1:
        together = f"{', '.join(forms[:-1])} and {forms[-1]} together"
        place.report(WINDOW, f"{together} could mean two things; write one of them")
        raise Malformed
    if not forms:
        place.report(WINDOW, f"a window says one of {', '.join(_FORMS[:-1])} and {_FORMS[-1]}")
        raise Malformed
    (form,) = forms
    value, lag = place.at(form), place.maybe("lag")
    count = value.whole(1)
    if lag is not None and form != "days":
        place.report(WINDOW, f"lag goes with days; with {form} it could mean days or whole periods", lag.mark)
    if problem := _doubtful(form, count):
        value.report(WINDOW, problem, value.tree.mark)
    return Window("months" if form == "month" else form, count, lag.whole(0) if lag else 0, place.mark)


def read_decay(place: Cursor) -> Decay:
    """Return a stepped decay."""
    factor = place.at("factor")
    exact = factor.quantity(SHARES).decimal
    if not Decimal(0) < exact <= Decimal(1):
        factor.report(DECAY, f"expected more than 0 and at most 1, found {exact}", factor.tree.mark)
    return Decay(exact, place.at("every_days").whole(1), place.mark)


def _doubtful(form: str, count: int) -> str | None:
    """Return why a number could be read in two ways, or on some days not at all."""
    match form, count:
        case "month", count if count != 1:
            return f"month: {count} could mean one month of the year or {count} months; write months: {count}"
        case "months", 1:
            return "one month is written month: 1"
        case "quarter", count if count != 1:
            return f"quarter: {count} could mean one quarter of the year or {count} of them; write quarter: 1"
        case "from_day", count if count > _LAST_COMMON_DAY:
            return f"not every month has a day {count}; from_day is 1 to {_LAST_COMMON_DAY}"
        case _:
            return None
