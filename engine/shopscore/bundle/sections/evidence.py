"""What a bundle rests on: the texts it quotes, where they contradict each other, the plugins it needs."""

from __future__ import annotations

from collections.abc import Mapping

from shopscore.bundle.cursor import Cursor, build_each
from shopscore.bundle.findings import NO_PATH
from shopscore.bundle.model import Conflict, Source
from shopscore.bundle.tree import Branch, Tree, children
from shopscore.errors import near_match


def read_sources(root: Cursor) -> Mapping[str, Source]:
    """Return the quoted texts by id."""
    return {source.id: source for source in build_each(root.below("sources"), _source)}


def read_conflicts(root: Cursor) -> tuple[Conflict, ...]:
    """Return the conflicts; each place they are about is there."""
    return tuple(build_each(root.below("conflicts"), lambda place: _conflict(place, root.tree)))


def read_plugins(root: Cursor) -> Mapping[str, str]:
    """Return the needed plugins with their version conditions."""
    return dict(build_each(root.below("plugins"), lambda place: (place.name, place.text())))


def _source(place: Cursor) -> Source:
    url, day = place.maybe("url"), place.maybe("date")
    return Source(
        id=place.name,
        title=place.at("title").text(),
        url=url.text() if url else None,
        date=day.day().isoformat() if day else None,
        mark=place.mark,
    )


def _conflict(place: Cursor, root: Tree) -> Conflict:
    about = []
    for path in place.at("about").each():
        about.append(path.text())
        if (problem := _lost(root, path.text())) is not None:
            path.report(NO_PATH, problem, path.tree.mark)
    return Conflict(
        id=place.at("id").text(),
        about=tuple(about),
        used=place.at("used").text(),
        other=place.at("other").text(),
        mark=place.mark,
    )


def _lost(root: Tree, path: str) -> str | None:
    """Return where a path leaves the tree, or None where it leads to something."""
    tree, done = root, ""
    for step in path.replace("[", ".[").split("."):
        known = {f"[{key}]" if isinstance(key, int) else key: below for key, _, below in children(tree)}
        if step not in known:
            where = f"in {done}" if done else "at the top of the bundle"
            kind = "key" if isinstance(tree, Branch) else "item"
            return f"{path!r} leads nowhere: there is no {kind} {step!r} {where}{near_match(step, known)}"
        tree = known[step]
        done = f"{done}{step}" if step.startswith("[") else f"{done}.{step}".removeprefix(".")
    return None
