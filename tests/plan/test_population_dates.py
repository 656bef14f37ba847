"""What dates a population's rows, and what must have come before D, are instants or deadlines."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopscore.api import Workspace

BUNDLE = """\
id: dated
version: "1"
title: {{en: Dated}}
program: main
subject: shop
timezone: UTC
populations:
  waiting: {{of: chats, {dates}}}
metrics:
  chats: {{count_of: waiting, window: {{days: 30}}, assumed: for the test}}
"""
INSTANTS = "(instants: started_at, first_reply_at, rated_at)"


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ("at: started_at, due: first_reply_at", []),
        ("at: rating", [f"8:28: P108 error `at: rating` is no instant of chats {INSTANTS}"]),
        (
            "at: started_at, due: rating",
            [f"8:45: P108 error `due: rating` is no instant of chats {INSTANTS}"],
        ),
    ],
)
def test_only_instants_and_deadlines_date_rows(tmp_path: Path, dates: str, said: list[str]) -> None:
    folder = tmp_path / "dated" / "1"
    folder.mkdir(parents=True)
    file = folder / "bundle.yaml"
    file.write_text(BUNDLE.format(dates=dates), encoding="utf-8")
    _, _, findings = Workspace([tmp_path]).check("dated@1")
    assert [str(each) for each in findings] == [f"{file}:{each}" for each in said]
