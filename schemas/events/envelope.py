"""What every event carries (phong bì sự kiện)."""

from schemas.fields import Code, Document, EventId, Instant, Sequence, Source, Version


class Identified(Document):
    """Who says it, and when we heard it."""

    v: Version
    event_id: EventId
    source: Source
    recorded_at: Instant
    """When it reached us; says how fresh a number is, never to which period it belongs."""


class Envelope(Identified):
    """Envelope of every event but the clock's.

    `occurred_at` is the business time: it drives every period and deadline. Events are ordered by
    (`occurred_at`, `source_seq`), then by content.
    """

    source_seq: Sequence = 0
    unit_code: Code
    occurred_at: Instant


class DossierEnvelope(Envelope):
    """Envelope of an event of one dossier (hồ sơ)."""

    dossier_code: Code


class PetitionEnvelope(Envelope):
    """Envelope of an event of one petition (phản ánh, kiến nghị).

    `dossier_code`, if the petition is about a dossier, is the same in every event of the petition: the key.
    """

    petition_code: Code
    dossier_code: Code | None = None


class ProcedureEnvelope(Envelope):
    """Envelope of an event of one administrative procedure (thủ tục hành chính) in the catalogue."""

    procedure_code: Code
