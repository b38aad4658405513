"""What was measured, as Markdown: a table of ratios for all jobs, and a table of all figures for each.

Figures are medians over the rounds; ratios compare the medians with those of the base in the same run.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from jobs import JOBS
from load import Result
from memory import CONNECTIONS, Footprint

MEMORY_TITLE = f"memory of {CONNECTIONS:,} idle connections"

# Above this share of a core, the load generator may have been the bottleneck.
TOO_BUSY = 0.9


_UNKNOWN = Result(*[math.nan] * 5)


@dataclass
class Results:
    """All figures of one run: per job and peer those of every round, and the footprint per peer."""

    speed: dict[str, dict[str, list[Result]]] = field(default_factory=dict)
    memory: dict[str, Footprint] = field(default_factory=dict)

    def medians(self, job: str) -> dict[str, Result]:
        """The median of each figure for each peer, the fastest peer first."""
        medians = {peer: _median(rounds) for peer, rounds in self.speed[job].items()}
        return dict(sorted(medians.items(), key=lambda item: -item[1].per_second))

    def ratios(self, job: str) -> dict[str, float]:
        """Requests per second as ratios to the base; NaN where it did not take part."""
        medians = self.medians(job)
        base = medians.get(JOBS[job].base, _UNKNOWN)
        return {peer: result.per_second / base.per_second for peer, result in medians.items()}

    def summary(self) -> str:
        """Ratios of requests per second, and memory: a table for the jobs of each family."""
        families: dict[str, list[str]] = {}
        for job in self.speed:
            families.setdefault(JOBS[job].family, []).append(job)
        # Memory is that of the servers, so it stands where their jobs are.
        if self.memory:
            families.setdefault("", [])
        return "\n\n".join(self._family(jobs, with_memory=not family) for family, jobs in families.items())

    def _family(self, jobs: Sequence[str], *, with_memory: bool) -> str:
        memory = self.memory if with_memory else {}
        columns = {JOBS[job].title: self.ratios(job) for job in jobs}
        peers = list(dict.fromkeys(peer for column in columns.values() for peer in column)) or list(memory)
        rows = [
            [peer, *(_figure(column.get(peer, math.nan), 2) for column in columns.values())] for peer in peers
        ]
        head = ["requests/s as ratio to the base", *columns]
        if memory:
            head.append("KiB per idle connection")
            for row in rows:
                row.append(_figure(memory[row[0]].per_connection, 1) if row[0] in memory else "-")
        return table(head, rows)

    def job_table(self, job: str) -> str:
        """All figures of one job; every ratio is to the base, and more is better."""
        medians = self.medians(job)
        base = medians.get(JOBS[job].base, _UNKNOWN)
        rows = []
        for peer, result in medians.items():
            figures = [(result.per_second, 0), (result.per_second / base.per_second, 2)]
            for name, digits in (("p50", 2), ("p99", 2), ("cpu", 1)):
                value = getattr(result, name)
                figures += [(value, digits), (getattr(base, name) / value if value else float("nan"), 2)]
            figures += [(result.cpu * result.per_second / 1e4, 0), (result.load * 100, 0)]
            rows.append([peer, *(_figure(value, digits) for value, digits in figures)])
        head = [
            JOBS[job].title,
            "req/s",
            "ratio",
            "p50 ms",
            "ratio",
            "p99 ms",
            "ratio",
            "CPU us/req",
            "ratio",
        ]
        text = table([*head, "server busy %", "load busy %"], rows)
        limited = [peer for peer, result in medians.items() if result.load > TOO_BUSY]
        if limited:
            text += f"\n\nThe load generator may have been the bottleneck for {', '.join(limited)}."
        return text

    def memory_table(self) -> str:
        rows = [
            [peer, _figure(footprint.per_connection, 1), _figure(footprint.at_rest, 1)]
            for peer, footprint in sorted(self.memory.items(), key=lambda item: item[1].per_connection)
        ]
        return table([MEMORY_TITLE, "KiB per connection", "MiB of the server at rest"], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns are aligned, so that it can be read in a terminal too."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [head, rule, *rows]
    return "\n".join(
        "| " + " | ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) + " |"
        for line in lines
    )


def _median(rounds: list[Result]) -> Result:
    def median(name: str) -> float:
        values: list[float] = [getattr(result, name) for result in rounds]
        return statistics.median(values)

    return Result(median("per_second"), median("p50"), median("p99"), median("cpu"), median("load"))


def _figure(value: float, digits: int) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"
