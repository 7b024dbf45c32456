"""How the sources of national records differ; the built-in ones are in `schemas/sources.yaml`."""

import json
from importlib import resources
from typing import Literal

import yaml

from schemas.fields import ApplicantKind, Document, Source, Status


class SourceProfile(Document):
    """One source: its applicant kinds, statuses not to trust, and what its codes and silence are worth."""

    applicant_kinds: dict[str, ApplicantKind]
    distrusted_statuses: frozenset[Status]
    odd_codes: Literal["keep", "refuse"]
    sync: Literal["assumed", "unknown"]


class Sources(Document):
    """All sources; one that is not named is like `default`."""

    default: SourceProfile
    sources: dict[Source, SourceProfile]

    def profile(self, source: str) -> SourceProfile:
        """The profile of a source by its name."""
        return self.sources.get(source, self.default)


def load_sources(text: str | None = None) -> Sources:
    """The sources in a YAML text, else the built-in ones.

    Raises:
        pydantic.ValidationError, yaml.YAMLError: the text does not describe sources.
    """
    if text is None:
        text = resources.files("schemas").joinpath("sources.yaml").read_text("utf-8")
    return Sources.model_validate_json(json.dumps(yaml.safe_load(text)))
