"""Cases of the rules on trust and on permissions."""

from typing import Any

from policies.pack.rule import UNKNOWN
from tests.unit.policies.cases.case import allow, bad, document, good, of

ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/rolePolicy:RolePolicy"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ACCOUNT = "arn:aws:iam::111111111111:root"
GITHUB = "token.actions.githubusercontent.com"
EVERYTHING = {"policy": document(allow(Action="ec2:*", Resource="*"))}
BOUNDARY = {"StringEquals": {"iam:PermissionsBoundary": "arn:b"}}


def trusts(principal: Any, condition: Any = None, action: str = "sts:AssumeRole") -> Any:
    statement = allow(Principal=principal, Action=action)
    if condition:
        statement["Condition"] = condition
    return of(ROLE, {"assumeRolePolicy": document(statement)})


def may(action: Any, resource: Any = "arn:aws:sqs:::q", **parts: Any) -> Any:
    return of(POLICY, {"policy": document(allow(Action=action, Resource=resource, **parts))})


def by_token(**claims: Any) -> Any:
    tests = {f"{GITHUB}:{claim}": value for claim, value in claims.items()}
    return trusts(
        {"Federated": "arn:oidc"}, {"StringEquals": tests}, "sts:AssumeRoleWithWebIdentity"
    )


def pod(**condition: Any) -> Any:
    return trusts({"Service": "pods.eks.amazonaws.com"}, condition)


def queue_for_everybody(**parts: Any) -> Any:
    statement = allow(Principal="*", Action="sqs:SendMessage", Resource="arn:q", **parts)
    return of(QUEUE_POLICY, {"policy": document(statement)})


_TRUST = [
    bad("trust-names-its-principals", trusts("*"), says="statement 0: allows the principal *"),
    bad("trust-names-its-principals", trusts({"AWS": ["arn:x", "*"]}), says="principal *"),
    bad("trust-names-its-principals", queue_for_everybody(), says="principal *"),
    good("trust-names-its-principals", trusts({"AWS": "arn:aws:iam::1:role/a"})),
    good(
        "trust-names-its-principals",
        queue_for_everybody(Condition={"StringEquals": {"AWS:SourceAccount": "1"}}),
    ),
    bad(
        "trust-is-not-by-exclusion",
        of(ROLE, {"assumeRolePolicy": document(allow(NotPrincipal={"AWS": "arn:x"}))}),
        says="NotPrincipal",
    ),
    good("trust-is-not-by-exclusion", trusts({"AWS": "arn:x"})),
    bad("trust-in-an-account-names-who-of-it", trusts({"AWS": ACCOUNT}), says=":root"),
    bad("trust-in-an-account-names-who-of-it", trusts({"AWS": "111111111111"}), says="1111"),
    good(
        "trust-in-an-account-names-who-of-it",
        trusts({"AWS": ACCOUNT}, {"ArnEquals": {"aws:PrincipalArn": "arn:r"}}),
    ),
    bad(
        "trust-in-a-service-is-held-to-the-account",
        trusts({"Service": "vpc-flow-logs.amazonaws.com"}),
        says="vpc-flow-logs",
    ),
    good(
        "trust-in-a-service-is-held-to-the-account",
        trusts(
            {"Service": "vpc-flow-logs.amazonaws.com"},
            {"StringEquals": {"aws:SourceAccount": "1"}},
        ),
    ),
    good("trust-in-a-service-is-held-to-the-account", trusts({"Service": "eks.amazonaws.com"})),
    bad(
        "pod-identity-names-cluster-and-service-account",
        pod(ArnEquals={"aws:SourceArn": "arn:c"}),
        says="kubernetes-namespace, aws:RequestTag/kubernetes-service-account",
    ),
    good(
        "pod-identity-names-cluster-and-service-account",
        pod(
            ArnEquals={"aws:SourceArn": "arn:c"},
            StringEquals={
                "aws:RequestTag/kubernetes-namespace": "n",
                "aws:RequestTag/kubernetes-service-account": "s",
            },
        ),
    ),
    bad("web-identity-trust-is-exact", by_token(aud="sts.amazonaws.com"), says="sub is not"),
    bad(
        "web-identity-trust-is-exact",
        by_token(aud="sts.amazonaws.com", sub="repo:example/fleet:*"),
        says="sub may be 'repo:example/fleet:*'",
    ),
    good(
        "web-identity-trust-is-exact",
        by_token(aud="sts.amazonaws.com", sub="repo:example/fleet:ref:refs/heads/main"),
    ),
]

_PERMISSIONS = [
    *(
        bad("actions-are-named", may(action), says=f"allows {action}")
        for action in ("*", "s3:*", "iam:Put*")
    ),
    good("actions-are-named", may(["sqs:ReceiveMessage", "ec2:Describe*"])),
    bad(
        "actions-are-named",
        of(ROLE, {"inlinePolicies": [{"policy": document(allow(Action="s3:*", Resource="a"))}]}),
        says="inlinePolicies[0].policy",
    ),
    bad(
        "nothing-is-allowed-by-exclusion",
        of(POLICY, {"policy": document(allow(NotAction="iam:*", Resource="*"))}),
        says="NotAction",
    ),
    good("nothing-is-allowed-by-exclusion", may("sqs:ReceiveMessage")),
    bad(
        "changes-are-held-to-named-resources",
        may(["ec2:DescribeVpcs", "ec2:DeleteVpc"], "*"),
        says="allows ec2:DeleteVpc on *",
    ),
    good("changes-are-held-to-named-resources", may("ec2:DescribeVpcs", "*")),
    good(
        "changes-are-held-to-named-resources",
        may("ec2:DeleteVpc", "*", Condition={"StringEquals": {"aws:ResourceTag/a": "b"}}),
    ),
    bad(
        "roles-are-passed-by-name",
        may("iam:PassRole", "arn:aws:iam::1:role/*"),
        says="arn:aws:iam::1:role/*",
    ),
    good("roles-are-passed-by-name", may("iam:PassRole", "arn:aws:iam::1:role/eks-hub-spoke/*")),
    bad(
        "roles-of-the-project-are-bounded",
        of(ROLE, {"path": "/eks-hub-spoke/"}),
        says="without a permissionsBoundary",
    ),
    good(
        "roles-of-the-project-are-bounded",
        of(ROLE, {"path": "/eks-hub-spoke/argocd/", "permissionsBoundary": "arn:b"}),
    ),
    good("roles-of-the-project-are-bounded", of(ROLE, {"path": "/"})),
    bad("makers-of-roles-are-bounded", may("iam:CreateRole"), says="iam:CreateRole without"),
    good("makers-of-roles-are-bounded", may("iam:CreateRole", Condition=BOUNDARY)),
    good(
        "makers-of-roles-are-bounded",
        of(
            POLICY,
            {
                "policy": document(
                    allow(Action="iam:CreateRole", Resource="arn:r"),
                    {
                        "Effect": "Deny",
                        "Action": "iam:CreateRole",
                        "Resource": "*",
                        "Condition": {"StringNotEquals": BOUNDARY["StringEquals"]},
                    },
                )
            },
        ),
    ),
    *(
        bad("no-policy-for-everything-is-attached", found, says="Access")
        for found in (
            of(ATTACHMENT, {"policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}),
            of(ROLE, {"managedPolicyArns": ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]}),
        )
    ),
    good(
        "no-policy-for-everything-is-attached",
        of(ATTACHMENT, {"policyArn": "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"}),
    ),
    good(
        "actions-are-named",
        of("aws:iam/policy:Policy", {**EVERYTHING, "name": "platform-boundary"}),
    ),
    bad(
        "actions-are-named", of("aws:iam/policy:Policy", {**EVERYTHING, "name": "x"}), says="ec2:*"
    ),
    good("boundaries-are-not-attached", of(ROLE, {"permissionsBoundary": "arn:x/a-boundary"})),
    bad(
        "boundaries-are-not-attached",
        of(ATTACHMENT, {"policyArn": "arn:aws:iam::1:policy/eks-hub-spoke/platform-boundary"}),
        says="policyArn: a boundary",
    ),
    bad(
        "boundaries-are-not-attached",
        of(ATTACHMENT, {"policyArn": UNKNOWN}, links={"policyArn": "edge"}),
        of("aws:iam/policy:Policy", {"name": "platform-boundary"}, name="edge"),
        says="policyArn: a boundary",
    ),
    bad("nobody-has-a-key-that-stays", of("aws:iam/accessKey:AccessKey"), says="AccessKey"),
    good("nobody-has-a-key-that-stays", of(ROLE)),
]

CASES = [*_TRUST, *_PERMISSIONS]
