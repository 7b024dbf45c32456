"""Importing is free: no module of ours does anything when it is only imported."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for package in ("schemas", "streams")
    for path in (ROOT / package).rglob("*.py")
)

# Imports each module in a child of its own and tells what it did besides. What a library does while it is
# imported itself is the library's: such events have a `<module>` frame that is not ours above our code.
WATCHER = """
import importlib, json, os, sys, tempfile, threading
import aiohttp, aiokafka, apprise.plugins.email, clickhouse_driver, fastapi.responses, faust, jinja2, kafka
import pydantic_settings, rich.live, starlette.staticfiles, structlog, typer.main, uvicorn

root, modules = sys.argv[1], sys.argv[2:]
acts = []

def ours(frame):
    while frame:
        file = frame.f_code.co_filename
        if file.startswith((root + "/schemas", root + "/streams")):
            return True
        if frame.f_code.co_name == "<module>" and not file.startswith("<"):
            return False
        frame = frame.f_back
    return False

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
DEEDS = {"os.system", "os.mkdir", "os.remove", "os.rename", "os.putenv", "os.unsetenv", "os.fork", "os.chdir"}

def watch(event, given):
    written = event == "open" and isinstance(given[2], int) and given[2] & WRITES
    done = written or event in DEEDS or event.split(".")[0] in ("socket", "subprocess")
    if done and ours(sys._getframe(1)):
        acts.append(f"{event} {given!r}")

def try_import(module, answer):
    said = tempfile.TemporaryFile()
    os.dup2(said.fileno(), 1)
    os.dup2(said.fileno(), 2)
    sys.addaudithook(watch)
    try:
        importlib.import_module(module)
    except BaseException as problem:
        acts.append(repr(problem))
    sys.stdout.flush()
    if os.lseek(said.fileno(), 0, os.SEEK_END):
        acts.append("it printed something")
    if threading.active_count() > 1:
        acts.append(f"threads {threading.enumerate()}")
    os.write(answer, json.dumps(acts).encode())
    os._exit(0)

found = {}
for module in modules:
    reading, answer = os.pipe()
    if os.fork() == 0:
        try_import(module, answer)
    os.close(answer)
    with open(reading) as told:
        found[module] = json.load(told)
    os.wait()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def deeds(tmp_path_factory):
    """What each module did on import, in an empty folder and environment."""
    folder = tmp_path_factory.mktemp("empty")
    done = subprocess.run(
        [sys.executable, "-c", WATCHER, str(ROOT), *MODULES],
        cwd=folder,
        env={"PATH": "/nowhere", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert list(folder.iterdir()) == []
    return json.loads(done.stdout)


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_module_does_nothing_else(deeds, module):
    assert deeds[module] == []


def test_the_watcher_sees_a_module_that_acts(tmp_path):
    package = tmp_path / "streams"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "writes.py").write_text("open('made', 'w').close()")
    (package / "listens.py").write_text("import socket; socket.socket().bind(('127.0.0.1', 0))")
    (package / "speaks.py").write_text("print('hello')")
    (package / "starts.py").write_text(
        "import threading, time; threading.Thread(target=time.sleep, args=(9,)).start()"
    )
    (package / "needs.py").write_text("import os; os.environ['NHIP766_NEEDED']")
    names = ["streams.writes", "streams.listens", "streams.speaks", "streams.starts", "streams.needs"]
    done = subprocess.run(
        [sys.executable, "-c", WATCHER, str(tmp_path), *names],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [name for name, acts in json.loads(done.stdout).items() if acts] == names


CLOCK_READS = {
    "now",
    "utcnow",
    "today",
    "time",
    "time_ns",
    "monotonic",
    "perf_counter",
    "localtime",
    "gmtime",
}
CLOCK_OWNERS = {"datetime", "date", "dt", "time"}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "streams" / "core").rglob("*.py")), ids=lambda path: path.stem
)
def test_the_core_reads_no_clock(path):
    assert _clock_reads(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    ["import time", "from time import monotonic", "datetime.now(UTC)", "dt.date.today()", "x = time.time()"],
)
def test_a_clock_read_is_found(line):
    assert len(_clock_reads(line)) == 1


def _clock_reads(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr, value=owner)):
                read = attr in CLOCK_READS and ast.unparse(owner).rpartition(".")[2] in CLOCK_OWNERS
            case ast.Import(names=names):
                read = any(name.name == "time" for name in names)
            case ast.ImportFrom(module=module):
                read = module == "time"
            case _:
                read = False
        if read:
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found
