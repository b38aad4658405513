"""`RedisShared` where Redis itself makes trouble: its clock is set back."""

from __future__ import annotations

import asyncio
import time

from growler_ext.auth.shared import Rate
from growler_ext.auth.shared.redis import RedisShared


def test_a_clock_that_is_set_back_holds_nobody_up_for_longer_than_the_rate(redis_url):
    async def tries():
        shared = RedisShared(redis_url, prefix="set-back")
        # What a try has left behind before the clock was set back by a day.
        await shared._redis.set(shared._key("t", "k"), round((time.time() + 86_400) * 1_000_000), px=60_000)
        waits = [await shared.allow([("k", Rate(2, 600))]) for _ in range(3)]
        await shared.close()
        return waits

    first, second, third = asyncio.run(tries())
    assert (first, second) == (0, 0)
    assert 290 < third <= 300
