"""A bundle's digest: one text for one meaning, whatever files and comments it was written with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from shopscore.bundle.model import Bundle, Provenance
from shopscore.errors import Mark

_LEFT_OUT = frozenset(
    {"mark", "at_mark", "due_mark", "population_mark", "metric_marks", "written_unit", "digest"}
)
"""Places in files, the spelling of numbers, and the digest itself."""


def digest_of(bundle: Bundle, plugin_versions: Mapping[str, str]) -> str:
    """Return the SHA-256 of a bundle's canonical JSON, with the versions of the plugins it names, as hex."""
    return hashlib.sha256(canonical_json(bundle, plugin_versions).encode()).hexdigest()


def canonical_json(bundle: Bundle, plugin_versions: Mapping[str, str]) -> str:
    """Return a bundle as JSON with sorted keys and no white space; marks keep words, not places."""
    versions = {name: plugin_versions.get(name) for name in bundle.plugins}
    content = {"bundle": _plain(bundle), "plugin_versions": versions}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _plain(value: object) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case [Provenance(), *_]:
            # In the text they come in the order of its keys, which has no meaning.
            return sorted((_plain(each) for each in value), key=json.dumps)
        case tuple() | list():
            return [_plain(each) for each in value]
        case Mark():
            raise AssertionError("places are left out by name")
        case Struct():
            names = (name for name in value.__struct_fields__ if name not in _LEFT_OUT)
            return {name: _plain(getattr(value, name)) for name in names}
        case _:
            raise AssertionError(f"no canonical form for {type(value).__name__}")
