"""Official releases: where each publisher keeps its files, and the way from there to a folder.

The table is this module's first half. A file counts only when the publisher's own checksum agrees.
"""

import platform
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from lab.errors import LabError
from lab.programs.checksums import published_digest, require_digest
from lab.programs.installed import Origin
from lab.programs.recipe import Bench
from lab.versions import (
    ACTIONLINT,
    ARGOCD,
    ETCD,
    GITLEAKS,
    HELM,
    KUBECONFORM,
    KUBECTL,
    KUBERNETES,
    KWOK,
    PULUMI,
)


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One file of a release. In every field {arch} is amd64 or arm64, and {x64} is x64 or arm64."""

    url: str
    checksums: str
    """URL of the publisher's list, of a bare digest, or of GitHub's record of the release."""
    takes: Mapping[str, str]
    """File in our folder → member of the archive; one that is no archive is its own member."""

    def on(self, machine: Mapping[str, str]) -> "Asset":
        """The same with the machine's words filled in."""
        return Asset(
            url=self.url.format(**machine),
            checksums=self.checksums.format(**machine),
            takes={ours: member.format(**machine) for ours, member in self.takes.items()},
        )


def _kubernetes(program: str, version: str) -> Asset:
    url = f"https://dl.k8s.io/v{version}/bin/linux/{{arch}}/{program}"
    return Asset(url=url, checksums=f"{url}.sha256", takes={program: program})


_PULUMI = f"https://github.com/pulumi/pulumi/releases/download/v{PULUMI}"
_ETCD = f"https://github.com/etcd-io/etcd/releases/download/v{ETCD}"
_KWOK = f"https://github.com/kubernetes-sigs/kwok/releases/download/v{KWOK}"
_ARGOCD = f"https://github.com/argoproj/argo-cd/releases/download/v{ARGOCD}"
_KUBECONFORM = f"https://github.com/yannh/kubeconform/releases/download/v{KUBECONFORM}"
_GITLEAKS = f"https://github.com/gitleaks/gitleaks/releases/download/v{GITLEAKS}"
_ACTIONLINT = f"https://github.com/rhysd/actionlint/releases/download/v{ACTIONLINT}"
_HELM = f"https://get.helm.sh/helm-v{HELM}-linux-{{arch}}.tar.gz"

RELEASES: Final[Mapping[str, tuple[Asset, ...]]] = {
    "pulumi": (
        Asset(
            url=f"{_PULUMI}/pulumi-v{PULUMI}-linux-{{x64}}.tar.gz",
            checksums=f"{_PULUMI}/pulumi-{PULUMI}-checksums.txt",
            # The official language host is no part of the recipe (no build makes it), but where it
            # can be had the lab's stand-in gives way to it.
            takes={
                "pulumi": "pulumi/pulumi",
                "pulumi-language-python": "pulumi/pulumi-language-python",
                "pulumi-language-python-exec": "pulumi/pulumi-language-python-exec",
            },
        ),
    ),
    "kubernetes": (
        _kubernetes("kube-apiserver", KUBERNETES),
        _kubernetes("kube-controller-manager", KUBERNETES),
        _kubernetes("kube-scheduler", KUBERNETES),
    ),
    "etcd": (
        Asset(
            url=f"{_ETCD}/etcd-v{ETCD}-linux-{{arch}}.tar.gz",
            checksums=f"{_ETCD}/SHA256SUMS",
            takes={"etcd": f"etcd-v{ETCD}-linux-{{arch}}/etcd"},
        ),
    ),
    "kwok": (
        Asset(
            url=f"{_KWOK}/kwok-linux-{{arch}}",
            # kwok releases carry no list of checksums; GitHub records a digest of every file.
            checksums=f"https://api.github.com/repos/kubernetes-sigs/kwok/releases/tags/v{KWOK}",
            takes={"kwok": "kwok-linux-{arch}"},
        ),
    ),
    "kubectl-helm": (
        _kubernetes("kubectl", KUBECTL),
        Asset(url=_HELM, checksums=f"{_HELM}.sha256sum", takes={"helm": "linux-{arch}/helm"}),
    ),
    "argocd": (
        Asset(
            url=f"{_ARGOCD}/argocd-linux-{{arch}}",
            checksums=f"{_ARGOCD}/cli_checksums.txt",
            takes={"argocd": "argocd-linux-{arch}"},
        ),
    ),
    "kubeconform": (
        Asset(
            url=f"{_KUBECONFORM}/kubeconform-linux-{{arch}}.tar.gz",
            checksums=f"{_KUBECONFORM}/CHECKSUMS",
            takes={"kubeconform": "kubeconform"},
        ),
    ),
    "actionlint": (
        Asset(
            url=f"{_ACTIONLINT}/actionlint_{ACTIONLINT}_linux_{{arch}}.tar.gz",
            checksums=f"{_ACTIONLINT}/actionlint_{ACTIONLINT}_checksums.txt",
            takes={"actionlint": "actionlint"},
        ),
    ),
    "gitleaks": (
        Asset(
            url=f"{_GITLEAKS}/gitleaks_{GITLEAKS}_linux_{{x64}}.tar.gz",
            checksums=f"{_GITLEAKS}/gitleaks_{GITLEAKS}_checksums.txt",
            takes={"gitleaks": "gitleaks"},
        ),
    ),
}

_MACHINES: Final[Mapping[str, Mapping[str, str]]] = {
    "x86_64": {"arch": "amd64", "x64": "x64"},
    "aarch64": {"arch": "arm64", "x64": "arm64"},
}


@dataclass(frozen=True, kw_only=True)
class OfficialRelease:
    """The source that downloads the assets of one release."""

    assets: tuple[Asset, ...]
    name: str = "official release"
    origin: Origin = Origin.DOWNLOAD

    def fill(self, bench: Bench) -> None:
        """Download, verify and unpack every asset. LabError when one cannot be had or trusted."""
        machine = _machine()
        for template in self.assets:
            asset = template.on(machine)
            file_name = asset.url.rpartition("/")[2]
            download = bench.work / file_name
            bench.report(f"downloading {file_name} from {urlsplit(asset.url).netloc}")
            # The short list first: where it cannot be had, nothing big is fetched in vain.
            digest = published_digest(bench.web.text(asset.checksums), file_name)
            bench.web.save(asset.url, download)
            require_digest(download, digest, asset.url)
            _unpack(download, asset.takes, bench.folder)


def _machine() -> Mapping[str, str]:
    system, machine = platform.system(), platform.machine()
    if system != "Linux" or machine not in _MACHINES:
        raise LabError(f"none is known for {system} on {machine}")
    return _MACHINES[machine]


def _unpack(download: Path, takes: Mapping[str, str], folder: Path) -> None:
    if download.name.endswith(".tar.gz"):
        try:
            with tarfile.open(download) as archive:
                for ours, member in takes.items():
                    _extract(archive, member, folder / ours)
        except tarfile.TarError:
            raise LabError(f"{download.name} is no archive") from None
    else:
        for ours in takes:
            shutil.copyfile(download, folder / ours)
    for ours in takes:
        (folder / ours).chmod(0o755)


def _extract(archive: tarfile.TarFile, member: str, target: Path) -> None:
    try:
        source = archive.extractfile(member)
    except KeyError:
        source = None
    if source is None:
        raise LabError(f"{member} is not in the archive")
    with source, target.open("wb") as handle:
        shutil.copyfileobj(source, handle)
