"""`--cert` and `--key`: the certificate a server shows, from files."""

from __future__ import annotations

import os
import ssl

from growler.aio.listening import reason
from growler.command.usage import UsageError


def certificate(cert: str | None, key: str | None) -> ssl.SSLContext | None:
    """A server's context for files in PEM form, None for none. TLS 1.2 and up (RFC 8996).

    Raises UsageError where the files cannot be read or do not belong together.
    """
    if cert is None:
        if key is not None:
            raise UsageError("--key needs --cert, the certificate it belongs to")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # Not every Python has it by default: Debian's leaves it to OpenSSL's configuration.
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(cert, key)
    except ssl.SSLError as error:
        files = ", ".join(filter(None, (cert, key)))
        raise UsageError(f"{files}: no certificate with the key that belongs to it, in PEM form") from error
    except OSError as error:
        # The system does not say which of the two.
        name = next((file for file in (cert, key) if file and not os.access(file, os.R_OK)), cert)
        raise UsageError(f"cannot read {name}: {reason(error)}") from error
    return context
