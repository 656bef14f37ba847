"""What the plan's builders share while they work: the bundle, the plugins, the findings so far."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct, field

from shopscore.bundle.model import Bundle, Formula
from shopscore.errors import Finding, Level, Mark
from shopscore.events.tables import Column, Kind, Table, catalog, with_columns
from shopscore.formula.functions import CORE, Function
from shopscore.formula.parse import Scope, parse
from shopscore.formula.tree import Call, Node, Type, walk
from shopscore.hooks import Plugins
from shopscore.plan.findings import CYCLE, PLUGIN_VERSION

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")

_KINDS = {
    Type.TEXT: Kind.TEXT,
    Type.BOOLEAN: Kind.FLAG,
    Type.DAY: Kind.DAY,
    Type.INSTANT: Kind.INSTANT,
    Type.COUNT: Kind.COUNT,
}


class Draft(Struct):
    """One plan in the making; findings gather here so that a run reports all of them."""

    bundle: Bundle
    plugins: Plugins
    tables: Mapping[str, Table]
    functions: Mapping[str, Function]
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def start(cls, bundle: Bundle, plugins: Plugins) -> Draft:
        """Return an empty draft of a bundle's plan."""
        extra = {
            name: Column(name, _KINDS.get(kind, Kind.NUMBER)) for name, kind in bundle.shop_columns.items()
        }
        return cls(
            bundle=bundle,
            plugins=plugins,
            tables=with_columns(catalog(bundle.subject), extra),
            functions={**CORE, **plugins.functions},
        )

    def report(self, id_: str, where: Mark, message: str) -> None:
        """Note an error."""
        self.findings.append(Finding(id_, Level.ERROR, where, message))

    def parse(
        self, formula: Formula, scope: Mapping[str, Type], expect: Type | frozenset[Type] | None = None
    ) -> Node | None:
        """Return a formula's tree, or None with its findings noted."""
        node, findings = parse(
            formula.text, Scope(scope), mark=formula.mark, expect=expect, functions=self.functions
        )
        self.findings.extend(findings)
        if node is not None and self.plugins.functions:
            for part in walk(node):
                if isinstance(part, Call):
                    self.uses("formula function", part.function, formula.mark)
        return node

    def uses(self, what: str, name: str, where: Mark) -> None:
        """Report a plugin that the bundle leans on without naming it: another day it may be another one."""
        plugin = self.plugins.providers.get((what, name))
        if plugin is not None and plugin not in self.bundle.plugins:
            version = self.plugins.versions[plugin]
            self.report(
                PLUGIN_VERSION,
                where,
                f"the {what} {name!r} comes from plugin {plugin!r}; "
                f'name it in the bundle: plugins: {{{plugin}: ">={version}"}}',
            )

    def condition(self, formula: Formula | None, scope: Mapping[str, Type]) -> Node | None:
        """Return a condition's tree, or None where there is none or it is wrong."""
        return None if formula is None else self.parse(formula, scope, Type.BOOLEAN)


def words(formula: Formula | None) -> frozenset[str]:
    """Return the names a formula may read, before it can be parsed: its dotted words."""
    if formula is None:
        return frozenset()
    return frozenset(_DOTTED.findall(_QUOTED.sub(" ", formula.text)))


def in_order(
    draft: Draft, needs: Mapping[str, Collection[str]], marks: Mapping[str, Mark], what: str
) -> tuple[str, ...]:
    """Return names so that each comes after those it needs; a circle is reported and left out.

    Names keep their written order where they need nothing of each other.
    """
    done: dict[str, bool] = {}
    ordered: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> bool:
        if name in above:
            circle = " -> ".join((*above[above.index(name) :], name))
            draft.report(CYCLE, marks[name], f"{what} {name!r} needs itself: {circle}")
            return False
        if name not in done:
            below = [visit(other, (*above, name)) for other in _sorted(needs[name], needs)]
            if name not in done:
                done[name] = all(below)
                if done[name]:
                    ordered.append(name)
        return done[name]

    for name in needs:
        visit(name, ())
    return tuple(ordered)


def _sorted(names: Iterable[str], known: Mapping[str, object]) -> list[str]:
    return sorted(name for name in names if name in known)
