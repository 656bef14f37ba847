"""What a bundle assumes, and where its sources disagree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from shopscore.bundle.model import Bundle
from shopscore_cli.render.branches import place_in
from shopscore_cli.render.columns import columns
from shopscore_cli.render.paint import Paint
from shopscore_cli.render.records import place_of


def assumptions_page(bundle: Bundle, paint: Paint) -> str:
    """Return every assumed value with its reason, both readings of every conflict, and the sources."""
    lines = [paint("Assumed, not published", "bold"), *_assumed(bundle, paint)]
    lines += ["", paint("Read in two ways", "bold"), *_conflicts(bundle, paint)]
    lines += ["", paint("Sources", "bold"), *_sources(bundle)]
    return "\n".join(lines)


def assumptions_record(bundle: Bundle) -> dict[str, Any]:
    """Return the same as one object."""
    assumed = [each for each in bundle.provenance if each.assumed is not None]
    return {
        "bundle": bundle.name,
        "assumptions": [
            {"path": each.path, "reason": each.assumed, **place_of(each.mark)} for each in assumed
        ],
        "conflicts": [
            {
                "id": each.id,
                "about": list(each.about),
                "used": each.used,
                "other": each.other,
                **place_of(each.mark),
            }
            for each in bundle.conflicts
        ],
        "sources": [
            {"id": each.id, "title": each.title, "url": each.url, "date": each.date, **place_of(each.mark)}
            for each in bundle.sources.values()
        ],
    }


def _assumed(bundle: Bundle, paint: Paint) -> list[str]:
    folder = _folder(bundle)
    rows = [
        [each.path, each.assumed, paint(place_in(folder, each.mark), "dim")]
        for each in bundle.provenance
        if each.assumed is not None
    ]
    return columns(rows, indent="  ") or ["  nothing"]


def _conflicts(bundle: Bundle, paint: Paint) -> Iterator[str]:
    for each in bundle.conflicts:
        place = paint(place_in(_folder(bundle), each.mark), "dim")
        yield f"  {each.id}   {', '.join(each.about)}   {place}"
        yield f"    used    {each.used}"
        yield f"    other   {each.other}"
    if not bundle.conflicts:
        yield "  nothing"


def _sources(bundle: Bundle) -> list[str]:
    rows = [[each.id, str(each.date or ""), each.title, each.url or ""] for each in bundle.sources.values()]
    return columns(rows, indent="  ") or ["  none"]


def _folder(bundle: Bundle) -> str:
    return str(PurePath(bundle.mark.file).parent)
