"""The life of one emulated EKS control plane: start, restart, stop, delete, and what it weighs."""

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from lab.cluster import authorization, kubeconfig, members
from lab.cluster.client import Client, UnavailableError
from lab.cluster.files import Files
from lab.cluster.interface import Binaries, Endpoint, Webhooks
from lab.cluster.lock import exclusive
from lab.cluster.members import Member
from lab.cluster.nodes import ensure_nodes
from lab.cluster.ports import Ports, require_free
from lab.cluster.private_file import write_private
from lab.errors import LabError
from lab.processes import ProcessFolder, ProcessRecord, wait_until

# Three seconds are usual; ten times and more when several clusters start on two busy cores.
_START_TIMEOUT_SECONDS: Final = 120
_DEFAULT_SERVICE_ACCOUNT: Final = "/api/v1/namespaces/default/serviceaccounts/default"
_PROJECT: Final = Path(__file__).resolve().parents[2]
_DEFINITIONS: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


class ControlPlane:
    """One cluster in one folder: certificates, data, logs, records and the admin's kubeconfig.

    The folder is all there is to know: another process may find, stop or restart the cluster by it.
    """

    def __init__(self, folder: Path, *, name: str, binaries: Binaries, webhooks: Webhooks) -> None:
        self.name = name
        self._binaries = binaries
        self._webhooks = webhooks
        self._files = Files(folder.absolute())
        self._processes = ProcessFolder(self._files.processes)

    @property
    def admin_kubeconfig(self) -> Path:
        """The kubeconfig (0600) of a member of system:masters, with the certificates inside."""
        return self._files.admin_kubeconfig

    @property
    def endpoint(self) -> Endpoint:
        """How to reach the API server, running or not. Raises LabError before the first start."""
        ports = Ports.load(self._files.ports)
        if ports is None or not self._files.certificates.exist():
            raise LabError(f"Cluster {self.name} was never started in {self._files.folder}")
        authority = self._files.certificates.authority.certificate.read_bytes()
        return Endpoint(
            server=members.server_url(ports),
            ca_pem=authority.decode(),
            issuer=members.issuer_url(ports, hashlib.sha256(authority).hexdigest()[:32].upper()),
        )

    @property
    def running(self) -> bool:
        """Say whether every member runs."""
        return all(self._processes.alive(name) is not None for name in members.STOP_ORDER)

    def start(self) -> Endpoint:
        """Bring every member up and return when pods can run; a no-op for what already does.

        Dead members are started again on the same ports, and a member whose command line or
        webhook changed is restarted. Raises LabError when a member ends, when a port is taken, or
        after two minutes; then no member is left running.
        """
        with exclusive(self._files.lock):
            try:
                self._start()
            except BaseException:
                self._stop()
                raise
        return self.endpoint

    def define(self, definitions: Sequence[Mapping[str, Any]]) -> None:
        """Make the custom resource definitions that are missing; return when all are served.

        Raises LabError when the API server refuses one.
        """
        client = self._client()
        for definition in definitions:
            client.create(_DEFINITIONS, dict(definition))
        names = [str(definition["metadata"]["name"]) for definition in definitions]
        wait_until(
            lambda: all(_established(client.get(f"{_DEFINITIONS}/{name}")) for name in names),
            what=f"the kinds {', '.join(names)} of cluster {self.name}",
            timeout_seconds=_START_TIMEOUT_SECONDS,
        )

    def provide(self, namespaces: Sequence[str]) -> None:
        """Make the namespaces that are missing. Raises LabError when one is refused."""
        client = self._client()
        for name in namespaces:
            client.create("/api/v1/namespaces", {"metadata": {"name": name}})

    def stop(self) -> None:
        """End every member, the database last; the data stays for the next start."""
        if self._files.folder.exists():
            with exclusive(self._files.lock):
                self._stop()

    def delete(self) -> None:
        """Stop, then remove the folder with all data."""
        if self._files.folder.exists():
            with exclusive(self._files.lock):
                self._stop()
                shutil.rmtree(self._files.folder)

    def version(self) -> str:
        """Return the running API server's version, such as "v1.36.3"."""
        return str(self._client().get("/version")["gitVersion"])

    def memory_bytes(self) -> dict[str, int]:
        """Return each running member's share of the machine's memory by its name."""
        return {
            name: self._processes.memory_bytes(name)
            for name in reversed(members.STOP_ORDER)
            if self._processes.alive(name) is not None
        }

    def _start(self) -> None:
        files, binaries = self._files, self._binaries
        ports = self._prepare()
        issuer = self.endpoint.issuer
        servers = (
            self._ensure(members.etcd(binaries, files, ports)),
            self._ensure(members.api_server(binaries, files, ports, issuer=issuer)),
        )
        client = self._client()
        self._wait(client.ready, "the API server", servers)
        others = (
            self._ensure(members.controller_manager(binaries, files)),
            self._ensure(members.scheduler(binaries, files)),
            self._ensure(members.kwok(binaries, files)),
            self._ensure(members.volumes(files, ports)),
        )
        self._wait(
            lambda: self._pods_can_run(client),
            "the nodes and the default service account",
            servers + others,
        )

    def _pods_can_run(self, client: Client) -> bool:
        with suppress(UnavailableError):
            # Until the controllers made the account, every pod of the namespace is refused.
            return ensure_nodes(client, self.name) and client.exists(_DEFAULT_SERVICE_ACCOUNT)
        return False

    def _prepare(self) -> Ports:
        """Write what the members read; ends an API server that holds webhooks of the past."""
        files = self._files
        ports = Ports.load(files.ports)
        if ports is None:
            ports = Ports.choose()
            ports.save(files.ports)
        files.certificates.create(self.name)
        for path, client in (
            (files.admin_kubeconfig, files.certificates.admin),
            (files.scheduler_kubeconfig, files.certificates.scheduler),
        ):
            text = kubeconfig.for_certificate(
                cluster=self.name,
                server=members.server_url(ports),
                authority=files.certificates.authority.certificate,
                client=client,
            )
            write_private(path, text)
        changed = [
            write_private(path, text)
            for path, text in (
                (
                    files.authentication_webhook,
                    kubeconfig.for_webhook(self._webhooks.authentication_url),
                ),
                (
                    files.authorization_webhook,
                    kubeconfig.for_webhook(self._webhooks.authorization_url),
                ),
                (files.authorization, authorization.document(files.authorization_webhook)),
            )
        ]
        if any(changed):
            self._stop_member(members.API_SERVER)
        return ports

    def _ensure(self, member: Member) -> ProcessRecord:
        record = self._processes.alive(member.name)
        if record is not None and record.command == member.command:
            return record
        self._stop_member(member.name)
        require_free(member.ports, member=member.name, cluster=self.name)
        # Not the caller's environment: it may hold credentials, and etcd obeys ETCD_* variables.
        return self._processes.start(
            member.name,
            member.command,
            env={"HOME": str(self._files.folder), "PYTHONPATH": str(_PROJECT)},
            cwd=self._files.folder,
        )

    def _stop(self) -> None:
        for name in members.STOP_ORDER:
            self._stop_member(name)

    def _stop_member(self, name: str) -> None:
        # An API server without its database does not heed TERM; there is nothing to wait for.
        orphan = name == members.API_SERVER and self._processes.alive(members.ETCD) is None
        self._processes.stop(name, grace_seconds=1 if orphan else 10)

    def _client(self) -> Client:
        ports = Ports.load(self._files.ports)
        if ports is None:
            raise LabError(f"Cluster {self.name} was never started in {self._files.folder}")
        return Client(ports.api, self._files.certificates)

    def _wait(
        self, condition: Callable[[], bool], what: str, processes: tuple[ProcessRecord, ...]
    ) -> None:
        wait_until(
            condition,
            what=f"{what} of cluster {self.name}",
            timeout_seconds=_START_TIMEOUT_SECONDS,
            process=processes,
        )


def _established(definition: Mapping[str, Any]) -> bool:
    # A definition that was just made has them as null.
    conditions: Sequence[Mapping[str, Any]] = definition.get("status", {}).get("conditions") or []
    return any(one["type"] == "Established" and one["status"] == "True" for one in conditions)
