"""What Argo CD's pods find in their image and in their mounts, as files of one folder of the lab.

Programs by the names that Argo CD calls, certificates and known hosts of the hub's ConfigMaps, and
folders to write to. Nothing is shared with another lab or with the person's own tools.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lab.argocd.components import COMPONENTS
from lab.argocd.pod_environment import Objects
from lab.cluster.private_file import write_private
from lab.environment import LOOPBACK
from lab.links import replace_symlink, write_script

TLS = ("ConfigMap", "argocd-tls-certs-cm")
KNOWN_HOSTS = ("ConfigMap", "argocd-ssh-known-hosts-cm")
SCRIPTS = ("git-ask-pass.sh", "git-verify-wrapper.sh", "gpg-wrapper.sh")
_SYSTEM = ("/usr/local/bin", "/usr/bin", "/bin")
# Through a company's proxy to charts and repositories that are not in the lab.
_PROXY = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")
# What the kernel takes for a socket's path, less the byte that ends it (unix(7)).
_SOCKET_PATH_BYTES = 107
_KUSTOMIZE = """\
# The kustomize that is built into kubectl, by the name and the commands that Argo CD calls.
case "$1" in
build) shift; exec {kubectl} kustomize "$@" ;;
version) {kubectl} version --client | sed -n 's/^Kustomize Version: //p' ;;
*) echo "the lab's kustomize cannot $1: put the real one on PATH" >&2; exit 1 ;;
esac"""


@dataclass(frozen=True, kw_only=True)
class Mounts:
    """The files of one lab's Argo CD."""

    folder: Path

    @property
    def bin(self) -> Path:
        """Programs by the names that Argo CD calls."""
        return self.folder / "bin"

    def program(self, name: str) -> Path:
        """One of them."""
        return self.bin / name

    def link_programs(self, programs: Mapping[str, Path]) -> None:
        """Fill `bin`: argocd under each of its names, and what the repository server runs."""
        self.bin.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (*(component.name for component in COMPONENTS), "argocd-k8s-auth"):
            replace_symlink(self.bin / name, programs["argocd"])
        for name in ("helm", "kubectl"):
            replace_symlink(self.bin / name, programs[name])
        for name in SCRIPTS:
            replace_symlink(self.bin / name, programs["argocd-scripts"] / name)
        kustomize = shutil.which("kustomize")
        if kustomize is not None:
            replace_symlink(self.bin / "kustomize", Path(kustomize))
        else:
            kubectl = f"'{self.bin / 'kubectl'}'"
            write_script(self.bin / "kustomize", _KUSTOMIZE.format(kubectl=kubectl))

    def write_certificates(self, objects: Objects, authorities: Mapping[str, Path]) -> None:
        """Write what the ConfigMaps hold, and the authorities of the lab's own servers by host."""
        certificates = dict(objects.get(TLS, {}))
        certificates |= {host: path.read_text() for host, path in authorities.items()}
        _fill(self.folder / "tls", certificates)
        _fill(self.folder / "ssh", objects.get(KNOWN_HOSTS, {}))

    def variables(self, component: str, base: Mapping[str, str]) -> dict[str, str]:
        """Where the component finds all this; of the environment `base` only proxies and git."""
        own = self.folder / component
        for name in ("home", "tmp", "gnupg", "helm"):
            (own / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        return {
            "PATH": os.pathsep.join(_once((str(self.bin), *_SYSTEM, *_folder_of_git(base)))),
            "HOME": str(own / "home"),
            "TMPDIR": str(own / "tmp"),
            "KUBECACHEDIR": str(own / "tmp" / "kubecache"),
            "HELM_CACHE_HOME": str(own / "helm"),
            "HELM_CONFIG_HOME": str(own / "helm"),
            "HELM_DATA_HOME": str(own / "helm"),
            "GNUPGHOME": str(own / "gnupg"),
            "ARGOCD_GPG_ENABLED": "false",
            "ARGOCD_TLS_DATA_PATH": str(self.folder / "tls"),
            "ARGOCD_SSH_DATA_PATH": str(self.folder / "ssh"),
            "ARGOCD_ASK_PASS_SOCK": self._socket(),
            **{name: base[name] for name in _PROXY if name in base},
            # git asks the proxy for this machine too, unless told.
            "NO_PROXY": ",".join(
                _once((LOOPBACK, *base.get("NO_PROXY", base.get("no_proxy", "")).split(",")))
            ),
        }

    def _socket(self) -> str:
        path = str(self.folder / "ask-pass.sock")
        if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES:
            return path
        digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
        return str(Path(tempfile.gettempdir()) / f"eks-hub-spoke-{digest}.sock")


def _fill(folder: Path, files: Mapping[str, str]) -> None:
    """Make the folder hold these files and no others."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, content in files.items():
        write_private(folder / name, content)


def _folder_of_git(base: Mapping[str, str]) -> tuple[str, ...]:
    found = shutil.which("git", path=base.get("PATH"))
    return (str(Path(found).parent),) if found else ()


def _once(parts: Iterable[str]) -> list[str]:
    return [part for part in dict.fromkeys(parts) if part]
