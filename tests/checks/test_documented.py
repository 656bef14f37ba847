"""Every finding has documentation, each id once."""

import re
from collections import Counter
from pathlib import Path

import shopscore
import shopscore_cli
import shopscore_plugins
from shopscore_cli.docs import all_findings

PACKAGES = (shopscore, shopscore_cli, shopscore_plugins)


def test_no_id_is_used_twice() -> None:
    counts = Counter(each.id for each in all_findings())
    assert [id_ for id_, count in counts.items() if count > 1] == []


def test_every_id_in_the_code_is_documented() -> None:
    """Ids are written as whole texts such as "Y101"; a finding without a page helps nobody."""
    used = set()
    for package in PACKAGES:
        assert package.__file__ is not None
        for path in Path(package.__file__).parent.rglob("*.py"):
            used |= set(re.findall(r'"([A-Z][0-9]{3})"', path.read_text(encoding="utf-8")))
    assert used - {each.id for each in all_findings()} == set()


def test_documentation_says_what_why_and_what_to_write_instead() -> None:
    for each in all_findings():
        assert re.fullmatch(r"[A-Z][0-9]{3}", each.id)
        assert each.title and not each.title.endswith("."), each.id
        assert each.why.endswith("."), each.id
        assert each.example, each.id
        assert each.instead, each.id
