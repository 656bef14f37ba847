"""Files that cannot be read, or must not be, are findings that name them."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from shopscore.yaml.compose import load_file
from shopscore.yaml.nodes import to_plain

GIGABYTE = 1024**3


def messages(path: Path, shown_as: str | None = "case.yaml", max_bytes: int = 1000) -> list[str]:
    node, findings = load_file(path, shown_as, max_bytes)
    assert node is None
    return [str(finding) for finding in findings]


def test_a_file_is_read_under_the_name_it_is_shown_as(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\n", "utf-8")
    node, findings = load_file(path, shown_as="bundle/x.yaml")
    assert findings == ()
    assert node is not None
    assert (node.mark.file, to_plain(node)) == ("bundle/x.yaml", {"a": 1})
    unnamed, _ = load_file(path)
    assert unnamed is not None
    assert str(path) == unnamed.mark.file


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    assert messages(tmp_path / "none.yaml") == ["case.yaml: Y101 error there is no such file"]


def test_a_folder_is_a_finding(tmp_path: Path) -> None:
    assert messages(tmp_path) == ["case.yaml: Y101 error is a folder, expected a file"]


def test_a_path_through_a_file_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "x.yaml"
    assert messages(path) == ["case.yaml: Y101 error cannot be read: Not a directory"]


def test_a_name_too_long_is_a_finding(tmp_path: Path) -> None:
    assert messages(tmp_path / ("x" * 5000)) == ["case.yaml: Y101 error cannot be read: File name too long"]


def test_a_name_with_nul_is_a_finding() -> None:
    [message] = messages(Path("a\0b"))
    assert message.startswith("case.yaml: Y101 error cannot be read: ")


def test_a_forbidden_file_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\n", "utf-8")

    def refuse(*args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)  # the test may run as a user whom nothing is forbidden
    assert messages(path) == ["case.yaml: Y101 error cannot be read: Permission denied"]


def test_a_line_of_a_gigabyte_is_refused_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "line.yaml"
    with path.open("wb") as file:
        file.truncate(GIGABYTE)  # sparse: takes no room on the disk
    monkeypatch.setattr(Path, "open", None)  # not even opened
    message = "Y102 error has 1,073,741,824 bytes, expected at most 1,000"
    assert [f"case.yaml: {message}"] == messages(path)


def test_a_file_may_be_as_large_as_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: " + b"b" * 97)
    assert load_file(path, max_bytes=100)[1] == ()
    assert messages(path, max_bytes=99) == ["case.yaml: Y102 error has 100 bytes, expected at most 99"]


def test_a_device_without_end_is_read_no_further_than_the_limit() -> None:
    path = Path("/dev/zero")
    if not path.exists():
        pytest.skip("this system has no /dev/zero")
    assert messages(path) == ["case.yaml: Y102 error is too large, expected at most 1,000"]


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("a: 1\n",))
    writer.start()
    node, findings = load_file(path, "pipe")
    writer.join()
    assert findings == ()
    assert node is not None
    assert to_plain(node) == {"a": 1}


SAVE = "cannot stand here; save the file as UTF-8"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: 1\r\nb: \xff\n", f"2:4: Y103 error not UTF-8: the byte 0xFF {SAVE}"),
        (b"\xef\xbb\xbf\xff", f"1:1: Y103 error not UTF-8: the byte 0xFF {SAVE}"),
        (b"a: \xc3\xa9\xc3", f"1:5: Y103 error not UTF-8: the byte 0xC3 {SAVE}"),
        (b"a: \xed\xa0\xbd", f"1:4: Y103 error not UTF-8: the byte 0xED {SAVE}"),
        (b"a: 1\rb: \x1b", "2:4: Y104 error the character U+001B does not belong in a text"),
        ("# \u2029".encode(), "1:3: Y104 error the character U+2029 does not belong in a text"),
        ("a: \uffff".encode(), "1:4: Y104 error the character U+FFFF does not belong in a text"),
    ],
)
def test_bytes_that_are_no_text_are_found_where_they_stand(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    assert [f"case.yaml:{message}"] == messages(path)
