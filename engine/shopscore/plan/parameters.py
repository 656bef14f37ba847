"""Parameters of plugin metric kinds, against the schema the kind declares."""

from __future__ import annotations

from shopscore.bundle.model import Metric
from shopscore.errors import UsageError, near_match
from shopscore.hookspecs import MetricKind
from shopscore.plan.draft import Draft
from shopscore.plan.findings import KIND_PARAMETERS


def check_parameters(draft: Draft, metric: Metric, kind: MetricKind) -> None:
    """Report parameters a kind does not take, lacks, or cannot read.

    Raises UsageError where the kind's own schema is none.
    """
    # slow to import; most bundles have no plugin kind
    from jsonschema import Draft202012Validator, SchemaError

    try:
        Draft202012Validator.check_schema(kind.parameters)
    except SchemaError as fault:
        raise UsageError(f"the parameters of {kind.name} are no JSON Schema: {fault.message}") from fault
    known = kind.parameters.get("properties", {})
    for key in metric.parameters:
        if key not in known:
            listed = ", ".join(known) or "none"
            draft.report(
                KIND_PARAMETERS,
                metric.mark,
                f"{kind.name} takes no {key!r}{near_match(key, known)} (it takes: {listed})",
            )
    for error in Draft202012Validator(dict(kind.parameters)).iter_errors(dict(metric.parameters)):
        if error.validator != "additionalProperties":
            place = ".".join(str(part) for part in error.absolute_path)
            draft.report(
                KIND_PARAMETERS, metric.mark, f"{kind.name}: {place + ': ' if place else ''}{error.message}"
            )
