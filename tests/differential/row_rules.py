"""Policies, first part: facts, populations, exclusions and the category."""

from __future__ import annotations

from tests.differential.sketch import Document, Sketch

from shopscore.formula.tree import Type

CHILDREN = ("reviews", "returns", "complaints")
OTHERS = ("chats", "after_sales_rounds", "violations", "point_events", "appeals")


def row_rules(sketch: Sketch) -> Document:
    """Draw what a policy says about rows."""
    children = sketch.choices.some(CHILDREN, 1, 2)
    others = sketch.choices.some(OTHERS, 0, 1)
    tables = ["orders", *others, *children]
    document: Document = {"facts": _facts(sketch, children, tables)}
    document["populations"] = _populations(sketch, tables)
    document["exclusions"] = _exclusions(sketch)
    if sketch.choices.chance(45):
        document["category"] = _category(sketch)
    return {name: part for name, part in document.items() if part}


def _facts(sketch: Sketch, children: list[str], tables: list[str]) -> Document:
    choices = sketch.choices
    found: dict[str, dict[str, object]] = {}
    for table in reversed(tables):  # children first: facts of orders read theirs
        if table not in sketch.tables:
            continue
        facts: dict[str, object] = {}
        for place in range(choices.whole(0, 3 if table == "orders" else 1)):
            name = f"{table[:2]}_fact{place}"
            hangs = table == "orders" and choices.chance(70)
            fact, kind = _child_fact(sketch, choices.pick(children)) if hangs else _formula(sketch, table)
            facts[name] = fact
            sketch.rows[table][name] = kind
        if facts:
            order = choices.shuffled(list(facts))
            found[table] = {name: facts[name] for name in order}
    return dict(found)


def _formula(sketch: Sketch, table: str) -> tuple[object, Type]:
    formulas = sketch.on_rows(table)
    if sketch.choices.chance(60):
        return formulas.condition(2), Type.BOOLEAN
    return formulas.numeric(2)


def _child_fact(sketch: Sketch, child: str) -> tuple[object, Type]:
    choices, columns = sketch.choices, sketch.rows[child]
    where = {"where": sketch.on_rows(child).condition(1)} if choices.chance(60) else {}
    match choices.pick(["first", "first", "any", "count"]):
        case "first":
            column = choices.pick(list(columns))
            moments = [name for name, kind in columns.items() if kind is Type.INSTANT]
            order = {"order_by": choices.pick(moments)} if choices.chance(40) else {}
            return {"first": column, "of": child, **where, **order}, columns[column]
        case how:
            return {how: child, **where}, Type.BOOLEAN if how == "any" else Type.COUNT


def _populations(sketch: Sketch, tables: list[str]) -> Document:
    choices = sketch.choices
    found: Document = {}
    for place in range(choices.whole(1, 4)):
        table = "orders" if place == 0 else choices.pick(tables)
        moments = [
            column.name for column in sketch.tables[table].columns.values() if column.type is Type.INSTANT
        ]
        at = sketch.tables[table].clock if choices.chance(60) else choices.pick(moments)
        population = {"of": table, "at": at}
        if choices.chance(20):
            population["due"] = choices.pick(moments)
        if choices.chance(55):
            population["where"] = sketch.on_rows(table).condition(choices.pick([0, 1, 2, 2]))
        found[f"pop{place}"] = population
        sketch.populations[f"pop{place}"] = table
    return found


def _exclusions(sketch: Sketch) -> list[Document]:
    choices = sketch.choices
    found: list[Document] = []
    for place in range(choices.pick([0, 0, 1, 2])):
        of = choices.pick(list(sketch.populations))
        when = sketch.on_rows(sketch.populations[of]).condition(1)
        found.append({"id": f"exclusion-{place}", "of": of, "when": when})
    return found


def _category(sketch: Sketch) -> Document:
    choices = sketch.choices
    population = choices.pick(list(sketch.populations))
    names = sketch.rows[sketch.populations[population]]
    texts = [name for name, kind in names.items() if kind is Type.TEXT]
    liked = [name for name in texts if name == "category" or "_fact" in name]
    column = choices.pick(liked if liked and choices.chance(80) else texts)
    return {"of": population, "column": column, "window": sketch.window()}
