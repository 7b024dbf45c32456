"""Petitions (phản ánh, kiến nghị): the limits of 5.2, the clock, the populations of 5.2 and 5.3.

2024-03-04 is a Monday; no day off lies between it and the end of the month.
"""

import pytest

from streams.core.flips import next_petition_flip
from streams.core.masks import names
from streams.core.periods import parse_period
from streams.core.petition_contribution import petition_contribution
from streams.core.reference import Reference
from streams.core.rules import Rules
from tests.core.building import DOSSIER, UNIT, at, event, petition

MARCH, APRIL = parse_period("2024-03"), parse_period("2024-04")
GOOD = {"petitions", "petitions_on_time", "petitions_first", "petitions_satisfied"}


def counted(facts, period=MARCH, *, as_of="2024-12-31 12:00"):
    mask = petition_contribution(
        facts, period.start, period.end, period.cutoff(at(as_of)), Reference(), Rules()
    )
    return set(names(mask))


def lodged(when="03-04 08:00", *, direct=True, **fields):
    return event("petition.lodged", when, petition_class="staff", direct=direct, **fields)


def said(kind, when, **fields):
    return event(f"petition.{kind}", when, **fields)


@pytest.mark.parametrize(
    ("outcome", "last_moment", "too_late"),
    [
        ("refused", "03-06 08:00", "03-06 08:01"),
        ("returned", "03-06 08:00", "03-06 08:01"),
        ("supplement_requested", "03-11 08:00", "03-11 08:01"),
        ("answered", "03-25 08:00", "03-25 08:01"),
    ],
)
def test_each_outcome_has_its_limit_in_working_days_from_the_sending(outcome, last_moment, too_late):
    def outcome_at(when):
        done = [said("published", when)] if outcome == "answered" else []
        return counted(petition(lodged(), said("received", "03-04 09:00"), said(outcome, when), *done))

    assert "petitions_on_time" in outcome_at(last_moment)
    assert "petitions_on_time" not in outcome_at(too_late)


def test_an_open_petition_is_on_time_for_fifteen_working_days():
    facts = petition(lodged(), said("received", "03-04 09:00"))
    assert "petitions_on_time" in counted(facts, as_of="03-25 08:00")
    assert "petitions_on_time" not in counted(facts, as_of="03-25 08:01")
    assert next_petition_flip(facts, at("03-20 08:00"), Reference(), Rules()) == at("03-25 08:00") + 1


@pytest.mark.parametrize(
    ("published", "in_time"), [("03-12 08:00", True), ("03-12 08:01", False), (None, False)]
)
def test_an_answer_must_be_published_within_two_working_days(published, in_time):
    events = [lodged(), said("received", "03-04 09:00"), said("answered", "03-08 08:00")]
    if published is not None:
        events.append(said("published", published))
    assert ("petitions_on_time" in counted(petition(*events))) == in_time


def test_an_answer_not_yet_published_is_on_time_while_the_two_days_run():
    facts = petition(lodged(), said("received", "03-04 09:00"), said("answered", "03-08 08:00"))
    assert counted(facts, as_of="03-12 08:00") == GOOD
    assert next_petition_flip(facts, at("03-10 08:00"), Reference(), Rules()) == at("03-12 08:00") + 1


def test_a_publication_without_an_answer_of_its_own_date_is_the_answer():
    facts = petition(lodged(), said("received", "03-04 09:00"), said("published", "03-25 08:00"))
    assert counted(facts) == GOOD


@pytest.mark.parametrize(("by_agency", "in_time"), [(True, True), (False, False)])
def test_only_a_transfer_by_an_agency_starts_the_clock_anew(by_agency, in_time):
    facts = petition(
        lodged(),
        said("transferred", "03-15 08:00", to_unit=UNIT, by_agency=by_agency),
        said("received", "03-15 09:00"),
        said("answered", "03-28 08:00"),
        said("published", "03-28 09:00"),
    )
    assert ("petitions_on_time" in counted(facts)) == in_time


def test_a_return_before_the_clock_started_anew_is_of_the_earlier_round():
    facts = petition(
        lodged(),
        said("returned", "03-05 08:00"),
        said("transferred", "03-06 08:00", to_unit="H44.B", by_agency=True),
        said("received", "03-06 09:00"),
    )
    assert counted(facts, as_of="03-20 08:00") == GOOD
    assert facts.holder(at("03-20 08:00")) == UNIT
    assert facts.holder(at("03-06 08:30")) == "H44.B"


def test_a_petition_sent_through_the_government_office_comes_with_its_transfer():
    facts = petition(
        lodged("02-26 08:00", direct=False),
        said("transferred", "03-04 08:00", to_unit=UNIT, by_agency=True),
    )
    assert counted(facts, parse_period("2024-02")) == set()
    assert counted(facts, as_of="03-05 08:00") == {"petitions", "petitions_on_time"}


def test_a_refused_petition_is_handled_and_not_among_the_accepted():
    facts = petition(lodged(), said("received", "03-04 09:00"), said("refused", "03-05 08:00"))
    assert counted(facts) == {"petitions", "petitions_on_time"}


def test_an_ended_petition_counts_in_no_later_period_and_an_open_one_does():
    ended = petition(
        lodged(),
        said("received", "03-04 09:00"),
        said("answered", "03-08 08:00"),
        said("published", "03-08 09:00"),
    )
    still_open = petition(lodged(), said("received", "03-04 09:00"))
    assert counted(ended, APRIL) == set()
    assert counted(still_open, APRIL) == {"petitions"}


@pytest.mark.parametrize(
    "spoiler",
    [
        said("rated", "03-10 08:00", likes=1, dislikes=2),
        said("repeated", "03-10 08:00", petition_code="PAKN-0002", earlier_petition_code="PAKN-0001"),
    ],
)
def test_a_petition_disliked_or_raised_again_is_on_time_and_not_satisfied(spoiler):
    done = [lodged(), said("received", "03-04 09:00"), said("published", "03-06 08:00")]
    assert counted(petition(*done)) == GOOD
    assert counted(petition(*done, spoiler)) == GOOD - {"petitions_satisfied"}


def test_as_many_likes_as_dislikes_is_no_dislike():
    done = [lodged(), said("received", "03-04 09:00"), said("published", "03-06 08:00")]
    assert counted(petition(*done, said("rated", "03-10 08:00", likes=2, dislikes=2))) == GOOD


def test_a_late_petition_is_not_satisfied():
    facts = petition(lodged(), said("received", "03-04 09:00"), said("published", "03-26 08:00"))
    assert counted(facts) == {"petitions", "petitions_first"}


def test_a_petition_about_a_dossier_knows_it_and_counts_once_however_often_it_is_told():
    done = [lodged(dossier_code=DOSSIER), said("received", "03-04 09:00", dossier_code=DOSSIER)]
    facts = petition(*done, *done)
    assert facts.dossier == DOSSIER
    assert facts.sent_at == at("03-04 08:00")
    assert counted(facts, as_of="03-05 08:00") == GOOD
