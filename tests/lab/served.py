"""The server as a process of its own, as the lab runs it, without control planes."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from lab.processes import free_port

HUB, SPOKE = "111111111111", "222222222222"
DEPLOYER = "arn:aws:iam::{}:role/eks-hub-spoke-deployer"
_START_SECONDS = 60


class Server:
    """`python -m lab.aws` on a free port with a landing zone for hub and spoke."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.state = folder / "state"
        settings = folder / "settings.json"
        settings.write_text(json.dumps({"fake_control_planes": True}))
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "lab.aws", "--port", str(self.port)]
        with (folder / "log").open("a") as log:
            self.process = subprocess.Popen(  # noqa: S603  # our own module
                [*command, "--state", str(self.state), "--settings", str(settings)],
                stdout=log,
                stderr=log,
                env={**os.environ, "AWS_EC2_METADATA_DISABLED": "true"},
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self.healthy():
            assert self.process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "the server doesn't answer"
            time.sleep(0.05)
        self.engineer = self.land()

    def healthy(self) -> bool:
        """Whether it answers."""
        try:
            return self.get("/_lab/health") == {"ok": True}
        except OSError:
            return False

    def get(self, path: str) -> Any:
        """The JSON at a path of the lab's own."""
        return self._send(self.url + path)

    def post(self, path: str, body: Any) -> Any:
        """The JSON answer of a path of the lab's own."""
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data)  # noqa: S310  # loopback
        return self._send(request)

    def land(self) -> dict[str, str]:
        """The engineer's access key."""
        engineer = {"account": "999999999999", "name": "platform-engineer"}
        deployers = [DEPLOYER.format(account) for account in (HUB, SPOKE)]
        return self.post(
            "/_lab/landing-zone",
            {"engineer": engineer, "administrators": deployers, "deployers": []},
        )

    def as_engineer(self, service: str) -> Any:
        """A client with the engineer's key."""
        return self.client(service, *self.engineer.values())

    def client(self, service: str, key: str, secret: str, token: str | None = None) -> Any:
        """A client with any key."""
        sdk: Any = boto3
        return sdk.client(
            service,
            endpoint_url=self.url,
            region_name="eu-west-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(retries={"max_attempts": 0}),
        )

    def deployer(self, account: str, service: str) -> Any:
        """A client in an account, by the deployer's role."""
        assumed = self.as_engineer("sts").assume_role(
            RoleArn=DEPLOYER.format(account), RoleSessionName="test"
        )["Credentials"]
        return self.client(
            service,
            assumed["AccessKeyId"],
            assumed["SecretAccessKey"],
            assumed["SessionToken"],
        )

    def stop(self, *, kill: bool = False) -> int:
        """Ends it; its exit code."""
        (self.process.kill if kill else self.process.terminate)()
        return self.process.wait(20)

    def _send(self, request: urllib.request.Request | str) -> Any:
        try:
            with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310  # loopback
                return json.load(response)
        except urllib.error.HTTPError as error:
            return json.load(error)
