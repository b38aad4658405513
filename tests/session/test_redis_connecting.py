"""From URLs and clients to sessions: TLS, unix sockets, passwords, databases; and what is refused when it is made."""

from __future__ import annotations

import asyncio
import gc
import ssl

import pytest
import redis.asyncio
import trustme
from redis.asyncio.cluster import ClusterNode, RedisCluster

from growler_ext.session import StoreError
from growler_ext.session.stores.redis import RedisStore
from support.redis_server import RedisServer, find_binary
from support.tls_proxy import tls_proxy

pytestmark = pytest.mark.redis


def use(store):
    """Create a session, load it, close; and the same in another loop."""

    async def once():
        try:
            await store.create("a", {"x": b"1"}, ttl=100, lifetime=None, owner="u")
            assert (await store.load("a", touch=None)).fields == {"x": b"1"}
            assert list(await store.owned("u")) == ["a"]
        finally:
            await store.close()

    for _ in range(2):
        asyncio.run(once())


def test_a_url_with_a_database_and_options(redis_server):
    use(RedisStore.from_url(f"{redis_server.url[:-2]}/3?client_name=shop&socket_connect_timeout=3"))
    with redis.Redis.from_url(f"{redis_server.url[:-2]}/3") as client:
        assert client.exists("sess:a")


def test_a_password_in_a_url_and_in_a_client():
    server = RedisServer(find_binary(), "--requirepass", "geheim/ü")
    server.url = server.url.replace("redis://", "redis://:geheim%2F%C3%BC@")
    with server:
        use(RedisStore(server.url))
        use(RedisStore(redis.asyncio.Redis(port=server.port, password="geheim/ü")))


def test_a_wrong_password_is_an_error_that_does_not_show_it(redis_server):
    store = RedisStore(redis_server.url.replace("redis://", "redis://nobody:hidden-word@"))
    with pytest.raises(StoreError) as caught:
        use(store)
    assert "hidden-word" not in f"{caught.value!r} {caught.value.__cause__!r} {store!r}"


def test_a_unix_socket(tmp_path):
    path = tmp_path / "redis.sock"
    with RedisServer(find_binary(), "--unixsocket", str(path)):
        use(RedisStore(f"unix://{path}?db=2"))
        use(RedisStore(redis.asyncio.Redis(unix_socket_path=str(path))))


@pytest.fixture
def tls(tmp_path, redis_server):
    """The port of the server with TLS, and the file of the authority."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with tls_proxy(context, redis_server.port) as port:
        yield port, tmp_path / "ca.pem"


def test_tls_with_an_authority(tls):
    port, authority = tls
    use(RedisStore(f"rediss://localhost:{port}/0?ssl_ca_certs={authority}", timeout=5))
    use(RedisStore(redis.asyncio.Redis(port=port, ssl=True, ssl_ca_certs=str(authority)), timeout=5))


@pytest.mark.parametrize("closes", [True, False], ids=["closed", "left to the loop"])
def test_tls_connections_are_closed_when_the_loop_is(tls, redis_server, closes):
    """The polite end of TLS takes a round trip, and a loop that ends waits for none: it would be a ResourceWarning."""
    port, authority = tls
    store = RedisStore(f"rediss://localhost:{port}/0?ssl_ca_certs={authority}", timeout=20)

    async def once():
        assert await store.load("a", touch=None) is None
        if closes:
            await store.close()

    for scripts in ("+@scripting", "-@scripting"):
        with redis_server.client() as client:
            client.execute_command(f"ACL SETUSER default {scripts}")
        for _ in range(5):
            asyncio.run(once())
            gc.collect()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"], ids=["not trusted", "another name"])
def test_tls_with_the_wrong_certificate_is_an_error(tls, host):
    port, authority = tls
    trusted = f"?ssl_ca_certs={authority}" if host == "127.0.0.1" else ""
    with pytest.raises(StoreError) as caught:
        use(RedisStore(f"rediss://{host}:{port}{trusted}", timeout=5))
    assert "CERTIFICATE_VERIFY_FAILED" in str(caught.value.__cause__)


def test_plain_text_to_a_tls_port_is_an_error_in_time(tls):
    with pytest.raises(StoreError):
        use(RedisStore(f"redis://localhost:{tls[0]}"))


def test_nobody_listens():
    with pytest.raises(StoreError, match="cannot connect to Redis") as caught:
        use(RedisStore("redis://127.0.0.1:1"))
    assert isinstance(caught.value.__cause__, redis.ConnectionError)


def test_a_client_that_was_given_is_neither_used_up_nor_closed(redis_server):
    async def shared():
        client = redis.asyncio.Redis.from_url(redis_server.url, max_connections=1)
        async with client.pubsub() as subscription:
            await subscription.subscribe("news")
            store = RedisStore(client)
            await store.create("a", {}, ttl=100, lifetime=None, owner=None)
            await store.close()
            assert (await subscription.get_message(timeout=5))["channel"] == b"news"
        assert await client.exists("sess:a")
        await client.aclose()

    asyncio.run(shared())


def test_connections_of_transactions_are_bounded(redis_server):
    with redis_server.client() as client:
        client.execute_command("ACL SETUSER default -@scripting")
        store = RedisStore(redis_server.url, max_connections=3, timeout=20)

        async def many():
            try:
                await asyncio.gather(
                    *(
                        store.create(f"k{number}", {}, ttl=100, lifetime=None, owner=None)
                        for number in range(50)
                    )
                )
                # With the one that scripts were tried on, and this test's.
                assert len(client.client_list()) <= 5
            finally:
                await store.close()

        asyncio.run(many())


# Refused when it is made


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"timeout": 0}, "timeout must be positive seconds, not 0"),
        ({"max_connections": 0}, "max_connections must be 1 or more, not 0"),
        ({"max_waiting": 0}, "max_waiting must be 1 or more, not 0"),
        ({"prefix": ""}, "prefix must be text, not ''"),
        ({"prefix": b"sess:"}, "prefix must be text"),
        ({"timeout": "1"}, "timeout must be positive seconds, not '1'"),
        ({"timeout": float("inf")}, "timeout must be positive seconds"),
        ({"max_connections": "3"}, "max_connections must be 1 or more"),
        ({"max_waiting": None}, "max_waiting must be 1 or more"),
    ],
)
def test_wrong_options(options, words):
    with pytest.raises(ValueError, match=words):
        RedisStore("redis://localhost", **options)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://localhost", "begins with redis://"),
        ("localhost:6379", "begins with redis://"),
        ("redis+sentinel://a:26379,b", "names the service"),
        ("redis+sentinel://,b/service", "empty host name"),
        ("redis+sentinel://a:port/service", "port"),
        ("redis://localhost:port", "port"),
        ("redis://localhost?socket_timeout=soon", "socket_timeout"),
    ],
)
def test_urls_that_lead_nowhere(url, words):
    with pytest.raises(ValueError, match=words):
        RedisStore(url)


@pytest.mark.parametrize("client", [redis.Redis(), None, 7], ids=["sync", "none", "number"])
def test_what_is_no_client(client):
    with pytest.raises(
        ValueError, match=r"takes a URL, a redis\.asyncio\.Redis or a redis\.asyncio\.RedisCluster"
    ):
        RedisStore(client)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(ValueError, match=r"timeout .*; max_waiting .*; the URL"):
        RedisStore("http://localhost", timeout=-1, max_waiting=0)


def test_a_url_with_several_sentinels_and_a_password():
    store = RedisStore("redis+sentinel://user:word@one,two:7,[::1]:8/service/2?client_name=shop")

    async def look():
        server = store._settings.source()
        connection = server.connection()
        assert (connection.username, connection.password, connection.db) == ("user", "word", 2)
        assert connection.client_name == "shop"
        hosts = [
            (
                client.connection_pool.connection_kwargs["host"],
                client.connection_pool.connection_kwargs["port"],
            )
            for client in connection.connection_pool.sentinel_manager.sentinels
        ]
        assert hosts == [("one", 26379), ("two", 7), ("::1", 8)]
        await server.close()

    asyncio.run(look())


def test_a_cluster_client_is_taken_without_being_asked():
    RedisStore(RedisCluster(startup_nodes=[ClusterNode("127.0.0.1", 1)]))
