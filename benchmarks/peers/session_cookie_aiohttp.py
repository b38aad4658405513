"""aiohttp-session in a cookie, which it encrypts (Fernet): it has none that is only signed."""

import uvloop
from _session_aiohttp import run
from aiohttp_session.cookie_storage import EncryptedCookieStorage

if __name__ == "__main__":
    uvloop.run(run(EncryptedCookieStorage(b"a secret of the benchmark, 32 by")))
