"""The demonstration: it works in its own folder only, and chooses a shop with something to tell."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shopscore_cli import demo


def test_a_folder_of_somebody_else_is_left_alone(workshop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workshop / "demo-out").mkdir()
    (workshop / "demo-out" / "mine.txt").write_text("work")
    assert demo.main() == 2
    assert capsys.readouterr().err == "Error: ./demo-out is there and not ours; remove it or run elsewhere\n"
    assert (workshop / "demo-out" / "mine.txt").read_text() == "work"


def row(shop: str, state: str, score: float | None, floors: int = 0, crm: str = "granted") -> dict[str, Any]:
    return {
        "subject": {"id": shop},
        "state": state,
        "score": score,
        "floors": [{"id": "young"}] * floors,
        "adjustments": [{"id": "late"}] if shop == "told" else [],
        "benefits": {"crm": {"state": crm}},
    }


def test_the_shop_shown_is_the_one_with_most_to_tell(tmp_path: Path) -> None:
    rows = [
        row("plain", "scored", 3.5),
        row("unscored", "not_enough_data", None, floors=1, crm="frozen"),
        row("told", "scored", 4.9, floors=1, crm="frozen"),
        row("floored", "scored", 3.5, floors=1),
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "scores.parquet")
    assert demo.interesting_shop(tmp_path / "scores.parquet") == "told"


def test_the_first_command_that_fails_ends_it(workshop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []

    def fake(words: tuple[str, ...]) -> int:
        called.append(words[0])
        return 2 if words[0] == "sample" else 0

    monkeypatch.setattr(demo, "run", fake)
    assert demo.main() == 2
    assert called == ["show", "sample"]
    assert demo.main() == 2  # our own folder may be made anew
