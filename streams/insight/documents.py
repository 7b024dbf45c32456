"""Answers as JSON has them, for the command line and the API: points as numbers with two decimals, null if unknown."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from streams.core.history import Change
from streams.core.periods import LOCAL
from streams.core.scoring import ScoreCard
from streams.core.what_if import points_of
from streams.core.why import Step
from streams.insight.gains import Opportunities, Opportunity, Peer, Work, published
from streams.insight.rivals import Rival
from streams.insight.why import Cause, Why
from streams.read.explanation import Explanation

Document = dict[str, Any]


def cents(value: int | None) -> float | None:
    """Return cents as points."""
    return None if value is None else value / 100


def opportunities_document(found: Opportunities) -> Document:
    """Return where a unit can gain."""
    return {
        **_place(found.explanation),
        "goals": {"next_rank_total": cents(found.goals.rank), "next_grade_total": cents(found.goals.grade)},
        "gains": [_opportunity(one) for one in found.found],
    }


def card_document(found: Explanation, card: ScoreCard) -> Document:
    """Return what a unit would score, beside what it scores."""
    before = published(found)
    total = None if found.place.total is None else float(found.place.total)
    now = cents(card.total)
    return {
        **_place(found),
        "what_if": {
            "total": now,
            "grade": card.grade,
            "change": None if now is None or total is None else round(now - total, 2),
            "rank": _rank(found, card),
            "groups": {group.code: cents(group.score) for group in card.groups},
            "indicators": [
                {
                    "code": one.code,
                    "numerator": one.numerator,
                    "denominator": one.denominator,
                    "score": cents(one.score),
                    "change": cents((one.score or 0) - (before[one.code].score or 0)),
                }
                for one in card.indicators
                if one.code in before
            ],
        },
    }


def _rank(found: Explanation, card: ScoreCard) -> int | None:
    """Return the rank that the card would have with all other units unchanged."""
    if card.total is None:
        return None
    total = Decimal(card.total).scaleb(-2)
    others = (place for place in found.ranking.places if place.unit_code != found.place.unit_code)
    return 1 + sum(place.total is not None and place.total > total for place in others)


def why_document(found: Why, most: int) -> Document:
    """Return why a total moved, with at most so many causes; the rest is summed in `other_causes`."""
    before, after = found.before.place, found.after.place
    rest = found.causes[most:]
    return {
        **_place(found.after),
        "from": {"at": _iso(found.since), "total": _float(before.total), "rank": before.rank},
        "to": {"at": _iso(found.until), "total": _float(after.total), "rank": after.rank},
        "difference": cents(found.difference),
        "passed_by": [_rival(one) for one in found.rivals.passed_by],
        "passed": [_rival(one) for one in found.rivals.passed],
        "indicators": {code: cents(credit) for code, credit in _sorted(found.indicators).items() if credit},
        "catalogue": cents(found.catalogue),
        "unexplained": cents(found.unexplained),
        "causes": [_cause(one) for one in found.causes[:most]],
        "other_causes": {"count": len(rest), "credit": cents(sum(one.credit for one in rest))},
        "recounted": {
            "from": cents(points_of(found.walk.first)),
            "to": cents(points_of(found.walk.last)),
        },
    }


def _sorted(credits_by_code: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(credits_by_code.items(), key=lambda item: (-abs(item[1]), item[0])))


def _rival(one: Rival) -> Document:
    return {
        "unit_code": one.after.unit_code,
        "unit_name": one.after.unit_name,
        "from": {"total": _float(one.before.total), "rank": one.before.rank},
        "to": {"total": _float(one.after.total), "rank": one.after.rank},
    }


def _cause(one: Cause) -> Document:
    return {
        "kind": "dossier" if one.key.startswith("d:") else "petition",
        "code": one.key[2:],
        "credit": cents(one.credit),
        "steps": [_step(step, step.change) for step in one.steps if step.change is not None and step.moved],
    }


def _step(step: Step, change: Change) -> Document:
    return {
        "at": _iso(datetime.fromtimestamp(change.at / 1000, LOCAL)),
        "cause": change.cause,
        "credit": cents(step.credit),
        "indicators": {one.indicator: cents(one.step) for one in step.moved if one.step},
    }


def _place(found: Explanation) -> Document:
    ranking, place = found.ranking, found.place
    return {
        "formula": ranking.formula,
        "level": ranking.level,
        "period": ranking.period,
        "unit_code": place.unit_code,
        "unit_name": place.unit_name,
        "total": _float(place.total),
        "rank": place.rank,
        "units": len(ranking.places),
        "grade": place.grade or None,
        "as_of": _iso(ranking.as_of),
    }


def _opportunity(one: Opportunity) -> Document:
    gain = one.gain
    return {
        "indicator": gain.indicator,
        "group": gain.group,
        "counter": gain.counter,
        "how": gain.how,
        "numerator": gain.numerator,
        "denominator": gain.denominator,
        "missed": gain.missed,
        "score": cents(gain.score),
        "maximum": cents(gain.maximum),
        "lost": cents(gain.lost),
        "points_per_one": gain.per_one / 10_000,
        "needed": {"target": gain.for_target, "next_rank": gain.for_rank, "next_grade": gain.for_grade},
        "peer": None if one.peer is None else _peer(one.peer),
        "work": [_work(each) for each in one.work],
    }


def _peer(peer: Peer) -> Document:
    return {**peer._asdict(), "ratio": float(peer.ratio), "score": float(peer.score)}


def _work(one: Work) -> Document:
    return {
        name: _iso(value) if isinstance(value, datetime) else value for name, value in one._asdict().items()
    }


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
