"""The command as a process of its own: streams, colours, pipes, signals, faults of ours, what it imports."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "shopscore_cli"]


def shopscore(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **options.pop("environment", {})}  # type: ignore[dict-item]
    return subprocess.run(
        [*COMMAND, *words], capture_output=True, text=True, timeout=120, env=environment, **options
    )  # type: ignore[call-overload,no-any-return]


def on_a_terminal(words: list[str], environment: dict[str, str]) -> str:
    """Return what a command writes to a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *words], stdout=slave, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    ) as process:
        os.close(slave)
        chunks = []
        while True:
            try:
                chunk = os.read(master, 65536)
            except OSError:  # the other end is closed
                break
            if not chunk:
                break
            chunks.append(chunk)
        process.wait(60)
    os.close(master)
    return b"".join(chunks).decode()


def test_results_go_to_one_stream_and_messages_to_the_other(workshop: Path, case: Path) -> None:
    more = "complaints: [{ticket_id: t1, opened_at: 2026-03-01T10:00:00Z, colour: red}]\n"
    text = (workshop / case).read_text() + more
    done = shopscore("evaluate", "-", "--format", "json", input=text)
    assert json.loads(done.stdout)["subject"]["id"] == "S1"
    assert done.stderr == "<stdin>:29:63: I341 warning complaints has no column 'colour', it is ignored\n"
    assert done.returncode == 0


def test_evaluate_loads_neither_a_database_nor_what_only_other_commands_need(
    workshop: Path, case: Path
) -> None:
    """A cold start must stay under half a second; these alone would take longer."""
    code = (
        "import sys\n"
        "from shopscore_cli.main import run\n"
        f"assert run(['evaluate', {str(case)!r}]) == 0\n"
        "print(sorted({'duckdb', 'pyarrow', 'sqlglot', 'rich', 'narwhals', 'numpy'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.stderr, done.stdout.splitlines()[-1]) == ("", "[]")


def test_colour_comes_on_a_terminal_only_and_goes_with_no_color(workshop: Path, case: Path) -> None:
    words = ["evaluate", str(case)]
    plain = shopscore(*words).stdout
    assert "\x1b[" not in plain
    coloured = on_a_terminal(words, {"TERM": "xterm"})
    assert "\x1b[1m" in coloured
    for environment in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert on_a_terminal(words, environment).replace("\r\n", "\n") == plain


def test_a_closed_pipe_is_no_fault(workshop: Path) -> None:
    command = f"{sys.executable} -m shopscore_cli show corner-shop@1 | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("141\n", "")


@pytest.mark.parametrize("buffering", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "unbuffered"])
def test_a_pipe_that_closes_in_the_middle_of_a_long_result_is_told_by_the_status(
    workshop: Path, buffering: dict[str, str]
) -> None:
    command = (
        f"{sys.executable} -m shopscore_cli show us-sps@2026.06 --sql | head -1; echo ${{PIPESTATUS[0]}}"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=120, env=environment | buffering
    )
    assert (done.stdout.splitlines()[1:], done.stderr) == (["141"], "")


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", ">&- <&-"])
def test_a_closed_standard_output_ends_as_one_that_nobody_reads(
    workshop: Path, case: Path, closed: str
) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m shopscore_cli evaluate {case} {closed}"],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (141, "", "")


def test_a_closed_standard_output_does_not_matter_to_a_command_that_prints_nothing(workshop: Path) -> None:
    words = "sample market --shops 5 --orders 50 --days 40 --quiet"
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m shopscore_cli {words} >&-"],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (workshop / "market/shops.parquet").read_bytes()[:4] == b"PAR1"


def test_a_closed_standard_input_is_an_empty_case(workshop: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m shopscore_cli evaluate - <&-"],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "<stdin>:1:1: Y108 error the file is empty\n")


def test_a_terminal_of_few_letters_gets_question_marks(workshop: Path, case: Path) -> None:
    done = shopscore("evaluate", str(case), environment={"PYTHONIOENCODING": "latin-1"}, encoding="latin-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "9 Feb ? 10 Mar" in done.stdout


def test_a_full_disk_is_no_fault_of_ours(workshop: Path, case: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "evaluate", str(case)], stdout=full, stderr=subprocess.PIPE, text=True, timeout=120
        )
    assert (done.returncode, done.stderr) == (2, "Error: No space left on device\n")


FAULT = """
import sys
import shopscore_cli.inputs
def broken(session, request):
    raise KeyError("late_rate.value")
shopscore_cli.inputs.evaluate_request = broken
sys.modules.pop("shopscore_cli.commands.evaluate", None)
from shopscore_cli.main import main
sys.argv = ["shopscore", "evaluate", "case.yaml"]
main()
"""


def test_a_fault_of_ours_is_a_short_report_with_its_own_status(workshop: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FAULT], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (3, "")
    first, second = done.stderr.splitlines()
    assert first == "Error: a fault in shopscore itself: KeyError: 'late_rate.value' at <string>:5"
    assert second == (
        "Nothing in your input explains it. Please report it; SHOPSCORE_DEBUG=1 shows the whole trace."
    )


def test_the_whole_trace_is_there_for_those_who_ask(workshop: Path) -> None:
    environment = {**os.environ, "SHOPSCORE_DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "-c", FAULT], capture_output=True, text=True, timeout=120, env=environment
    )
    assert done.returncode == 3
    assert "Traceback (most recent call last)" in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete_commands_and_options(workshop: Path, shell: str) -> None:
    word = "ev" if shell == "fish" else "1"
    environment = {
        "_SHOPSCORE_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": "shopscore ev",
        "COMP_CWORD": word,
    }
    done = shopscore(environment=environment)
    assert "evaluate" in done.stdout
    source = shopscore(environment={"_SHOPSCORE_COMPLETE": f"{shell}_source"})
    assert "shopscore" in source.stdout


def test_the_version_is_the_packages(workshop: Path) -> None:
    from importlib.metadata import version

    assert shopscore("--version").stdout == f"shopscore {version('shopscore')}\n"


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_and_leaves_nothing(workshop: Path, number: signal.Signals, status: int) -> None:
    shopscore("sample", "market", "--shops", "200", "--orders", "20000", "--seed", "3", "--quiet")
    words = ["score", "market", "--bundle", "us-sps@2026.06", "--as-of", "2026-06-22", "-o", "scores.parquet"]
    with subprocess.Popen(
        [*COMMAND, *words, "--engine", "reference"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 60
        while not list(workshop.glob(".scores.parquet.*")) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (status, "", "interrupted\n")
    assert sorted(path.name for path in workshop.iterdir()) == ["market", "policies"]


IN_AN_EXEC = """
import signal, sys
import shopscore_cli.inputs
def interrupted(session, request):
    exec("signal.raise_signal(signal.SIGTERM)")
shopscore_cli.inputs.evaluate_request = interrupted
from shopscore_cli.main import main
sys.argv = ["shopscore", "evaluate", "case.yaml"]
main()
"""


def test_a_signal_in_generated_code_keeps_its_own_status(workshop: Path) -> None:
    (workshop / "interrupted.py").write_text(IN_AN_EXEC)
    command = [sys.executable, "-m", "interrupted"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (143, "", "interrupted\n")


IN_A_QUERY = """
import signal, sys
import duckdb
import shopscore_cli.inputs
def swallowing(session, request):
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:  # as DuckDB does with it
        pass
    try:
        raise {error}
    except Exception as error:
        {then}
shopscore_cli.inputs.evaluate_request = swallowing
sys.modules.pop("shopscore_cli.commands.evaluate", None)
from shopscore_cli.main import main
sys.argv = ["shopscore", "evaluate", "case.yaml"]
main()
"""


@pytest.mark.parametrize(
    "error", ["RuntimeError('Query interrupted')", "duckdb.InterruptException('INTERRUPT Error')"]
)
@pytest.mark.parametrize(
    "then", ["raise", "raise ValueError('the input cannot be opened') from error"], ids=["raw", "wrapped"]
)
def test_ctrl_c_that_duckdb_made_an_error_of_is_an_interruption(
    workshop: Path, error: str, then: str
) -> None:
    code = IN_A_QUERY.format(error=error, then=then)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


def test_an_error_that_only_sounds_like_an_interruption_is_a_fault(workshop: Path) -> None:
    code = FAULT.replace('KeyError("late_rate.value")', 'RuntimeError("Query interrupted")')
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        3,
        "Error: a fault in shopscore itself: RuntimeError: Query interrupted at <string>:5",
    )
