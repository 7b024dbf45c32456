"""Scores, zero rules and policies, in cents."""

import pytest

from schemas.counters import ALL_COUNTERS
from schemas.index import load_index
from streams.core.scoring import score_unit

PORTAL = load_index("portal-2026")
ARTICLE = load_index("article-2024")
NOTHING = dict.fromkeys(ALL_COUNTERS, 0) | {"certified_copy": 1}


def indicator(card, code):
    return next(i for i in card.indicators if i.code == code)


def group(card, code):
    return next(g for g in card.groups if g.code == code)


def score(code, level="province", index=PORTAL, province=None, **own):
    return indicator(score_unit(index, level, NOTHING | own, province), code)


def test_a_tie_is_rounded_up():
    assert score("PAYMENT_FORMALITY_ENABLED", fee_procedures_seen=6, fee_procedures=40).score == 38


def test_the_score_comes_from_the_fraction_and_not_from_the_shown_ratio():
    shown = score("PUBLISH_ON_TIME", procedures_decided_on_time=2, procedures_decided=89)
    assert (shown.ratio, shown.score, shown.lost) == (225, 13, 587)


def test_a_ratio_at_its_target_earns_all_points():
    assert score("ONLINE_SUBMITTED", received_online=1, received=2).score == 600
    assert score("ONLINE_SUBMITTED", received_online=49, received=100).score == 588


def test_a_ratio_above_its_target_earns_no_more_than_the_maximum():
    assert score("PAYMENT_FORMALITY_USED", fee_procedures_paid=7, fee_procedures=8).score == 200


@pytest.mark.parametrize(
    ("code", "ratio", "points"),
    [
        ("PUBLISH_ON_TIME", None, None),
        ("DOSSIER_SYNC", None, None),
        ("REUSED_DIGITIZED_DATA", None, None),
        ("RESOLVED_ON_TIME", 0, 0),
        ("PAYMENT_DOSSIER", 0, 0),
        ("DOSSIER_RECEIVING_SATISFACTION", 0, 0),
        ("PETITION_PROCESSING_ON_TIME", 0, 600),
        ("PETITION_HANDLING_SATISFACTION", 0, 600),
    ],
)
def test_a_zero_denominator_follows_its_rule(code, ratio, points):
    got = score(code)
    assert (got.numerator, got.denominator, got.ratio, got.score) == (0, 0, ratio, points)


def test_certified_copies_show_no_figures_and_follow_the_flag_of_the_unit():
    given = score("ELECTRONIC_CERTIFIED_COPY")
    assert (given.numerator, given.denominator, given.ratio, given.score) == (None, None, 10000, 200)
    assert score("ELECTRONIC_CERTIFIED_COPY", certified_copy=0).score == 0


def test_a_commune_inherits_the_publication_figures_of_its_province():
    province = NOTHING | {"procedures_public": 89, "procedures_public_full": 87}
    own = {"procedures_public": 5, "procedures_public_full": 5}
    got = score("PUBLIC_CONTENT_FULL", "commune", province=province, **own)
    assert (got.numerator, got.denominator, got.ratio, got.score, got.policy) == (
        87,
        89,
        9775,
        196,
        "INHERIT",
    )


def test_an_inherited_indicator_without_a_province_is_not_read_and_not_zero():
    got = score("PUBLIC_CONTENT_FULL", "commune", procedures_public=5, procedures_public_full=5)
    assert (got.numerator, got.denominator, got.score, got.lost) == (None, None, None, 200)


@pytest.mark.parametrize("level", ["department", "district", "commune"])
def test_providing_online_services_gives_nothing_below_the_province(level):
    own = {"procedures_online": 9, "procedures_authority": 10}
    assert score("ONLINE_PROVIDED", level, **own).score == 0
    assert score("ONLINE_PROVIDED", "province", **own).score == 200


def test_the_2024_version_awards_a_district_what_only_a_province_can_do():
    card = score_unit(ARTICLE, "district", NOTHING, None)
    codes = ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME", "PUBLIC_CONTENT_FULL", "ONLINE_PROVIDED")
    assert [indicator(card, code).score for code in codes] == [600, 400, 200, 200]


def test_a_unit_with_nothing_to_measure_has_a_total_of_what_is_given():
    card = score_unit(PORTAL, "commune", NOTHING, NOTHING)
    assert [(g.code, g.score) for g in card.groups] == [
        ("CKMB", 0),
        ("TDGQ", 0),
        ("CLGQ", 0),
        ("TTTT", 0),
        ("MDSH", 200),
        ("MDHL", 1200),
    ]
    assert (card.total, card.maximum, card.grade) == (1400, 10000, "weak")


def test_a_group_is_the_sum_of_its_rounded_indicators():
    own = NOTHING | {"fee_procedures": 9, "fee_procedures_seen": 1, "fee_procedures_paid": 1}
    card = score_unit(PORTAL, "province", own, None)
    assert [i.score for i in card.indicators if i.group == "TTTT"] == [28, 28, 0]
    assert (group(card, "TTTT").score, group(card, "TTTT").ratio) == (56, 560)


def test_a_unit_of_which_a_whole_group_could_not_be_read_has_no_total_and_no_grade():
    unread = {"on_time", "handled"}
    card = score_unit(PORTAL, "province", {k: v for k, v in NOTHING.items() if k not in unread}, None)
    assert (group(card, "TDGQ").score, group(card, "TDGQ").ratio) == (None, None)
    assert (card.total, card.grade) == (None, None)


def test_a_group_read_in_part_counts_what_was_read():
    card = score_unit(PORTAL, "province", {k: v for k, v in NOTHING.items() if k != "fee_paid"}, None)
    assert indicator(card, "PAYMENT_DOSSIER").score is None
    assert group(card, "TTTT").score == 0


def test_information_indicators_are_not_scored():
    card = score_unit(PORTAL, "province", NOTHING, None)
    assert len(card.indicators) == 21
    assert not [i for i in card.indicators if i.code.startswith("PETITION_CLASSIFICATION")]


def test_an_unknown_level_is_refused():
    with pytest.raises(ValueError, match="ward"):
        score_unit(PORTAL, "ward", NOTHING, None)
