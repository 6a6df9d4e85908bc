"""Remarks on a record as a whole: what misses, what is not plausible, what contradicts itself."""

from collections.abc import Sequence
from typing import Final

from api.rules.amounts import doubts
from api.rules.decp.issues import issue
from api.rules.records import (
    AmendmentRecord,
    ContractRecord,
    Issue,
    Kind,
    SubcontractRecord,
)

CONCESSION: Final = Kind.CONCESSION
# Beyond, the consolidation of the ministry leaves the contract out.
LONGEST_DURATION: Final = 180
LONGEST_CONCESSION: Final = 360
IMPLAUSIBLE_AMOUNT: Final = 100_000_000_00

# 22222, 999999999…: whole amounts typed to pass a form, in cents. With cents they are often true:
# 66 666,67 € without tax is 80 000 € with 20 % of it.
_REPEATED_DIGITS = frozenset(
    int(digit * length) * 100 for digit in "123456789" for length in range(5, 14)
)
_SEQUENCE = "123456"
_SEQUENCE_FROM = 123_456_00
_NO_CHANGE = (None, None, None)

# Field of the record, DECP field, code of the remark: what both formats ask of every contract.
_ESSENTIALS = (
    ("subject", "objet", "missing_value"),
    ("nature", "nature", "missing_value"),
    ("cpv", "codeCPV", "missing_value"),
    ("procedure", "procedure", "missing_value"),
    ("place_code", "lieuExecution.code", "missing_value"),
    ("months", "dureeMois", "missing_value"),
    ("amount", "montant", "missing_value"),
    ("notified_on", "dateNotification", "missing_date"),
    ("published_on", "datePublicationDonnees", "missing_date"),
)
_CONCESSION_ESSENTIALS = (
    ("subject", "objet", "missing_value"),
    ("nature", "nature", "missing_value"),
    ("procedure", "procedure", "missing_value"),
    ("months", "dureeMois", "missing_value"),
    ("amount", "valeurGlobale", "missing_value"),
    ("notified_on", "dateSignature", "missing_date"),
    ("starts_on", "dateDebutExecution", "missing_date"),
    ("published_on", "datePublicationDonnees", "missing_date"),
)


def remark_on_contradictions(record: ContractRecord, issues: list[Issue]) -> None:
    """Append the remarks that need more than one field, or the meaning of a value."""
    concession = record.kind is CONCESSION
    for name, field, code in _CONCESSION_ESSENTIALS if concession else _ESSENTIALS:
        if getattr(record, name) is None and all(known.field != field for known in issues):
            issues.append(issue(code, field))
    _remark_on_figures(record, concession, issues)
    _remark_on_doubts(record, concession, issues)
    notified = record.notified_on
    if notified is not None and record.published_on is not None and record.published_on < notified:
        value = record.published_on.isoformat()
        issues.append(issue("published_before_notified", "datePublicationDonnees", value, notified))
    _remark_on_suppliers(record, "concessionnaires" if concession else "titulaires", issues)
    if record.amendments:
        _remark_on_amendments(record, concession, issues)
    if record.subcontracts or record.subcontract_changes:
        _remark_on_subcontracts(record, issues)


def _remark_on_figures(record: ContractRecord, concession: bool, issues: list[Issue]) -> None:
    if record.amount is not None:
        _remark_on_amount(record.amount, "valeurGlobale" if concession else "montant", issues)
    if record.subsidy is not None and record.subsidy < 0:
        hint = euros(record.subsidy)
        issues.append(issue("amount_not_positive", "montantSubventionPublique", hint=hint))
    if record.months is not None:
        _remark_on_duration(record.months, "dureeMois", concession, issues)
    if record.offers_received is not None and record.offers_received < 1:
        issues.append(issue("no_offer", "offresRecues", record.offers_received))
    if record.advance_rate is not None and record.advance_granted is False:
        issues.append(issue("advance_rate_without_advance", "tauxAvance"))
    french, european = record.french_share, record.eu_share
    if french is not None and european is not None and french > european:
        issues.append(issue("french_share_above_eu", "origineFrance"))


def _remark_on_doubts(record: ContractRecord, concession: bool, issues: list[Issue]) -> None:
    field = "valeurGlobale" if concession else "montant"
    for one in doubts(record):
        if one.amount <= 0:  # told already, with what to write instead
            continue
        place = field if one.amendment is None else f"modifications[{one.amendment}].{field}"
        hint = f"{euros(one.amount)}, {one.why}"
        issues.append(issue("amount_set_aside", place, hint=hint))


def _remark_on_duration(months: int, field: str, concession: bool, issues: list[Issue]) -> None:
    longest = LONGEST_CONCESSION if concession else LONGEST_DURATION
    if not 0 < months <= longest:
        issues.append(issue("duration_implausible", field, months, longest))


def _remark_on_amount(cents: int, field: str, issues: list[Issue]) -> None:
    """Remarks on an amount that is not positive, looks typed at random, or is enormous."""
    if cents <= 0:
        issues.append(issue("amount_not_positive", field, hint=euros(cents)))
    elif cents in _REPEATED_DIGITS or (
        cents >= _SEQUENCE_FROM and str(cents).startswith(_SEQUENCE)
    ):
        issues.append(issue("amount_placeholder", field, hint=euros(cents)))
    if cents >= IMPLAUSIBLE_AMOUNT:
        issues.append(issue("amount_implausible", field, hint=euros(cents)))


def euros(cents: int) -> str:
    """``123456789`` cents as a French reader writes it: 1 234 567,89 €, with no-break spaces."""
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    grouped = f"{whole:,}".replace(",", "\u202f")
    return f"{sign}{grouped},{rest:02}\u00a0€"


def _remark_on_suppliers(record: ContractRecord, field: str, issues: list[Issue]) -> None:
    if not record.suppliers:
        issues.append(issue("no_supplier", field))
    for rank, supplier in enumerate(record.suppliers, 1):
        if supplier.identifier == record.buyer_siret:
            issues.append(issue("supplier_is_buyer", f"{field}[{rank}]", supplier.identifier))


def _remark_on_amendments(record: ContractRecord, concession: bool, issues: list[Issue]) -> None:
    _remark_on_numbers(record.amendments, "modifications", issues)
    amount = "valeurGlobale" if concession else "montant"
    for rank, amendment in enumerate(record.amendments, 1):
        field = f"modifications[{rank}]"
        signed, notified = amendment.notified_on, record.notified_on
        if signed is not None and notified is not None and signed < notified:
            value = signed.isoformat()
            issues.append(issue("amendment_before_notification", field, value, notified))
        if (amendment.months, amendment.amount, amendment.suppliers) == _NO_CHANGE:
            issues.append(issue("amendment_without_change", field))
        if amendment.amount is not None:
            _remark_on_amount(amendment.amount, f"{field}.{amount}", issues)
        if amendment.months is not None:
            _remark_on_duration(amendment.months, f"{field}.dureeMois", concession, issues)


def _remark_on_subcontracts(record: ContractRecord, issues: list[Issue]) -> None:
    _remark_on_numbers(record.subcontracts, "actesSousTraitance", issues)
    suppliers = {supplier.identifier for supplier in record.suppliers} - {None}
    for rank, subcontract in enumerate(record.subcontracts, 1):
        company, field = subcontract.subcontractor, f"actesSousTraitance[{rank}]"
        if company is not None and company.identifier in suppliers:
            place = f"{field}.sousTraitant"
            issues.append(issue("subcontractor_is_supplier", place, company.identifier))
        if subcontract.amount is not None:
            _remark_on_amount(subcontract.amount, f"{field}.montant", issues)
        if subcontract.months is not None:
            _remark_on_duration(subcontract.months, f"{field}.dureeMois", False, issues)
    known = {subcontract.number for subcontract in record.subcontracts}
    for rank, change in enumerate(record.subcontract_changes, 1):
        if change.number not in known:
            field = f"modificationsActesSousTraitance[{rank}]"
            issues.append(issue("unknown_subcontract", field, change.number))


def _remark_on_numbers(
    items: Sequence[AmendmentRecord | SubcontractRecord],
    field: str,
    issues: list[Issue],
) -> None:
    seen: set[int] = set()
    for rank, item in enumerate(items, 1):
        if item.number is None:
            continue
        if item.number in seen:
            issues.append(issue("duplicate_number", f"{field}[{rank}].id", item.number))
        seen.add(item.number)
