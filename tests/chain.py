"""A chain of certificates for ``localhost``, made when it is needed: root, issuer, and that of a server."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_LONG = timedelta(days=3650)


@dataclass(frozen=True)
class Chain:
    """Files in PEM: ``server`` has key and chain as a server wants them (its name without the ending), the
    others a certificate each."""

    server: str
    root: Path
    issuer: Path


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def chain_in(folder: Path) -> Chain:
    """Write a fresh chain into a folder."""
    root, issuer, leaf = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))

    def signed(key: ec.EllipticCurvePrivateKey, name: str, by: ec.EllipticCurvePrivateKey, of: str) -> bytes:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name(of))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _LONG)
            .not_valid_after(now + _LONG)
            .add_extension(x509.BasicConstraints(ca=name != "localhost", path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        )
        return builder.sign(by, hashes.SHA256()).public_bytes(Encoding.PEM)

    certificates = {
        "root": signed(root, "Root", root, "Root"),
        "issuer": signed(issuer, "Issuer", root, "Root"),
        "leaf": signed(leaf, "localhost", issuer, "Issuer"),
    }
    key = leaf.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "server.pem").write_bytes(key + certificates["leaf"] + certificates["issuer"])
    for name in ("root", "issuer"):
        (folder / f"{name}.pem").write_bytes(certificates[name])
    return Chain(str(folder / "server"), folder / "root.pem", folder / "issuer.pem")
