"""`python3 run.py docs`: builds the documentation site, checks it, and says where it lies.

Any warning of Sphinx, any link or anchor that leads nowhere, and anything that a page would fetch from another host
ends it with status 1.
"""

import argparse
import functools
import http.server
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path.insert(0, str(DOCS))

from _machinery import links  # noqa: E402 - the path is needed for it


def main(words: list[str]) -> int:
    arguments = _arguments(words)
    site = arguments.out.resolve()
    if not build(site):
        return 1
    found = links.check(site)
    for mistake in found.mistakes:
        print(mistake, file=sys.stderr)
    if found.mistakes:
        return 1
    print(f"{found.pages} pages, {found.internal} links within, {len(found.external)} addresses outside")
    if arguments.external:
        dead = links.dead(found.external)
        for line in dead:
            print(line, file=sys.stderr)
        if dead:
            return 1
    else:
        for address in found.external:
            print(f"  not fetched: {address}")
    print(f"\n{site / 'index.html'}", flush=True)
    if arguments.serve is not None:
        serve(site, arguments.serve)
    return 0


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="run.py docs", description="Build the documentation site and check it."
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "build" / "docs", metavar="FOLDER", help="where to"
    )
    parser.add_argument("--external", action="store_true", help="fetch the addresses outside, too")
    parser.add_argument(
        "--serve", type=int, nargs="?", const=8008, metavar="PORT", help="show it, on port 8008 or another"
    )
    return parser.parse_args(words)


def build(site: Path) -> bool:
    """Whether Sphinx was content. It begins anew each time: what pages include is not known to its cache."""
    options = ["--fresh-env", "--write-all", "--fail-on-warning", "--quiet", "--builder", "html"]
    command = [sys.executable, "-m", "sphinx", *options, "-d", str(site.with_name(site.name + "-cache"))]
    return subprocess.run([*command, str(DOCS), str(site)]).returncode == 0


def serve(site: Path, port: int) -> None:
    """Serve the site to this machine until Ctrl-C."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
