"""Named values of the sheet."""

from __future__ import annotations

from collections.abc import Mapping

from shopscore.bundle.cursor import Cursor, Malformed, build_each
from shopscore.bundle.findings import FORMS
from shopscore.bundle.model import NamedValue
from shopscore.bundle.sections.metrics import fitting_units, read_unit

_FORMS = ("formula", "by", "value")


def read_values(root: Cursor) -> Mapping[str, NamedValue]:
    """Return the named values by id."""
    return {each.id: each for each in build_each(root.below("values"), _value)}


def _value(place: Cursor) -> NamedValue:
    forms = [key for key in _FORMS if key in place]
    if len(forms) != 1:
        place.report(FORMS, "a named value is one of formula, by (with values) and value")
        raise Malformed
    (form,) = forms
    unit = read_unit(place.at("unit")) if "unit" in place else None
    units = fitting_units(unit)
    if form == "by" and "values" not in place:
        place.report(FORMS, "by chooses among values: beside it", place.at("by").mark)
        raise Malformed
    for key in ("values", "default") if form != "by" else ():
        if (extra := place.maybe(key)) is not None:
            place.report(FORMS, f"{key} goes with by, not with {form}", extra.mark)
    default = place.maybe("value" if form == "value" else "default")
    values = place.below("values") if form == "by" else ()
    return NamedValue(
        id=place.name,
        formula=place.at("formula").formula() if form == "formula" else None,
        by=place.at("by").formula() if form == "by" else None,
        values=dict(build_each(values, lambda each: (each.name, each.number(units)))),
        default=default.number(units) if default else None,
        unit=unit,
        mark=place.mark,
    )
