"""JSON Schemas of all documents, for producers in other languages.

    python -m schemas.export            writes schemas/json/*.schema.json
    python -m schemas.export --release  also makes them the released ones, if they break nothing

`schemas/released/` is what producers rely on; `schemas.compatibility` refuses models that break it.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from schemas.alerts import ALERT_MODELS
from schemas.compatibility import breaks
from schemas.events import EVENT_MODELS
from schemas.fields import Document
from schemas.reference import REFERENCE_MODELS

FOLDER = Path(__file__).parent
JSON_FOLDER = FOLDER / "json"
RELEASED_FOLDER = FOLDER / "released"
SUFFIX = ".schema.json"

Schemas = Mapping[str, dict[str, Any]]


def document_models() -> dict[str, type[Document]]:
    """Every model on our wire: events by type, reference records by `reference.<kind>`, alerts and actions."""
    reference = {f"reference.{kind}": model for kind, model in REFERENCE_MODELS.items()}
    return {**EVENT_MODELS, **reference, **ALERT_MODELS}


def current_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every document, generated from today's models."""
    return {name: json_schema(name, model) for name, model in document_models().items()}


def json_schema(name: str, model: type[Document]) -> dict[str, Any]:
    """The JSON Schema of one document; its discriminator, if any, is required, though the model has a default."""
    schema = model.model_json_schema()
    required = {*schema["required"], "v"}
    if name not in ALERT_MODELS:
        tag = "kind" if "kind" in model.model_fields and name.startswith("reference.") else "type"
        schema["properties"][tag].pop("default")
        required.add(tag)
    schema["required"] = sorted(required)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:nhip766:{name}:v1",
        **schema,
    }


def as_text(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def stored(folder: Path) -> dict[str, dict[str, Any]]:
    """The schemas in a folder, by document name."""
    files = sorted(folder.glob(f"*{SUFFIX}"))
    return {file.name.removesuffix(SUFFIX): json.loads(file.read_text("utf-8")) for file in files}


def write(schemas: Schemas, folder: Path) -> None:
    """Write every schema to the folder and remove those of documents that are no more."""
    folder.mkdir(exist_ok=True)
    for file in folder.glob(f"*{SUFFIX}"):
        if file.name.removesuffix(SUFFIX) not in schemas:
            file.unlink()
    for name, schema in schemas.items():
        (folder / f"{name}{SUFFIX}").write_text(as_text(schema), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Write the schemas, with `--release` also the released ones; exit 1 if they break what was released."""
    schemas = current_schemas()
    broken = breaks(stored(RELEASED_FOLDER), schemas)
    if broken:
        raise SystemExit("\n".join(broken))
    write(schemas, JSON_FOLDER)
    if "--release" in arguments:
        write(schemas, RELEASED_FOLDER)


if __name__ == "__main__":
    main(sys.argv[1:])
