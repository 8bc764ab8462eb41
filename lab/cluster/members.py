"""The command line of each member of a control plane, and the order in which they start and stop.

Not here: running them (`control_plane`).
"""

import sys
from dataclasses import dataclass
from typing import Final

from lab.cluster.authorization import WEBHOOK_CACHE
from lab.cluster.files import Files
from lab.cluster.interface import Binaries
from lab.cluster.ports import Ports

ETCD: Final = "etcd"
API_SERVER: Final = "kube-apiserver"
CONTROLLER_MANAGER: Final = "kube-controller-manager"
SCHEDULER: Final = "kube-scheduler"
KWOK: Final = "kwok"
VOLUMES: Final = "volumes"

# Everything that watches the API server goes before it, and the API server before etcd: with etcd
# gone first it ignored TERM for over 20 minutes.
STOP_ORDER: Final = (VOLUMES, KWOK, SCHEDULER, CONTROLLER_MANAGER, API_SERVER, ETCD)


# EKS's own default range where a VPC does not lie in 172.16.0.0/12.
_SERVICE_RANGE: Final = "172.20.0.0/16"
_POD_RANGE: Final = "100.64.0.0/16"
_CONTROLLERS_OFF: Final = (
    # There are no cloud, routes or node ranges to manage.
    "nodeipam",
    "node-route-controller",
    "service-lb-controller",
    "cloud-node-lifecycle-controller",
    # A late heartbeat of kwok would make pods unready for good.
    "node-lifecycle-controller",
    "taint-eviction-controller",
)


@dataclass(frozen=True, kw_only=True)
class Member:
    """One process of a control plane."""

    name: str
    command: tuple[str, ...]
    ports: tuple[int, ...] = ()


def server_url(ports: Ports) -> str:
    """Return the API server's address."""
    return f"https://127.0.0.1:{ports.api}"


def issuer_url(ports: Ports, identifier: str) -> str:
    """Return the issuer of service accounts' tokens, with a path of the form that EKS uses."""
    return f"{server_url(ports)}/id/{identifier}"


def etcd(binaries: Binaries, files: Files, ports: Ports) -> Member:
    """The database, reached only with the certificate of etcd's own authority."""
    pair, authority = files.certificates.etcd, files.certificates.etcd_authority
    client = f"https://127.0.0.1:{ports.etcd_client}"
    peer = f"https://127.0.0.1:{ports.etcd_peer}"
    return Member(
        name=ETCD,
        ports=(ports.etcd_client, ports.etcd_peer),
        command=(
            str(binaries.etcd),
            f"--data-dir={files.etcd_data}",
            f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}",
            f"--initial-cluster=default={peer}",
            f"--cert-file={pair.certificate}",
            f"--key-file={pair.key}",
            f"--trusted-ca-file={authority.certificate}",
            "--client-cert-auth",
            f"--peer-cert-file={pair.certificate}",
            f"--peer-key-file={pair.key}",
            f"--peer-trusted-ca-file={authority.certificate}",
            "--peer-client-cert-auth",
            # A lab may lose its last writes with the machine's power.
            "--unsafe-no-fsync",
            "--log-level=warn",
        ),
    )


def api_server(binaries: Binaries, files: Files, ports: Ports, *, issuer: str) -> Member:
    """The API server: access entries through the two webhooks, everything else its own."""
    certificates = files.certificates
    return Member(
        name=API_SERVER,
        ports=(ports.api,),
        command=(
            str(binaries.kube_apiserver),
            f"--etcd-servers=https://127.0.0.1:{ports.etcd_client}",
            f"--etcd-cafile={certificates.etcd_authority.certificate}",
            f"--etcd-certfile={certificates.etcd.certificate}",
            f"--etcd-keyfile={certificates.etcd.key}",
            "--bind-address=127.0.0.1",
            f"--secure-port={ports.api}",
            "--advertise-address=127.0.0.1",
            "--endpoint-reconciler-type=none",
            f"--tls-cert-file={certificates.server.certificate}",
            f"--tls-private-key-file={certificates.server.key}",
            f"--client-ca-file={certificates.authority.certificate}",
            f"--service-cluster-ip-range={_SERVICE_RANGE}",
            "--allow-privileged=true",
            f"--service-account-issuer={issuer}",
            f"--service-account-jwks-uri={server_url(ports)}/openid/v1/jwks",
            f"--service-account-key-file={certificates.service_account_public_key}",
            f"--service-account-signing-key-file={certificates.service_account_key}",
            f"--api-audiences={issuer}",
            f"--authentication-token-webhook-config-file={files.authentication_webhook}",
            "--authentication-token-webhook-version=v1",
            f"--authentication-token-webhook-cache-ttl={WEBHOOK_CACHE}",
            f"--authorization-config={files.authorization}",
            # Without it TERM is not heeded for a minute while somebody watches.
            "--shutdown-watch-termination-grace-period=1s",
            # Its not-ready taint on a new node would stay: the controller that lifts it is off.
            "--disable-admission-plugins=TaintNodesByCondition",
            "--profiling=false",
        ),
    )


def controller_manager(binaries: Binaries, files: Files) -> Member:
    """The controllers, without those that would need a cloud or would judge kwok's nodes."""
    return Member(
        name=CONTROLLER_MANAGER,
        command=(
            str(binaries.kube_controller_manager),
            f"--kubeconfig={files.admin_kubeconfig}",
            f"--service-account-private-key-file={files.certificates.service_account_key}",
            f"--root-ca-file={files.certificates.authority.certificate}",
            f"--controllers=*,{','.join(f'-{name}' for name in _CONTROLLERS_OFF)}",
            "--leader-elect=false",
            "--secure-port=0",
            "--profiling=false",
            # Created when it is missing, and the default lies outside of the lab.
            f"--flex-volume-plugin-dir={files.flex_volume_plugins}",
        ),
    )


def scheduler(binaries: Binaries, files: Files) -> Member:
    """The scheduler, with no more rights than RBAC gives it."""
    return Member(
        name=SCHEDULER,
        command=(
            str(binaries.kube_scheduler),
            f"--kubeconfig={files.scheduler_kubeconfig}",
            "--leader-elect=false",
            "--secure-port=0",
            "--profiling=false",
        ),
    )


def kwok(binaries: Binaries, files: Files) -> Member:
    """The fake kubelets: they say that nodes are ready and that scheduled pods run."""
    return Member(
        name=KWOK,
        command=(
            str(binaries.kwok),
            f"--kubeconfig={files.admin_kubeconfig}",
            "--manage-all-nodes=true",
            f"--config={binaries.kwok_stages}",
            f"--cidr={_POD_RANGE}",
            "--node-ip=127.0.0.1",
        ),
    )


def volumes(files: Files, ports: Ports) -> Member:
    """The lab's stand-in for the EBS CSI driver."""
    return Member(
        name=VOLUMES,
        command=(
            sys.executable,
            "-m",
            "lab.cluster.volumes",
            f"--port={ports.api}",
            f"--certificates={files.certificates.folder}",
        ),
    )
