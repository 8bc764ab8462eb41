"""`lab down`: the fleet is taken down as on AWS, through Pulumi, then the lab itself.

Order: Argo CD stops, the hub forgets its spokes, the spokes go, the hub goes, the accounts' stacks
go. Then nothing may be left in AWS. Only then do the servers stop and the state folder goes.
"""

import shutil
from dataclasses import dataclass, field

from lab import clusters, lock, record, toolchain, workspace
from lab.argocd import hub
from lab.argocd.kubectl import CLUSTER_SECRETS
from lab.argocd.servers import Servers
from lab.console import Reporter
from lab.engine import Engine
from lab.errors import LabError
from lab.layout import Layout
from lab.record import Record
from lab.services import AWS, Services
from lab.stacks import Fleet, read_fleet
from lab.up import engine, lab_environment

# The mark without which the hub lets nobody delete a cluster secret: its workloads would follow.
DRAINED = "eks-hub-spoke/drained=true"


@dataclass(frozen=True, kw_only=True)
class Removed:
    """What `down` did: seconds of each step, by its title; empty when there was nothing."""

    seconds: dict[str, float] = field(default_factory=dict[str, float])


@dataclass(kw_only=True)
class Down:
    """One run of `down`; `force` leaves Pulumi out, for a lab that is broken."""

    layout: Layout
    reporter: Reporter
    force: bool = False

    def run(self) -> Removed:
        """Take the lab down. Raises LabError when a step fails or something is left in AWS."""
        if not self.layout.state.exists():
            self.reporter.say("There is no lab; nothing to do")
            return Removed()
        with lock.held(self.layout.lock):
            with self.reporter.step("Argo CD's processes"):
                Servers(folder=self.layout.argocd).stop()
            if not self.force:
                self._stacks()
            self._lab()
        return Removed(seconds={step.title: round(step.seconds, 1) for step in self.reporter.steps})

    def _stacks(self) -> None:
        found = record.load(self.layout)
        services = Services(layout=self.layout)
        if not (self.layout.backend / ".pulumi" / "stacks").exists():
            return
        if not services.running(AWS) and not self.layout.aws_snapshot.exists():
            self.reporter.say(
                "! The AWS emulator does not run and its memory is gone: nothing to destroy",
                style="yellow",
            )
            return
        self._servers(services, found)
        registered = workspace.Overlay.of(found, spokes=False)
        fleet = workspace.write(self.layout.root, self.layout.project, registered)
        pulumi = engine(self.layout, found, fleet, lab_environment(self.layout, found, fleet))
        self._destroy(fleet, pulumi, found)
        self._nothing_left(services, found)

    def _servers(self, services: Services, found: Record) -> None:
        """What the engine needs to destroy anything; a no-op where they run."""
        services.stop_aws_unless_clusters_run()
        stacks = read_fleet(self.layout.root, found.spokes).stacks
        accounts = {stack.text("account", "id") for stack in stacks}
        services.choose_ports(found)
        found.save(self.layout)
        services.start_aws(found, toolchain.binaries(found), accounts)
        clusters.settle(self.layout, services.clusters(found))
        services.start_charts(found)

    def _destroy(self, fleet: Fleet, pulumi: Engine, found: Record) -> None:
        name = fleet.hub.name
        # A hub that never came up has no registrations, and `up` would first build it.
        if name in found.stacks and pulumi.exists(name):
            with self.reporter.step(f"pulumi up {name}, without spokes") as step:
                self._drain(fleet, found)
                pulumi.prepare(name)
                pulumi.unprotect(name)
                step.detail = pulumi.up(name, step.note).summary()
            found.stacks.pop(name)
            found.save(self.layout)
        for name in self._destroy_order(fleet, pulumi):
            with self.reporter.step(f"pulumi destroy {name}") as step:
                pulumi.prepare(name)
                pulumi.unprotect(name)
                step.detail = pulumi.destroy(name, step.note).summary()
                pulumi.remove(name)

    def _drain(self, fleet: Fleet, found: Record) -> None:
        kubectl = hub.find(self.layout, found, fleet.hub).kubectl
        kubectl.annotate("secrets", DRAINED, selector=CLUSTER_SECRETS)

    def _destroy_order(self, fleet: Fleet, pulumi: Engine) -> list[str]:
        """Every stack with state: spokes, also those that the hub lists no more, the hub, accounts.

        Their deployers go last: the others work as these.
        """
        accounts = [account.name for account in fleet.accounts]
        last = [name for name in (fleet.hub.name, *accounts) if pulumi.exists(name)]
        return [*(name for name in pulumi.stacks() if name not in last), *last]

    def _nothing_left(self, services: Services, found: Record) -> None:
        with self.reporter.step("nothing left in AWS"):
            left = services.leftovers(found)
            if left:
                raise LabError(
                    f"the stacks are destroyed, but {len(left)} things are left in AWS:\n  "
                    + "\n  ".join(left)
                    + "\n",
                    "Look at them with `lab env`; `python -m lab down --force` removes the lab",
                )

    def _lab(self) -> None:
        with self.reporter.step("processes and files") as step:
            orphans = clusters.delete_all(self.layout)
            Services(layout=self.layout).stop()
            shutil.rmtree(self.layout.state)
            step.detail = f"{orphans} API servers stopped" if orphans else ""
