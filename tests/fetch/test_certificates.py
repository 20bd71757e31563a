"""A host must prove its name: Scrapy's default is not to ask."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fetch.visits import failed, visit
from standins.site import Site


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[Site]:
    """A site with a certificate that nobody but itself has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "board.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "site.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with Site(tls=context) as site:
        yield site


def test_a_certificate_that_nobody_signed_is_refused_before_anything_is_asked(impostor: Site) -> None:
    [answer] = visit(impostor)

    assert "certificate is not valid (self-signed certificate)" in failed(answer)
    assert impostor.requests == []


def test_a_host_that_does_not_speak_tls_is_a_failure_in_plain_words(site: Site) -> None:
    [answer] = visit(None, mirror=site.address.replace("http:", "https:"))

    assert "connect" in failed(answer)  # the other side may close before it says why
