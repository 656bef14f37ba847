"""`shopscore ask`: questions, answers from a pipe, what is asked again, and how it ends."""

import fcntl
import os
import pty
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.cli.conftest import Shopscore

WORDS = ("ask", "--bundle", "corner-shop@1", "--as-of", "2026-03-11")
HERE = Path(__file__).parent


def test_the_questions_say_what_a_number_is_and_where_it_is_shown(shopscore: Shopscore) -> None:
    outcome = shopscore(
        "ask", "--bundle", "us-sps@2026.06", "--as-of", "2026-06-22", stdin=b"beauty\n0.58%\n\n\n\n\n\n"
    )
    assert outcome.status == 0
    assert outcome.err == (HERE / "pages/ask.txt").read_text(encoding="utf-8")


def test_the_command_it_ends_with_gives_the_same_scorecard(shopscore: Shopscore) -> None:
    outcome = shopscore(*WORDS, stdin=b"sweets\n5 %\n25%\n")
    assert outcome.status == 0
    page, _, again = outcome.out.rpartition("\n\n  Again: ")
    assert again == (
        "shopscore evaluate --policies policies --bundle corner-shop@1 --as-of 2026-03-11 --category sweets "
        "--metric 'late_rate=5 %' --metric poor_chat_rate=25%\n"
    )
    assert shopscore(*shlex.split(again)[1:]).out == page + "\n"


def test_a_bad_answer_is_asked_again_with_what_was_expected(shopscore: Shopscore) -> None:
    outcome = shopscore(*WORDS, "--category", "sweets", stdin=b"0.05\nfive\n\xff\n5%\n\n")
    assert outcome.status == 0
    assert outcome.err.count("        Answer with a share such as 0.58 %: ") == 5
    told = [line for line in outcome.err.splitlines() if line.startswith("        '")]
    assert told == [
        "        '0.05' could mean 0.05 % or 5 %; write 0.05% or 5%",
        "        'five' does not fit; expected a share such as 0.58 %",
        "        '\N{REPLACEMENT CHARACTER}' does not fit; expected a share such as 0.58 %",
    ]
    assert outcome.out.endswith("--category sweets --metric late_rate=5%\n")


def test_without_a_policy_it_asks_for_one(shopscore: Shopscore) -> None:
    outcome = shopscore("ask", "--as-of", "2026-03-11", stdin=b"ZY\n\nZZ\n\n5%\n\n")
    assert outcome.status == 0
    assert outcome.err.startswith(
        "Market such as US, or policy such as us-sps@2026.06: \n"
        "        there is no main programme of a market 'ZY'; known are ID, US, ZZ\n"
        "Market such as US, or policy such as us-sps@2026.06: \n"
        "        nothing is written; expected a market or a policy\n"
        "Market such as US, or policy such as us-sps@2026.06: \n"
        "Corner shop rating (corner-shop@1): 2 numbers\n"
    )
    assert outcome.out.endswith(
        "Again: shopscore evaluate --policies policies --bundle corner-shop@1 --as-of 2026-03-11 "
        "--metric late_rate=5%\n"
    )


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        (
            b"",
            "the answers ended before the category; expected a line for each, empty for unknown",
        ),
        (
            b"sweets\n5%\n",
            "the answers ended before number 2 of 2, poor_chat_rate; "
            "expected a line for each, empty for unknown",
        ),
        (b"\n\n\n", "no number is known; expected at least one to score by"),
        (b"sweets\n" + b"y\n" * 1000, "'y' does not fit; expected a share such as 0.58 %"),
    ],
)
def test_answers_that_end_or_lead_nowhere_end_it(shopscore: Shopscore, stdin: bytes, said: str) -> None:
    outcome = shopscore(*WORDS, stdin=stdin)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.endswith(f"\nError: {said}\n")


def test_categories_that_rules_name_are_offered(shopscore: Shopscore) -> None:
    outcome = shopscore("ask", "--bundle", "id-store-rating@2025.08", "--as-of", "2026-06-22", stdin=b"")
    assert "Category such as electronics, fashion: \n" in outcome.err


def test_labels_are_in_the_language_asked_for(shopscore: Shopscore) -> None:
    outcome = shopscore(*WORDS, "--lang", "de", "--category", "x", stdin=b"5%\n\n")
    assert "1 of 2  Verspätete Bestellungen\n" in outcome.err
    assert "--lang de" in outcome.out


def test_a_narrow_terminal_shows_whole_words(workshop: Path) -> None:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    words = ("ask", "--bundle", "us-sps@2026.06", "--as-of", "2026-06-22", "--category", "beauty")
    with subprocess.Popen(
        [sys.executable, "-m", "shopscore_cli", *words],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=slave,
    ) as process:  # fmt: skip
        os.close(slave)
        process.communicate(b"0,58%\n0.58%\n\n\n\n\n\n", timeout=30)
    told = os.read(master, 65536).decode()
    os.close(master)
    lines = told.replace("\r", "").splitlines()
    assert process.returncode == 0
    assert lines[lines.index("1 of 6  Negative review rate") :][:11] == [
        "1 of 6  Negative review rate",
        "        Delivered orders whose first",
        "        review has 1 or 2 stars, of",
        "        delivered orders.",
        "        Shown in Seller Center, Shop",
        "        performance score, Product",
        "        satisfaction: 60-Day Negative",
        "        Review Rate (NRR)",
        "        Answer with a share such as 0.58 %: ",
        "        '0,58%' has a comma; write",
        "        decimals with a point and",
    ]


def test_ctrl_c_at_a_question_ends_it_with_130(workshop: Path) -> None:
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "shopscore_cli", *WORDS],
        stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ),
    ) as process:  # fmt: skip
        os.close(slave)
        assert process.stderr is not None
        asked = b""
        while not asked.endswith(b"Category such as beauty: "):
            asked += process.stderr.read(1)
        # A signal just before the read begins waits for the next key, as a person would press again.
        for _ in range(10):
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(3)
                break
        process.kill()
        out, err = process.communicate()
    os.close(master)
    assert (process.returncode, out, err) == (130, b"", b"interrupted\n")
