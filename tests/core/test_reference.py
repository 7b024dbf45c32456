"""Reference data through time: the tree of units before and after 2025-06-30, the catalogue, its own counters."""

import pytest

from schemas.counters import CATALOGUE_COUNTERS
from streams.core.periods import parse_period
from streams.core.reference import Reference
from tests.core.building import at, record

BEFORE, AFTER = at("2025-06-30 23:59"), at("2025-07-01 00:00")
ALWAYS = {"valid_from": "2020-01-01"}


def unit(code, level, parent=None, **validity):
    return record(
        "unit",
        code,
        {**(validity or ALWAYS), "name": code, "level": level, "unit_kind": level, "parent": parent},
    )


def place(level, parent, valid_from, valid_to=None):
    return {
        "valid_from": valid_from,
        "valid_to": valid_to,
        "name": "Phường",
        "level": level,
        "unit_kind": "phường",
        "parent": parent,
    }


TREE = [
    unit("H", "province"),
    unit("H.S", "department", "H"),
    unit("H.D", "district", "H", valid_from="2020-01-01", valid_to="2025-06-30"),
    record(
        "unit",
        "H.D.C",
        place("commune", "H.D", "2020-01-01", "2025-06-30"),
        place("commune", "H", "2025-07-01"),
    ),
]


def procedure(code, **fields):
    return record("procedure", code, {**ALWAYS, "name": code, "executing_levels": ["commune"], **fields})


def decision(number, date, **fields):
    return {"number": number, "decision_date": date, "kind": "new", "specific": True, **fields}


def counters(reference, unit_code, period="2024-03", *, cutoff=None, received=0):
    bounds = parse_period(period)
    moment = bounds.end - 1 if cutoff is None else at(cutoff)
    return reference.catalogue_counters(unit_code, bounds.start, bounds.end, moment, received)


# -------------------------------------------------------------------- units


def test_a_commune_hangs_under_its_district_until_the_reform_and_under_the_province_after():
    reference = Reference(TREE)
    assert reference.chain("H.D.C", BEFORE) == ("H.D.C", "H.D", "H")
    assert reference.chain("H.D.C", AFTER) == ("H.D.C", "H")
    assert reference.province_of("H.D.C", BEFORE) == reference.province_of("H.D.C", AFTER) == "H"


def test_a_closed_district_no_longer_exists_and_keeps_its_last_place_for_what_it_still_holds():
    reference = Reference(TREE)
    assert reference.unit("H.D", AFTER) is None
    assert reference.level("H.D", BEFORE) == "district"
    assert reference.chain("H.D", AFTER) == ("H.D", "H")
    assert [row.code for row in reference.units_at(BEFORE)] == ["H", "H.D", "H.D.C", "H.S"]
    assert [row.code for row in reference.units_at(AFTER)] == ["H", "H.D.C", "H.S"]


def test_an_unknown_unit_stands_alone_and_a_circle_of_parents_ends():
    reference = Reference([unit("A", "district", "B"), unit("B", "district", "A")])
    assert reference.chain("X", BEFORE) == ("X",)
    assert reference.chain("A", BEFORE) == ("A", "B")


def test_the_next_boundary_is_where_a_unit_or_a_procedure_changes():
    change = {**ALWAYS, "name": "x", "valid_to": "2024-03-14"}
    reference = Reference([*TREE, record("procedure", "1", change)])
    assert reference.next_boundary(at("2024-03-01 00:00")) == at("2024-03-15 00:00")
    assert reference.next_boundary(at("2024-03-15 00:00")) == AFTER
    assert Reference().next_boundary(BEFORE) is None


def test_an_empty_reference_knows_every_code_and_a_filled_one_only_its_own():
    assert Reference().unit_exists("X")
    assert Reference().procedure_exists("X")
    filled = Reference([*TREE, procedure("1")])
    assert filled.unit_exists("H.D")
    assert not filled.unit_exists("X")
    assert filled.procedure_exists("1")
    assert not filled.procedure_exists("2")


# ---------------------------------------------------------------- catalogue


def test_a_procedure_is_asked_for_as_it_was_at_the_moment():
    reference = Reference(
        [
            record(
                "procedure",
                "1",
                {"valid_from": "2020-01-01", "valid_to": "2024-03-14", "name": "x", "has_fee": True},
                {"valid_from": "2024-03-15", "name": "x", "has_fee": False},
            )
        ]
    )
    assert reference.procedure("1", at("2024-03-14 23:59")).has_fee
    assert not reference.procedure("1", at("2024-03-15 00:00")).has_fee
    assert reference.procedure("2", at("2024-03-15 00:00")) is None


@pytest.mark.parametrize(
    ("time_unit", "number", "due"),
    [
        ("working_day", 3, "2024-03-13 09:00"),
        ("day", 3, "2024-03-11 09:00"),
        ("hour", 4, "2024-03-08 15:00"),
        ("month", 1, "2024-04-08 09:00"),
        (None, 3, "2024-03-13 09:00"),
    ],
)
def test_the_full_time_of_a_procedure_is_counted_in_its_own_unit(time_unit, number, due):
    """Friday 8 March 2024, 09:00; 3 days end on a Monday and 4 hours skip the noon break."""
    reference = Reference([procedure("1", max_time=number, time_unit=time_unit)])
    assert reference.full_time("1", at("2024-03-08 09:00")) == at(due)


def test_no_maximum_no_procedure_or_an_absurd_maximum_give_no_limit():
    reference = Reference([procedure("1"), procedure("2", max_time=10**9, time_unit="working_day")])
    assert [reference.full_time(code, BEFORE) for code in ("1", "2", "3", None)] == [None] * 4


def test_a_service_is_applied_by_its_units_or_by_every_unit_of_its_levels():
    def service(code, **fields):
        return record("service", code, {**ALWAYS, "name": code, "procedures": ["1"], **fields})

    reference = Reference(
        [
            *TREE,
            service("at-communes", levels=["commune"]),
            service("at-one", units=["H.S"], levels=["commune"]),
            service("testing", units=["H.D.C"], status="testing"),
            service("stopped", units=["H.D.C"], status="stopped"),
        ]
    )
    assert reference.services("1", "H.D.C", BEFORE) == ("at-communes", "testing")
    assert reference.services("1", "H.S", BEFORE) == ("at-one",)
    assert reference.services("2", "H.D.C", BEFORE) == ()
    assert counters(reference, "H.D.C")["services_applied"] == 2
    assert counters(reference, "H")["services_applied"] == 3


def test_a_parent_counts_every_procedure_of_what_is_below_it_once():
    reference = Reference(
        [
            *TREE,
            unit("H.D.E", "commune", "H.D"),
            procedure("communes", has_fee=True, service_level="full"),
            procedure("one-commune", units=["H.D.C"], citizen_subject=True),
            procedure("department", executing_levels=["department"], service_level="partial"),
            procedure("repealed", public_status="repealed", has_fee=True),
            procedure("gone", valid_to="2024-03-30"),
        ]
    )
    names = ("procedures_authority", "procedures_online", "fee_procedures", "citizen_procedures")
    found = {
        code: tuple(counters(reference, code)[name] for name in names)
        for code in ("H.D.C", "H.D.E", "H.D", "H")
    }
    assert found == {"H.D.C": (2, 1, 1, 1), "H.D.E": (1, 1, 1, 0), "H.D": (2, 1, 1, 1), "H": (3, 2, 1, 1)}


def test_the_counters_of_the_catalogue_are_exactly_those_of_the_schema():
    assert set(counters(Reference(), "X")) == set(CATALOGUE_COUNTERS)


def test_content_is_complete_only_among_public_procedures():
    reference = Reference(
        [
            *TREE,
            procedure("1", seven_parts_complete=True),
            procedure("2", public_status="public_amended"),
            procedure("3", public_status="not_public", seven_parts_complete=True),
        ]
    )
    found = counters(reference, "H")
    assert (found["procedures_public"], found["procedures_public_full"]) == (2, 1)


# ---------------------------------------------------------------- decisions


@pytest.mark.parametrize(
    ("effective", "specific", "on_time"),
    [
        ("2024-03-18", True, 1),  # five working days after Monday 11 March
        ("2024-03-15", True, 0),
        ("2024-04-08", False, 1),  # twenty working days
        ("2024-04-05", False, 0),
        (None, True, 1),
    ],
)
def test_a_decision_is_signed_early_enough_before_its_legal_effect(effective, specific, on_time):
    signed = decision("1", "2024-03-11", specific=specific, legal_effective_date=effective)
    found = counters(Reference([*TREE, procedure("1", decisions=[signed])]), "H")
    assert (found["procedures_decided"], found["procedures_decided_on_time"]) == (1, on_time)


def test_one_late_decision_in_the_period_makes_the_procedure_late_and_one_outside_does_not():
    good = decision("1", "2024-03-11", legal_effective_date="2024-04-11")
    late = decision("2", "2024-03-12", legal_effective_date="2024-03-12")
    before = decision("3", "2024-02-12", legal_effective_date="2024-02-12")
    both = Reference([*TREE, procedure("1", decisions=[good, late])])
    one = Reference([*TREE, procedure("1", decisions=[good, before])])
    assert counters(both, "H")["procedures_decided_on_time"] == 0
    assert counters(one, "H")["procedures_decided_on_time"] == counters(one, "H")["procedures_decided"] == 1


@pytest.mark.parametrize(
    ("published_at", "expected"),
    [
        ("2024-03-18T23:59:59+07:00", (1, 1)),  # the fifth working day, to its end
        ("2024-03-19T00:00:00+07:00", (1, 0)),
        (None, (1, 0)),
    ],
)
def test_a_decision_is_published_within_five_working_days(published_at, expected):
    signed = decision("1", "2024-03-11", published_at=published_at)
    found = counters(Reference([*TREE, procedure("1", decisions=[signed])]), "H")
    assert (found["procedures_publication_due"], found["procedures_published_on_time"]) == expected


def test_a_publication_is_not_due_before_its_deadline():
    reference = Reference([*TREE, procedure("1", decisions=[decision("1", "2024-03-11")])])
    assert counters(reference, "H", cutoff="2024-03-18 23:59")["procedures_publication_due"] == 0
    assert counters(reference, "H", cutoff="2024-03-19 00:00")["procedures_publication_due"] == 1


def test_a_decision_still_unpublished_is_due_in_every_later_period_and_a_published_one_is_not():
    unpublished = Reference([*TREE, procedure("1", decisions=[decision("1", "2024-01-11")])])
    published = Reference(
        [
            *TREE,
            procedure("1", decisions=[decision("1", "2024-01-11", published_at="2024-01-12T08:00:00+07:00")]),
        ]
    )
    assert counters(unpublished, "H")["procedures_publication_due"] == 1
    assert counters(published, "H")["procedures_publication_due"] == 0


# ------------------------------------------------------------ sync and flags


@pytest.mark.parametrize(
    ("period", "received", "expected"),
    [
        ("2024-03", 5, 70),
        ("2024-03", 80, 80),
        ("2024-04", 0, 9),  # 101 a year before, over 12, rounded up
        ("2024-Q2", 0, 26),
        ("2024", 0, 101),
        ("2023-04", 0, 0),
        ("R7@2024-03-31", 3, 3),
        ("R30@2024-03-30", 0, 0),
    ],
)
def test_the_expected_syncs_are_the_larger_of_reported_and_received_or_a_part_of_last_year(
    period, received, expected
):
    totals = [{"period": "2024-03", "received": 70}, {"period": "2023", "received": 101}]
    reference = Reference([*TREE, record("totals", "H", reported=totals)])
    assert counters(reference, "H", period, received=received)["sync_expected"] == expected


def test_a_unit_issues_certified_copies_unless_its_flags_say_otherwise():
    reference = Reference(
        [
            *TREE,
            record("flags", "H.D.C", electronic_certified_copy=False),
            record("flags", "H.S", electronic_certified_copy=True),
        ]
    )
    assert [counters(reference, code)["certified_copy"] for code in ("H.D.C", "H.S", "H")] == [0, 1, 1]


def test_the_newest_version_of_the_calendar_counts_whatever_the_order():
    old = record("calendar", "VN", version=1, off=["2024-03-05"])
    new = record("calendar", "VN", version=2, off=["2024-03-06"])
    for records in ([new], [old, record("calendar", "VN2", version=2, off=["2024-03-06"])]):
        calendar = Reference(records).calendar
        assert calendar.add_working_days(at("2024-03-04 08:00"), 2) == at("2024-03-07 08:00")
