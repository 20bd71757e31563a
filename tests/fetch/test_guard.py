"""No request goes to an address that is not public, whoever asks for it and however it is spelled."""

import asyncio
import ipaddress
import socket

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from fetch.visits import PAGE, failed, visit
from scrapers.handler import DownloadHandler, ForbiddenAddress, PublicSockets, Refused, is_public, judge
from standins.site import Site

NOT_PUBLIC = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0X7F.0.0.1",
    "0177.0.0.1",
    "0177.0x0.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "0x0",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a00:1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::1]",
    "[2001:0:7f00:1::1]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fec0::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[2001:db8::1]",
    "10.0.0.1",
    "10.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "192.168.257",
    "3232235777",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "anything.localhost",
    "anything.localhost.",
]
NO_HOST = [
    "256.256.256.256",
    "1.2.3.4.5",
    "4294967296",
    "127.0.0.0x",
    "%31%32%37.0.0.1",
    "a..b",
    "..",
    "a b",
    "0x7g.1",
]
PUBLIC = [
    "huggingface.co",
    "localhost.example",
    "notlocalhost",
    "127.0.0.1.example",
    "8.8.8.8",
    "134744072",
    "[2606:4700::1111]",
    "[::ffff:8.8.8.8]",
    "[64:ff9b::8.8.8.8]",
    "xn--fiqs8s.example",
    "a_b.example.",
]


@pytest.mark.parametrize("host", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused_in_any_spelling(host: str) -> None:
    with pytest.raises(ForbiddenAddress):
        judge(URL(f"http://{host}/", encoded=True))


@pytest.mark.parametrize("host", NO_HOST)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(ForbiddenAddress):
        judge(URL(f"http://{host}/", encoded=True))


@pytest.mark.parametrize("host", PUBLIC)
def test_a_public_address_passes(host: str) -> None:
    judge(URL(f"https://{host}/", encoded=True))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/", "gopher://a.example/", "//a.example/", "x"]
)
def test_another_scheme_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        judge(URL(url, encoded=True))


@pytest.mark.parametrize(
    "location",
    [f"http://{host}/rows" for host in NOT_PUBLIC]
    + ["http://\uff11\uff12\uff17\u3002\uff10\u3002\uff10\u3002\uff11/rows", "http://user:word@127.0.0.1/rows"],
)
def test_a_redirect_to_it_is_refused_under_a_mirror_before_anything_is_asked(site: Site, location: str) -> None:
    site.answer(PAGE, status=302, headers={"Location": location.encode().decode("latin-1")})

    [answer] = visit(site)

    assert failed(answer).startswith("redirects to ")
    assert failed(answer).endswith(": refused")
    assert [asked.url for asked in site.requests] == ["https://board.example/robots.txt", PAGE]


@pytest.mark.parametrize("scheme", ["file", "ftp", "gopher", "data", "javascript", "s3", "ws"])
def test_a_redirect_to_another_scheme_is_refused(site: Site, scheme: str) -> None:
    site.answer(PAGE, status=302, headers={"Location": f"{scheme}://files.example/rows"})

    [answer] = visit(site)

    assert failed(answer) == f"302 Found: redirects to a {scheme} address: refused"
    assert site.pages == [PAGE]


@pytest.mark.parametrize(
    "location", ["http://[::1/", "http://a.example:99999/", "http://a..b/", "http://%00/", "http:///"]
)
def test_a_redirect_to_what_is_no_address_is_refused(site: Site, location: str) -> None:
    site.answer(PAGE, status=302, headers={"Location": location})

    [answer] = visit(site)

    failed(answer)
    assert site.pages == [PAGE]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_nowhere_is_refused(site: Site, status: int) -> None:
    site.answer(PAGE, status=status)

    [answer] = visit(site)

    assert failed(answer).startswith(f"{status} ")
    assert failed(answer).endswith(": redirects to nowhere")
    assert site.asked(PAGE) == 1


def test_a_redirect_in_a_circle_is_given_up(site: Site) -> None:
    other = "https://other.example/"
    site.answer(PAGE, status=302, headers={"Location": other})
    site.answer(other, status=302, headers={"Location": PAGE})

    [answer] = visit(site)

    assert "circle" in failed(answer)
    assert len(site.pages) == 6


def test_the_mirror_itself_is_not_for_sources_to_name(site: Site) -> None:
    site.answer(PAGE, status=302, headers={"Location": f"{site.address}/other.example/"})

    direct, redirected = visit(site, f"{site.address}/other.example/", PAGE)

    assert failed(direct) == "leads to a private address (127.0.0.1): refused"
    assert failed(redirected) == "redirects to a private address (127.0.0.1): refused"
    assert site.pages == [PAGE]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_without_a_mirror_a_local_address_is_refused_before_any_connection(site: Site, host: str) -> None:
    [answer] = visit(None, f"http://{host}:{site.port}/rows")

    assert failed(answer).endswith(": refused")
    assert site.connections == 0


class Lying(AbstractResolver):
    """DNS in the hands of somebody who wants us at home."""

    homes: tuple[str, ...] = ("127.0.0.1",)

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=home, port=port, family=family, proto=0, flags=0)
            for home in self.homes
        ]

    async def close(self) -> None:
        pass


class LyingTwice(Lying):
    homes = ("127.0.0.1", "::1", "10.0.0.1")


class Misled(DownloadHandler):
    def resolver(self) -> AbstractResolver:
        return Lying()


class MisledTwice(DownloadHandler):
    def resolver(self) -> AbstractResolver:
        return LyingTwice()


@pytest.mark.parametrize("handler", [Misled, MisledTwice])
def test_a_public_name_that_resolves_to_a_local_address_is_refused_before_any_connection(
    site: Site, handler: type[DownloadHandler]
) -> None:
    url = f"http://board.example:{site.port}/rows"

    [answer] = visit(None, url, overrides={"DOWNLOAD_HANDLERS": {"http": handler, "https": handler}})

    assert failed(answer).startswith("leads to a private address (")
    assert site.connections == 0


def test_only_the_port_of_the_mirror_is_open_beside_the_public_addresses(site: Site) -> None:
    async def get(allowed: set[tuple[object, ...]]) -> int:
        sockets = PublicSockets()
        sockets.allowed = allowed
        connector = aiohttp.TCPConnector(socket_factory=sockets, resolver=Lying())
        url = f"http://name.example:{site.port}/host/"
        async with aiohttp.ClientSession(connector=connector) as session, session.get(url) as response:
            return response.status

    assert asyncio.run(get({("127.0.0.1", site.port)})) == 404
    before = site.connections
    with pytest.raises(aiohttp.ClientConnectorError):
        asyncio.run(get({("127.0.0.1", site.port + 1)}))
    assert site.connections == before


@pytest.mark.parametrize("text", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_addresses_of_the_internet_are_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))
