"""Makes a copy of this program whose core is machine code, and prints the folder it is in.

    python deploy/compiled/build.py

The working tree is never compiled and always interpreted. A copy stands in `.nhip766/compiled/`, in a folder named by
the hash of all that went into it: a changed source has another folder. Needs mypyc (`make setup`), a C compiler and
Python's headers; what is missing is said in one line, exit code 2.
"""

import ast
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".nhip766" / "compiled"
COMPILE = Path(__file__).with_name("compile.py")
SOURCES = ("schemas", "streams/__init__.py", "streams/core")
"""What the core is made of and imports; the layers of pyproject.toml allow it nothing else of ours."""
PROGRAM = ("schemas", "streams", "deploy")
LAUNCHER = """\
#!/bin/sh
# Runs this copy, and whatever it starts, with the Python that it was compiled for.
here=$(cd "$(dirname "$0")" && pwd)
PYTHONSAFEPATH=1 PYTHONPATH="$here${{PYTHONPATH:+:$PYTHONPATH}}" exec {python} -m streams.cli "$@"
"""


def main() -> int:
    """Print the folder of the copy, made first if need be."""
    if missing := what_is_missing():
        print(f"error: {missing}; without it everything works, interpreted", file=sys.stderr)
        return 2
    try:
        print(copy())
    except subprocess.CalledProcessError as problem:
        print(f"error: the core was not compiled:\n{problem.output[-4000:]}", file=sys.stderr)
        return 1
    return 0


def what_is_missing() -> str:
    """Say what compiling needs and is not here, and how to get it; empty when all is there."""
    if not all(importlib.util.find_spec(name) for name in ("mypyc", "setuptools")):
        return "compiling needs mypyc: make setup"
    if not shutil.which(_compiler()[0]):
        return f"compiling needs a C compiler, and {_compiler()[0]} is not here (Debian: apt-get install gcc libc6-dev)"
    if not (Path(sysconfig.get_paths()["include"]) / "Python.h").is_file():
        return f"compiling needs the headers of {sys.executable} (Debian: apt-get install python3-dev)"
    return ""


def copy() -> Path:
    """Return the folder of the copy of the present sources; raises `CalledProcessError` if they cannot be compiled."""
    core = _hash(SOURCES)
    return _once(_hash(PROGRAM), lambda made: _copy(made, _once(f"core-{core}", _compile)))


def modules(root: Path = ROOT) -> list[str]:
    """Return the modules to compile, relative to the root: those of the core that define no msgspec.Struct.

    msgspec makes the classes of its structs itself; mypyc would have to, too.
    """
    found = sorted((root / "streams" / "core").glob("*.py"))
    return [
        str(path.relative_to(root)) for path in found if path.stem != "__init__" and not _has_struct(path)
    ]


def _has_struct(path: Path) -> bool:
    classes = (node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.ClassDef))
    return any(ast.unparse(base).endswith("Struct") for node in classes for base in node.bases)


def _compile(made: Path) -> None:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(dir=FOLDER) as work:
        _take(SOURCES, Path(work))
        names = modules(Path(work))
        say(f"compiling {len(names)} modules of streams/core, once for these sources (a minute or two)")
        command = [sys.executable, "-P", str(COMPILE), *names]
        with subprocess.Popen(  # noqa: S603  (our own command line)
            command, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            said = _pass_on(process.stdout or ())
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, said)
        for path in Path(work).rglob(f"*{sysconfig.get_config_var('EXT_SUFFIX')}"):
            if "build" not in path.relative_to(work).parts:
                place = made / path.relative_to(work)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, place)
    say(f"compiled in {time.monotonic() - begun:.0f} s")


def _pass_on(lines: Iterable[str]) -> str:
    """Show how far the child is; return all it said."""
    kept = []
    for line in lines:
        kept.append(line)
        if line.startswith("compiled: "):
            say(line.removeprefix("compiled: ").rstrip())
    return "".join(kept)


def _copy(made: Path, core: Path) -> None:
    _take(PROGRAM, made)
    shutil.copytree(core, made, dirs_exist_ok=True)
    launcher = made / "nhip766"
    launcher.write_text(LAUNCHER.format(python=shlex.quote(sys.executable)), encoding="utf-8")
    launcher.chmod(0o755)


def _once(name: str, make: Callable[[Path], None]) -> Path:
    """Return a finished folder, made if it is not there; one that is there is never touched again."""
    folder = FOLDER / name
    if not folder.is_dir():
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as work:
            made = Path(work) / "made"
            made.mkdir()
            make(made)
            try:
                made.rename(folder)
            except OSError:  # another process was faster
                if not folder.is_dir():
                    raise
    return folder


def _hash(parts: Sequence[str]) -> str:
    """Name what would be made of these sources here."""
    found = hashlib.sha256()
    compiler = subprocess.run([*_compiler(), "-v"], capture_output=True, check=False).stderr  # noqa: S603
    flags = {name: os.environ.get(name) for name in ("CC", "CFLAGS", "LDFLAGS")}
    tools = (
        sys.version,
        sys.executable,
        sysconfig.get_platform(),
        version("mypy"),
        version("setuptools"),
        flags,
    )
    found.update(compiler + repr(tools).encode() + Path(__file__).read_bytes() + COMPILE.read_bytes())
    for path in _files(parts):
        data = path.read_bytes()
        found.update(f"{path.relative_to(ROOT)}\0{len(data)}\0".encode() + data)
    return found.hexdigest()[:16]


def _files(parts: Sequence[str]) -> list[Path]:
    places = [ROOT / part for part in parts]
    found = [path for place in places for path in ([place] if place.is_file() else place.rglob("*"))]
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def _take(parts: Sequence[str], into: Path) -> None:
    for path in _files(parts):
        place = into / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)


def _compiler() -> list[str]:
    return shlex.split(os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc")


def say(line: str) -> None:
    """Show progress on standard error: standard output holds the folder only."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
