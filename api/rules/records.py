"""What one contract says, free of any file format and of any database: plain frozen facts.

Units everywhere: money in whole euro cents, excluding tax (HT); rates and shares in millionths
(0.05 is 50_000); days as dates without time zone; durations in whole months. ``None`` means "not
said", which is never zero and never "no".

They are structures of msgspec, which are made, compared and written as JSON many times faster than
frozen dataclasses: a file makes some for each of its rows.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """The two families of public contracts that the DECP format tells apart."""

    CONTRACT = "marche"
    CONCESSION = "concession"


class Party(msgspec.Struct, frozen=True, eq=False):
    """A company as a file names it: kind of identifier (DECP ``typeIdentifiant``), value, name.

    ``sole_trader``: what the register knows of it, no part of what the file says.
    """

    id_type: str | None
    identifier: str | None
    name: str | None = None
    sole_trader: bool | None = None

    def _said(self) -> tuple[str | None, str | None, str | None]:
        return self.id_type, self.identifier, self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Party) and self._said() == other._said()

    def __hash__(self) -> int:
        return hash(self._said())


class AmendmentRecord(msgspec.Struct, frozen=True):
    """A modification: the new totals, never the difference. ``None``: this did not change."""

    number: int | None
    notified_on: date | None
    published_on: date | None
    months: int | None = None
    amount: int | None = None
    suppliers: tuple[Party, ...] | None = None
    purpose: str | None = None


class SubcontractRecord(msgspec.Struct, frozen=True):
    """An act of subcontracting (DECP ``acteSousTraitance``)."""

    number: int | None
    subcontractor: Party | None
    months: int | None
    notified_on: date | None
    published_on: date | None
    amount: int | None
    price_variation: str | None


class SubcontractChangeRecord(msgspec.Struct, frozen=True):
    """A change of an act of subcontracting (DECP ``modificationActeSousTraitance``)."""

    number: int | None
    notified_on: date | None
    published_on: date | None
    months: int | None = None
    amount: int | None = None


class Tariff(msgspec.Struct, frozen=True):
    """A price paid by the users of a concession; ``amount`` in cents."""

    title: str
    amount: int


class ConcessionYearRecord(msgspec.Struct, frozen=True):
    """Yearly execution data of a concession (DECP ``donneesAnnuelles``)."""

    published_on: date | None
    investment: int | None
    tariffs: tuple[Tariff, ...] = ()


class ContractRecord(msgspec.Struct, frozen=True):
    """One contract or concession, whole.

    ``notified_on`` is the day of notification of a contract, the day of signature of a concession.
    ``amount`` is the notified amount of a contract, the global value of a concession.
    ``marks`` holds only what is said: a code of the nomenclature of marks -> True or False.
    """

    kind: Kind
    reference: str
    buyer_siret: str
    buyer_name: str | None = None
    subject: str | None = None
    nature: str | None = None
    cpv: str | None = None
    procedure: str | None = None
    techniques: tuple[str, ...] | None = None
    execution_modalities: tuple[str, ...] | None = None
    framework_reference: str | None = None
    ccag: str | None = None
    offers_received: int | None = None
    advance_granted: bool | None = None
    advance_rate: int | None = None
    eu_share: int | None = None
    french_share: int | None = None
    grouping: str | None = None
    place_code: str | None = None
    place_kind: str | None = None
    months: int | None = None
    notified_on: date | None = None
    starts_on: date | None = None
    published_on: date | None = None
    amount: int | None = None
    subsidy: int | None = None
    price_types: tuple[str, ...] | None = None
    price_form: str | None = None
    subcontracting_declared: bool | None = None
    suppliers: tuple[Party, ...] = ()
    marks: dict[str, bool] = {}
    amendments: tuple[AmendmentRecord, ...] = ()
    subcontracts: tuple[SubcontractRecord, ...] = ()
    subcontract_changes: tuple[SubcontractChangeRecord, ...] = ()
    concession_years: tuple[ConcessionYearRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """Something wrong or doubtful in a row: a stable code, the DECP field, a French sentence."""

    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of a file, read: a record, or the reason why none could be made.

    ``record`` is ``None`` when the row is refused; then ``refusal`` says why in French.
    ``issues`` are what the user should look at in an accepted row.
    """

    record: ContractRecord | None
    issues: tuple[Issue, ...] = ()
    refusal: Issue | None = None
