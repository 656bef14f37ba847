"""Appeals as stages: as they are known on a day, which rows they remove, which rules they break (2.8)."""

from __future__ import annotations

from msgspec import Struct
from sqlglot import exp

from shopscore.bundle.model import AppealRules
from shopscore.engines.sql.border import canonical
from shopscore.engines.sql.demand import Demand
from shopscore.engines.sql.known import as_known
from shopscore.engines.sql.local_days import with_local_days
from shopscore.engines.sql.stages import (
    Stages,
    filtered,
    grouped,
    left_join,
    parsed,
    quoted,
    relation,
    select,
    supplied,
)
from shopscore.engines.sql.table_demand import TableDemand
from shopscore.engines.sql.terms import (
    below,
    both,
    case,
    column,
    compared,
    either,
    equals,
    integer,
    named,
    string,
    where,
)
from shopscore.events.physical import Source
from shopscore.events.tables import Table
from shopscore.events.time import Zone
from shopscore.plan.model import Plan


class Appeals(Struct, frozen=True):
    """The appeals of a run; what is asked for is added to the stages once."""

    stages: Stages
    source: Source
    model: Table
    subject: str
    zone: Zone
    demand: Demand

    def known(self, day: int) -> str:
        """Return the stage with the appeals as they are known on the morning of a day."""
        name = self.demand.label("appeals_filed", day)
        if name not in self.stages.queries:
            cutoff = self.zone.start_of(day)
            terms = [
                named(as_known(self.model, self.model.columns, each, cutoff), each)
                for each in self.model.columns
            ]
            is_decided = below(column("decided_at"), integer(cutoff))
            terms += [column("filed_day"), named(case([(is_decided, column("decided_day"))]), "decided_day")]
            query = select(terms, relation(self._border()))
            clock = str(self.model.clock)
            self.stages.add(name, filtered(query, below(column(clock), integer(cutoff))), is_kept=True)
        return name

    def _border(self) -> str:
        """Add the appeals in canonical form with the local days of their instants."""
        name = "appeals_dated"
        if name not in self.stages.queries:
            columns = self.model.columns
            terms = [named(canonical(each, self.source.columns), each.name) for each in columns.values()]
            plain = self.stages.add("appeals_filed_border", select(terms, supplied(self.source.relation)))
            with_local_days(
                self.stages, name, plain, self.zone, {"filed_day": "filed_at", "decided_day": "decided_at"}
            )
        return name

    def add_flags(self, table: TableDemand, rows: str, wanted: tuple[str, ...]) -> str:
        """Add to a table's rows whether an appeal about each metric removes them."""
        if not table.appealed:
            return rows
        query = select([column(name, rows) for name in wanted], relation(rows))
        for day, flags in table.appealed.items():
            found = self._by_record(table, day, flags)
            on = both(
                [
                    equals(column(self.subject, rows), column(self.subject, found)),
                    equals(column(str(table.plan.table.row_id), rows), column("record_id", found)),
                ]
            )
            left_join(query, relation(found), on)
            for name in flags:
                query.append("expressions", column(name, found))
        return self.stages.add(f"{table.plan.table.name}_appealed", query)

    def _by_record(self, table: TableDemand, day: int, flags: dict[str, str]) -> str:
        rows = self.known(day)
        terms = [column(self.subject), column("record_id")]
        for name, metric in flags.items():
            granted = where(exp.Count(this=exp.Star()), equals(column("about"), string(metric)))
            terms.append(named(compared(granted, exp.GT, integer(0)), name))
        tests = [
            equals(column("status"), string("granted")),
            either([equals(column("about"), string(metric)) for metric in flags.values()]),
        ]
        query = filtered(select(terms, relation(rows)), both(tests))
        label = self.demand.label(f"{table.plan.table.name}_appeals", day)
        return self.stages.add(label, grouped(query, column(self.subject), column("record_id")))

    def broken_rules(self, plan: Plan, rules: AppealRules, day: int) -> str:
        """Add the stage that counts, by subject, tickets and records that break a rule about metrics."""
        name = self.demand.label("appeals_broken", day)
        if name not in self.stages.queries:
            crowd, often = rules.records_per_ticket, rules.times_per_record
            metrics = ", ".join(string(metric.id).sql() for metric in plan.metrics) or "NULL"
            s, known = quoted(self.subject), quoted(self.known(day))
            self.stages.add(
                name,
                parsed(
                    f"""
                    SELECT {s}, SUM(crowded) AS crowded_tickets, SUM(repeated) AS repeated_records
                    FROM (
                        SELECT {s}, CASE WHEN COUNT(DISTINCT record_id) > {crowd or 0} THEN 1 ELSE 0 END
                            AS crowded, 0 AS repeated
                        FROM {known} WHERE about IN ({metrics}) AND NOT ticket_id IS NULL
                        GROUP BY {s}, ticket_id
                        UNION ALL
                        SELECT {s}, 0 AS crowded, CASE WHEN COUNT(*) > {often or 0} THEN 1 ELSE 0 END
                            AS repeated
                        FROM {known} WHERE about IN ({metrics}) GROUP BY {s}, about, record_id
                    ) AS found
                    GROUP BY {s}
                    """
                ),
            )
        return name
