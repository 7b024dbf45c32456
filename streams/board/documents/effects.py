"""What a dossier does to indicators, as documents."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from schemas.index import IndexVersion
from streams.board.documents.base import Document
from streams.core.effects import Way
from streams.insight.effects import PeriodEffects, Told

Worth = Annotated[float, Field(description="Points, with four decimals.")]


class AnswerableUnit(Document):
    """A unit in whose figures the dossier stands."""

    unit_code: str
    unit_name: str
    level: str


class EffectDocument(Document):
    """One indicator that the dossier is concerned in."""

    indicator: str
    number: str | None = Field(description="Its number in the decision, e.g. 2.1.")
    group_code: str
    name_vi: str
    name_en: str
    numerator: str = Field(description="Counter above the line.")
    denominator: str = Field(description="Counter below the line, in which the dossier stands.")
    by_procedure: bool = Field(description="It is not the dossier that counts, but its procedure or service.")
    counts: bool = Field(description="Above the line, too.")
    way: Way = Field(
        description="counts: nothing to do; keep: counts while it is not late; repair: can be made good; hurry: late"
        " and open; late: ended late; unhappy: complained about or disliked; next: decided at submission."
    )
    worth: dict[str, Worth | None] = Field(
        description="By unit: what its place above the line is worth; null: unknown, or not of the unit's own figures."
    )


class PeriodEffectsDocument(Document):
    """What the dossier does in one period."""

    period: str
    units: tuple[AnswerableUnit, ...] = Field(description="The unit that holds it, and those above.")
    on_time_until: datetime | None = Field(
        description="Last moment at which an open dossier is on time if nothing comes before; else null."
    )
    helps: int = Field(description="Indicators in which it counts above the line.")
    hurts: int = Field(description="Indicators in which it counts below the line only.")
    effects: tuple[EffectDocument, ...]


def effects_documents(
    found: Iterable[PeriodEffects], version: IndexVersion
) -> tuple[PeriodEffectsDocument, ...]:
    """Return the effects of each period as documents."""
    return tuple(
        PeriodEffectsDocument(
            period=one.period,
            units=tuple(
                AnswerableUnit(unit_code=unit.code, unit_name=unit.name, level=unit.level)
                for unit in one.units
            ),
            on_time_until=one.until,
            helps=sum(told.effect.counts for told in one.effects),
            hurts=sum(not told.effect.counts for told in one.effects),
            effects=_lines(one.effects, version),
        )
        for one in found
    )


def _lines(found: Sequence[Told], version: IndexVersion) -> tuple[EffectDocument, ...]:
    known = {one.code: one for _, one in version.indicators()}
    return tuple(
        EffectDocument(
            indicator=effect.indicator,
            number=known[effect.indicator].doc_id,
            group_code=effect.group,
            name_vi=known[effect.indicator].name_vi,
            name_en=known[effect.indicator].name_en,
            numerator=effect.numerator,
            denominator=effect.denominator,
            by_procedure=effect.presence,
            counts=effect.counts,
            way=effect.way,
            worth={unit: None if value is None else value / 10_000 for unit, value in worth.items()},
        )
        for effect, worth in found
    )
