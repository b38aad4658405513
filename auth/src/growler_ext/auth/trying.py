"""What every method asks before it compares anything: whether somebody has tried too often."""

from __future__ import annotations

from growler.http.request import Request
from growler_ext.auth.entering import DEVICE_COOKIE
from growler_ext.auth.method import Rejected
from growler_ext.auth.services import Services


async def too_many(services: Services, req: Request, login: str, step: str = "") -> Rejected | None:
    """Count a try; None if it may go on, else what to answer: 429, whether or not the guess is right.

    Parameters:
        login: the name that was typed; "" where there is none to guess for.
        step: what is tried, where it is no password.
    """
    wait = await services.turnstile.wait(req.ip, login, services.cookie(req, DEVICE_COOKIE), step=step)
    if not wait:
        return None
    unit = f"{wait} seconds" if wait < 120 else f"{-(-wait // 60)} minutes"
    return Rejected("too many tries", login, 429, f"Too many tries. Try again in {unit}.", retry_after=wait)
