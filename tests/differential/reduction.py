"""Makes a failing example small: takes away tables, rows, columns, rules, brackets while it still fails."""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.differential.event_rows import Data
from tests.differential.sketch import Number
from tests.differential.worlds import World

Fails = Callable[[World], bool]
_BRACKETS = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")


def smallest(world: World, fails: Fails, seconds: float = 60.0) -> World:
    """Return a world that still fails and from which nothing more can be taken, as far as time allows."""
    ends = time.monotonic() + seconds
    for _ in range(8):
        before = world
        for take in (_without_tables, _with_fewer_rows, _without_rules, _without_columns, _plainer, _shorter):
            world = _taken(world, take, fails, ends)
        if world is before or time.monotonic() > ends:
            break
    return world


def _taken(world: World, take: Callable[[World], Iterator[World]], fails: Fails, ends: float) -> World:
    """Try every way to take something; after a success the rest is tried on what is left."""
    tried = 0
    while time.monotonic() < ends:
        candidates = list(take(world))
        for place in range(tried, len(candidates)):
            if time.monotonic() > ends:
                return world
            if fails(candidates[place]):
                world, tried = candidates[place], place
                break
        else:
            return world
    return world


def _without_tables(world: World) -> Iterator[World]:
    for name in world.tables:
        yield replace(world, tables={other: data for other, data in world.tables.items() if other != name})


def _with_fewer_rows(world: World) -> Iterator[World]:
    for name, data in world.tables.items():
        step = max(len(data.rows) // 2, 1)
        while data.rows:
            for start in range(0, len(data.rows), step):
                yield _with(world, name, Data(data.columns, data.rows[:start] + data.rows[start + step :]))
            if step == 1:
                break
            step = max(step // 2, 1)


def _without_columns(world: World) -> Iterator[World]:
    for name, data in world.tables.items():
        model = world.bundle.tables[name].columns
        for column in data.columns:
            if not model[column].required and name != "supplied_benchmarks":
                kept = [each for each in data.columns if each != column]
                yield _with(
                    world, name, Data(kept, [{each: row[each] for each in kept} for row in data.rows])
                )


def _without_rules(world: World) -> Iterator[World]:
    for path in _paths(world.bundle.document):
        document: Any = copy.deepcopy(world.bundle.document)
        inside = document
        for step in path[:-1]:
            inside = inside[step]
        del inside[path[-1]]
        yield replace(world, bundle=replace(world.bundle, document=document))


def _plainer(world: World) -> Iterator[World]:
    yield replace(world, as_text=frozenset())
    yield replace(world, category=None)


def _shorter(world: World) -> Iterator[World]:
    """Put what stands in brackets in a formula's place."""
    for path in _paths(world.bundle.document):
        document: Any = copy.deepcopy(world.bundle.document)
        inside = document
        for step in path[:-1]:
            inside = inside[step]
        text = inside[path[-1]]
        if isinstance(text, str) and not isinstance(text, Number):
            for found in _BRACKETS.finditer(text):
                again = copy.deepcopy(document)
                place = again
                for step in path[:-1]:
                    place = place[step]
                place[path[-1]] = found[1]
                yield replace(world, bundle=replace(world.bundle, document=again))


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every entry, outer ones first."""
    steps = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield (*path, step)
    for step in steps:
        yield from _paths(value[step], (*path, step))


def _with(world: World, name: str, data: Data) -> World:
    return replace(world, tables={**world.tables, name: data})
