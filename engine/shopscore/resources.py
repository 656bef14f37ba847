"""Where the policies and schemas that come with shopscore are: inside a wheel, or in a checkout."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any


def data_root() -> Traversable:
    """Return the folder that holds `policies` and `schemas`.

    Raises FileNotFoundError where neither an installed wheel nor a checkout is found.
    """
    installed = files("shopscore") / "_data"
    if installed.is_dir():
        return installed
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file():
        return checkout
    raise FileNotFoundError(f"shopscore's policies and schemas are neither in {installed} nor in {checkout}")


@cache
def json_schema(name: str) -> dict[str, Any]:
    """Return one of our JSON Schemas by name: `bundle`, `case`, `events`, `scorecard`.

    The same object every time, so that it is compiled once; it must not be changed.
    """
    text = (data_root() / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
