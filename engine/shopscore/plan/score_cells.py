"""Cells of the score: weights, dimensions, adjustments, state, band, what each metric lost."""

from __future__ import annotations

from collections.abc import Mapping

from shopscore.bundle.model import Dimension, Score
from shopscore.errors import Mark
from shopscore.formula.tree import Call, Name, Node, Type, rewrite
from shopscore.formula.tree import names as names_in
from shopscore.plan import names
from shopscore.plan.model import AdjustmentPlan, DimensionPlan
from shopscore.plan.sheet import Sheet
from shopscore.plan.trees import (
    FALSE,
    both,
    call,
    cases,
    choose,
    compare,
    either,
    is_one_of,
    is_true,
    known,
    missing,
    null,
    number,
    op,
    quantise,
    text,
    total,
)


def score_cells(sheet: Sheet, score: Score) -> tuple[tuple[DimensionPlan, ...], tuple[AdjustmentPlan, ...]]:
    """Add everything from points to the score, its state and its band."""
    dimensions = []
    for dimension in score.dimensions.values():
        sheet.public(dimension.id, Type.POINTS)
        dimensions.append(DimensionPlan(dimension.id, dimension.label, tuple(dimension.metrics)))
        for metric, weight in dimension.metrics.items():
            _weight(sheet, score, metric, weight, dimension.metric_marks[metric])
        sheet.input(names.benchmark(dimension.id, "weight"), Type.NUMBER, "benchmark", dimension.id, "weight")
        _weight(sheet, score, dimension.id, dimension.weight, dimension.mark)
        points = {metric: Name(f"{metric}.points", Type.POINTS) for metric in dimension.metrics}
        tree = _combine(sheet, f"{dimension.id}.known_weight", dimension.combine, points, dimension.mark)
        sheet.cell(dimension.id, tree, dimension.mark, f"{dimension.combine} of the metrics' points")
    points = {each: Name(each, Type.POINTS) for each in score.dimensions}
    tree = _combine(sheet, "score.known_weight", score.combine, points, score.mark)
    last = sheet.cell("score.before_adjustments", tree, score.mark, f"{score.combine} of the dimensions")
    adjustments, last = _adjustments(sheet, score, last)
    low, high = (number(limit, Type.POINTS) for limit in score.scale)
    clipped = sheet.cell("score.clipped", call("clip", last, low, high, kind=Type.POINTS), score.mark, "clip")
    _state(sheet, score, clipped)
    _bands(sheet, score)
    for dimension in score.dimensions.values():
        _shares(sheet, score, dimension)
    return tuple(dimensions), adjustments


def _weight(sheet: Sheet, score: Score, owner: str, weight: int, mark: Mark) -> None:
    """Add the weight in millionths: supplied, else the category's, else the policy's."""
    supplied = Name(names.benchmark(owner, "weight"), Type.NUMBER)
    own = [
        (compare("==", Name("category", Type.TEXT), text(each.category)), number(each.weights[owner]))
        for each in score.categories.values()
        if owner in each.weights
    ]
    in_millionths = call("round", op("*", supplied, number(1e6), Type.NUMBER), number(0), kind=Type.NUMBER)
    sheet.cell(
        f"{owner}.own_weight", choose(known(supplied), in_millionths, cases(own, number(weight))), mark
    )


def _combine(sheet: Sheet, divisor: str, how: str, points: Mapping[str, Name], mark: Mark) -> Node:
    """Return the weighted mean or the minimum of the known parts."""
    if how == "minimum":
        members = tuple(points.values())
        return call("min_known", *members, kind=Type.POINTS) if len(members) > 1 else members[0]
    # By id, as the digest orders them: the same policy written in another order has the same bits.
    above, below = [], []
    for owner, value in sorted(points.items()):
        weight = Name(f"{owner}.own_weight", Type.NUMBER)
        above.append(choose(known(value), op("*", weight, value, Type.POINTS), number(0, Type.POINTS)))
        below.append(choose(known(value), weight, number(0)))
    known_weight = sheet.cell(divisor, total(below, Type.NUMBER), mark)
    return quantise(op("/", total(above, Type.POINTS), known_weight, Type.POINTS))


def _adjustments(sheet: Sheet, score: Score, last: Name) -> tuple[tuple[AdjustmentPlan, ...], Name]:
    plans = []
    scope = {**sheet.scope, "score": Type.POINTS}
    shown = known(Name("score", Type.POINTS))  # without a score there is nothing to adjust
    for adjustment in score.adjustments:
        when = sheet.draft.condition(adjustment.when, scope)
        change = sheet.draft.parse(adjustment.set, scope, Type.POINTS)
        if when is None or change is None:
            continue
        stem = f"adjustment.{adjustment.id}"
        running = last
        test = sheet.cell(
            f"{stem}.when", _at_running(when, running, score), adjustment.when.mark, "adjustment applies"
        )
        made = sheet.cell(
            f"{stem}.set", quantise(_at_running(change, running, score)), adjustment.set.mark, "adjusted to"
        )
        sheet.cell(f"{stem}.before", running, adjustment.mark)
        last = sheet.cell(
            f"{stem}.after",
            choose(both(test, known(made), known(running)), made, running),
            adjustment.mark,
            "score after the adjustment",
        )
        sheet.cell(f"{stem}.applied", is_true(both(test, known(made), shown)), adjustment.mark)
        sheet.warn(
            "adjustment_unknown",
            is_true(both(test, missing(made), shown)),
            f"adjustment {adjustment.id} could not be worked out and changed nothing",
        )
        plans.append(AdjustmentPlan(adjustment.id, adjustment.label))
    return tuple(plans), last


def _at_running(tree: Node, running: Name, score: Score) -> Node:
    """Read `score` as the running score, and min and max over dimensions as over the known ones."""

    def change(node: Node) -> Node:
        if isinstance(node, Name) and node.name == "score":
            return running
        if isinstance(node, Call) and node.function in ("min", "max"):
            inner = [arg.name if isinstance(arg, Name) else "" for arg in node.args]
            if all(name in score.dimensions for name in inner):
                return call(f"{node.function}_known", *node.args, kind=node.type)
        return node

    return rewrite(tree, change)


def _state(sheet: Sheet, score: Score, clipped: Name) -> None:
    excluded = sheet.draft.condition(score.excluded, sheet.scope)
    eligible = sheet.draft.condition(score.eligible, sheet.scope)
    states = {each.id: Name(f"{each.id}.state", Type.TEXT) for each in sheet.draft.bundle.metrics.values()}
    pairs: list[tuple[Node, Node]] = []
    reasons: list[tuple[Node, Node]] = []
    if excluded is not None and score.excluded is not None:
        test = sheet.cell("eligibility.excluded", is_true(excluded), score.excluded.mark, "excluded")
        pairs.append((test, text("excluded")))
        reasons.append((test, text(f"excluded because {score.excluded.text}")))
    verdict: Node = text("eligible")
    if eligible is not None and score.eligible is not None:
        test = sheet.cell("eligibility.when", eligible, score.eligible.mark, "eligible for a score")
        read = [
            states[name.split(".")[0]] for name in sorted(names_in(eligible)) if name.split(".")[0] in states
        ]
        absent = [compare("==", each, text("not_supplied")) for each in dict.fromkeys(read)]
        unknown = sheet.cell(
            "eligibility.unknown",
            is_true(both(missing(test), either(*absent))) if absent else FALSE,
            score.eligible.mark,
        )
        verdict = cases([(is_true(test), text("eligible")), (unknown, text("unknown"))], text("not_eligible"))
        reasons.append((unknown, text(f"cannot be known: {score.eligible.text}")))
        reasons.append((is_true(test), null(Type.TEXT)))
        sheet.warn(
            "eligibility_unknown",
            unknown,
            f"eligibility is taken as met: {score.eligible.text} cannot be known",
        )
    if pairs:
        verdict = choose(pairs[0][0], text("excluded"), verdict)
    state_of = sheet.cell("eligibility.state", verdict)
    ending = text(f"needs {score.eligible.text}") if score.eligible is not None else null(Type.TEXT)
    sheet.cell("eligibility.reason", cases(reasons, ending))
    pairs.append((compare("==", state_of, text("not_eligible")), text("not_enough_data")))
    pairs.append((missing(clipped), text("not_enough_data")))
    scored = [metric for each in score.dimensions.values() for metric in each.metrics]
    absent = [compare("==", states[metric], text("not_supplied")) for metric in scored if metric in states]
    if absent:
        pairs.append((either(*absent), text("provisional")))
    state = sheet.cell("state", cases(pairs, text("scored")), score.mark, "state")
    shown = is_one_of(state, ("provisional", "scored"))
    sheet.cell("score", choose(shown, clipped, null(Type.POINTS)), score.mark, "score")
    sheet.public("score", Type.POINTS)
    sheet.public("state", Type.TEXT)


def _bands(sheet: Sheet, score: Score) -> None:
    pairs: list[tuple[Node, Node]] = []
    for band in score.bands:
        when = sheet.draft.condition(band.when, sheet.scope)
        if when is not None:
            pairs.append((when, text(band.id)))
    scored = known(Name("score", Type.POINTS))
    tree = choose(scored, cases(pairs, null(Type.TEXT)), null(Type.TEXT)) if pairs else null(Type.TEXT)
    sheet.cell("band", tree, score.bands[0].mark if score.bands else score.mark, "band")
    sheet.public("band", Type.TEXT)


def _shares(sheet: Sheet, score: Score, dimension: Dimension) -> None:
    """Add effective weights and the points each metric lost of the scale's top."""
    whole = Name(dimension.id, Type.POINTS)
    share = _share(
        score.combine,
        dimension.id,
        whole,
        Name("score.before_adjustments", Type.POINTS),
        Name("score.known_weight", Type.NUMBER),
        tuple(sorted(score.dimensions)),
    )
    of_score = sheet.cell(f"{dimension.id}.weight", share, dimension.mark)
    top = number(score.scale[1], Type.POINTS)
    for metric in dimension.metrics:
        points = Name(f"{metric}.points", Type.POINTS)
        inner = _share(
            dimension.combine,
            metric,
            points,
            whole,
            Name(f"{dimension.id}.known_weight", Type.NUMBER),
            tuple(sorted(dimension.metrics)),
        )
        weight = sheet.cell(
            f"{metric}.weight", op("*", of_score, inner, Type.NUMBER), dimension.metric_marks[metric]
        )
        lost = op("*", weight, op("-", top, points, Type.POINTS), Type.POINTS)
        sheet.cell(f"{metric}.points_lost", lost, dimension.metric_marks[metric], "points lost")


def _share(how: str, owner: str, points: Name, whole: Name, divisor: Name, peers: tuple[str, ...]) -> Node:
    """Return the part of the whole that one known member makes up.

    In a mean that is its weight among the known ones; in a minimum the first of the lowest makes up
    all of it, by id.
    """
    if how == "mean":
        share: Node = op("/", Name(f"{owner}.own_weight", Type.NUMBER), divisor, Type.NUMBER)
        return choose(known(points), share, null(Type.NUMBER))
    is_metric = points.name.endswith(".points")
    earlier = [
        compare("==", Name(f"{peer}.points" if is_metric else peer, Type.POINTS), whole)
        for peer in peers[: peers.index(owner)]
    ]
    first: Node = compare("==", points, whole)
    taken = is_true(either(*earlier)) if earlier else FALSE
    lowest = choose(taken, number(0), choose(first, number(1), number(0)))
    return choose(known(points), lowest, null(Type.NUMBER))
