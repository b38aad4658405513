"""The files that a run leaves: `<date>.md` and `<date>.png` in `results/`, and with --docs the table in docs/speed.md.

The Markdown says on what machine and with which versions the figures came about; without that they say nothing.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

from jobs import JOBS
from peer import CORES
from results import Results

DOCUMENT = Path(__file__).parents[1] / "docs" / "speed.md"
BEGIN, END = "<!-- figures: written by run.py bench --docs -->\n", "<!-- end of figures -->"
PACKAGES = (
    "growler", "uvloop", "httptools", "uvicorn", "starlette", "fastapi", "blacksheep", "quart", "sanic", "aiohttp",
    "litestar", "starsessions", "aiohttp-session", "redis", "hiredis",
)  # fmt: skip


def write(results: Results, circumstances: str, left_out: list[str], path: Path) -> None:
    """Write the Markdown, and the plot beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bases = dict.fromkeys(JOBS[job].base for job in results.speed)
    parts = [f"# Measured on {path.stem}", f"{circumstances}\nBase of the ratios: {', '.join(bases)}."]
    parts += [f"Left out: {reason}" for reason in left_out]
    parts.append(results.summary())
    if _drawn(results, f"Growler and its peers, {path.stem}", path.with_suffix(".png")):
        parts.append(f"![The same as bars]({path.stem}.png)")
    parts += [results.job_table(job) for job in results.speed]
    if results.memory:
        parts.append(results.memory_table())
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def publish(results: Results, source: Path) -> None:
    """Put the summary between its marks in docs/speed.md, with links to the rest."""
    before, _, rest = DOCUMENT.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    link = os.path.relpath(source, DOCUMENT.parent)
    figures = (
        f"{results.summary()}\n\nMeasured on {source.stem}; [all figures]({link}).\n\n"
        f"![The same as bars]({link.removesuffix('.md')}.png)\n"
    )
    DOCUMENT.write_text(f"{before}{BEGIN}{figures}{END}{after}", encoding="utf-8")


def environment() -> str:
    """Machine, Python and versions, and how busy the machine is just now."""
    versions = [f"{package} {metadata.version(package)}" for package in PACKAGES if _is_installed(package)]
    if shutil.which("node"):
        versions.append(
            "node " + subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
        )
    cores = (
        f"servers on core {CORES[0]}, load on core {CORES[-1]} of {len(CORES)}"
        if CORES
        else "not pinned to cores"
    )
    return (
        f"{_processor()}, {platform.system()}, {cores}, load average at the start {os.getloadavg()[0]:.1f}.\n"
        f"{platform.python_implementation()} {platform.python_version()}; {', '.join(versions)}."
    )


def _drawn(results: Results, title: str, path: Path) -> bool:
    try:
        from plot import draw  # needs matplotlib
    except ModuleNotFoundError as error:
        print(f"no plot: {error}")
        return False
    draw(results, title, path)
    return True


def _is_installed(package: str) -> bool:
    try:
        return bool(metadata.version(package))
    except metadata.PackageNotFoundError:
        return False


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except FileNotFoundError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
