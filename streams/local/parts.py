"""Fetches the parts of local servers through their registries' own clients, pinned and checked, into a cache.

A part's folder is named by the hash of its pins; a finished folder is never touched again.
"""

import contextlib
import hashlib
import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from streams.errors import UserError

Say = Callable[[str], None]

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "local"
JAVA_LEAST = 17
MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
FETCH_SECONDS = 900
PLATFORMS = {
    ("Linux", "x86_64"): "lib-linux-x64-gnu",
    ("Linux", "aarch64"): "lib-linux-arm64-gnu",
    ("Darwin", "arm64"): "lib-darwin-arm64",
    ("Darwin", "x86_64"): "lib-darwin-x64",
}


def java() -> str:
    """Find a Java that runs Kafka; UserError says what is missing."""
    found = shutil.which("java")
    if not found:
        raise UserError(
            f"Apache Kafka needs Java {JAVA_LEAST} or newer: install one (Debian: openjdk-17-jre-headless)"
        )
    said = _run([found, "-version"], seconds=60)
    version = re.search(r'version "(\d+)', said)
    if not version or int(version[1]) < JAVA_LEAST:
        raise UserError(f"Apache Kafka needs Java {JAVA_LEAST} or newer; {found} is {said.splitlines()[0]}")
    return found


def kafka_jars(cache: Path, say: Say) -> Path:
    """Give the folder with Kafka's jars, fetched by Maven once and compared with the committed hashes."""
    pins = [DEPLOY / "kafka" / "pom.xml", DEPLOY / "kafka" / "jars.sha256"]

    def fetch(folder: Path) -> None:
        maven = shutil.which("mvn")
        if not maven:
            raise UserError("Apache Kafka is fetched by Maven: install `mvn` (Debian: maven)")
        say("fetching Apache Kafka through Maven (about 50 MB, once)")
        with tempfile.TemporaryDirectory() as work:
            shutil.copy(pins[0], work)
            copy = [maven, "-q", "-B", MAVEN_COPY, "-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
            _run(copy, seconds=FETCH_SECONDS, folder=Path(work))
        _compare(folder, pins[1])

    return _once(cache, "kafka", pins, fetch)


def kafka_version() -> str:
    """Read the pinned version of Apache Kafka."""
    pom = (DEPLOY / "kafka" / "pom.xml").read_text(encoding="utf-8")
    found = re.search(r"<artifactId>kafka_2\.13</artifactId>\s*<version>([^<]+)<", pom)
    return found[1] if found else "?"


def clickhouse_library(cache: Path, say: Say) -> Path:
    """Give the path of `libchdb`, fetched by npm once from the lock file."""
    package = PLATFORMS.get((platform.system(), platform.machine()))
    if not package:
        raise UserError("ClickHouse: no library for this platform; put a `clickhouse` binary on the PATH")
    pins = [DEPLOY / "clickhouse" / name for name in ("package.json", "package-lock.json")]

    def fetch(folder: Path) -> None:
        npm = shutil.which("npm")
        if not npm:
            raise UserError(
                "ClickHouse is fetched by npm: install `npm`, or put a `clickhouse` binary on the PATH"
            )
        say("fetching ClickHouse through npm (about 150 MB, once)")
        for pin in pins:
            shutil.copy(pin, folder)
        _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], seconds=FETCH_SECONDS, folder=folder)

    folder = _once(cache, "clickhouse", pins, fetch)
    found = sorted((folder / "node_modules" / "@chdb" / package).glob("libchdb.*"))
    if not found:
        raise UserError(f"ClickHouse: npm has no @chdb/{package} here; put a `clickhouse` binary on the PATH")
    return found[0]


def _once(cache: Path, name: str, pins: Sequence[Path], fetch: Callable[[Path], None]) -> Path:
    """Fill a folder once; several callers at the same time each fetch, and the first to finish wins."""
    missing = [pin for pin in pins if not pin.is_file()]
    if missing:
        raise UserError(
            f"{missing[0]} is missing: local servers are started from a checkout of the repository"
        )
    digest = hashlib.sha256(b"".join(pin.read_bytes() for pin in pins)).hexdigest()[:12]
    done = cache.absolute() / f"{name}-{digest}"
    if done.is_dir():
        return done
    cache.mkdir(parents=True, exist_ok=True)
    filling = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=cache.absolute()))
    try:
        fetch(filling)
        with contextlib.suppress(OSError):  # another caller was first: its folder is as good
            filling.rename(done)
    finally:
        shutil.rmtree(filling, ignore_errors=True)
    return done


def _compare(folder: Path, pins: Path) -> None:
    """Refuse jars that are not, byte for byte, the committed ones."""
    lines = [line.split() for line in pins.read_text(encoding="utf-8").splitlines()]
    wanted = {name: digest for digest, name in lines}
    found = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.iterdir()}
    wrong = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if wrong:
        raise UserError(f"Apache Kafka: {wrong[0]} differs from deploy/local/kafka/jars.sha256")


def _run(command: Sequence[str], *, seconds: float, folder: Path | None = None) -> str:
    """Run a program to its end and give all it said; UserError carries its last words."""
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - a program found on the PATH, arguments of our own
            list(command),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UserError(f"`{Path(command[0]).name}` did not finish within {seconds:.0f} s") from None
    if done.returncode:
        words = [line for line in done.stdout.splitlines() if line.strip()] or ["it said nothing"]
        telling = next((line for line in words if "error" in line.lower()), words[-1])
        raise UserError(f"`{Path(command[0]).name}` failed with {done.returncode}: {telling.strip()[:300]}")
    return done.stdout
