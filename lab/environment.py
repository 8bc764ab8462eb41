"""The environment in which `pulumi`, `kubectl`, `aws` and `helm` work on the lab.

The lab's own commands run in exactly what `lab env` prints, so what a person types by hand behaves
the same. Not here: the files that the variables point to.
"""

import configparser
import os
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lab.errors import LabError
from lab.layout import Layout
from lab.stacks import StackFile

# A named profile, so that a kubeconfig is not swayed by keys of a real account in the environment.
PROFILE = "eks-hub-spoke-lab"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """The access key of the person who works on the lab; the secret stays out of reprs."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class AwsAccess:
    """How the AWS emulator is reached: its address and a person's key."""

    endpoint: str
    region: str
    credentials: Credentials


def variables(layout: Layout, access: AwsAccess, base: Mapping[str, str]) -> dict[str, str]:
    """What is set on top of the environment `base` (its PATH and NO_PROXY are extended)."""
    return {
        "PATH": _first(str(layout.bin), base.get("PATH", os.defpath), os.pathsep),
        "AWS_ENDPOINT_URL": access.endpoint,
        "AWS_ACCESS_KEY_ID": access.credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": access.credentials.secret_access_key,
        "AWS_REGION": access.region,
        "AWS_DEFAULT_REGION": access.region,
        "AWS_CONFIG_FILE": str(layout.aws_config),
        "AWS_SHARED_CREDENTIALS_FILE": str(layout.aws_credentials),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "PULUMI_HOME": str(layout.pulumi_home),
        "PULUMI_BACKEND_URL": f"file://{layout.backend}",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(layout.passphrase),
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_OPTION_CWD": str(layout.project),
        "KUBECONFIG": str(layout.merged_kubeconfig),
        "KUBECACHEDIR": str(layout.tool_caches / "kube"),
        "ARGOCD_CONFIG_DIR": str(layout.tool_caches / "argocd"),
        "HELM_CACHE_HOME": str(layout.tool_caches / "helm" / "cache"),
        "HELM_CONFIG_HOME": str(layout.tool_caches / "helm" / "config"),
        "HELM_DATA_HOME": str(layout.tool_caches / "helm" / "data"),
        # A company proxy cannot reach this machine's loopback; Go knows, Python does not.
        "NO_PROXY": _first(LOOPBACK, base.get("NO_PROXY", base.get("no_proxy", "")), ","),
        "no_proxy": _first(LOOPBACK, base.get("no_proxy", base.get("NO_PROXY", "")), ","),
    }


# Variables of a person's real account, which would win over those above or send requests elsewhere.
REMOVED = (
    "AWS_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_EKS",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_CA_BUNDLE",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_STACK",
)


def complete(layout: Layout, access: AwsAccess, base: Mapping[str, str]) -> dict[str, str]:
    """A whole environment for a program of the lab's own."""
    kept = {name: value for name, value in base.items() if name not in REMOVED}
    return {**kept, **variables(layout, access, base)}


def exports(values: Mapping[str, str]) -> str:
    """Lines for a shell's `eval`; safe with any character in a path."""
    lines = [f"unset {' '.join(REMOVED)}"]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
    return "\n".join(lines)


def write_credentials(layout: Layout, credentials: Credentials) -> None:
    """Keep the key in a shared credentials file, readable by its owner alone."""
    content = (
        f"[{PROFILE}]\n"
        f"aws_access_key_id = {credentials.access_key_id}\n"
        f"aws_secret_access_key = {credentials.secret_access_key}\n"
    )
    temporary = layout.aws_credentials.with_name("aws-credentials.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    temporary.replace(layout.aws_credentials)


def write_profiles(layout: Layout, stacks: Iterable[StackFile]) -> None:
    """A profile for each stack, named like it: `aws --profile hub …` works as its deployer."""
    profiles = [
        f"[profile {stack.name}]\n"
        f"region = {stack.text('region')}\n"
        f"role_arn = {stack.text('account', 'deployerRoleArn')}\n"
        f"source_profile = {PROFILE}\n"
        for stack in stacks
    ]
    temporary = layout.aws_config.with_name("aws-config.new")
    temporary.write_text("\n".join(profiles))
    temporary.replace(layout.aws_config)


def read_credentials(layout: Layout) -> Credentials:
    """The key that `up` wrote. Raises LabError when the file is missing or not ours."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(layout.aws_credentials.read_text())
        section = parser[PROFILE]
        return Credentials(
            access_key_id=section["aws_access_key_id"],
            secret_access_key=section["aws_secret_access_key"],
        )
    except (OSError, KeyError, configparser.Error):
        raise LabError(
            f"{layout.aws_credentials} holds no access key of the lab", "Run: python -m lab up"
        ) from None


def _first(item: str, items: str, separator: str) -> str:
    """`items` with `item` in front, once."""
    others = [each for each in items.split(separator) if each and each != item]
    return separator.join([item, *others])
