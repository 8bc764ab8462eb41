"""`lab up`: from nothing, or from wherever an earlier one got to, to a checked fleet.

Every step may be done already and then does nothing, so an interrupted `up` is picked up by the
next. Not here: what a step does; this is the order, and what is remembered of it.
"""

import os
import secrets
import time
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from lab import (
    clusters,
    environment,
    identity_check,
    kubeconfigs,
    lock,
    people,
    record,
    toolchain,
    versions,
    workspace,
)
from lab.argocd import applications, hub, launch, settled
from lab.argocd.components import CONTROLLER, SERVER
from lab.argocd.hub import Hub
from lab.argocd.identities import identity
from lab.argocd.servers import Servers
from lab.charts import package
from lab.charts.addons import package_addons
from lab.console import Reporter, Step
from lab.differences import differences
from lab.engine import Engine
from lab.environment import AwsAccess
from lab.errors import LabError
from lab.git import repository
from lab.git.repository import Published
from lab.layout import Layout
from lab.record import Chart, Record, StackRun
from lab.services import AWS, Services
from lab.stacks import Fleet, StackFile, chosen_spokes, read_fleet


@dataclass(kw_only=True)
class Up:
    """One run of `up`."""

    layout: Layout
    reporter: Reporter
    spokes: int | None = None
    """How many of the hub's spokes; those that are there stay."""
    record: Record = field(default_factory=Record)
    refresh: bool = False
    """Whether the engine compares its state with AWS first; so after the emulator was stopped."""

    def run(self) -> Record:
        """Bring the lab up. Raises LabError when a step or the check at the end fails."""
        self.layout.make_folders()
        with lock.held(self.layout.lock):
            self.record = record.load(self.layout)
            self.record.spokes = chosen_spokes(self.spokes, self.record.spokes)
            fleet = read_fleet(self.layout.root, self.record.spokes)
            for difference in differences(fleet):
                self.reporter.say(f"! {difference}", style="yellow")
            self.record.complete = False
            self.record.seconds = {}
            self._programs()
            self._services(fleet)
            published = self._git()
            self._plugins()
            env = self._workspace(fleet)
            pulumi = engine(self.layout, self.record, fleet, env)
            for stack in fleet.accounts:
                self._stack(stack, pulumi)
            if fleet.managed_argocd and fleet.hub.name not in self.record.stacks:
                self._hub_first(fleet, pulumi)
            for stack in fleet.stacks:
                self._stack(stack, pulumi)
            self._kubeconfigs(fleet, env)
            if not fleet.managed_argocd:
                self._argocd(fleet, published)
            self.record.complete = True
            self.record.save(self.layout)
        return self.record

    @contextmanager
    def _step(self, title: str) -> Generator[Step]:
        """A step whose seconds are remembered; what it put on record is kept even if it fails."""
        started = time.monotonic()
        try:
            with self.reporter.step(title) as step:
                yield step
        finally:
            self.record.seconds[title] = round(time.monotonic() - started, 1)
            self.record.save(self.layout)

    def _programs(self) -> None:
        with self._step("programs") as step:
            # Said and not just noted: a first build takes a quarter of an hour, also in a log.
            self.record.programs = toolchain.find_programs(
                lambda text: self.reporter.say(f"    {text}", style="dim")
            )
            toolchain.link(self.layout, self.record)
            step.detail = _by_origin(self.record)

    def _services(self, fleet: Fleet) -> None:
        services = Services(layout=self.layout)
        services.stop_aws_unless_clusters_run()
        if not services.running(AWS):
            if not self.layout.aws_snapshot.exists():
                self._start_afresh()
            # What a kill came too late to write down, the engine's state has and AWS has not.
            self.refresh = (self.layout.backend / ".pulumi" / "stacks").exists()
        services.choose_ports(self.record)
        with self._step("AWS emulator") as step:
            accounts = {stack.text("account", "id") for stack in fleet.stacks}
            services.start_aws(self.record, toolchain.binaries(self.record), accounts)
            clusters.settle(self.layout, services.clusters(self.record))
            credentials = services.landing_zone(self.record, fleet, people.roles(self.layout.root))
            environment.write_credentials(self.layout, credentials)
            environment.write_profiles(self.layout, fleet.all)
            step.detail = f"{self.record.aws_endpoint}, accounts {', '.join(sorted(accounts))}"
        with self._step("chart server") as step:
            chart = None if fleet.managed_argocd else self._argocds_chart(fleet)
            add_ons = package_addons(
                helm=self.record.program("helm"),
                gitops=self.layout.root / "gitops",
                destination=self.layout.charts,
            )
            self.record.charts = [Chart(name=each.name, version=each.version) for each in add_ons]
            services.start_charts(self.record)
            stand_ins = f"{len(add_ons)} stand-ins for add-ons"
            own = f"{chart.name}, " if chart else ""
            step.detail = f"{self.record.chart_repository}, {own}{stand_ins}"

    def _argocds_chart(self, fleet: Fleet) -> Path:
        return package.package(
            helm=self.record.program("helm"),
            manifests=self.record.program("argocd-manifests"),
            versions=package.Versions(
                chart=fleet.hub.text("argocd", "chart", "version"), argocd=versions.ARGOCD
            ),
            destination=self.layout.charts,
        )

    def _start_afresh(self) -> None:
        """The emulator's memory is gone: what the stacks' states speak of does not exist."""
        Servers(folder=self.layout.argocd).stop()
        orphans = clusters.delete_all(self.layout)
        if not (self.layout.backend / ".pulumi" / "stacks").exists():
            return
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        backup = self.layout.state / f"state.lost-{stamp}"
        self.layout.backend.rename(backup)
        self.layout.backend.mkdir()
        self.record.stacks = {}
        self.reporter.say(
            "! The AWS emulator does not run and its memory is gone: starting afresh. "
            f"{orphans} API servers of the past are removed, the stacks' old state is in {backup}",
            style="yellow",
        )

    def _git(self) -> Published:
        with self._step("Git server") as step:
            Services(layout=self.layout).start_git(self.record)
            published = repository.publish(self.layout.root, self.layout)
            step.detail = f"{published.url}, main is {published.commit[:12]}"
        if published.remark:
            self.reporter.say(f"! {published.remark}", style="yellow")
        return published

    def _plugins(self) -> None:
        with self._step("plugins of the engine") as step:
            self.record.plugins = toolchain.find_plugins(self.layout, self.record)
            step.detail = ", ".join(
                f"{plugin.name} {'official' if plugin.official else 'stand-in'}"
                for plugin in self.record.plugins
            )

    def _workspace(self, fleet: Fleet) -> Mapping[str, str]:
        with self._step("project"):
            if not self.layout.passphrase.exists():
                _write_private(self.layout, secrets.token_urlsafe(32))
            overlay = workspace.Overlay.of(self.record)
            workspace.write(self.layout.root, self.layout.project, overlay)
        return lab_environment(self.layout, self.record, fleet)

    def _hub_first(self, fleet: Fleet, pulumi: Engine) -> None:
        """Without spokes: their access entries name the capability's role, which must exist."""
        alone = workspace.Overlay.of(self.record, spokes=False)
        workspace.write(self.layout.root, self.layout.project, alone)
        self._stack(fleet.hub, pulumi, remark=", before its spokes")
        workspace.write(self.layout.root, self.layout.project, workspace.Overlay.of(self.record))

    def _stack(self, stack: StackFile, pulumi: Engine, *, remark: str = "") -> None:
        title = f"pulumi up {stack.name}{remark}"
        with self._step(title) as step:
            started = time.monotonic()
            pulumi.prepare(stack.name)
            report = pulumi.up(stack.name, step.note, refresh=self.refresh)
            step.detail = report.summary()
            self.record.stacks[stack.name] = StackRun(
                seconds=round(time.monotonic() - started, 1), counts=dict(report.counts)
            )

    def _kubeconfigs(self, fleet: Fleet, env: Mapping[str, str]) -> None:
        with self._step("kubeconfigs") as step:
            kubeconfigs.write_all(self.layout, fleet.stacks, self.record.aws_endpoint, env)
            step.detail = str(self.layout.kubeconfigs)

    def _argocd(self, fleet: Fleet, published: Published) -> None:
        its_hub = hub.find(self.layout, self.record, fleet.hub)
        with self._step("Argo CD's files and tokens"):
            planner = launch.prepare(self.layout, self.record, its_hub)
        self._check(fleet, its_hub)
        with self._step("Argo CD") as step:
            started = launch.start(self.layout, planner)
            step.detail = f"{planner.addresses.url('server')}, {len(started)} processes started"
        with self._step("everything Synced and Healthy") as step:
            self._settle(its_hub, published, step)

    def _settle(self, its_hub: Hub, published: Published, step: Step) -> None:
        api = identity(self.layout.argocd, SERVER).api(its_hub.endpoint)
        before = applications.read(api).named(settled.ROOT)
        if before is not None and published.commit not in before.revisions:
            settled.refresh(its_hub.kubectl)
        found = settled.wait(
            lambda: applications.read(api),
            commit=published.commit,
            processes=Servers(folder=self.layout.argocd).records(),
            note=step.note,
        )
        step.detail = f"{len(found.applications)} Applications"

    def _check(self, fleet: Fleet, its_hub: Hub) -> None:
        with self._step("the hub's Argo CD identity on every cluster") as step:
            self.record.checks = identity_check.run(
                identity_check.Hub(
                    kubectl=its_hub.kubectl,
                    k8s_auth=self.layout.bin / "argocd-k8s-auth",
                    pod_identity=its_hub.pod_identity,
                    controller=identity(self.layout.argocd, CONTROLLER),
                ),
                {stack.text("cluster", "name") for stack in fleet.stacks},
            )
            passed = sum(check.passed for check in self.record.checks)
            step.detail = f"{passed} of {len(self.record.checks)} checks passed"
            for check in self.record.checks:
                mark, style = ("✓", "green") if check.passed else ("✗", "bold red")
                self.reporter.say(
                    f"    {mark} {check.cluster} {check.what}: {check.found}", style=style
                )
            if passed < len(self.record.checks):
                raise LabError(
                    "the hub's Argo CD cannot do on every cluster what it must, and only that",
                    "See the lines marked ✗ above",
                )


def lab_environment(layout: Layout, found: Record, fleet: Fleet) -> dict[str, str]:
    """The whole environment of `lab env`, for a program that the lab runs."""
    return environment.complete(layout, aws_access(layout, found, fleet), os.environ)


def aws_access(layout: Layout, found: Record, fleet: Fleet) -> AwsAccess:
    """How a person reaches the emulated AWS. Raises LabError before the first `up`."""
    return AwsAccess(
        endpoint=found.aws_endpoint,
        region=fleet.hub.text("region"),
        credentials=environment.read_credentials(layout),
    )


def engine(layout: Layout, found: Record, fleet: Fleet, env: Mapping[str, str]) -> Engine:
    """The Pulumi CLI on this lab."""
    return Engine(
        pulumi=found.program("pulumi"),
        logs=layout.logs,
        backend=layout.backend,
        project=fleet.project,
        env=env,
    )


def _by_origin(found: Record) -> str:
    origins = Counter(program.origin for program in found.programs)
    return ", ".join(f"{count} from {origin}" for origin, count in sorted(origins.items()))


def _write_private(layout: Layout, text: str) -> None:
    temporary = layout.passphrase.with_name("passphrase.new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    temporary.replace(layout.passphrase)
