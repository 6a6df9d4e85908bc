"""What changed between two versions of kept figures, or from one to today."""

from typing import Any
from uuid import UUID

from sqlmodel import Session

from api.access.models import Organisation
from api.access.permissions import Actor
from api.indicators import freezing, freezing_evidence
from api.indicators import freezing_reading as reading
from api.indicators.freezing_reading import Kept
from api.indicators.freezing_same import figure, same
from api.indicators.freezing_schemas import (
    Against,
    EvidenceMoves,
    FrozenChange,
    FrozenDiff,
)
from api.indicators.kept_schemas import KeptFigure
from api.indicators.schemas import EvidenceState
from api.kit.problems import Conflict
from api.schemes.models import Scheme

Told = dict[str, Any]


class FirstVersion(Conflict):
    type = "first-version"
    title = "Première version"
    default = (
        "Cette année n’a été close qu’une fois : comparez ces chiffres à ceux d’aujourd’hui "
        "(against=today)."
    )


def diff(session: Session, actor: Actor, frozen_id: UUID, against: Against) -> FrozenDiff:
    """Each indicator whose figure, definition, targets or rows are not the same.

    Raises NotFound, Forbidden, FirstVersion.
    """
    kept = reading.allowed(session, actor, frozen_id)
    own = reading.content_of(session, kept.id)
    if against is Against.TODAY:
        return _compared(against, (kept, own), (None, _today(session, kept)))
    former = reading.previous(session, kept)
    if former is None:
        raise FirstVersion
    return _compared(against, (former, reading.content_of(session, former.id)), (kept, own))


def _today(session: Session, kept: Kept) -> Told:
    return freezing.content_of(
        session,
        session.get_one(Scheme, kept.scheme_id),
        session.get_one(Organisation, kept.organisation_id),
        kept.year,
    )


def _compared(
    against: Against, before: tuple[Kept, Told], after: tuple[Kept | None, Told]
) -> FrozenDiff:
    first, second = before[1], after[1]
    keys = dict.fromkeys(one["id"] for one in (*second["indicators"], *first["indicators"]))
    changes = [_change(UUID(key), first, second) for key in keys]
    changed = [one for one in changes if _differs(one)]
    return FrozenDiff(
        against=against,
        before=reading.item(before[0]),
        after=None if after[0] is None else reading.item(after[0]),
        unchanged=len(changes) - len(changed),
        changes=changed,
    )


def _differs(one: FrozenChange) -> bool:
    told = (one.value_changed, one.definition_changed, one.targets_changed, one.evidence)
    return any(told) or one.before is None or one.after is None


def _change(indicator_id: UUID, first: Told, second: Told) -> FrozenChange:
    shown = [_of(content["indicators"], "id", indicator_id) for content in (first, second)]
    figures = [_figure(content, indicator_id) for content in (first, second)]
    both = all(shown)
    named = shown[1] or shown[0] or {}
    return FrozenChange(
        indicator_id=indicator_id,
        code=named["code"],
        label=named["label"],
        before=figures[0],
        after=figures[1],
        value_changed=both and not _alike(*figures),
        definition_changed=both and not _same(shown, "definition"),
        targets_changed=both and not _same(shown, "targets"),
        evidence=_moves(indicator_id, first, second),
    )


def _same(shown: list[Told | None], name: str) -> bool:
    told = [one[name] for one in shown if one is not None]
    return all(one == told[0] for one in told)


def _alike(first: KeptFigure | None, second: KeptFigure | None) -> bool:
    return first is second if first is None or second is None else same(first, second)


def _figure(content: Told, indicator_id: UUID) -> KeptFigure | None:
    result = _of(content["results"], "indicator_id", indicator_id)
    return None if result is None else figure(result)


def _of(told: list[Told], name: str, key: UUID) -> Told | None:
    return next((one for one in told if one[name] == str(key)), None)


def _moves(indicator_id: UUID, first: Told, second: Told) -> list[EvidenceMoves]:
    found = []
    for state in EvidenceState:
        before, after = (
            {
                UUID(one["id"])
                for one in freezing_evidence.rows_of(content["evidence"], indicator_id, state)
            }
            for content in (first, second)
        )
        if before != after:
            found.append(
                EvidenceMoves(
                    state=state, added=sorted(after - before), removed=sorted(before - after)
                )
            )
    return found
