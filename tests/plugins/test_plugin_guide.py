"""The guide: every hook has its part, and what it shows is the package as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pluggy
import pytest

from shopscore import hookspecs

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "plugins.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "examples" / "shopscore-dispatch-grace"
SHOWN = [(kind, text) for kind, text in re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.M | re.S)]


def hook_names() -> list[str]:
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    return [name for name in dir(hookspecs) if manager.parse_hookspec_opts(hookspecs, name) is not None]


def test_every_hook_is_documented_in_its_own_part() -> None:
    parts = re.findall(r"^### `(\w+)`$\n\n(.+)", GUIDE, re.M)
    assert sorted(name for name, _ in parts) == hook_names()


def test_every_hook_is_implemented_by_the_example() -> None:
    module = (PACKAGE / "shopscore_dispatch_grace" / "__init__.py").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^@hookimpl\ndef (\w+)\(", module, re.M)) == hook_names()


def test_every_hook_has_a_test_that_uses_it() -> None:
    tests = (Path(__file__).parent / "test_each_hook.py").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^def test_(shopscore_\w+?)_reach", tests, re.M)) == hook_names()


@pytest.mark.parametrize(
    ("kind", "text"), SHOWN, ids=[text.strip().splitlines()[0][:40] for _, text in SHOWN]
)
def test_what_the_guide_shows_stands_in_the_package(kind: str, text: str) -> None:
    suffixes = {"python": "*.py", "toml": "*.toml", "yaml": "*.yaml"}
    files = [file.read_text(encoding="utf-8") for file in PACKAGE.rglob(suffixes[kind])]
    assert any(text in file for file in files), f"not in any {suffixes[kind]} of the example:\n{text}"
