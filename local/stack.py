"""The description of a running local stack, in the file stack.json of its state directory."""

import json
import os
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from local import aws, processes
from tools import ROOT

FILE = "stack.json"


@dataclass(frozen=True)
class Stack:
    """A running stack, as described in stack.json."""

    endpoint_url: str
    region: str
    stack_name: str
    api_url: str
    outputs: dict[str, str]
    fake_callfire: str
    postback_urls: dict[str, str]
    console_url: str | None = None
    """The address of its console, which contains the console's key; None if no console was started."""

    @cached_property
    def aws(self) -> aws.Clients:
        """The clients for its AWS."""
        return aws.clients(self.endpoint_url)


def default_state_dir() -> Path:
    """Return the directory of all files of a stack: `.local`, or CALLFIRE_LOCAL_DIR."""
    return Path(os.environ.get("CALLFIRE_LOCAL_DIR") or ROOT / ".local").resolve()


def find(state_dir: Path) -> Stack | None:
    """Return the running stack, if any; its file alone may be left over from a crash."""
    try:
        stack = Stack(**json.loads((state_dir / FILE).read_text()))
    except (FileNotFoundError, TypeError):  # no file, or one of another version
        return None
    servers = (stack.endpoint_url, stack.fake_callfire)
    is_up = processes.find(state_dir) and all(processes.listens(urlsplit(url).port) for url in servers)
    return stack if is_up else None


def write(stack: Stack, state_dir: Path) -> None:
    """Write the description of a stack to stack.json, readable by its user only."""
    file = state_dir / FILE
    written = file.with_suffix(".new")
    written.touch(mode=0o600)  # the postback URLs are secrets
    written.write_text(json.dumps(asdict(stack), indent=2) + "\n")
    written.rename(file)
