"""A DictStore whose every method has to be awaited, as a store behind a network has."""

import asyncio

from growler_ext.session import DictStore


class AsyncDictStore:
    sync = False
    shared = False

    def __init__(self, max_sessions=100_000, *, clock):
        self.inner = DictStore(max_sessions, clock=clock)

    def __len__(self):
        return len(self.inner)

    async def load(self, key, *, touch):
        await asyncio.sleep(0)
        return self.inner.load(key, touch=touch)

    async def create(self, key, fields, *, ttl, lifetime, owner):
        await asyncio.sleep(0)
        self.inner.create(key, fields, ttl=ttl, lifetime=lifetime, owner=owner)

    async def commit(self, key, change):
        await asyncio.sleep(0)
        return self.inner.commit(key, change)

    async def rename(self, old, new, change, *, grace):
        await asyncio.sleep(0)
        return self.inner.rename(old, new, change, grace=grace)

    async def delete(self, *keys):
        await asyncio.sleep(0)
        return self.inner.delete(*keys)

    async def owned(self, owner):
        await asyncio.sleep(0)
        return self.inner.owned(owner)

    async def revoke(self, owner, *, keep):
        await asyncio.sleep(0)
        return self.inner.revoke(owner, keep=keep)

    async def close(self):
        await asyncio.sleep(0)
        self.inner.close()
