"""The reading of pages itself: what is run, what is not, and that a false output is seen."""

from pathlib import Path

import pytest
from tests.docs.pages import Shown, Written, blocks, with_blocks
from tests.docs.sessions import Session

PAGE = """
```console
$ make test
```

<!-- not run: takes long -->
```console
$ shopscore sample market
```

<!-- file: notes/a.txt -->
```text
one
> two
```

```console
$ cat notes/a.txt
one
$ shopscore evaluate nowhere.yaml | cat
```

```pycon
>>> for n in range(2):
...     print(n)
0
>>> n + 1
3
```
"""


def _now(page: str, session: Session) -> str:
    anew = []
    for block in blocks(page):
        if isinstance(block, Written):
            session.write(block)
        else:
            anew.append((block, session.play(block)))
    return with_blocks(page, anew)


def test_only_blocks_of_ours_that_may_be_run_are_run() -> None:
    found = [(type(block), block.text.split("\n")[0]) for block in blocks(PAGE)]
    assert found == [
        (Written, "one"),
        (Shown, "$ cat notes/a.txt"),
        (Shown, ">>> for n in range(2):"),
    ]


def test_outputs_are_put_right_and_all_else_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message passes the pipe by, as in a shell; a printed `>` is no continuation of a command."""
    monkeypatch.chdir(tmp_path)
    right = PAGE.replace("$ cat notes/a.txt\none\n", "$ cat notes/a.txt\none\n> two\n")
    message = "nowhere.yaml: Y101 error there is no such file"
    right = right.replace("yaml | cat\n", f"yaml | cat\n{message}\n")
    right = right.replace("print(n)\n0\n>>> n + 1\n3\n", "print(n)\n0\n1\n>>> n + 1\n2\n")
    assert _now(PAGE, Session(tmp_path)) == right
