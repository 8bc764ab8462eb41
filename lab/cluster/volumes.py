"""`python -m lab.cluster.volumes`: stands for the EBS CSI driver, so that claims find volumes.

Makes a PersistentVolume for each claim of an EBS storage class, once the scheduler chose a node for
it, and removes it with the claim. Nothing is stored anywhere. Not here: binding the two, which the
real controllers do.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from lab.cluster.certificates import Certificates
from lab.cluster.client import Client
from lab.errors import LabError

PROVISIONERS: Final = ("ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com")
_CLAIMS: Final = "/api/v1/persistentvolumeclaims"
_VOLUMES: Final = "/api/v1/persistentvolumes"
_PROVISIONER: Final = "volume.kubernetes.io/storage-provisioner"
_MADE_BY: Final = "pv.kubernetes.io/provisioned-by"
_RETRY_SECONDS: Final = 1.0

Object = Mapping[str, Any]


def provision(client: Client, claim: Object) -> bool:
    """Make the claim's volume, if the claim waits for one of ours; say whether it did."""
    if claim["metadata"].get("deletionTimestamp") or claim["spec"].get("volumeName"):
        return False
    # The annotation is there when a volume is wanted now: for a class that waits for the first
    # consumer, only after a node was chosen.
    if claim["metadata"].get("annotations", {}).get(_PROVISIONER) not in PROVISIONERS:
        return False
    client.create(_VOLUMES, volume(claim))
    return True


def volume(claim: Object) -> dict[str, Any]:
    """The volume of a claim: as large as was asked for, bound to this claim and no other."""
    metadata, spec = claim["metadata"], claim["spec"]
    provisioner = metadata["annotations"][_PROVISIONER]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": volume_name(claim), "annotations": {_MADE_BY: provisioner}},
        "spec": {
            "capacity": {"storage": spec["resources"]["requests"]["storage"]},
            "accessModes": spec["accessModes"],
            "volumeMode": spec.get("volumeMode", "Filesystem"),
            "storageClassName": spec["storageClassName"],
            "persistentVolumeReclaimPolicy": "Delete",
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "namespace": metadata["namespace"],
                "name": metadata["name"],
                "uid": metadata["uid"],
            },
            "csi": {"driver": provisioner, "volumeHandle": f"vol-{metadata['uid'][:8]}"},
        },
    }


def volume_name(claim: Object) -> str:
    """As CSI's provisioner names it."""
    return f"pvc-{claim['metadata']['uid']}"


def remove_orphans(client: Client, claims: Iterator[Object]) -> None:
    """Remove the volumes of ours whose claims went while nobody watched."""
    wanted = {volume_name(claim) for claim in claims}
    for found in client.get(_VOLUMES)["items"]:
        metadata = found["metadata"]
        ours = metadata.get("annotations", {}).get(_MADE_BY) in PROVISIONERS
        if ours and metadata["name"] not in wanted:
            client.delete(f"{_VOLUMES}/{metadata['name']}")


def follow(client: Client) -> None:
    """Serve every claim there is, then each that changes, until the API server ends the watch."""
    listed = client.get(_CLAIMS)
    remove_orphans(client, iter(listed["items"]))
    for claim in listed["items"]:
        provision(client, claim)
    for event in client.watch(_CLAIMS, listed["metadata"]["resourceVersion"]):
        claim = event["object"]
        match event["type"]:
            case "ADDED" | "MODIFIED":
                provision(client, claim)
            case "DELETED":
                client.delete(f"{_VOLUMES}/{volume_name(claim)}")
            case "BOOKMARK":
                continue
            case _:
                # The version that the watch began at is gone; begin anew.
                return


def main() -> NoReturn:
    """Follow the claims of one cluster until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m lab.cluster.volumes")
    parser.add_argument("--port", type=int, required=True, help="of the API server")
    parser.add_argument("--certificates", type=Path, required=True)
    arguments = parser.parse_args()
    client = Client(arguments.port, Certificates(arguments.certificates))
    while True:
        try:
            follow(client)
        except LabError as error:
            sys.stderr.write(f"{error}\n")
            time.sleep(_RETRY_SECONDS)


if __name__ == "__main__":
    main()
