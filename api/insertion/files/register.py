"""What the lines of a file point at: clauses by their contract, persons, employment contracts.

All is read by a fixed number of statements. What is foreign is never found: it looks unknown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract
from api.insertion.beneficiaries.models import Beneficiary, Employment
from api.insertion.clauses.models import Clause
from api.insertion.files.cells import lot_key, squeezed
from api.rules.text import fold

UNKNOWN_CONTRACT: Final = (
    "Aucun marché ni aucune clause que vous suivez ne porte ce numéro ou cet intitulé : "
    "vérifiez-le, et que votre mandat pour cet acheteur court encore."
)
UNKNOWN_LOT: Final = "Ce marché n’a pas de clause pour ce lot : {choices}. Corrigez le lot."
AMBIGUOUS: Final = (
    "{count} clauses que vous suivez portent ce numéro ou cet intitulé : {choices}. Écrivez "
    "l’intitulé de la clause à la place, ou précisez le lot."
)
UNKNOWN_EMPLOYMENT: Final = (
    "Cette personne n’a pas de contrat de travail de cet identifiant ni de cette date de début : "
    "créez-le sur sa fiche, ou laissez la cellule vide."
)
TWO_EMPLOYMENTS: Final = (
    "Deux contrats de travail de cette personne commencent ce jour-là : écrivez l’identifiant de "
    "l’un d’eux."
)
_TOLD = 5
_MOST = 500  # identifiers in one condition, whatever an engine bears


class UnknownLotError(ValueError):
    """The contract is known, and none of its clauses is of this lot."""


@dataclass(frozen=True, slots=True)
class KnownClause:
    """A clause that the facilitator follows, as a file may name it."""

    id: UUID
    title: str
    lot: str | None
    reference: str
    lot_number: int | None

    @property
    def told(self) -> str:
        """Its title, with its lot."""
        return f"« {self.title} » (lot {self.lot})" if self.lot else f"« {self.title} »"


@dataclass(frozen=True, slots=True)
class Register:
    """Clauses by what names them; pseudonyms by themselves and by the organisation's references;
    employment contracts by person."""

    named: dict[str, list[KnownClause]] = field(default_factory=dict)
    squeezed: dict[str, list[KnownClause]] = field(default_factory=dict)
    persons: dict[str, str] = field(default_factory=dict)
    employments: dict[str, list[tuple[UUID, date]]] = field(default_factory=dict)

    def clause(self, text: str, lot: str) -> UUID:
        """The clause that a line names; ValueError (French) when there is none, or several."""
        found = self.named.get(fold(text)) or self.squeezed.get(squeezed(text) or "-", [])
        if not found:
            raise ValueError(UNKNOWN_CONTRACT)
        if lot:
            of_lot = [one for one in found if _is_lot(one, lot)]
            if not of_lot and any(one.lot or one.lot_number for one in found):
                raise UnknownLotError(UNKNOWN_LOT.format(choices=_told(found)))
            found = of_lot or found
        if len(found) > 1:
            raise ValueError(AMBIGUOUS.format(count=len(found), choices=_told(found)))
        return found[0].id

    def person(self, text: str) -> str | None:
        """The pseudonym of a person named by it or by the organisation's own reference."""
        return self.persons.get(text) or self.persons.get(text.upper())

    def employment(self, person: str, text: str, day: date | None) -> UUID:
        """The employment contract of a person; ValueError (French) when there is none, or two."""
        own = self.employments.get(person, [])
        found = [key for key, starts in own if str(key) == text.lower() or starts == day]
        if not found:
            raise ValueError(UNKNOWN_EMPLOYMENT)
        if len(found) > 1:
            raise ValueError(TWO_EMPLOYMENTS)
        return found[0]


def _is_lot(clause: KnownClause, lot: str) -> bool:
    wanted = lot_key(lot)
    if clause.lot is not None and lot_key(clause.lot) == wanted:
        return True
    number = str(clause.lot_number) if clause.lot_number is not None else None
    return number == wanted or fold(clause.title) == fold(lot)


def _told(found: Sequence[KnownClause]) -> str:
    rest = f", et {len(found) - _TOLD} de plus" if len(found) > _TOLD else ""
    return ", ".join(one.told for one in found[:_TOLD]) + rest


def load(
    session: Session,
    pairs: Iterable[tuple[UUID, UUID]],
    facilitator_id: UUID,
    persons: Iterable[str],
    *,
    employments: bool,
) -> Register:
    """What the lines of a facilitator may point at: the clauses of its running mandates
    (``pairs``), and those of its persons whose names, as written, are ``persons``."""
    register = Register()
    buyers = {buyer for _, buyer in pairs}
    for clause in _clauses(session, facilitator_id, buyers):
        names = dict.fromkeys((fold(clause.reference), fold(clause.title), str(clause.id)))
        _enter(register.named, names, clause)
        shorter = dict.fromkeys((squeezed(clause.reference), squeezed(clause.title)))
        _enter(register.squeezed, shorter, clause)
    wanted = {one for text in persons for one in (text, text.upper()) if text}
    found = _persons(session, facilitator_id, wanted, register.persons)
    if employments:
        _read_employments(session, facilitator_id, found, register.employments)
    return register


def _enter(index: dict[str, list[KnownClause]], names: Iterable[str], clause: KnownClause) -> None:
    for name in names:
        index.setdefault(name, []).append(clause)


def _clauses(session: Session, facilitator_id: UUID, buyers: set[UUID]) -> Iterator[KnownClause]:
    statement = (
        sa.select(
            col(Clause.id),
            col(Clause.title),
            col(Clause.lot),
            col(Contract.reference),
            col(Contract.lot_number),
        )
        .join(Contract, col(Contract.id) == col(Clause.contract_id))
        .where(col(Clause.facilitator_id) == facilitator_id, col(Clause.buyer_id).in_(buyers))
        .order_by(col(Clause.id))
    )
    return (KnownClause(*row) for row in session.execute(statement))


def _persons(
    session: Session, facilitator_id: UUID, wanted: set[str], names: dict[str, str]
) -> dict[UUID, str]:
    """Enter the names of the facilitator's persons that are wanted; answers who they are."""
    if not wanted:
        return {}
    statement = sa.select(
        col(Beneficiary.id), col(Beneficiary.pseudonym), col(Beneficiary.external_ref)
    ).where(col(Beneficiary.facilitator_id) == facilitator_id)
    if len(wanted) <= _MOST:
        # Few names: by the indexes. Many: all of the facilitator's persons cost less.
        either = sa.or_(
            col(Beneficiary.pseudonym).in_(wanted), col(Beneficiary.external_ref).in_(wanted)
        )
        statement = statement.where(either)
    found: dict[UUID, str] = {}
    own: dict[str, str] = {}
    for key, pseudonym, reference in session.execute(statement):
        if pseudonym in wanted:
            own[pseudonym] = found[key] = pseudonym
        if reference in wanted:
            names[reference] = found[key] = pseudonym
    # A pseudonym is drawn by the platform: nobody's reference takes its place.
    names.update(own)
    return found


def _read_employments(
    session: Session,
    facilitator_id: UUID,
    persons: Mapping[UUID, str],
    employments: dict[str, list[tuple[UUID, date]]],
) -> None:
    statement = sa.select(
        col(Employment.id), col(Employment.beneficiary_id), col(Employment.starts_on)
    ).where(col(Employment.facilitator_id) == facilitator_id)
    if len(persons) <= _MOST:
        statement = statement.where(col(Employment.beneficiary_id).in_(persons))
    for key, person_id, starts_on in session.execute(statement):
        if person_id in persons:
            employments.setdefault(persons[person_id], []).append((key, starts_on))
