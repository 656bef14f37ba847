"""Loads plugins and gives one frozen view of what they add."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import pluggy

from shopscore import hookspecs
from shopscore.errors import UsageError, near_match
from shopscore.events.reader import Reader
from shopscore.formula.functions import Function
from shopscore.hookspecs import PROJECT, Check, MetricKind, Renderer


class _Named(Protocol):
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Loaded:
    """One plugin: its name, the distribution's version, and its object."""

    name: str
    version: str
    plugin: object


@dataclass(frozen=True, slots=True)
class Plugins:
    """What all loaded plugins provide, by name."""

    loaded: tuple[Loaded, ...] = ()
    kinds: Mapping[str, MetricKind] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    readers: Mapping[str, Reader] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    renderers: Mapping[str, Renderer] = field(default_factory=dict)
    policies: tuple[Path, ...] = ()
    providers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(what, name) -> plugin."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Return plugin versions by plugin name."""
        return {each.name: each.version for each in self.loaded}

    def reader(self, name: str) -> Reader:
        """Return a reader by name; an unknown one is a usage error."""
        if name not in self.readers:
            known = ", ".join(sorted(self.readers)) or "none"
            hint = near_match(name, self.readers)
            raise UsageError(f"no reader is called {name!r}{hint} (known: {known})")
        return self.readers[name]


@cache
def installed() -> Plugins:
    """Return what the plugins installed in this environment provide."""
    found = sorted(entry_points(group=PROJECT), key=lambda point: point.name)
    return collect(_load(point) for point in found)


def collect(plugins: Iterable[Loaded]) -> Plugins:
    """Register plugins and gather what they provide; two providers of one name are an error."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    loaded = tuple(plugins)
    for each in loaded:
        try:
            manager.register(each.plugin, name=each.name)
        except (pluggy.PluginValidationError, ValueError) as error:
            raise UsageError(f"plugin {each.name!r} cannot be registered: {error}") from error
    providers: dict[tuple[str, str], str] = {}
    return Plugins(
        loaded=loaded,
        kinds=_by_name(manager, "shopscore_metric_kinds", "metric kind", providers),
        functions=_by_name(manager, "shopscore_formula_functions", "formula function", providers),
        readers=_by_name(manager, "shopscore_readers", "reader", providers),
        checks=tuple(_each(manager, "shopscore_checks")),
        renderers=_by_name(manager, "shopscore_renderers", "renderer", providers),
        policies=tuple(_each(manager, "shopscore_policies")),
        providers=MappingProxyType(providers),
    )


def _load(point: EntryPoint) -> Loaded:
    version = point.dist.version if point.dist else "unknown"
    try:
        plugin = point.load()
    except Exception as error:  # a broken plugin is its author's fault and must be named
        raise UsageError(
            f"plugin {point.name!r} ({point.value}) cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    if isinstance(plugin, type):
        plugin = plugin()
    return Loaded(point.name, version, plugin)


def _by_name(
    manager: pluggy.PluginManager, hook: str, what: str, providers: dict[tuple[str, str], str]
) -> Mapping[str, Any]:
    found: dict[str, _Named] = {}
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        for each in implementation.function():
            if each.name in found:
                first = providers[what, each.name]
                raise UsageError(
                    f"two plugins provide the {what} {each.name!r}: {first!r} and "
                    f"{implementation.plugin_name!r}; uninstall one"
                )
            found[each.name] = each
            providers[what, each.name] = implementation.plugin_name
    return MappingProxyType(found)


def _each(manager: pluggy.PluginManager, hook: str) -> list[Any]:
    return [each for part in getattr(manager.hook, hook)() for each in part]
