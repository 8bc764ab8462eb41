"""The certificate of the lab's Git server, and the authority that Argo CD trusts for it.

Made once for a lab. The authority's key is not kept: it signs this one certificate.
"""

from pathlib import Path

from lab.cluster.certificates import Authority, KeyPair

AUTHORITY = "ca"
SERVER = "server"


def create(folder: Path) -> KeyPair:
    """The server's certificate and key, made in `folder` unless they are there; keys 0600."""
    authority, server = _pair(folder, AUTHORITY), _pair(folder, SERVER)
    if not authority.certificate.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Authority("eks-hub-spoke lab Git authority")
        made.issue(server, "eks-hub-spoke lab Git")
        # Last, because its presence says that the set is whole.
        made.write(authority)
    authority.key.unlink(missing_ok=True)
    return server


def _pair(folder: Path, name: str) -> KeyPair:
    return KeyPair(certificate=folder / f"{name}.crt", key=folder / f"{name}.key")
