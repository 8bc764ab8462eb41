"""May the caller: every call is held against the caller's own policies, as AWS does.

Owns the decision, its wording, and what each role was ever allowed to do. Not here: which resources
a call is about (`targets`), and AssumeRole, where the role has a say too (`trust`).
"""

from collections import defaultdict

from lab.aws.errors import ServiceError
from lab.aws.permissions import identity_decision
from lab.aws.policy import Decision, condition_context
from lab.aws.principals import Principal
from lab.aws.requests import AwsRequest
from lab.aws.targets import Target, targets

_DENIED = {"ec2": "UnauthorizedOperation", "iam": "AccessDenied"}
_DENIED_BY_OTHERS = "AccessDeniedException"


class Judge:
    """Judges calls and remembers what was allowed; the caller sees to it that one comes at a time.

    STS is not judged: GetCallerIdentity is everybody's, and AssumeRole has a judge of its own.
    """

    def __init__(self) -> None:
        self._used: defaultdict[str, set[str]] = defaultdict(set)

    def judge(self, caller: Principal, request: AwsRequest) -> None:
        """Raises AWS's refusal unless every part of the call is allowed."""
        if request.service == "sts":
            return
        for target in targets(request, caller.account):
            if identity_decision(
                caller, target.action, target.resource, _context(caller, request, target)
            ) is not (Decision.ALLOW):
                raise ServiceError(
                    _DENIED.get(request.service, _DENIED_BY_OTHERS),
                    f"User: {caller.arn} is not authorized to perform: {target.action} on "
                    f"resource: {target.resource}",
                    status=403,
                )
            self._used[caller.iam_arn].add(target.action)

    def used(self) -> dict[str, list[str]]:
        """Actions by the ARN of the role or user that was allowed them, since the start."""
        return {arn: sorted(actions) for arn, actions in sorted(self._used.items())}


def _context(caller: Principal, request: AwsRequest, target: Target) -> dict[str, str]:
    own = {f"aws:PrincipalTag/{key}": value for key, value in caller.session_tags.items()}
    return condition_context(
        {
            "aws:PrincipalArn": caller.iam_arn,
            "aws:PrincipalAccount": caller.account,
            "aws:RequestedRegion": request.region,
            **own,
            **target.context,
        }
    )
