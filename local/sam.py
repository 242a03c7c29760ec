"""Run the real `sam build` and `sam deploy` against the local AWS."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local.aws import REGION, environment
from tools import ROOT

BUCKET = "artifacts"
CONFIG = ["--config-env", "local"]  # does not exist, so that the user's answers to `sam deploy --guided` are ignored


def build(state_dir: Path, *, template: Path = ROOT / "template.yaml", in_source: bool = True) -> None:
    """Build a template into the state directory. Raises RuntimeError with the end of SAM's output."""
    options = ["--template-file", str(template), "--build-dir", str(state_dir / "build")]
    if in_source:
        options.append("--build-in-source")
    _sam("build", options, state_dir, environment())


def deploy(state_dir: Path, *, endpoint_url: str, stack_name: str, parameters: Mapping[str, str]) -> None:
    """Deploy the built template. Raises RuntimeError with the end of SAM's output."""
    options = [
        f"--template-file={state_dir / 'build' / 'template.yaml'}",
        f"--stack-name={stack_name}",
        f"--s3-bucket={BUCKET}",
        f"--region={REGION}",
        "--capabilities=CAPABILITY_IAM",
        "--no-confirm-changeset",
        "--no-fail-on-empty-changeset",
    ]
    if parameters:
        options += ["--parameter-overrides", *(f"{name}='{value}'" for name, value in parameters.items())]
    _sam("deploy", options, state_dir, environment(AWS_ENDPOINT_URL=endpoint_url, SAM_CLI_POLL_DELAY="0.5"))


def _sam(command: str, options: list[str], state_dir: Path, variables: dict[str, str]) -> None:
    log = state_dir / f"sam-{command}.log"
    own = {
        "PYTHON": sys.executable,  # for the Makefile that sam build calls
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),  # where SAM looks for Python
        "SAM_CLI_TELEMETRY": "0",
        "__SAM_CLI_APP_DIR": str(state_dir / "sam"),  # otherwise SAM writes to the user's home
    }
    with log.open("wb") as output:
        done = subprocess.run(
            [sys.executable, "-m", "samcli", command, *CONFIG, *options],
            cwd=ROOT,
            env=variables | own,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"sam {command} failed:\n{log.read_text(errors='replace')[-4000:]}")
