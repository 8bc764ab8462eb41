"""Each of Argo CD's processes as it should run now: its command, its variables, what it read.

A plan's fingerprint says whether a process that runs is the one that should.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lab.argocd import pod_environment, redis
from lab.argocd.addresses import Addresses
from lab.argocd.components import (
    APPLICATIONSET_CONTROLLER,
    COMPONENTS,
    NOT_FROM_THE_HUB,
    REDIS,
    Component,
)
from lab.argocd.hub import Hub
from lab.argocd.identities import Identity, identity
from lab.argocd.kubectl import NAMESPACE
from lab.argocd.mounts import Mounts
from lab.argocd.pod_environment import Objects

ARGOCD_SECRET = ("Secret", "argocd-secret")
SESSION_KEY = "server.secretkey"
# Unless the hub says otherwise: at "info", 28 Applications fill 75 MB a day.
LOG_LEVEL = "warn"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One process; its variables hold secrets."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] = field(repr=False)
    read_at_start: str = field(default="", repr=False)
    """What is in the files that it reads once and not again."""

    @property
    def fingerprint(self) -> str:
        """The same for two plans that come to the same process."""
        content = json.dumps([list(self.command), sorted(self.env.items()), self.read_at_start])
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Planner:
    """All that goes into the plans."""

    mounts: Mounts
    hub: Hub
    objects: Objects
    addresses: Addresses
    programs: Mapping[str, Path]
    base: Mapping[str, str] = field(repr=False)
    """The environment of the person who runs `up`."""
    signed_by: str = field(repr=False)
    """What webhooks are to be signed by."""

    def plans(self) -> list[Plan]:
        """Redis first: the others ask it."""
        secret = redis.password(
            self.mounts.folder, self.objects.get(redis.SECRET, {}).get(redis.KEY)
        )
        shared = {redis.SECRET: {redis.KEY: secret}}
        objects = {**self.objects, **shared}
        return [
            self._redis(secret),
            *(self._component(component, objects) for component in COMPONENTS),
        ]

    def late(self) -> str:
        """The one process that must start after the server, on a hub where none ever ran; or "".

        The server makes the key that signs sessions. Without it the ApplicationSet controller
        (3.6.1) starts all the same, but never listens for webhooks.
        """
        made = SESSION_KEY in self.objects.get(ARGOCD_SECRET, {})
        return "" if made else APPLICATIONSET_CONTROLLER

    def _redis(self, secret: str) -> Plan:
        path, content = redis.configuration(
            self.mounts.folder, port=self.addresses.port(REDIS), secret=secret
        )
        return Plan(
            name=REDIS,
            command=(str(self.programs["redis-server"]), str(path)),
            env={"PATH": "/usr/bin:/bin"},
            read_at_start=content,
        )

    def _component(self, component: Component, objects: Objects) -> Plan:
        manifest = self.programs["argocd-manifests"] / component.manifest
        given = pod_environment.variables(manifest, objects, namespace=NAMESPACE)
        who = identity(self.mounts.folder, component.name)
        env = {name: value for name, value in given.items() if name not in NOT_FROM_THE_HUB}
        if component.log_level:
            env.setdefault(component.log_level, LOG_LEVEL)
        env |= self.mounts.variables(component.name, self.base)
        env["KUBECONFIG"] = str(who.kubeconfig)
        if component.aws:
            env |= self.hub.pod_identity.variables(who.aws_token)
        return Plan(
            name=component.name,
            command=(
                str(self.mounts.program(component.name)),
                *component.flags(self.addresses),
            ),
            env=env,
            read_at_start="\n".join(self._read_at_start(component, who)),
        )

    def _read_at_start(self, component: Component, who: Identity) -> Iterator[str]:
        yield str(self.programs["argocd"])
        yield who.kubeconfig.read_text()
        if component.name == APPLICATIONSET_CONTROLLER:
            # The server starts itself anew when it changes; this one (3.6.1) does not look again.
            yield self.signed_by
