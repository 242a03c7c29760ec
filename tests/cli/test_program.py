"""The installed program itself."""

import subprocess
import sys


def test_package_alone_says_how_to_install_the_rest() -> None:
    """Without the extra `cli` the program says what to install, without a traceback."""
    program = "import sys; sys.modules['typer'] = None; from postbacks_cli.__main__ import main; main()"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == ("postbacks needs typer. Install it from a checkout: pip install '.[cli]'\n")
