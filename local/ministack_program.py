"""A ministack whose SNS is as strict as AWS's, and whose functions start sooner. It imports nothing of this project.

SNS accepts no character beyond U+FFFF in the value of a message attribute ("Surrogate values are not supported",
docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html), and rejects a whole batch because of one of them.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack import app
from ministack.core import lambda_runtime
from ministack.services import sns

_MAX = "\uffff"


def _strict(publish: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    def refuse_or_publish(params: dict[str, Any]) -> Any:  # noqa: ANN401  ministack's own
        for name, values in params.items():
            if name.endswith(".Value.StringValue") and max(values[0], default="") > _MAX:
                message = "Invalid parameter: Invalid attribute value was passed in for message attribute"
                return sns._error("InvalidParameter", message, 400)  # noqa: SLF001
        return publish(params)

    return refuse_or_publish


class _UnpackedOnce(zipfile.ZipFile):
    """A function's code, unpacked once for all of its processes: its 1,300 files take longer than a start of Python."""

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:  # noqa: ANN401  as in zipfile
        """Replace an empty directory by a link to the unpacked code."""
        content = sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        unpacked = Path(tempfile.gettempdir(), f"unpacked-{content}")
        if not unpacked.exists():
            scratch = Path(tempfile.mkdtemp(dir=unpacked.parent))
            super().extractall(scratch, members, pwd)
            try:
                scratch.rename(unpacked)
            except OSError:  # another process of the function has just unpacked it
                shutil.rmtree(scratch)
        Path(path).rmdir()
        Path(path).symlink_to(unpacked)


if __name__ == "__main__":
    sns._publish = _strict(sns._publish)  # noqa: SLF001
    sns._publish_batch = _strict(sns._publish_batch)  # noqa: SLF001
    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": _UnpackedOnce})
    app.main()
