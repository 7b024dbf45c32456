"""`nhip766 metrics`: the catalogue of metrics, as the table that `docs/metrics.md` holds."""

import typer

from streams.ops.catalogue import CATALOGUE, Metric

HELP = """Print every metric that the processes export: name, type, unit, labels, meaning; as Markdown.

\b
Examples:
  nhip766 metrics > docs/metrics.md
  curl -s http://127.0.0.1:9766/metrics
"""

HEAD = """# Metrics

Made by `nhip766 metrics` from the catalogue in `streams/ops/catalogue.py`; a test compares the two, and another one
compares the catalogue with what a running worker exports. Each process also exports `process_*` (memory, processor
time, open files).
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("metrics", help=HELP)(metrics)


def metrics() -> None:
    """Print the page."""
    typer.echo(page(), nl=False)


def page() -> str:
    """Return the page, one table per process."""
    parts = [HEAD]
    for process in dict.fromkeys(metric.process for metric in CATALOGUE):
        rows = [_row(metric) for metric in CATALOGUE if metric.process == process]
        head = ["| name | type | unit | labels | meaning |", "|---|---|---|---|---|"]
        parts.append("\n".join([f"## {process}", "", *head, *rows]) + "\n")
    return "\n".join(parts)


def _row(metric: Metric) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"| `{metric.name}` | {metric.kind} | {metric.unit} | {labels} | {metric.help} |"
