"""A certificate authority of the test's own, a certificate for 127.0.0.1, and the two contexts that use them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    """Files for a server's command line, contexts for Python."""

    cert: Path
    key: Path
    server: ssl.SSLContext
    client: ssl.SSLContext


def make(folder: Path) -> Certificates:
    """Make them anew."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    cert, key = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return Certificates(cert, key, server, client)
