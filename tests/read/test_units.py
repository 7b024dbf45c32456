"""Which unit a person means."""

import pytest

from streams.errors import UserError
from streams.read.units import KnownUnit, find_unit, plain

UNITS = [
    KnownUnit(code, name, "district", ())
    for code, name in [
        ("H09.718", "Thành phố Thủ Dầu Một"),
        ("H09.724", "Thành phố Dĩ An"),
        ("H09.725", "Thành phố Thuận An"),
        ("H09.726", "Huyện Bắc Tân Uyên"),
        ("H09.723", "Thành phố Tân Uyên"),
        ("H09.720", "Huyện Dầu Tiếng"),
    ]
]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("H09.724", "H09.724"),
        ("h09.724", "H09.724"),
        ("Dĩ An", "H09.724"),
        ("di an", "H09.724"),
        ("DĨ  AN", "H09.724"),
        ("thuan an", "H09.725"),
        ("Thành phố Tân Uyên", "H09.723"),
        ("thanh pho tan uyen", "H09.723"),
        ("bac tan", "H09.726"),
        ("tan uyen", "H09.723"),
        ("Di\u0303 An", "H09.724"),
    ],
)
def test_a_unit_is_found_by_code_or_by_part_of_its_name_without_marks(said: str, code: str):
    assert find_unit(UNITS, said).code == code


def test_a_part_that_fits_several_is_refused_with_their_codes():
    with pytest.raises(UserError, match=r"Huyện Bắc Tân Uyên \(H09\.726\), Thành phố Tân Uyên \(H09\.723\)"):
        find_unit(UNITS, "an uyen")


@pytest.mark.parametrize("said", ["Dầu Tiếng", "dau tieng", "huyen dau tieng"])
def test_a_name_that_a_district_shares_with_its_town_means_the_district(said: str):
    units = [*UNITS, KnownUnit("H09.720.01", "Thị trấn Dầu Tiếng", "commune", ())]
    assert find_unit(units, said).code == "H09.720"
    assert find_unit(units, "thi tran dau tieng").code == "H09.720.01"


def test_a_name_that_two_communes_share_is_refused():
    units = [KnownUnit(code, "UBND xã Tân Lập", "commune", ()) for code in ("H44.1", "H44.2")]
    with pytest.raises(UserError, match=r"say its code"):
        find_unit(units, "Tân Lập")


def test_an_unknown_name_is_refused_with_near_ones():
    with pytest.raises(UserError, match=r"did you mean Thành phố Thuận An \(H09\.725\)"):
        find_unit(UNITS, "thanh pho thuan ang")


@pytest.mark.parametrize("said", ["", "   ", "qqqq"])
def test_what_is_near_to_nothing_is_refused_without_a_guess(said: str):
    with pytest.raises(UserError, match=r"has scores$"):
        find_unit(UNITS, said)


def test_plain_names_have_no_marks_no_capitals_and_single_spaces():
    assert plain("  Thị xã  Đức Phổ ") == "thi xa duc pho"
