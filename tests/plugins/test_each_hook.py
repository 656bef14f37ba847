"""What each hook gives arrives where people meet it; the example package stands for all plugins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from shopscore import Workspace
from shopscore.checks.lint import lint_bundle
from shopscore.events.cases import open_case
from shopscore.events.tables import catalog
from shopscore.hooks import installed
from shopscore_cli.main import cli

PACKAGE = Path(__file__).parents[2] / "examples" / "shopscore-dispatch-grace"
CASE = PACKAGE / "shopscore_dispatch_grace/policies/fair-dispatch/1.0/cases/one-late-order-is-forgiven.yaml"


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the package look installed: its source on the path, and what an installer writes beside it."""
    info = tmp_path / "shopscore_dispatch_grace-1.2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shopscore-dispatch-grace\nVersion: 1.2.0\n")
    (info / "entry_points.txt").write_text("[shopscore]\ndispatch_grace = shopscore_dispatch_grace\n")
    monkeypatch.syspath_prepend(PACKAGE)
    monkeypatch.syspath_prepend(tmp_path)
    installed.cache_clear()
    yield
    installed.cache_clear()


def metrics() -> Any:
    policy = Workspace().policy("fair-dispatch@1.0")
    opened, _ = open_case(CASE)
    assert opened is not None
    case, findings = opened.read(catalog("shop"), policy.zone)
    assert case is not None, findings
    return policy.evaluate(case)["metrics"]


def test_shopscore_metric_kinds_reach_the_metrics_of_a_policy() -> None:
    late = metrics()["late_dispatch_rate"]
    assert (late["numerator_count"], late["denominator_count"], late["value"]) == (1, 5, 0.2)


def test_shopscore_formula_functions_reach_its_formulas() -> None:
    assert metrics()["hours_late"]["value"] == 0.5


def test_shopscore_readers_reach_the_data_of_a_run(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "Order,Shop,Ordered,Due,Left\n"
        "a,S1,2026-02-01T08:00:00,2026-02-03T12:00:00,2026-02-03T16:00:00\n"
        "b,S1,2026-02-01T08:00:00,2026-02-03T12:00:00,2026-02-03T11:00:00\n"
    )
    told = "--reader dispatch-log --shop S1 --bundle fair-dispatch@1.0 --as-of 2026-03-01 --format lines"
    result = CliRunner().invoke(cli, ["evaluate", str(log), *told.split()])
    # one late order, forgiven: 5 points; 1 hour late on average: 5 - 5/24
    assert (result.exception, result.stdout) == (None, "2026-03-01 fair-dispatch@1.0 S1 scored 4.896\n")


def test_shopscore_checks_reach_lint() -> None:
    workspace = Workspace()
    bundle, plan, findings = workspace.check("fair-dispatch@1.0")
    assert bundle is not None
    assert lint_bundle(bundle, plan, findings, workspace.plugins) == ()
    metric = bundle.metrics["late_dispatch_rate"]
    silent = replace(bundle, metrics={**bundle.metrics, metric.id: replace(metric, help={})})
    assert [str(each) for each in lint_bundle(silent, plan, findings, workspace.plugins)] == [
        f"{metric.mark}: X710 warning late_dispatch_rate forgives rows; "
        "add `help:` that says how many, so that sellers can follow it"
    ]


def test_shopscore_renderers_reach_the_formats() -> None:
    result = CliRunner().invoke(cli, ["evaluate", str(CASE), "--format", "lines"])
    assert (result.exception, result.stdout) == (None, "2026-03-01 fair-dispatch@1.0 S1 scored 2.448\n")


def test_shopscore_policies_reach_the_catalogue() -> None:
    workspace = Workspace()
    assert "fair-dispatch@1.0" in workspace.catalog.names()
    assert workspace.policy("fair-dispatch@1.0").bundle.effective_from == date(2026, 1, 1)
