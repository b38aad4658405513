"""The results as a picture: one chart of horizontal bars per job, the fastest on top."""

from __future__ import annotations

import math
from pathlib import Path

from jobs import JOBS
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from results import MEMORY_TITLE, Results

GROWLER, LIMIT, OTHER = "#c0561c", "#b9b9b9", "#4d7ea8"


def draw(results: Results, title: str, path: Path) -> None:
    """Write the PNG."""
    count = len(results.speed) + bool(results.memory)
    across = min(count, 2)
    down = math.ceil(count / across)
    peers = max([len(results.memory), *(len(peers) for peers in results.speed.values())])
    figure = Figure(figsize=(7.5 * across, down * (0.3 * peers + 1.2) + 0.6), layout="constrained")
    grid = figure.subplots(down, across, squeeze=False)
    figure.suptitle(title)
    charts = iter(grid.flat)
    for job in results.speed:
        rates = {peer: result.per_second for peer, result in results.medians(job).items()}
        ratios = results.ratios(job)
        notes = {
            peer: f"{rate:,.0f}" if math.isnan(ratios[peer]) else f"{ratios[peer]:.2f}   ({rate:,.0f})"
            for peer, rate in rates.items()
        }
        chart = next(charts)
        _bars(chart, rates, notes)
        chart.set_title(f"{JOBS[job].title}: requests/s, ratio to {JOBS[job].base}", fontsize=10)
    if results.memory:
        sizes = {peer: footprint.per_connection for peer, footprint in results.memory.items()}
        sizes = dict(sorted(sizes.items(), key=lambda item: item[1]))
        chart = next(charts)
        _bars(chart, sizes, {peer: f"{size:.1f}" for peer, size in sizes.items()})
        chart.set_title(f"{MEMORY_TITLE}: KiB per connection, less is better", fontsize=10)
    for chart in charts:
        chart.set_axis_off()
    figure.savefig(path, dpi=110)


def _bars(chart: Axes, values: dict[str, float], notes: dict[str, str]) -> None:
    bars = chart.barh(list(values), list(values.values()), color=[_colour(peer) for peer in values])
    chart.bar_label(bars, labels=[notes[peer] for peer in values], padding=3, fontsize=8)
    chart.invert_yaxis()
    chart.margins(x=0.22)
    chart.tick_params(labelsize=8)
    chart.xaxis.set_visible(False)
    chart.spines[["top", "right", "bottom"]].set_visible(False)


def _colour(peer: str) -> str:
    if "growler" in peer:
        return GROWLER
    return LIMIT if peer.startswith("raw_") else OTHER
