"""From a resolved tree to the frozen model: shape first, then every section, all findings at once."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from shopscore.bundle.cursor import Cursor, Notes
from shopscore.bundle.digest import digest_of
from shopscore.bundle.model import Bundle
from shopscore.bundle.names import check_names, known_names
from shopscore.bundle.provenance import check_sources, origins, read_provenance
from shopscore.bundle.sections.events import (
    read_category,
    read_exclusions,
    read_facts,
    read_populations,
    read_shop_columns,
)
from shopscore.bundle.sections.evidence import read_conflicts, read_plugins, read_sources
from shopscore.bundle.sections.identity import read_identity
from shopscore.bundle.sections.items import read_advisories, read_items
from shopscore.bundle.sections.ledgers import read_appeals, read_ledgers
from shopscore.bundle.sections.metrics import read_metrics, read_targets
from shopscore.bundle.sections.score import read_score
from shopscore.bundle.sections.values import read_values
from shopscore.bundle.shape import check_shape
from shopscore.bundle.tree import Branch
from shopscore.errors import Finding, has_errors


class Built(Struct, frozen=True):
    """A bundle, or the findings that stand in its way."""

    bundle: Bundle | None
    findings: tuple[Finding, ...]


def build_bundle(tree: Branch, plugin_versions: Mapping[str, str], so_far: tuple[Finding, ...] = ()) -> Built:
    """Return the model of a resolved tree, or every finding with those of the tree itself (`so_far`).

    The digest takes in the versions of the plugins that the bundle names.
    """
    notes = Notes()
    shape = check_shape(tree)
    bundle = _read(Cursor(tree, (), tree.mark, notes), tree, notes)
    findings = (*so_far, *shape, *notes.findings)
    if has_errors(findings):
        return Built(None, findings)
    if notes.malformed:
        # Values are only left out because a finding says why; else the schema and this reader disagree.
        raise AssertionError(f"{notes.malformed[0]}: the schema lets through what cannot be read")
    return Built(replace(bundle, digest=digest_of(bundle, plugin_versions)), findings)


def _read(root: Cursor, tree: Branch, notes: Notes) -> Bundle:
    check_names(root)
    known = known_names(root)
    identity = read_identity(root)
    metrics = read_metrics(root, known)
    sources = read_sources(root)
    marks = read_provenance(tree)
    check_sources(notes, marks, [source.name for source in root.below("sources")])
    return Bundle(
        id=identity.id,
        version=identity.version,
        title=identity.title,
        abstract=identity.abstract,
        program=identity.program,
        market=identity.market,
        timezone=identity.timezone,
        subject=identity.subject,
        effective_from=identity.effective_from,
        effective_until=identity.effective_until,
        preview=identity.preview,
        parent=identity.parent,
        sources=sources,
        conflicts=read_conflicts(root),
        provenance=tuple(marks.values()),
        plugins=read_plugins(root),
        shop_columns=read_shop_columns(root),
        category=read_category(root, known),
        facts=read_facts(root, known),
        populations=read_populations(root, known),
        exclusions=read_exclusions(root, known),
        metrics=metrics,
        targets=read_targets(root, known, metrics),
        values=read_values(root),
        score=read_score(root, known, metrics),
        items=read_items(root),
        ledgers=read_ledgers(root),
        appeals=read_appeals(root),
        advisories=read_advisories(root),
        digest="",
        mark=tree.mark,
        # Read last: it holds what the readers above found.
        origins=origins(notes, marks),
    )
