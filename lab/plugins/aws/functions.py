"""The functions (`aws.get_…`) that programs call: who is calling, and where."""

from typing import Any

from lab.errors import LabError
from lab.plugins.aws.account import Account
from lab.plugins.aws.schema import Values

CALLER_IDENTITY = "aws:index/getCallerIdentity:getCallerIdentity"
PARTITION = "aws:index/getPartition:getPartition"
SESSION_CONTEXT = "aws:iam/getSessionContext:getSessionContext"

_DNS_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}


def call(account: Account, token: str, args: Values) -> dict[str, Any]:
    """The result of a function; LabError for one that is not here."""
    if token == CALLER_IDENTITY:
        identity = account.identity
        caller = {
            "accountId": identity["Account"],
            "arn": identity["Arn"],
            "userId": identity["UserId"],
        }
        return {**caller, "id": identity["Account"]}
    if token == PARTITION:
        suffix = _DNS_SUFFIXES.get(account.partition, "amazonaws.com")
        return {
            "id": account.partition,
            "partition": account.partition,
            "dnsSuffix": suffix,
            "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
        }
    if token == SESSION_CONTEXT:
        return _session_context(account, args["arn"])
    raise LabError(f"the lab's aws plugin has no function {token}")


def _session_context(account: Account, arn: str) -> dict[str, Any]:
    """The role behind an assumed-role session; any other ARN is its own issuer.

    The session's ARN has no role path, so the role is asked for.
    """
    resource = arn.split(":")[5]
    if ":sts:" not in arn or not resource.startswith("assumed-role/"):
        return {
            "id": arn,
            "arn": arn,
            "issuerArn": arn,
            "issuerId": "",
            "issuerName": "",
            "sessionName": "",
        }
    _, role_name, session_name = resource.split("/", 2)
    role = account.client("iam", account.settings.region).get_role(RoleName=role_name)["Role"]
    return {
        "id": arn,
        "arn": arn,
        "issuerArn": role["Arn"],
        "issuerId": role["RoleId"],
        "issuerName": role_name,
        "sessionName": session_name,
    }
