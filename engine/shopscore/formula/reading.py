"""From a scanned formula to Python's syntax tree, bounded so that a walk of it cannot recurse far."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from simpleeval import SimpleEval

from shopscore.formula.findings import Problem
from shopscore.formula.scan import MAX_DEPTH, MAX_PARTS, Scanned
from shopscore.formula.wording import short

_OTHER_LANGUAGES = (
    (r"&&", "write and"),
    (r"\|\|", "write or"),
    (r"<>", "write !="),
    (r"=>", "write >="),
    (r"=<", "write <="),
    (r"!(?!=)", "write not"),
    (r"(?<![<>=!:])=(?!=)", "compare with =="),
    (r"\b(AND|OR|NOT|IF|ELSE|IN)\b", "write it in lower case"),
    (r"(?<![\w.])\d[\d.]* *%", "write a percentage as a share: 40 % is 0.40"),
    (r"(?<![\w.])\d[\d.]* *[hd]\b", "write the number without its unit"),
)
"""What other languages and the YAML around write; each with what is written here."""


def read(scanned: Scanned) -> ast.stmt | Problem:
    """Parse the text and count what came out."""
    try:
        with warnings.catch_warnings():
            # Python warns of what it will refuse one day (`1or 2`); here it is refused today.
            warnings.simplefilter("error")
            statement: ast.stmt = SimpleEval.parse(scanned.text)
    except SyntaxError as error:
        return _unreadable(scanned, error)
    except (RecursionError, MemoryError):
        return _too_deep(scanned)
    parts = 0
    level: list[ast.AST] = [statement]
    for _ in range(MAX_DEPTH + 1):
        level = [child for node in level for child in _operands(node)]
        parts += len(level)
    if level:
        return _too_deep(scanned)
    return too_many_parts() if parts > MAX_PARTS else statement


def too_many_parts() -> Problem:
    """Say that a formula is too big."""
    return Problem("F104", 0, f"the formula has more than {MAX_PARTS} names, literals and operators")


def _too_deep(scanned: Scanned) -> Problem:
    return Problem("F103", scanned.lead, f"the formula nests more than {MAX_DEPTH} deep")


def _unreadable(scanned: Scanned, error: SyntaxError) -> Problem:
    bare = scanned.bare
    for pattern, hint in _OTHER_LANGUAGES:
        if found := re.search(pattern, bare):
            return Problem("F105", found.start(), f"{found.group().strip()} cannot be read; {hint}")
    at = min(scanned.lead + max((error.offset or 1) - 1, 0), len(bare.rstrip()))
    rest = scanned.text[at:].strip()
    what = f"cannot be read from {short(rest)!r} on" if rest else "ends where more was expected"
    return Problem("F105", at, f"the formula {what}")


def _operands(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr_context | ast.operator | ast.unaryop | ast.boolop | ast.cmpop):
            yield child
