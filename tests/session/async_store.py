"""A DictStore whose every method has to be awaited, as a store behind a network has."""

import asyncio

from growler_ext.session import DictStore


class AsyncDictStore:
    sync = False

    def __init__(self, max_sessions=100_000, *, clock):
        self.inner = DictStore(max_sessions, clock=clock)

    def __len__(self):
        return len(self.inner)

    async def load(self, key, *, touch):
        await asyncio.sleep(0)
        return self.inner.load(key, touch=touch)

    async def create(self, key, fields, *, ttl, lifetime):
        await asyncio.sleep(0)
        self.inner.create(key, fields, ttl=ttl, lifetime=lifetime)

    async def commit(self, key, changed, removed, *, ttl):
        await asyncio.sleep(0)
        return self.inner.commit(key, changed, removed, ttl=ttl)

    async def rename(self, old, new, changed, removed, *, ttl):
        await asyncio.sleep(0)
        return self.inner.rename(old, new, changed, removed, ttl=ttl)

    async def delete(self, *keys):
        await asyncio.sleep(0)
        return self.inner.delete(*keys)
