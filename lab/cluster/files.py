"""Where the parts of one control plane lie inside its folder."""

from pathlib import Path

from lab.cluster.certificates import Certificates


class Files:
    """The paths of one control plane; nothing is created here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificates = Certificates(folder / "certificates")
        self.processes = folder / "processes"
        self.etcd_data = folder / "etcd"
        self.flex_volume_plugins = folder / "flex-volume-plugins"
        self.ports = folder / "ports.json"
        self.lock = folder / "lock"
        self.admin_kubeconfig = folder / "admin.kubeconfig"
        self.scheduler_kubeconfig = folder / "scheduler.kubeconfig"
        self.authorization = folder / "authorization.yaml"
        self.authentication_webhook = folder / "authentication-webhook.kubeconfig"
        self.authorization_webhook = folder / "authorization-webhook.kubeconfig"
