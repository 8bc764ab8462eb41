"""Rules on clusters: how one is entered, logged, kept and upgraded."""

from collections.abc import Iterator

from .network import CLUSTER
from .rule import UNKNOWN, Resource, is_false, is_true, resource_rule, texts

ENTRY_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
BREAK_GLASS = "eks-hub-spoke:break-glass"
LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
"""All that there are. https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html"""
ADMIN_POLICIES = ("AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy")
"""The second is `admin` of every namespace when its scope is the cluster."""


@resource_rule(
    CLUSTER, level="mandatory", remedy="Set authenticationMode to API and use access entries"
)
def clusters_are_entered_by_access_entries(cluster: Resource) -> Iterator[str]:
    """Who may enter is AWS's to say: aws-auth can be edited by whoever is in already."""
    mode = cluster.value("accessConfig.authenticationMode")
    if mode not in ("API", UNKNOWN):
        yield f"accessConfig.authenticationMode: {mode or 'not set, which is CONFIG_MAP'}"


@resource_rule(
    "kubernetes:core/v1:ConfigMap*", level="mandatory", remedy="Make an access entry instead"
)
def nothing_is_written_to_aws_auth(config_map: Resource) -> Iterator[str]:
    """The ConfigMap aws-auth is not used."""
    if config_map.value("metadata.name") == "aws-auth":
        yield "metadata.name: aws-auth"


@resource_rule(
    CLUSTER,
    level="mandatory",
    remedy="Set bootstrapClusterCreatorAdminPermissions to false and make an access entry",
)
def makers_of_clusters_are_no_hidden_administrators(cluster: Resource) -> Iterator[str]:
    """Whoever makes a cluster is not its administrator by that alone; AWS's default is yes."""
    given = cluster.value("accessConfig.bootstrapClusterCreatorAdminPermissions")
    if given is None or is_true(given):
        yield "accessConfig.bootstrapClusterCreatorAdminPermissions: not false"


@resource_rule(
    ENTRY_POLICY,
    level="mandatory",
    remedy="Give a group with named rights; an administrator of the cluster is an entry in"
    " policies/exceptions.yaml",
)
def administrators_are_exceptions(association: Resource) -> Iterator[str]:
    """Nobody is an administrator of a cluster without a reason and an end."""
    policy = str(association.value("policyArn") or "").rpartition("/")[2]
    whole = association.value("accessScope.type") != "namespace"
    if policy in ADMIN_POLICIES and whole:
        principal = association.value("principalArn")
        yield f"policyArn: {policy} of {principal}"


@resource_rule(
    "aws:eks/accessEntry:AccessEntry",
    level="mandatory",
    remedy="Choose a group of your own and bind a role to it",
)
def entries_have_no_group_of_the_system(entry: Resource) -> Iterator[str]:
    """Groups that begin with system: are Kubernetes' own; system:masters is held to nothing."""
    for group in entry.items("kubernetesGroups"):
        if str(group).startswith("system:"):
            yield f"kubernetesGroups: {group}"


@resource_rule(
    "aws:eks/accessEntry:AccessEntry",
    level="mandatory",
    remedy="Leave it out; docs/guards.md says how to take it on for one command",
)
def nobody_has_the_glass_broken_for_good(entry: Resource) -> Iterator[str]:
    """The group that passes the guards at admission is taken on when needed, and held by nobody."""
    if BREAK_GLASS in entry.items("kubernetesGroups"):
        yield f"kubernetesGroups: {BREAK_GLASS}"


@resource_rule(CLUSTER, level="mandatory", remedy=f"Switch on {', '.join(LOG_TYPES)}")
def clusters_log_all_that_they_can(cluster: Resource) -> Iterator[str]:
    """An API server that writes no audit log cannot be asked afterwards."""
    if cluster.value("enabledClusterLogTypes") is UNKNOWN:
        return
    lacking = sorted(set(LOG_TYPES) - set(texts(cluster.value("enabledClusterLogTypes"))))
    if lacking:
        yield f"enabledClusterLogTypes: without {', '.join(lacking)}"


@resource_rule(
    CLUSTER, level="mandatory", remedy="Give encryptionConfig a KMS key of yours, for secrets"
)
def cluster_secrets_are_encrypted_with_our_key(cluster: Resource) -> Iterator[str]:
    """Secrets lie in etcd under a key whose use can be seen and stopped."""
    config = cluster.value("encryptionConfig")
    key = cluster.value("encryptionConfig.provider.keyArn")
    if config is UNKNOWN or key is UNKNOWN:
        return
    if not key or "secrets" not in cluster.items("encryptionConfig.resources"):
        yield "encryptionConfig: no key for secrets"


# Advisory: to take a cluster away is to switch it off first, as the README says.
@resource_rule(CLUSTER, level="advisory", remedy="Set cluster.deletionProtection to true")
def clusters_are_protected_from_deletion(cluster: Resource) -> Iterator[str]:
    """AWS refuses to delete a cluster until that is asked for on purpose."""
    if is_false(cluster.value("deletionProtection")):
        yield "deletionProtection: not true"


@resource_rule(CLUSTER, level="mandatory", remedy="Write the version, as 1.36")
def clusters_have_a_version(cluster: Resource) -> Iterator[str]:
    """Which Kubernetes runs is written down, not the newest on the day."""
    if cluster.value("version") is None:
        yield "version: not set"


@resource_rule("aws:eks/addon:Addon", level="mandatory", remedy="Write the version in full")
def addons_have_a_version(addon: Resource) -> Iterator[str]:
    """An EKS add-on changes when its version is changed, not when AWS has a newer default."""
    if addon.value("addonVersion") in (None, "", "latest"):
        yield f"addonVersion: {addon.value('addonVersion') or 'not set'}"
