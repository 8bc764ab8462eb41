"""The keys and certificates of one control plane, made once and kept in a private folder.

Two authorities: the cluster's signs its API server and clients; etcd's own signs nothing else, so
that no client of the cluster may read the database behind the API server's back.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lab.cluster.private_file import write_private

_LIFETIME: Final = timedelta(days=3650)
_CLOCK_SKEW: Final = timedelta(minutes=5)
_SERVER_NAMES: Final = (
    x509.DNSName("localhost"),
    x509.DNSName("kubernetes"),
    x509.DNSName("kubernetes.default"),
    x509.DNSName("kubernetes.default.svc"),
    x509.IPAddress(ip_address("127.0.0.1")),
)


@dataclass(frozen=True, kw_only=True)
class KeyPair:
    """Where one certificate and its private key lie."""

    certificate: Path
    key: Path


class Certificates:
    """The files of one control plane's certificates; `create` fills the folder once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = self._pair("ca")
        self.server = self._pair("server")
        self.admin = self._pair("admin")
        self.scheduler = self._pair("scheduler")
        self.etcd_authority = self._pair("etcd-ca")
        self.etcd = self._pair("etcd")
        self.service_account_key = folder / "service-account.key"
        self.service_account_public_key = folder / "service-account.pub"

    def exist(self) -> bool:
        """Say whether the folder was filled completely."""
        return self.service_account_public_key.exists()

    def create(self, cluster: str) -> None:
        """Make every key and certificate, unless a whole set exists; ten years valid, keys 0600."""
        if self.exist():
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        authority = Authority(f"{cluster} authority")
        authority.write(self.authority)
        authority.issue(self.server, "kube-apiserver")
        # The group that Kubernetes lets do everything, whatever RBAC says.
        authority.issue(self.admin, "lab-admin", group="system:masters")
        authority.issue(self.scheduler, "system:kube-scheduler")
        etcd_authority = Authority(f"{cluster} etcd authority")
        etcd_authority.write(self.etcd_authority)
        etcd_authority.issue(self.etcd, "etcd")
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        write_private(self.service_account_key, _private_pem(key))
        # Last, because its presence says that the set is whole.
        write_private(
            self.service_account_public_key,
            key.public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            .decode(),
        )

    def _pair(self, name: str) -> KeyPair:
        return KeyPair(certificate=self.folder / f"{name}.crt", key=self.folder / f"{name}.key")


class Authority:
    """A certificate authority in memory while a set of certificates is made."""

    def __init__(self, common_name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        self._certificate = (
            _builder(self._name, self._name, self._key.public_key(), self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def write(self, pair: KeyPair) -> None:
        """Write its own certificate and key."""
        _write_pair(pair, self._certificate, self._key)

    def issue(self, pair: KeyPair, common_name: str, *, group: str | None = None) -> None:
        """Write a key and a certificate good for a server on loopback and for a client."""
        attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
        if group is not None:
            attributes.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, group))
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(x509.Name(attributes), self._name, key.public_key(), self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage(
                    [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
                ),
                critical=False,
            )
            .add_extension(x509.SubjectAlternativeName(_SERVER_NAMES), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        _write_pair(pair, certificate, key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SKEW)
        .not_valid_after(now + _LIFETIME)
        # Python 3.13 verifies strictly: a certificate without these two is refused.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False
        )
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _private_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _write_pair(
    pair: KeyPair, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> None:
    write_private(pair.certificate, certificate.public_bytes(serialization.Encoding.PEM).decode())
    write_private(pair.key, _private_pem(key))
