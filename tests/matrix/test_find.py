"""A server's name leads to its address, by what the website of that name says."""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector, web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.matrix.errors import ServerUnknownError
from adapters.matrix.find import WELL_KNOWN, found

NAME = "example.org"


class ThisMachine(AbstractResolver):
    """Every name is a port of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self,
        host: str,
        port: int = 0,  # noqa: ARG002 - it is always this machine's
        family: socket.AddressFamily = socket.AF_INET,
    ) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=self._port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with a certificate of the name, which only these tests trust, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    alternatives = x509.SubjectAlternativeName([x509.DNSName(NAME), x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternatives, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("certificate") / "own.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@asynccontextmanager
async def website(certificate: Path, status: int, text: str, *, trusted: bool = True) -> AsyncIterator[ClientSession]:
    """Run the website of every name; give connections that lead to it."""

    async def told(_: web.Request) -> web.Response:
        return web.Response(status=status, text=text)

    site = web.Application()
    site.router.add_get(WELL_KNOWN, told)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = TestServer(site, scheme="https")
    await server.start_server(ssl=context)
    trust = ssl.create_default_context(cafile=str(certificate) if trusted else None)
    try:
        async with ClientSession(connector=TCPConnector(resolver=ThisMachine(server.port or 0), ssl=trust)) as http:
            yield http
    finally:
        await server.close()


@pytest.mark.parametrize("name", [NAME, f"{NAME}:8448"])
async def test_a_name_leads_to_the_address_that_its_website_says(certificate: Path, name: str) -> None:
    async with website(certificate, 200, '{"m.homeserver": {"base_url": "https://matrix.example.org/"}}') as http:
        assert await found(name, http) == "https://matrix.example.org"


async def test_a_name_whose_website_says_nothing_is_the_address_itself(certificate: Path) -> None:
    async with website(certificate, 404, "nothing") as http:
        assert await found(NAME, http) == "https://example.org"


@pytest.mark.parametrize("text", ["<p>Welcome</p>", "{}", "[]", '{"m.homeserver": {"base_url": "ftp://x"}}'])
async def test_a_website_that_says_something_else_is_not_guessed_at(certificate: Path, text: str) -> None:
    async with website(certificate, 200, text) as http:
        with pytest.raises(ServerUnknownError, match="does not say where its server is"):
            await found(NAME, http)


async def test_a_certificate_that_is_not_trusted_is_told(certificate: Path) -> None:
    async with website(certificate, 200, "{}", trusted=False) as http:
        with pytest.raises(ServerUnknownError, match=r"example\.org, its certificate is not valid"):
            await found(NAME, http)


async def test_an_address_is_taken_as_it_is() -> None:
    assert await found("http://localhost:8008/") == "http://localhost:8008"
