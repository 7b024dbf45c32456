"""The contenders' packages, in a virtual environment of their own: their pins and ours do not go together."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

LOCK = Path("requirements/bench.lock")


def contenders_python(folder: Path, say: Callable[[str], None]) -> Path:
    """Return the Python that has the packages of `requirements/bench.lock`, made first if need be.

    Raises `subprocess.CalledProcessError` if they cannot be installed here.
    """
    python, ready = folder / "bin" / "python", folder / "installed"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not (ready.is_file() and ready.read_text("ascii") == wanted):
        say(f"contenders: installing {LOCK} into {folder} (1.4 GB)")
        uv = [sys.executable, "-m", "uv"]
        for command in (
            [*uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder)],
            [*uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(LOCK)],
        ):
            subprocess.run(command, check=True)  # noqa: S603  (our own command line)
        ready.write_text(wanted, "ascii")
    return python
