"""The sheet in the making: inputs, cells and the names formulas may use."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from shopscore.errors import Mark
from shopscore.formula.tree import Name, Node, Type, names
from shopscore.plan.draft import Draft, in_order
from shopscore.plan.model import Cell, Input, WarningPlan


class Sheet(Struct):
    """Collects inputs and cells; `ordered` sorts them so that each reads only earlier ones."""

    draft: Draft
    inputs: dict[str, Input] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    scope: dict[str, Type] = field(default_factory=dict)
    """What the policy's own formulas can read."""
    aliases: dict[str, str] = field(default_factory=dict)
    """Names people use -> the input behind them, where the two differ."""
    warnings: list[WarningPlan] = field(default_factory=list)

    def input(
        self,
        name: str,
        kind: Type,
        source: str,
        of: str = "",
        field_: str = "",
        absent: str | bool | None = None,
    ) -> Name:
        """Declare an input and return a reference to it."""
        self.inputs[name] = Input(name, kind, source, of, field_, absent)
        return Name(name, kind)

    def cell(self, name: str, tree: Node, mark: Mark | None = None, title: str = "") -> Name:
        """Add a cell and return a reference to it."""
        self.cells[name] = Cell(name, tree, tree.type, mark, title)
        return Name(name, tree.type)

    def public(self, name: str, kind: Type) -> None:
        """Let policy formulas read a cell or input by its name."""
        self.scope[name] = kind

    def warn(self, id_: str, test: Node, text: str) -> None:
        """Show a warning for the subjects for which a test is true."""
        cell = f"warning.{len(self.warnings)}.{id_}"
        self.cell(cell, test)
        self.warnings.append(WarningPlan(id_, cell, text))

    def ordered(self, fallback: Mark) -> tuple[Cell, ...]:
        """Return the cells, each after those it reads; a circle is a finding."""
        needs = {name: names(cell.tree) for name, cell in self.cells.items()}
        marks: Mapping[str, Mark] = {
            name: cell.mark or self._near(name) or fallback for name, cell in self.cells.items()
        }
        return tuple(self.cells[name] for name in in_order(self.draft, needs, marks, "cell"))

    def _near(self, name: str) -> Mark | None:
        """Find a mark for a cell the language added: that of the metric or value it serves."""
        owner = name.split(".")[0]
        metric = self.draft.bundle.metrics.get(owner)
        return metric.mark if metric else None
