"""What a version writes and nothing reads."""

from pathlib import Path

import pytest

from shopscore.api import Workspace
from shopscore.checks import lint_bundle

BUNDLE = """\
id: p
version: "1"
title: {en: P}
program: main
subject: shop
market: ZZ
timezone: UTC
sources: {rules: {title: Rules}}
source: rules
facts:
  orders:
    counted: "not is_gift"
    stars: {first: stars, of: reviews, where: "fresh", order_by: posted_at}
  reviews:
    fresh: "not is_edit"
populations: {all_orders: {of: orders, where: "counted", at: placed_at}}
metrics:
  poor_rate: {label: {en: Poor}, share_of: all_orders, where: "stars <= limit_free", window: {days: 30}}
values:
  threshold: {value: 0.3}
gates:
  ads: {label: {en: ads}, when: "poor_rate.value < threshold"}
""".replace("limit_free", "2")


def lint(tmp_path: Path, text: str, version: str = "1") -> list[str]:
    folder = tmp_path / "p" / version
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bundle.yaml").write_text(text)
    workspace = Workspace([tmp_path])
    findings = lint_bundle(*workspace.check(str(folder)), workspace.plugins)
    return [f"{str(each).removeprefix(f'{folder}/')}" for each in findings]


def test_facts_reach_metrics_through_facts_and_children(tmp_path: Path) -> None:
    assert lint(tmp_path, BUNDLE) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('where: "counted", ', "", "bundle.yaml:12:5: L101 warning the fact 'counted' is never used"),
        ('where: "fresh", ', "", "bundle.yaml:15:5: L101 warning the fact 'fresh' is never used"),
        ("< threshold", "< 0.3", "bundle.yaml:20:3: L101 warning the value 'threshold' is never used"),
        (
            "populations: {",
            "populations: {others: {of: chats, at: started_at}, ",
            "bundle.yaml:16:15: L101 warning the population 'others' is never used",
        ),
        (
            "sources: {",
            "sources: {older: {title: Older}, ",
            "bundle.yaml:8:11: L101 warning the source 'older' is never used",
        ),
    ],
)
def test_what_nothing_reads_is_told_where_it_is_written(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in BUNDLE
    assert lint(tmp_path, BUNDLE.replace(old, new, 1)) == [said]


def test_what_a_version_inherits_may_stay_unused(tmp_path: Path) -> None:
    lint(tmp_path, BUNDLE)
    child = (
        'id: p\nversion: "2"\nextends: p@1\ngates: {ads: {when: "poor_rate.value < 0.3", assumed: simpler}}\n'
    )
    assert lint(tmp_path, child, "2") == []
