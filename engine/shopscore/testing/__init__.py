"""Policies tested by cases: what a case expects of its scorecard, on either engine."""

from shopscore.testing.expectations import check_expectations
from shopscore.testing.findings import FINDINGS
from shopscore.testing.run import CaseResult, run_case

__all__ = ["FINDINGS", "CaseResult", "check_expectations", "run_case"]
