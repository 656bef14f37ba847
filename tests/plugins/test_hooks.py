"""Loading and registering plugins: whatever is wrong with one is one message that names it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from shopscore.errors import UsageError
from shopscore.events.reader import Reader, ReadResult
from shopscore.formula.functions import Function
from shopscore.formula.tree import Type
from shopscore.hooks import Loaded, collect, load_all
from shopscore.hookspecs import Check, Fraction, MetricKind, Renderer, hookimpl
from shopscore_cli.render.records import FORMATS as CLI_FORMATS

HOOKS = (
    "shopscore_checks, shopscore_formula_functions, shopscore_metric_kinds, "
    "shopscore_policies, shopscore_readers, shopscore_renderers"
)


def plugin(name: str, **hooks: Callable[..., Any]) -> Loaded:
    module = ModuleType(name)
    for hook, function in hooks.items():
        setattr(module, hook, hookimpl(function))
    return Loaded(name, "1.0", module)


def kind(name: str) -> MetricKind:
    return MetricKind(name, "A kind.", lambda rows, parameters: Fraction(0, 0, 0, 0))


def function(name: str) -> Function:
    return Function(name, (), Type.NUMBER, lambda: 1.0, "one")


def check(id_: str) -> Check:
    return Check(id_, "title", "why", "example", "instead", lambda bundle: ())


def renderer(name: str) -> Renderer:
    return Renderer(name, "A format.", lambda scorecards: "")


def reader(name: str) -> Reader:
    return Reader(name, "Files.", lambda paths, options: ReadResult(name, {}))


PROVIDED = [
    ("shopscore_metric_kinds", "metric kind", kind, "spread_of"),
    ("shopscore_formula_functions", "formula function", function, "working_hours"),
    ("shopscore_readers", "reader", reader, "till-export"),
    ("shopscore_checks", "check", check, "X901"),
    ("shopscore_renderers", "renderer", renderer, "html"),
]


@pytest.mark.parametrize(("hook", "what", "make", "name"), PROVIDED, ids=[each[1] for each in PROVIDED])
def test_two_providers_of_one_name_are_an_error_that_names_both(
    hook: str, what: str, make: Callable[[str], Any], name: str
) -> None:
    first = plugin("north", **{hook: lambda: [make(name)]})
    second = plugin("south", **{hook: lambda: (make(name),)})
    with pytest.raises(UsageError) as error:
        collect([first, second])
    assert str(error.value) == f"two plugins provide the {what} {name!r}: 'north' and 'south'; uninstall one"


@pytest.mark.parametrize(("hook", "what", "make", "name"), PROVIDED, ids=[each[1] for each in PROVIDED])
def test_one_plugin_cannot_provide_a_name_twice(
    hook: str, what: str, make: Callable[[str], Any], name: str
) -> None:
    with pytest.raises(UsageError) as error:
        collect([plugin("north", **{hook: lambda: [make(name), make(name)]})])
    assert str(error.value) == f"plugin 'north' provides the {what} {name!r} twice"


def test_what_plugins_provide_is_found_by_name_with_its_provider() -> None:
    first = plugin(
        "north",
        shopscore_metric_kinds=lambda: [kind("spread_of")],
        shopscore_checks=lambda: [check("X901"), check("X902")],
    )
    second = plugin("south", shopscore_renderers=lambda: [renderer("html")])
    plugins = collect([first, second])
    assert {name: each.name for name, each in plugins.kinds.items()} == {"spread_of": "spread_of"}
    assert [each.id for each in plugins.checks] == ["X901", "X902"]
    assert list(plugins.renderers) == ["html"]
    assert plugins.versions == {"north": "1.0", "south": "1.0"}
    assert plugins.providers == {
        ("check", "X901"): "north",
        ("check", "X902"): "north",
        ("metric kind", "spread_of"): "north",
        ("renderer", "html"): "south",
    }


@pytest.mark.parametrize("name", ["min", "quantise", "local_day", "lambda"])
def test_a_function_cannot_take_a_name_the_language_has(name: str) -> None:
    with pytest.raises(UsageError) as error:
        collect([plugin("north", shopscore_formula_functions=lambda: [function(name)])])
    assert str(error.value) == (
        f"plugin 'north' provides the formula function {name!r}, which shopscore has already; rename it"
    )


@pytest.mark.parametrize("name", CLI_FORMATS)
def test_a_renderer_cannot_take_a_format_the_command_line_has(name: str) -> None:
    with pytest.raises(UsageError) as error:
        collect([plugin("north", shopscore_renderers=lambda: [renderer(name)])])
    assert str(error.value) == (
        f"plugin 'north' provides the renderer {name!r}, which shopscore has already; rename it"
    )


def test_an_unknown_reader_is_answered_with_the_nearest() -> None:
    plugins = collect([plugin("north", shopscore_readers=lambda: [reader("till-export"), reader("pos")])])
    assert plugins.reader("pos").name == "pos"
    with pytest.raises(UsageError) as error:
        plugins.reader("till-exports")
    assert str(error.value) == (
        "no reader is called 'till-exports'; did you mean 'till-export'? (known: pos, till-export)"
    )
    with pytest.raises(UsageError) as error:
        collect([]).reader("pos")
    assert str(error.value) == "no reader is called 'pos' (known: none)"


def test_the_ids_of_plugins_checks_begin_with_x() -> None:
    with pytest.raises(UsageError) as error:
        collect([plugin("north", shopscore_checks=lambda: [check("L901")])])
    assert str(error.value) == "plugin 'north' provides the check 'L901'; ids of plugins begin with X"


def test_a_folder_of_policies_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        collect([plugin("north", shopscore_policies=lambda: [tmp_path / "none"])])
    assert str(error.value) == f"plugin 'north' brings policies from {tmp_path / 'none'}, which is no folder"


# Registration.


def test_arguments_a_hook_does_not_have_fail_at_registration() -> None:
    with pytest.raises(UsageError) as error:
        collect([plugin("north", shopscore_readers=lambda rows: [])])
    assert str(error.value) == (
        "plugin 'north' cannot be registered: Plugin 'north' for hook 'shopscore_readers'; "
        "hookimpl definition: <lambda>(rows); "
        "Argument(s) {'rows'} are declared in the hookimpl but can not be found in the hookspec"
    )


def test_a_misspelt_hook_is_named_with_the_one_that_was_meant() -> None:
    with pytest.raises(UsageError) as error:
        collect([plugin("north", shopscore_reader=lambda: [])])
    assert str(error.value) == (
        "plugin 'north' cannot be registered: there is no hook shopscore_reader; "
        f"did you mean 'shopscore_readers'? (hooks: {HOOKS})"
    )


def test_a_plugin_without_any_hook_forgot_the_marker() -> None:
    module = ModuleType("north")
    module.shopscore_readers = lambda: []  # type: ignore[attr-defined]
    with pytest.raises(UsageError) as error:
        collect([Loaded("north", "1.0", module)])
    assert str(error.value) == (
        "plugin 'north' cannot be registered: it implements no hook; mark its functions with @hookimpl"
    )


def test_hooks_cannot_be_wrapped() -> None:
    module = ModuleType("north")
    module.shopscore_readers = hookimpl(lambda: (yield), wrapper=True)  # type: ignore[attr-defined]
    with pytest.raises(UsageError) as error:
        collect([Loaded("north", "1.0", module)])
    assert str(error.value) == (
        "plugin 'north' cannot be registered: it wraps shopscore_readers; "
        "hooks are implemented, never wrapped"
    )


@pytest.mark.parametrize(
    ("given", "described"),
    [
        (None, "nothing"),
        (kind("spread_of"), "MetricKind"),
        ("spread_of", "str"),
        ([kind("spread_of"), "spread_of"], "one with MetricKind and str"),
        ([MetricKind], "one with the class MetricKind"),
    ],
    ids=["nothing", "a kind", "a text", "a mixed list", "a class"],
)
def test_a_hook_that_gives_something_else_is_named(given: object, described: str) -> None:
    with pytest.raises(UsageError) as error:
        collect([plugin("north", shopscore_metric_kinds=lambda: given)])
    assert str(error.value) == (
        f"plugin 'north': shopscore_metric_kinds must return a list of MetricKind, not {described}"
    )


def test_a_hook_that_raises_is_named() -> None:
    with pytest.raises(UsageError) as error:
        collect([plugin("north", shopscore_metric_kinds=lambda: 1 // 0)])
    assert str(error.value) == (
        "plugin 'north': shopscore_metric_kinds failed: ZeroDivisionError: integer division or modulo by zero"
    )
    assert isinstance(error.value.__cause__, ZeroDivisionError)


# Entry points.


def install(folder: Path, distribution: str, entry: str) -> None:
    """Write what an installer leaves of a distribution with one entry point."""
    info = folder / f"{distribution.replace('-', '_')}-2.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 2.5\n")
    (info / "entry_points.txt").write_text(f"[shopscore]\n{entry}\n")


def points(folder: Path) -> list[EntryPoint]:
    return [point for each in distributions(path=[str(folder)]) for point in each.entry_points]


PLUGIN = """
from shopscore import hookimpl

class Plugin:
    @hookimpl
    def shopscore_policies(self):
        return []

@hookimpl
def shopscore_policies():
    return []
"""


@pytest.mark.parametrize("value", ["grace_plugin", "grace_plugin:Plugin"], ids=["a module", "a class"])
def test_an_entry_point_is_a_module_or_a_class(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "grace_plugin", raising=False)
    (tmp_path / "grace_plugin.py").write_text(PLUGIN)
    install(tmp_path, "shopscore-grace", f"grace = {value}")
    loaded = load_all(points(tmp_path))
    assert [(each.name, each.version) for each in loaded] == [("grace", "2.5")]
    assert collect(loaded).versions == {"grace": "2.5"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import nowhere_to_be_found", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_plugin_that_cannot_be_imported_is_one_message(
    text: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "broken_plugin.py").write_text(text)
    install(tmp_path, "shopscore-broken", "broken = broken_plugin")
    with pytest.raises(UsageError) as error:
        load_all(points(tmp_path))
    assert str(error.value) == (
        f"plugin 'broken' (broken_plugin of shopscore-broken 2.5) cannot be loaded: {reason}"
    )


def test_two_distributions_cannot_bring_plugins_of_one_name(tmp_path: Path) -> None:
    install(tmp_path, "shopscore-north", "grace = north_plugin")
    install(tmp_path, "shopscore-south", "grace = south_plugin")
    with pytest.raises(UsageError) as error:
        load_all(points(tmp_path))
    assert str(error.value) == (
        "two plugins are called 'grace': north_plugin of shopscore-north 2.5 and "
        "south_plugin of shopscore-south 2.5; uninstall one"
    )


def test_importing_shopscore_loads_no_plugin(tmp_path: Path) -> None:
    (tmp_path / "broken_plugin.py").write_text("1 / 0")
    install(tmp_path, "shopscore-broken", "broken = broken_plugin")
    program = (
        "import sys\n"
        "import shopscore, shopscore.api, shopscore.hooks\n"
        "shopscore.load, shopscore.Workspace, shopscore.hookimpl\n"
        "assert not [name for name in sys.modules if 'plugin' in name and name.startswith('shopscore_')]\n"
        "try:\n"
        "    shopscore.hooks.installed()\n"
        "except shopscore.UsageError as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.stderr, run.stdout) == (
        "",
        "plugin 'broken' (broken_plugin of shopscore-broken 2.5) cannot be loaded: "
        "ZeroDivisionError: division by zero\n",
    )
