"""From a formula's text to its typed tree, or to findings: nothing a person can type raises."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from shopscore.errors import Finding, Level, Mark
from shopscore.formula.findings import Problem
from shopscore.formula.functions import CORE, Function
from shopscore.formula.reading import read, too_many_parts
from shopscore.formula.scan import MAX_PARTS, scan
from shopscore.formula.tree import Node, Type, walk
from shopscore.formula.typerules import fits
from shopscore.formula.walker import Scope, Walker
from shopscore.formula.wording import any_of

__all__ = ["Scope", "parse"]


def parse(
    text: str,
    scope: Scope,
    *,
    mark: Mark,
    expect: Type | frozenset[Type] | None = None,
    functions: Mapping[str, Function] = CORE,
) -> tuple[Node | None, tuple[Finding, ...]]:
    """Return a formula's tree, or None and every finding there is; `mark` is the text's first character.

    A plain number fits every numeric type that is expected.
    """
    node, problems = _parse(text, scope, expect, functions)
    findings = (
        Finding(problem.id, Level.ERROR, _place(mark, text, problem.at), problem.message)
        for problem in sorted(problems, key=lambda problem: problem.at)
    )
    return (None if problems else node), tuple(findings)


def _parse(
    text: str,
    scope: Scope,
    expect: Type | frozenset[Type] | None,
    functions: Mapping[str, Function],
) -> tuple[Node | None, list[Problem]]:
    scanned = scan(text)
    if isinstance(scanned, Problem):
        return None, [scanned]
    statement = read(scanned)
    if isinstance(statement, Problem):
        return None, [statement]
    walker = Walker(scanned, scope, functions)
    node: Node | None = walker.eval(scanned.text, statement)
    assert node is not None or walker.problems, "a refused formula must say why"
    if node is not None:
        if sum(1 for _ in islice(walk(node), MAX_PARTS + 1)) > MAX_PARTS:
            walker.problems.append(too_many_parts())
        wanted = frozenset({expect}) if isinstance(expect, Type) else expect
        if wanted is not None and not fits(node.type, wanted):
            walker.problems.append(
                Problem("F126", scanned.lead, f"the formula gives {node.type}; expected {any_of(wanted)}")
            )
    return node, walker.problems


def _place(mark: Mark, text: str, at: int) -> Mark:
    """Return the mark of an offset; later lines are taken to start in the first one's column."""
    before = text[:at]
    lines = before.count("\n")
    return Mark(mark.file, mark.line + lines, mark.column + at - (before.rfind("\n") + 1))
