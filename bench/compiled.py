"""The copy of this program whose core is compiled (`make compiled`), for the measurements that run it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

BUILD: Final = Path("deploy/compiled/build.py")


def compiled_copy() -> Path | None:
    """Return the folder of the copy, made first if need be; none where it cannot be: standard error says why."""
    ran = subprocess.run(  # noqa: S603  (our own command line)
        [sys.executable, str(BUILD)], stdout=subprocess.PIPE, text=True, check=False
    )
    return Path(ran.stdout.strip()) if ran.returncode == 0 else None


def environment(copy: Path | None) -> dict[str, str]:
    """Return the variables of a process that runs the copy, or the working tree without one."""
    if copy is None:
        return dict(os.environ)
    return {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONPATH": f"{copy}{os.pathsep}{Path.cwd()}"}
