"""What the documentation shows is what shopscore prints.

After a change that is meant, `UPDATE_DOCS=1 pytest tests/docs` writes the pages anew; read the difference.
"""

import os
from difflib import unified_diff
from pathlib import Path

import pytest
from tests.docs.pages import ROOT, Shown, Written, blocks, pages, with_blocks
from tests.docs.sessions import Session, without_times

UPDATE = bool(os.environ.get("UPDATE_DOCS"))


def _runs(page: Path) -> bool:
    return any(isinstance(block, Shown) for block in blocks(page.read_text(encoding="utf-8")))


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Sit down in a new folder, without settings from outside."""
    monkeypatch.chdir(tmp_path)
    for name in [*os.environ]:
        if name.startswith("SHOPSCORE_") or name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
            monkeypatch.delenv(name)
    return Session(tmp_path)


@pytest.mark.parametrize(
    "page", [page for page in pages() if _runs(page)], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_a_page_shows_what_is_printed(page: Path, session: Session) -> None:
    text = page.read_text(encoding="utf-8")
    anew: list[tuple[Shown, str]] = []
    for block in blocks(text):
        if isinstance(block, Written):
            session.write(block)
        elif without_times(printed := session.play(block)) != without_times(block.text):
            anew.append((block, printed))
    now = with_blocks(text, anew)
    if UPDATE:
        page.write_text(now, encoding="utf-8")
    else:
        name = page.relative_to(ROOT).as_posix()
        difference = unified_diff(text.splitlines(), now.splitlines(), name, "as printed now", lineterm="")
        assert not anew, "\n".join(difference)


def test_the_pages_that_promise_output_are_run() -> None:
    """A misspelt fence or directive would take a page out of the test unnoticed."""
    promised = (
        "README.md",
        "architecture.md",
        "first-score.md",
        "change-a-policy.md",
        "score-a-marketplace.md",
        "histories-us-2026.md",
        "histories-us-2025.md",
        "histories-indonesia.md",
        "violation-points.md",
        "compare-policies.md",
    )
    run = [page.name for page in pages() if _runs(page)]
    assert [name for name in promised if name not in run] == []
