"""Where everything of the lab lies: one state folder in the project, and the names in it.

Owns paths and nothing else: it creates no file but the folders themselves. Other parts are handed
a `Layout` and never put paths together by themselves.
"""

import stat
from dataclasses import dataclass
from pathlib import Path

from lab.errors import LabError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
STATE_FOLDER = ".lab"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The state folder of one lab; `root` is the project that it runs."""

    root: Path = PROJECT_ROOT

    @property
    def state(self) -> Path:
        """Everything the lab writes, but for the cache of programs."""
        return self.root / STATE_FOLDER

    @property
    def aws(self) -> Path:
        """The AWS emulator's settings and its clusters."""
        return self.state / "aws"

    @property
    def aws_settings(self) -> Path:
        """What the AWS emulator is started with."""
        return self.aws / "settings.json"

    @property
    def aws_snapshot(self) -> Path:
        """What the AWS emulator keeps of its memory; lab/aws/snapshot.py writes it."""
        return self.aws / "aws.pickle"

    @property
    def clusters(self) -> Path:
        """One control plane a folder: `<account>/<region>/<name>`."""
        return self.aws / "clusters"

    @property
    def pulumi_home(self) -> Path:
        """PULUMI_HOME: the engine's plugins and settings, apart from the person's own."""
        return self.state / "pulumi"

    @property
    def backend(self) -> Path:
        """The state files of the stacks."""
        return self.state / "state"

    @property
    def project(self) -> Path:
        """The Pulumi project that runs: links to the committed one, and overlaid stack files."""
        return self.state / "project"

    @property
    def kubeconfigs(self) -> Path:
        """One kubeconfig a stack, and the merged one that `lab env` names."""
        return self.state / "kubeconfigs"

    @property
    def bin(self) -> Path:
        """The programs that `lab env` puts first on PATH."""
        return self.state / "bin"

    @property
    def charts(self) -> Path:
        """The packaged charts and their index, as the chart server hands them out."""
        return self.state / "charts"

    @property
    def git(self) -> Path:
        """The repository that Argo CD reads, and the certificates of its server."""
        return self.state / "git"

    @property
    def git_ca(self) -> Path:
        """The certificate that a client of the Git server must trust."""
        return self.git / "certificates" / "ca.crt"

    @property
    def argocd(self) -> Path:
        """Argo CD's processes: what they read and write, their records and logs."""
        return self.state / "argocd"

    @property
    def processes(self) -> Path:
        """Records and logs of the AWS emulator and of the chart server."""
        return self.state / "processes"

    @property
    def logs(self) -> Path:
        """What `pulumi` printed and reported, one pair of files a run."""
        return self.state / "logs"

    @property
    def passphrase(self) -> Path:
        """The key of the stacks' secrets."""
        return self.state / "passphrase"

    @property
    def aws_credentials(self) -> Path:
        """The engineer's access key as a shared credentials file; the only place it is kept."""
        return self.state / "aws-credentials"

    @property
    def aws_config(self) -> Path:
        """The AWS profiles of the lab: one a stack, which works as that stack's deployer."""
        return self.state / "aws-config"

    @property
    def tool_caches(self) -> Path:
        """What kubectl and helm would keep in the person's home, and of clusters that go."""
        return self.state / "tool-caches"

    @property
    def aws_home(self) -> Path:
        """HOME of the aws command line: the sessions that it caches must end with the lab."""
        return self.state / "aws-home"

    @property
    def record(self) -> Path:
        """What the last `up` remembers for the next one and for `status`."""
        return self.state / "lab.json"

    @property
    def lock(self) -> Path:
        """Held while a command changes the lab."""
        return self.state / "lock"

    def kubeconfig(self, stack: str) -> Path:
        """The kubeconfig of a stack's cluster."""
        return self.kubeconfigs / f"{stack}.yaml"

    @property
    def merged_kubeconfig(self) -> Path:
        """Every cluster of the lab in one file, one context a stack."""
        return self.kubeconfigs / "all.yaml"

    def make_folders(self) -> None:
        """Create the state folder, for its owner alone, and the folders in it.

        Raises LabError when the state folder is something else than a folder of ours.
        """
        if self.state.is_symlink() or (self.state.exists() and not self.state.is_dir()):
            raise LabError(
                f"{self.state} is not a folder", "Move it away, then run the command again"
            )
        self.state.mkdir(mode=0o700, exist_ok=True)
        if stat.S_IMODE(self.state.stat().st_mode) & 0o077:
            self.state.chmod(0o700)
        for folder in (
            self.aws,
            self.pulumi_home,
            self.backend,
            self.project,
            self.kubeconfigs,
            self.bin,
            self.charts,
            self.git,
            self.processes,
            self.logs,
            self.aws_home,
        ):
            folder.mkdir(exist_ok=True)
