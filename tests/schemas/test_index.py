"""Index versions: what is shipped, and what is refused."""

from decimal import Decimal
from importlib.resources import files

import pytest
import yaml

from schemas.counters import (
    ALL_COUNTERS,
    CATALOGUE_COUNTERS,
    DOSSIER_COUNTERS,
    MEANINGS,
    PRESENCE_COUNTERS,
)
from schemas.index import UnknownIndexVersionError, index_versions, load_index, parse_index

TEXT = (files("schemas") / "index" / "portal-2026.yaml").read_text(encoding="utf-8")


def changed(change):
    document = yaml.safe_load(TEXT)
    change(document)
    return yaml.safe_dump(document, allow_unicode=True)


def first_indicator(document):
    return document["groups"][0]["indicators"][0]


def test_two_versions_are_shipped_and_each_file_is_named_as_its_version():
    assert index_versions() == ("article-2024", "portal-2026")
    assert [load_index(name).version for name in index_versions()] == list(index_versions())


@pytest.mark.parametrize("name", ["article-2024", "portal-2026"])
def test_a_version_has_six_groups_21_scored_indicators_and_100_points(name):
    index = load_index(name)
    assert {group.code: group.maximum for group in index.groups} == {
        "CKMB": 18,
        "TDGQ": 20,
        "CLGQ": 12,
        "TTTT": 10,
        "MDSH": 22,
        "MDHL": 18,
    }
    assert sum(indicator.scored for _, indicator in index.indicators()) == 21
    assert index.maximum == Decimal(100)


def test_the_versions_differ_in_what_only_a_province_can_do():
    policies = {
        name: {
            indicator.code: indicator.policy.commune.value
            for _, indicator in load_index(name).indicators()
            if indicator.policy.commune.value != "OWN"
        }
        for name in index_versions()
    }
    published = ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL")
    assert policies["portal-2026"] == dict.fromkeys(published, "INHERIT") | {"ONLINE_PROVIDED": "ZERO"}
    assert policies["article-2024"] == dict.fromkeys((*published, "ONLINE_PROVIDED"), "AWARD_MAX")


def test_every_counter_has_one_name_one_meaning_and_its_place():
    assert ALL_COUNTERS == DOSSIER_COUNTERS + PRESENCE_COUNTERS + CATALOGUE_COUNTERS
    assert len(set(ALL_COUNTERS)) == len(ALL_COUNTERS)
    assert list(MEANINGS) == list(ALL_COUNTERS)


def test_an_unknown_version_is_told_with_those_there_are():
    with pytest.raises(UnknownIndexVersionError, match="article-2024, portal-2026"):
        load_index("portal-2025")


def test_the_shipped_text_is_accepted_so_that_refusals_are_the_changes():
    assert parse_index(changed(lambda _: None)) == load_index("portal-2026")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda d: d.update(colour="red"), "colour"),
        (lambda d: d.pop("grades"), "grades"),
        (lambda d: first_indicator(d).update(numerator="procedures"), "unknown counter procedures"),
        (lambda d: first_indicator(d).update(numerator=None), "counters do not fit"),
        (lambda d: first_indicator(d).update(maximum="7"), "do not add up to 18"),
        (lambda d: first_indicator(d).update(maximum="6.001"), "decimal places"),
        (lambda d: first_indicator(d).update(target=0), "greater than 0"),
        (lambda d: first_indicator(d).update(zero_rule="HALF"), "zero_rule"),
        (lambda d: first_indicator(d)["policy"].pop("commune"), "commune"),
        (lambda d: first_indicator(d).update(code="DOSSIER_SYNC"), "used twice"),
        (lambda d: first_indicator(d).update(tree_numerator=["x"]), "both tree parameters"),
        (lambda d: d["groups"][0].update(tree="transparency"), "no parameters in transparency"),
        (lambda d: d["grades"].reverse(), "grades must fall"),
        (lambda d: d["grades"].pop(), "grades must fall"),
        (lambda d: d.update(groups=[]), "groups"),
    ],
)
def test_a_version_that_is_not_consistent_is_refused(change, problem):
    with pytest.raises(ValueError, match=problem):
        parse_index(changed(change))


def test_text_that_is_no_mapping_is_refused():
    with pytest.raises(ValueError, match="IndexVersion"):
        parse_index("- 766\n")
