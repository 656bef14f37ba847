"""The digest follows the meaning of a bundle, not the way it is written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from shopscore.bundle.catalog import Catalog
from shopscore.bundle.digest import canonical_json, digest_of
from shopscore.bundle.model import Bundle
from shopscore.yaml.compose import load
from shopscore.yaml.nodes import to_plain

TEXT = (Path(__file__).parent / "policies/tiny/1/bundle.yaml").read_text(encoding="utf-8")


def bundle(root: Path, **files: str) -> Bundle:
    """Return the tiny bundle written as some files."""
    folder = root / f"{len(list(root.iterdir()))}/tiny/1"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    loaded = Catalog([]).load(folder)
    assert loaded.findings == ()
    assert loaded.bundle is not None
    return loaded.bundle


def backwards(value: Any) -> Any:
    """Return a value with the keys of all its maps in the opposite order."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return [backwards(each) for each in value] if isinstance(value, list) else value


def test_comments_files_and_the_order_of_keys_do_not_count(tmp_path: Path) -> None:
    """The same bundle in three dresses."""
    plain = bundle(tmp_path, bundle=TEXT)
    bare = re.sub(r"(?m)^#.*\n|^\n", "", TEXT)
    node, _ = load(TEXT, "bundle.yaml")
    assert node is not None
    reordered = json.dumps(backwards(to_plain(node)))
    head, tail = bare.split("metrics:\n", 1)
    assert bundle(tmp_path, bundle=bare).digest == plain.digest
    assert bundle(tmp_path, bundle=reordered).digest == plain.digest
    assert bundle(tmp_path, a=f"metrics:\n{tail}", b=head).digest == plain.digest


def test_the_spelling_of_a_number_does_not_count(tmp_path: Path) -> None:
    """40 % and 0.4 are one number, 0.70 and 0.7 too."""
    respelt = TEXT
    for old, new in (("most: 4 %", "most: 0.04"), ("factor: 0.7,", "factor: 0.70,"), ("at: 40 %", "at: 0.4")):
        assert respelt.count(old) == 1
        respelt = respelt.replace(old, new)
    assert bundle(tmp_path, bundle=respelt).digest == bundle(tmp_path, bundle=TEXT).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at_most: 4 %", "at_most: 5 %"),
        ("points: 3.5", "points: 3.4"),
        ("title: {en: Tiny}", "title: {en: Small}"),
        ("{value: 3, source: guide}", "{value: 3, assumed: guide}"),
        ("used: 1 %", "used: 3 %"),
        ("window: {days: 30}", "window: {days: 30, lag: 1}"),
        ("{id: good, when", "{id: fine, when"),
        ('"score >= 4"', '"score > 4"'),
    ],
)
def test_every_value_and_mark_counts(tmp_path: Path, old: str, new: str) -> None:
    """Whatever changes what is said changes the digest."""
    assert TEXT.count(old) == 1
    assert bundle(tmp_path, bundle=TEXT.replace(old, new)).digest != bundle(tmp_path, bundle=TEXT).digest


def test_the_order_of_a_list_counts(tmp_path: Path) -> None:
    """Bands are taken in their order."""
    good, poor = re.findall(r"    - \{id: (?:good|poor), when.*\n", TEXT)
    swapped = TEXT.replace(good + poor, poor + good)
    assert bundle(tmp_path, bundle=swapped).digest != bundle(tmp_path, bundle=TEXT).digest


def test_versions_of_needed_plugins_count(tmp_path: Path) -> None:
    """Of those the bundle names, and of no others."""
    needing = bundle(tmp_path, bundle=f'{TEXT}\nplugins: {{rates: ">=1"}}\n')
    assert digest_of(needing, {"rates": "1.0"}) != digest_of(needing, {"rates": "1.1"})
    assert digest_of(needing, {"rates": "1.0"}) == digest_of(needing, {"rates": "1.0", "other": "2"})


def test_the_digest_is_of_canonical_json_without_places(tmp_path: Path) -> None:
    """Sorted keys, no white space, and no file names or lines."""
    one = bundle(tmp_path, bundle=TEXT)
    text = canonical_json(one, {})
    content = json.loads(text)
    assert text == json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert "bundle.yaml" not in text
    assert content["bundle"]["metrics"]["late_rate"]["decay"] == {"every_days": 15, "factor": "0.7"}
    assert len(one.digest) == 64
