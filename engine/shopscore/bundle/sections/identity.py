"""Who a bundle is: its name, programme, market, and the days it is in force."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from msgspec import Struct

from shopscore.bundle.cursor import Cursor, Malformed, Notes, build_each
from shopscore.bundle.findings import BACKWARDS, INCOMPLETE, NO_SUCH
from shopscore.bundle.model import Label
from shopscore.bundle.tree import Branch
from shopscore.errors import Mark, near_match

_NEEDED = ("title", "program", "subject", "timezone")
_SUBJECTS = ("shop", "creator", "product")


class Identity(Struct, frozen=True):
    """What tells one version from another; texts are empty where an abstract bundle lacks them."""

    id: str
    version: str
    title: Label
    abstract: bool
    preview: bool
    program: str
    market: str | None
    subject: str
    timezone: str
    parent: str | None
    effective_from: date | None
    effective_until: date | None
    mark: Mark
    """Where `effective` stands, else the bundle's first line."""

    @property
    def name(self) -> str:
        """Return `id@version`."""
        return f"{self.id}@{self.version}"


def read_identity(root: Cursor) -> Identity:
    """Return a bundle's identity; what is missing or malformed is noted and left empty."""
    abstract = _flag(root, "abstract")
    if not abstract:
        for key in _NEEDED:
            if key not in root:
                message = f"missing key {key!r}; only an abstract bundle can do without it"
                root.notes.report(INCOMPLETE, root.mark, message)
    effective = root.maybe("effective")
    first, last = _range(effective) if effective else (None, None)
    return Identity(
        id=root.peek("id") or "",
        version=root.peek("version") or "",
        title=_title(root),
        abstract=abstract,
        preview=_flag(root, "preview"),
        program=root.peek("program") or "",
        market=root.peek("market"),
        subject=subject_of(root),
        timezone=_timezone(root),
        parent=root.peek("extends"),
        effective_from=first,
        effective_until=last,
        mark=effective.mark if effective else root.mark,
    )


def identity_of(tree: Branch) -> Identity:
    """Return the identity of a tree whose other sections nobody has asked for."""
    return read_identity(Cursor(tree, (), tree.mark, Notes()))


def subject_of(root: Cursor) -> str:
    """Return whom a bundle grades, a shop where that cannot be read."""
    subject = root.peek("subject")
    return subject if subject in _SUBJECTS else "shop"


def _flag(root: Cursor, key: str) -> bool:
    return any(build_each(filter(None, [root.maybe(key)]), Cursor.flag))


def _title(root: Cursor) -> Label:
    return next(build_each(filter(None, [root.maybe("title")]), Cursor.label), {})


def _range(effective: Cursor) -> tuple[date | None, date | None]:
    try:
        first = effective.at("from").day()
        last = place.day() if (place := effective.maybe("until")) else None
    except Malformed:
        effective.notes.malformed.append(effective.mark)
        return None, None
    if last is not None and last < first:
        where = effective.at("until").tree.mark
        effective.report(BACKWARDS, f"until {last} comes before from {first}", where)
    return first, last


def _timezone(root: Cursor) -> str:
    name = root.peek("timezone") or ""
    if not name:
        return ""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        place = root.at("timezone")
        near = near_match(name, available_timezones())
        place.report(NO_SUCH, f"there is no time zone {name!r}{near}", place.tree.mark)
    return name
