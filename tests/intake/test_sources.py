"""How sources of national records differ is data, and strict."""

import pytest
from pydantic import ValidationError

from schemas.sources import load_sources

PROFILE = "{applicant_kinds: {'0': 1}, distrusted_statuses: [9], odd_codes: keep, sync: unknown}"


def test_a_source_that_is_not_named_is_like_the_default():
    sources = load_sources()
    assert sources.profile("H44") == sources.default
    assert sources.profile("ministry-012").applicant_kinds["0"] == 1


def test_a_file_of_ones_own_replaces_the_built_in_one():
    sources = load_sources(f"default: {PROFILE}\nsources: {{mine: {PROFILE}}}")
    assert sources.profile("mine").distrusted_statuses == frozenset({9})
    assert sources.profile("ministry-012").sync == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "sources: {}",
        f"default: {PROFILE}\nsources: {{}}\nmore: 1",
        f"default: {PROFILE.replace('keep', 'burn')}\nsources: {{}}",
        f"default: {PROFILE.replace('[9]', '[11]')}\nsources: {{}}",
        f"default: {PROFILE.replace(': 1}', ': 7}')}\nsources: {{}}",
    ],
)
def test_a_file_that_says_something_else_is_refused(text):
    with pytest.raises(ValidationError):
        load_sources(text)
