"""Certificates for TLS to an Elasticsearch of one's own: `python -m index.certificates FOLDER --name elasticsearch`.

Makes `ca.crt` and `ca.key` once, and `node.crt` and `node.key` for the names and addresses given; again when the last
one has less than 90 days left. The client needs `ca.crt` only (`ELASTICSEARCH_CA`). Whoever has certificates of their
own does not need this.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

CA_NAME = "ai-policy-kb CA"
CA_DAYS, NODE_DAYS, RENEWED_DAYS = 3650, 730, 90

OTHERS = (InvalidSignature, TypeError, ValueError, x509.DuplicateExtension, x509.ExtensionNotFound)
"""Raised for a certificate that another authority signed, or that names nothing: it is made anew."""

Key = ec.EllipticCurvePrivateKey


def make(folder: Path, names: Sequence[str], *, group: bool = False) -> bool:
    """Make what is missing, for another name, or near its end in `folder`; returns whether there was anything to do.

    group: the file's group may read `node.key`, for a node that runs as another user of the same group.
    Raises OSError, and ValueError for a file in the folder that is no certificate or key.
    """
    folder.mkdir(parents=True, exist_ok=True)
    authority = _authority(folder)
    if _good(folder / "node.crt", folder / "node.key", authority[1], names):
        return False
    key = ec.generate_private_key(ec.SECP256R1())
    signed = _certificate(names[0], key, authority, names)
    _write(folder / "node.key", _pem(key), 0o640 if group else 0o600)
    _write(folder / "node.crt", signed.public_bytes(Encoding.PEM), 0o644)
    return True


def _authority(folder: Path) -> tuple[Key, x509.Certificate]:
    key_file, file = folder / "ca.key", folder / "ca.crt"
    if file.exists() and key_file.exists():
        key = load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(key, Key):
            raise ValueError(f"{key_file}: not made by this program; make {file} and your node's with your own tools")
        return key, x509.load_pem_x509_certificate(file.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(CA_NAME, key, None, ())
    _write(key_file, _pem(key), 0o600)
    _write(file, certificate.public_bytes(Encoding.PEM), 0o644)
    return key, certificate


def _good(file: Path, key: Path, authority: x509.Certificate, names: Sequence[str]) -> bool:
    if not (file.exists() and key.exists()):
        return False
    found = x509.load_pem_x509_certificate(file.read_bytes())
    left = found.not_valid_after_utc - datetime.now(UTC)
    try:
        found.verify_directly_issued_by(authority)
        held = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except OTHERS:
        return False
    return left > timedelta(days=RENEWED_DAYS) and set(held) == set(_alternatives(names))


def _certificate(
    name: str, key: Key, authority: tuple[Key, x509.Certificate] | None, names: Sequence[str]
) -> x509.Certificate:
    """Return a certificate signed by the authority, or by itself where that is `None`: then it is one."""
    signer, now = authority[0] if authority else key, datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority[1].subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=NODE_DAYS if authority else CA_DAYS))
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
        .add_extension(_usage(ca=authority is None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _usage(*, ca: bool) -> x509.KeyUsage:
    names = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    nothing = dict.fromkeys((*names, "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(digital_signature=True, key_cert_sign=ca, crl_sign=ca, **nothing)


def _alternatives(names: Sequence[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return found


def _pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write a file that nobody ever sees half written, or with more rights than it is to have."""
    beside = path.with_suffix(f"{path.suffix}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)
    beside.replace(path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the certificates; returns 0, or 1 after the reason on standard error."""
    parser = argparse.ArgumentParser(prog="python -m index.certificates", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", action="append", required=True, help="name or address of the node; several times")
    parser.add_argument("--group", action="store_true", help="let the group read node.key")
    options = parser.parse_args(arguments)
    try:
        made = make(options.folder, options.name, group=options.group)
    except (OSError, ValueError) as error:
        print(f"error: {options.folder}: {error}", file=sys.stderr)
        return 1
    print(f"{options.folder}: {'made' if made else 'nothing to do'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
