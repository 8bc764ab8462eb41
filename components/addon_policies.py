"""What the add-ons with small policies may do in AWS, and what they must be told; pure.

Owns: permissions and facts of the add-ons that use secrets, DNS, backups and logs. Not here: who
gets them (`addon_catalogue.py`), and the two long policies (`load_balancer_policy.py`,
`karpenter_policy.py`).
"""

from collections.abc import Mapping, Sequence

from components import conventions, iam
from components.addon_settings import AddonSettings, FluentBitSettings, given
from components.place import Place

_SNAPSHOT_OF_VELERO = {"velero.io/backup": "*"}
"""The tag that Velero gives every snapshot, and every volume that it makes from one."""


def external_secrets(place: Place, _settings: AddonSettings) -> Sequence[iam.Statement]:
    """Reads secrets whose name starts with the cluster's: `eks-hub-spoke/<cluster>/…`."""
    prefix = f"secret:{conventions.PROJECT}/{place.cluster}/*"
    return [
        iam.allow(
            ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
            [place.arn("secretsmanager", prefix)],
        )
    ]


def external_dns(place: Place, settings: AddonSettings) -> Sequence[iam.Statement]:
    """Writes records of its zones; with upsert-only it is AWS that refuses to delete any."""
    section = given(settings.external_dns)
    zones = _zones(place, section.zones)
    keeps = {"route53:ChangeResourceRecordSetsActions": ["CREATE", "UPSERT"]}
    conditions = {"ForAllValues:StringEquals": keeps} if section.policy == "upsert-only" else None
    return [
        iam.allow(["route53:ChangeResourceRecordSets"], zones, conditions),
        iam.allow(["route53:ListResourceRecordSets", "route53:ListTagsForResource"], zones),
        iam.allow(["route53:ListHostedZones"], ["*"]),
    ]


def external_dns_facts(_place: Place, settings: AddonSettings) -> Mapping[str, str]:
    """Which domains, and whether records are taken away."""
    section = given(settings.external_dns)
    return {"domain_filters": ",".join(section.domain_filters), "policy": section.policy}


def cert_manager(place: Place, settings: AddonSettings) -> Sequence[iam.Statement]:
    """Answers DNS01: writes TXT records named `_acme-challenge.…` of its zones, and no others.

    https://cert-manager.io/docs/configuration/acme/dns01/route53/
    """
    zones = _zones(place, given(settings.cert_manager).zones)
    challenges = {
        "ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsRecordTypes": ["TXT"]},
        "ForAllValues:StringLike": {
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": ["_acme-challenge.*"]
        },
    }
    return [
        iam.allow(["route53:ChangeResourceRecordSets"], zones, challenges),
        iam.allow(["route53:ListResourceRecordSets"], zones),
        iam.allow(["route53:GetChange"], [place.bare_arn("route53", "change/*")]),
        iam.allow(["route53:ListHostedZonesByName"], ["*"]),
    ]


def velero(place: Place, settings: AddonSettings) -> Sequence[iam.Statement]:
    """Keeps backups below its prefix of one bucket, and snapshots of this cluster's volumes.

    Volumes are known by the tag of the EBS CSI add-on. Those of Auto Mode have another driver,
    which Velero's plugin does not know: there it copies files. The bucket is held to the account
    because a bucket's name can be taken by anybody once it is free.
    https://github.com/vmware-tanzu/velero-plugin-for-aws#set-permissions-for-velero
    """
    section = given(settings.velero)
    bucket = place.bare_arn("s3", section.bucket)
    ours = {"StringEquals": {"aws:ResourceAccount": place.account}}
    return [
        iam.allow(["s3:ListBucket"], [bucket], ours),
        iam.allow(
            [
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ],
            [f"{bucket}/{_prefix(place, settings)}/*"],
            ours,
        ),
        *_snapshots(place),
    ]


def velero_facts(place: Place, settings: AddonSettings) -> Mapping[str, str]:
    """Bucket and prefix."""
    return {
        "backup_s3_bucket_name": given(settings.velero).bucket,
        "backup_s3_bucket_prefix": _prefix(place, settings),
    }


def aws_for_fluentbit(place: Place, _settings: AddonSettings) -> Sequence[iam.Statement]:
    """Writes the workloads' log group; the control plane's, its neighbour, is out of reach."""
    group = place.arn("logs", f"log-group:{_log_group(place)}")
    actions = ["CreateLogGroup", "CreateLogStream", "DescribeLogStreams"]
    actions += ["PutLogEvents", "PutRetentionPolicy"]
    return [iam.allow([f"logs:{action}" for action in actions], [group, f"{group}:*"])]


def aws_for_fluentbit_facts(place: Place, settings: AddonSettings) -> Mapping[str, str]:
    """The log group, and for how many days it keeps a line."""
    section = settings.aws_for_fluentbit or FluentBitSettings()
    return {
        "log_group_name": _log_group(place),
        "log_retention_days": str(section.log_retention_days),
    }


def _zones(place: Place, zones: Sequence[str]) -> list[str]:
    return [place.bare_arn("route53", f"hostedzone/{zone}") for zone in zones]


def _prefix(place: Place, settings: AddonSettings) -> str:
    return given(settings.velero).prefix or place.cluster


def _log_group(place: Place) -> str:
    return f"/aws/eks/{place.cluster}/workloads"


def _snapshots(place: Place) -> list[iam.Statement]:
    volumes = place.arn("ec2", "volume/*")
    snapshots = place.ownerless_arn("ec2", "snapshot/*")
    cluster = {f"aws:ResourceTag/kubernetes.io/cluster/{place.cluster}": "owned"}
    asked = {f"aws:RequestTag/{tag}": value for tag, value in _SNAPSHOT_OF_VELERO.items()}
    tagged = {f"aws:ResourceTag/{tag}": value for tag, value in _SNAPSHOT_OF_VELERO.items()}
    created = {"ec2:CreateAction": ["CreateSnapshot", "CreateVolume"]}
    return [
        iam.allow(["ec2:DescribeSnapshots", "ec2:DescribeVolumes"], ["*"]),
        iam.allow(["ec2:CreateSnapshot"], [volumes], {"StringEquals": cluster}),
        iam.allow(["ec2:CreateSnapshot"], [snapshots], {"StringLike": asked}),
        iam.allow(["ec2:CreateVolume"], [volumes], {"StringLike": asked}),
        iam.allow(["ec2:CreateVolume"], [snapshots], {"StringLike": tagged}),
        iam.allow(["ec2:CreateTags"], [snapshots, volumes], {"StringEquals": created}),
        iam.allow(
            ["ec2:DeleteSnapshot"], [snapshots], {"StringEquals": cluster, "StringLike": tagged}
        ),
    ]
