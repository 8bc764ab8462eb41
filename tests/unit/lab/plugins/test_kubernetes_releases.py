"""Helm releases, with a program in helm's place that writes down how it is run."""

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from lab.errors import LabError
from lab.plugins.kubernetes.plugin import KubernetesPlugin
from lab.plugins.kubernetes.release_resources import resource_names
from lab.plugins.resource_plugin import IncompleteError, Live, Resource
from lab.plugins.wire import UNKNOWN, Secret
from tests.unit.lab.plugins.fake_api_server import FakeApiServer

RELEASE = Resource("urn:pulumi:dev::p::kubernetes:helm.sh/v3:Release::argo")
REPOSITORY = {"repo": "http://127.0.0.1:1"}
# Answers by its first word; notes its arguments, and the values' text and rights.
HELM = """#!{python}
import json, os, pathlib, stat, sys
folder = pathlib.Path({folder!r})
arguments = sys.argv[1:]
noted = {{"arguments": arguments, "home": os.environ["HELM_CONFIG_HOME"]}}
if "--values" in arguments:
    file = pathlib.Path(arguments[arguments.index("--values") + 1])
    noted["values"] = json.loads(file.read_text())
    noted["rights"] = [stat.S_IMODE(each.stat().st_mode) for each in
                       (file, file.parent, pathlib.Path(os.environ["KUBECONFIG"]))]
with (folder / "runs").open("a") as runs:
    runs.write(json.dumps(noted) + "\\n")
answer = folder / " ".join(arguments[:2])
answer = answer if answer.exists() else folder / arguments[0]
if not answer.exists():
    sys.exit("Error: " + (folder / "error").read_text())
print(answer.read_text())
"""
DEPLOYED = {
    "name": "argo",
    "namespace": "argocd",
    "version": 1,
    "info": {"status": "deployed"},
    "config": {"a": 1},
    "chart": {"metadata": {"name": "argo-cd", "version": "9.1.0", "appVersion": "3.6.1"}},
    "manifest": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n",
}


class FakeHelm:
    """What helm answers by its verb, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def says(self, verb: str, answer: Any) -> None:
        text = answer if isinstance(answer, str) else json.dumps(answer)
        (self.folder / verb).write_text(text)

    def fails(self, message: str) -> None:
        (self.folder / "error").write_text(message)

    @property
    def runs(self) -> list[dict[str, Any]]:
        file = self.folder / "runs"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def helm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeHelm:
    program = tmp_path / "helm"

    program.write_text(HELM.format(python=sys.executable, folder=str(tmp_path)))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    return FakeHelm(tmp_path)


@pytest.fixture
def plugin() -> KubernetesPlugin:
    made = KubernetesPlugin()
    made.configure({"kubeconfig": FakeApiServer(port=1).kubeconfig()})
    return made


def given(**more: Any) -> dict[str, Any]:
    return {"chart": "argo-cd", "repositoryOpts": REPOSITORY, "namespace": "argocd", **more}


def full(plugin: KubernetesPlugin, helm: FakeHelm, **more: Any) -> dict[str, Any]:
    helm.says("show chart", "version: 9.1.0")
    return dict(plugin.check(RELEASE, {}, given(name="argo", **more)).inputs)


def test_the_inputs_carry_every_default_and_the_charts_version(
    plugin: KubernetesPlugin, helm: FakeHelm
) -> None:
    inputs = full(plugin, helm)
    assert (inputs["timeout"], inputs["skipAwait"], inputs["atomic"]) == (300, False, False)
    assert inputs["version"] == "9.1.0"


def test_a_chart_that_is_not_there_fails_the_preview(
    plugin: KubernetesPlugin, helm: FakeHelm
) -> None:
    helm.fails("chart argo-cd not found in http://127.0.0.1:1")
    with pytest.raises(LabError, match="helm: chart argo-cd not found"):
        plugin.check(RELEASE, {}, given())


def test_an_unchanged_chart_is_not_asked_for_again(
    plugin: KubernetesPlugin, helm: FakeHelm
) -> None:
    old = full(plugin, helm, version="9.1.0")
    plugin.check(RELEASE, old, given(name="argo", version="9.1.0"))
    assert len(helm.runs) == 1


def test_a_name_is_made_up_and_kept(plugin: KubernetesPlugin, helm: FakeHelm) -> None:
    helm.says("show chart", "version: 9.1.0")
    first = plugin.check(RELEASE, {}, given()).inputs
    assert first["name"].startswith("argo-")
    assert plugin.check(RELEASE, first, given()).inputs["name"] == first["name"]


@pytest.mark.parametrize(
    ("argument", "value"), [("postrender", "x"), ("valueYamlFiles", []), ("lint", True)]
)
def test_an_argument_that_is_not_imitated_is_refused_by_name(
    plugin: KubernetesPlugin, argument: str, value: Any
) -> None:
    failures = plugin.check(RELEASE, {}, given(**{argument: value})).failures
    assert [name for name, _reason in failures] == [argument]


def test_values_reach_helm_by_a_private_file_and_never_by_argument(
    plugin: KubernetesPlugin, helm: FakeHelm
) -> None:
    helm.says("install", DEPLOYED)
    inputs = full(plugin, helm, values={"a": {"password": Secret("hunter2")}, "gone": None})
    plugin.create(RELEASE, inputs, preview=False)
    run = helm.runs[-1]
    assert run["values"] == {"a": {"password": "hunter2"}}
    assert "hunter2" not in " ".join(run["arguments"])
    assert run["rights"] == [0o600, 0o700, 0o600]
    assert not Path(run["home"]).exists()


def test_an_install_waits_for_as_long_as_it_is_given(
    plugin: KubernetesPlugin, helm: FakeHelm
) -> None:
    helm.says("install", DEPLOYED)
    plugin.create(RELEASE, full(plugin, helm, timeout=42, createNamespace=True), preview=False)
    arguments = helm.runs[-1]["arguments"]
    expected = ["install", "argo", "argo-cd", "--repo", REPOSITORY["repo"], "--version", "9.1.0"]
    expected += ["--namespace", "argocd", "--timeout", "42s", "--wait", "--create-namespace"]
    assert arguments[: len(expected)] == expected


def test_a_skipped_wait_does_not_wait(plugin: KubernetesPlugin, helm: FakeHelm) -> None:
    helm.says("install", DEPLOYED)
    plugin.create(RELEASE, full(plugin, helm, skipAwait=True), preview=False)
    assert "--wait" not in helm.runs[-1]["arguments"]


def test_outputs_have_the_releases_status_and_its_objects(
    plugin: KubernetesPlugin, helm: FakeHelm
) -> None:
    helm.says("install", DEPLOYED)
    live = plugin.create(RELEASE, full(plugin, helm), preview=False)
    assert live.id == "argocd/argo"
    assert live.state["resourceNames"] == {"Secret/v1": ["argocd/s"]}
    assert live.state["status"] == {
        "appVersion": "3.6.1",
        "chart": "argo-cd",
        "name": "argo",
        "namespace": "argocd",
        "revision": 1,
        "status": "deployed",
        "version": "9.1.0",
    }


def test_a_preview_runs_nothing_and_knows_no_status(
    plugin: KubernetesPlugin, helm: FakeHelm
) -> None:
    inputs = full(plugin, helm)
    runs = len(helm.runs)
    assert plugin.create(RELEASE, inputs, preview=True).state["status"] is UNKNOWN
    assert len(helm.runs) == runs


def test_a_failed_wait_is_kept_with_its_reason(plugin: KubernetesPlugin, helm: FakeHelm) -> None:
    inputs = full(plugin, helm)
    helm.fails("INSTALLATION FAILED: context deadline exceeded")
    helm.says("status", {**DEPLOYED, "info": {"status": "failed"}})
    helm.says("get metadata", {"chart": "argo-cd", "version": "9.1.0", "appVersion": "3.6.1"})
    with pytest.raises(IncompleteError) as raised:
        plugin.create(RELEASE, inputs, preview=False)
    assert raised.value.live.id == "argocd/argo"
    assert raised.value.reasons == ["helm: INSTALLATION FAILED: context deadline exceeded"]


def test_a_name_that_is_taken_is_not_adopted(plugin: KubernetesPlugin, helm: FakeHelm) -> None:
    inputs = full(plugin, helm)
    helm.fails("INSTALLATION FAILED: cannot reuse a name that is still in use")
    helm.says("status", DEPLOYED)
    with pytest.raises(LabError, match="cannot reuse a name"):
        plugin.create(RELEASE, inputs, preview=False)


def test_one_changed_value_is_that_difference(plugin: KubernetesPlugin, helm: FakeHelm) -> None:
    old = full(plugin, helm, values={"a": {"b": 1, "c": 2}})
    new = full(plugin, helm, values={"a": {"b": 1, "c": 3}})
    changes = plugin.diff(RELEASE, Live("argocd/argo", {}, old), new).changes
    assert [(change.path, change.replace) for change in changes] == [(("values", "a", "c"), False)]


def test_another_namespace_is_another_release(plugin: KubernetesPlugin, helm: FakeHelm) -> None:
    old, new = full(plugin, helm), full(plugin, helm)
    changes = plugin.diff(RELEASE, Live("x", {}, old), {**new, "namespace": "b"}).changes
    assert [change.replace for change in changes] == [True]


def test_a_refresh_shows_values_changed_by_hand(plugin: KubernetesPlugin, helm: FakeHelm) -> None:
    helm.says("status", DEPLOYED)
    helm.says("get metadata", {"chart": "argo-cd", "version": "9.2.0", "appVersion": "3.6.1"})
    old = full(plugin, helm, values={"a": 0})
    found = plugin.read(RELEASE, Live("argocd/argo", {}, old))
    assert found is not None
    assert (found.inputs["values"], found.inputs["version"]) == ({"a": 1}, "9.2.0")


def test_a_release_that_is_gone_is_gone(plugin: KubernetesPlugin, helm: FakeHelm) -> None:
    helm.fails("release: not found")
    assert plugin.read(RELEASE, Live("argocd/argo", {})) is None


def test_an_unreachable_cluster_is_named_as_for_objects(
    plugin: KubernetesPlugin, helm: FakeHelm
) -> None:
    helm.fails("Kubernetes cluster unreachable: connection refused")
    with pytest.raises(LabError, match="configured Kubernetes cluster is unreachable"):
        plugin.delete(RELEASE, Live("argocd/argo", {}, {"timeout": 5}))


def test_objects_are_named_by_kind_group_and_version() -> None:
    manifest = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n---\n"
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n---\n"
    )
    assert resource_names(manifest, "n") == {
        "ClusterRole.rbac.authorization.k8s.io/rbac.authorization.k8s.io/v1": ["r"],
        "Deployment.apps/apps/v1": ["n/d"],
    }
