"""Bounds on what a client controls, with their defaults: the one place to set them.

app = App(limits=Limits(max_body=10 * 1024 * 1024))
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Limits:
    """All sizes are bytes, all times seconds.

    Raises ValueError when built with a limit that is no number or not positive.
    """

    max_head: int = 32 * 1024
    """Request line and header fields together; more is answered 431 (414 while still in the request line)."""
    max_fields: int = 100
    """Header fields of one request; more is answered 431."""
    max_body: int = 1024 * 1024
    """What `req.body()`, `req.json()` and `req.form()` read; more is answered 413. `req.stream()` is unbounded.

    Of a multipart form all text fields together, which lie in memory; files are counted by `max_form`."""
    max_query_fields: int = 1000
    """Fields of a query string (more is answered 400), and text fields of a form (413)."""
    max_form: int = 16 * 1024 * 1024
    """The whole body of a multipart form, files and all; more is answered 413."""
    max_form_field: int = 256 * 1024
    """One text field of a multipart form; more is answered 413."""
    max_form_files: int = 100
    """Files of a multipart form, with the inputs left empty; more is answered 413."""
    max_part_head: int = 8 * 1024
    """Header fields of one part of a multipart form; more is answered 413."""
    file_buffer: int = 64 * 1024
    """Bytes of an uploaded file kept in memory; a larger one lies in a temporary file."""
    max_pipeline: int = 16
    """Requests waiting on one connection behind the one being answered; then reading pauses."""
    body_buffer: int = 64 * 1024
    """Bytes of a body kept for a handler that has not asked for them yet; then reading pauses."""
    max_discard: int = 1024 * 1024
    """Bytes of a body nobody read that are dropped to keep the connection; more closes it."""
    idle_timeout: float = 75
    """How long a connection may lie idle between requests."""
    head_timeout: float = 15
    """How long a request's head may take to arrive; then 408."""
    body_timeout: float = 30
    """How long a client may send nothing of a body it has begun; then 408."""
    write_timeout: float = 60
    """How long a client may take nothing of an answer; then the connection is dropped."""
    min_rate: float = 240
    """Bytes per second that a client has to send of a body, averaged over each `body_timeout`, or to take of an answer
    that waits for it, averaged over each `write_timeout`; a slower one is treated like one that does nothing.

    Time in which the client cannot go on does not count. Take a small fraction where clients are meant to trickle."""
    linger_timeout: float = 5
    """How long a client that is still sending when it is refused may go on, so that it gets to read the answer."""
    write_buffer: int = 64 * 1024
    """Bytes of an answer kept for a slow client; then handlers that send wait."""
    max_connections: int = 20_000
    """Open connections of one server process; more are answered 503 and closed."""
    shutdown_timeout: float = 10
    """How long running requests may take once the server was told to stop."""

    def __post_init__(self) -> None:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        wrong = [f"{name}={value!r}" for name, value in values.items()
                 if not (isinstance(value, int | float) and value > 0)]  # fmt: skip
        if wrong:
            raise ValueError(f"limits are positive, numbers more than 0: {', '.join(wrong)}")
