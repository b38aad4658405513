"""Templates that are edited while they are rendered: each answer is wholly old or wholly new."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from growler import App
from growler.testing import TestClient
from growler_ext.renderer import Renderer, TemplateError
from growler_ext.renderer.settled import BeingWritten, read_whole

Write = Callable[..., Path]

OLD, NEW = "a" * 30_000, "b" * 50_000

# Empties the file and fills it again, piece by piece, with pauses of all lengths: as an editor, cp or rsync --inplace.
WRITER = """
import random, sys, time
path, old, new = sys.argv[1], "a" * 30_000, "b" * 50_000
print("begun", flush=True)
for number in range(150):
    text = (old, new)[number % 2]
    with open(path, "w", buffering=4096) as file:
        for at in range(0, len(text), 10_000):
            file.write(text[at:at + 10_000])
            file.flush()
            time.sleep(random.choice([0, 0, 0.0003, 0.003]))  # a writer that is slow now and then is what is tested
"""


@contextmanager
def writer(path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "begun\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("suffix", ["mako", "jinja", "tmpl"])
def test_no_half_of_a_file_is_shown_while_another_process_writes_it(
    views: Path, write: Write, suffix: str
) -> None:
    path = write(f"home.{suffix}", OLD)
    app = App(debug=True)
    app.use(Renderer(views))
    app.get("/", lambda req, res: res.render("home"))
    seen = set()
    with TestClient(app) as client:
        assert client.get("/").text == OLD
        with writer(path) as process:
            while process.poll() is None:
                reply = client.get("/")
                seen.add((reply.status, reply.text))
        assert client.get("/").text == NEW
    assert seen <= {(200, OLD), (200, NEW)}
    assert len(seen) == 2


def test_no_half_of_a_file_is_kept_in_production(views: Path, write: Write) -> None:
    path = write("home.mako", OLD)
    refused = "somebody is writing the file at the moment"
    seen = set()
    with writer(path) as process:
        while process.poll() is None:
            try:
                seen.add(Renderer(views, reload=False).render("home"))
            except TemplateError as error:
                seen.add(error.reason)
    assert seen <= {OLD, NEW, refused}
    assert seen & {OLD, NEW}


def test_no_half_of_an_include_is_shown_to_threads(views: Path, write: Write) -> None:
    path = write("part.jinja", OLD)
    write("home.jinja", "{% include 'part.jinja' %}")
    renderer = Renderer(views, reload=True)
    assert renderer.render("home") == OLD
    seen: set[str] = set()
    done = threading.Event()

    def render() -> None:
        while not done.is_set():
            seen.add(renderer.render("home"))

    threads = [threading.Thread(target=render) for _ in range(10)]
    for thread in threads:
        thread.start()
    for number in range(40):
        path.write_text((NEW, OLD)[number % 2])
    done.set()
    for thread in threads:
        thread.join()
    assert seen <= {OLD, NEW}
    assert renderer.render("home") == OLD


def test_what_was_there_before_is_shown_while_somebody_writes(views: Path, write: Write) -> None:
    path = write("home.mako", "old")
    renderer = Renderer(views, reload=True)
    assert renderer.render("home") == "old"
    with path.open("w") as file:
        file.write("ne")
        file.flush()
        assert renderer.render("home") == "old"
        file.write("w")
    assert renderer.render("home") == "new"


def test_a_file_that_is_being_written_is_an_error_where_there_is_nothing_else(views: Path) -> None:
    path = views / "home.mako"
    renderer = Renderer(views)
    with path.open("w") as file:
        file.write("half")
        file.flush()
        with pytest.raises(TemplateError, match=r"home: somebody is writing the file"):
            renderer.render("home")
    assert renderer.render("home") == "half"


@pytest.fixture
def no_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on systems without leases, and for files of somebody else."""
    monkeypatch.setattr("growler_ext.renderer.settled._lease", lambda descriptor: None)


@pytest.mark.usefixtures("no_leases")
def test_without_leases_a_file_counts_as_written_when_it_has_been_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"text")
    with path.open("rb", buffering=0) as file:
        assert read_whole(file)[0] == b"text"


@pytest.mark.usefixtures("no_leases")
def test_without_leases_a_file_that_changes_all_the_time_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"text")
    # As if it had changed just now, whenever somebody looks.
    monkeypatch.setattr("growler_ext.renderer.settled.time.time_ns", lambda: path.stat().st_ctime_ns)
    with path.open("rb", buffering=0) as file, pytest.raises(BeingWritten):
        read_whole(file)


def test_whoever_writes_is_not_refused_and_we_are_not_killed(tmp_path: Path) -> None:
    # A lease is broken by a signal to its holder.
    path = tmp_path / "file"
    path.write_bytes(b"a" * 100_000)
    done = threading.Event()
    refused = []

    def write_all_the_time() -> None:
        while not done.is_set():
            try:
                path.write_bytes(b"b" * 100_000)
            except OSError as error:
                refused.append(error)

    thread = threading.Thread(target=write_all_the_time)
    thread.start()
    read = 0
    while read < 20:
        try:
            with path.open("rb", buffering=0) as file:
                assert len(read_whole(file)[0]) == 100_000
            read += 1
        except BeingWritten:
            pass
    done.set()
    thread.join()
    assert refused == []
