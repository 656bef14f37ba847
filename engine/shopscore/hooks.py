"""Loads plugins and gives one frozen view of what they add."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pluggy
from msgspec import Struct, field

from shopscore import hookspecs
from shopscore.errors import UsageError, near_match
from shopscore.events.reader import Reader
from shopscore.formula.functions import FUNCTIONS, LOCAL_DAY, Function
from shopscore.hookspecs import FORMATS, PROJECT, Check, MetricKind, Renderer


class Loaded(Struct, frozen=True):
    """One plugin: its name, the distribution's version, and its object."""

    name: str
    version: str
    plugin: object


class Plugins(Struct, frozen=True):
    """What all loaded plugins provide, by name."""

    loaded: tuple[Loaded, ...] = ()
    kinds: Mapping[str, MetricKind] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    readers: Mapping[str, Reader] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    renderers: Mapping[str, Renderer] = field(default_factory=dict)
    policies: tuple[Path, ...] = ()
    providers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(what, name) -> plugin; policies go by their folder."""

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
    return collect(load_all(entry_points(group=PROJECT)))


def load_all(points: Iterable[EntryPoint]) -> tuple[Loaded, ...]:
    """Import plugins, by name; one that cannot be imported or two of one name are an error."""
    found: dict[str, EntryPoint] = {}
    for point in points:
        if point.name in found:
            both = " and ".join(sorted((_origin(found[point.name]), _origin(point))))
            raise UsageError(f"two plugins are called {point.name!r}: {both}; uninstall one")
        found[point.name] = point
    return tuple(_load(found[name]) for name in sorted(found))


def collect(plugins: Iterable[Loaded]) -> Plugins:
    """Register plugins and gather what they provide; two providers of one name are an error."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    loaded = tuple(plugins)
    for each in loaded:
        _register(manager, each)
    providers: dict[tuple[str, str], str] = {}
    checks = _by_name(manager, "shopscore_checks", Check, "check", providers)
    for id_ in checks:
        if not id_.startswith("X"):
            plugin = providers["check", id_]
            raise UsageError(f"plugin {plugin!r} provides the check {id_!r}; ids of plugins begin with X")
    return Plugins(
        loaded=loaded,
        kinds=_by_name(manager, "shopscore_metric_kinds", MetricKind, "metric kind", providers),
        functions=_by_name(
            manager,
            "shopscore_formula_functions",
            Function,
            "formula function",
            providers,
            taken=FUNCTIONS.keys() | {LOCAL_DAY, *keyword.kwlist},
        ),
        readers=_by_name(manager, "shopscore_readers", Reader, "reader", providers),
        checks=tuple(checks.values()),
        renderers=_by_name(manager, "shopscore_renderers", Renderer, "renderer", providers, taken=FORMATS),
        policies=_policies(manager, providers),
        providers=MappingProxyType(providers),
    )


def _load(point: EntryPoint) -> Loaded:
    version = point.dist.version if point.dist else "unknown"
    try:
        plugin = point.load()
        if isinstance(plugin, type):
            plugin = plugin()
    except Exception as error:  # a broken plugin is its author's fault and must be named
        raise UsageError(
            f"plugin {point.name!r} ({_origin(point)}) cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    return Loaded(point.name, version, plugin)


def _origin(point: EntryPoint) -> str:
    return f"{point.value} of {point.dist.name} {point.dist.version}" if point.dist else point.value


def _register(manager: pluggy.PluginManager, each: Loaded) -> None:
    """Register a plugin; what pluggy would let pass in silence is refused too."""
    hooks = {name for name in dir(hookspecs) if manager.parse_hookspec_opts(hookspecs, name) is not None}
    implemented = 0
    for name in dir(each.plugin):
        options = manager.parse_hookimpl_opts(each.plugin, name)
        if options is None:
            continue
        hook = options["specname"] or name
        if hook not in hooks:
            known = ", ".join(sorted(hooks))
            raise _refused(each, f"there is no hook {hook}{near_match(hook, hooks)} (hooks: {known})")
        if options["wrapper"] or options["hookwrapper"]:
            raise _refused(each, f"it wraps {hook}; hooks are implemented, never wrapped")
        implemented += 1
    if not implemented:
        raise _refused(each, "it implements no hook; mark its functions with @hookimpl")
    try:
        manager.register(each.plugin, name=each.name)
    except (pluggy.PluginValidationError, ValueError) as error:
        raise _refused(each, "; ".join(str(error).splitlines())) from error


def _refused(each: Loaded, reason: str) -> UsageError:
    return UsageError(f"plugin {each.name!r} cannot be registered: {reason}")


def _by_name(
    manager: pluggy.PluginManager,
    hook: str,
    kind: type,
    what: str,
    providers: dict[tuple[str, str], str],
    taken: Collection[str] = (),
) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for plugin, each in _provided(manager, hook, kind):
        name: str = each.id if isinstance(each, Check) else each.name
        if name in taken:
            raise UsageError(
                f"plugin {plugin!r} provides the {what} {name!r}, which shopscore has already; rename it"
            )
        if name in found:
            first = providers[what, name]
            raise UsageError(
                f"plugin {plugin!r} provides the {what} {name!r} twice"
                if first == plugin
                else f"two plugins provide the {what} {name!r}: {first!r} and {plugin!r}; uninstall one"
            )
        found[name] = each
        providers[what, name] = plugin
    return MappingProxyType(found)


def _policies(manager: pluggy.PluginManager, providers: dict[tuple[str, str], str]) -> tuple[Path, ...]:
    found = []
    for plugin, folder in _provided(manager, "shopscore_policies", Path):
        if not folder.is_dir():
            raise UsageError(f"plugin {plugin!r} brings policies from {folder}, which is no folder")
        providers["policies", str(folder)] = plugin
        found.append(folder)
    return tuple(found)


def _provided(manager: pluggy.PluginManager, hook: str, kind: type) -> Iterator[tuple[str, Any]]:
    """Yield what a hook's implementations give, each with its plugin, in the order of registration."""
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        plugin = implementation.plugin_name
        try:
            given = implementation.function()
        except Exception as error:  # as for imports: the author's fault, never a traceback
            raise UsageError(f"plugin {plugin!r}: {hook} failed: {type(error).__name__}: {error}") from error
        if not isinstance(given, Sequence) or not all(isinstance(each, kind) for each in given):
            raise UsageError(
                f"plugin {plugin!r}: {hook} must return a list of {kind.__name__}, not {_described(given)}"
            )
        for each in given:
            yield plugin, each


def _described(given: object) -> str:
    if isinstance(given, Sequence) and not isinstance(given, str):
        kinds = {
            f"the class {each.__name__}" if isinstance(each, type) else type(each).__name__ for each in given
        }
        return f"one with {' and '.join(sorted(kinds))}"
    return type(given).__name__ if given is not None else "nothing"
