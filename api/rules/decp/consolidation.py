"""What the national consolidation would drop, or alter, of what a buyer publishes.

The ministry gathers the DECP files into one and leaves contracts out without telling the buyer.
Source of every rule: 139bercy/decp-arr2022, ``augmente/nettoyage.py`` (``regles_marche``,
``regles_concession``, ``marche_mark_fields``), read at commits 87e5ea9 and, for the years of dates,
58b651b (18 August 2026); it cites rules of the DAJ of 15 February 2023. They are not law, and a
newer version may differ: a remark here never holds back.

Not here, because a record can't say it or the schema refuses it first: an absent value, two
contracts of one number (the register holds one), « Pas de considération » with another one, an
advance rate of 0.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.rules.decp.coherence import LONGEST_CONCESSION, LONGEST_DURATION, euros
from api.rules.decp.identifiers import is_of_la_poste, passes_luhn
from api.rules.decp.issues import issue
from api.rules.records import ContractRecord, Issue, Kind

SUPPLIERS_KEPT: Final = 3
SHORTEST_SUBJECT: Final = 5
ONE_EURO: Final = 100
# In cents: repeated digits are looked for above, and a sequence begins there.
DIGITS_FROM: Final = 100_000_000_00
MOST_REPEATS: Final = 6
SEQUENCE: Final = "123456789"
# « 20[1-3]x » for a contract, « 20xx » for the start of a concession.
CONTRACT_YEARS: Final = (2010, 2039)
CONCESSION_YEARS: Final = (2000, 2099)

_REFERENCE = re.compile(r"[A-Za-z0-9/\-_ .#]+")
_CPV_WITH_KEY = 10


@dataclass(frozen=True, slots=True)
class _Limits:
    """What the rules compare with for one kind of contract, and the DECP names of the fields."""

    amount: str
    highest: int  # in cents
    highest_words: str
    longest: int  # in months
    buyer: str
    suppliers: str


_LIMITS: Final[Mapping[Kind, _Limits]] = {
    Kind.CONTRACT: _Limits(
        "montant",
        3_000_000_000_00,
        "3 milliards d’euros",
        LONGEST_DURATION,
        "acheteur.id",
        "titulaires",
    ),
    Kind.CONCESSION: _Limits(
        "valeurGlobale",
        15_000_000_000_00,
        "15 milliards d’euros",
        LONGEST_CONCESSION,
        "autoriteConcedante.id",
        "concessionnaires",
    ),
}

# Kind of identifier -> its shape, and the words of it. A VAT number has no rule there.
_SHAPES: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "TAHITI": (re.compile(r"[a-zA-Z0-9]{9}"), "9 lettres ou chiffres"),
    "RIDET": (re.compile(r"[a-zA-Z0-9]{10}"), "10 lettres ou chiffres"),
    "FRWF": (re.compile(r"FRWF[a-zA-Z0-9]{14}"), "FRWF puis 14 lettres ou chiffres"),
    "IREP": (re.compile(r"[0-9]{5}[a-zA-Z0-9]*"), "5 chiffres, puis des lettres ou des chiffres"),
    "HORS-UE": (
        re.compile(r"[A-Z]{2}[a-zA-Z0-9]{0,16}"),
        "le code du pays en deux majuscules, puis 16 lettres ou chiffres au plus",
    ),
}

# Divisions of the CPV whose origin is asked for (``mark_mixed_field``): first and last code.
_ORIGIN_RANGES: Final = (
    ("15100000", "15982200"),
    ("18100000", "18453000"),
    ("18800000", "18843000"),
    ("33100000", "33198200"),
    ("33600000", "33698300"),
    ("34100000", "34144910"),
    ("34510000", "34522700"),
    ("34600000", "34622500"),
    ("34710000", "34722200"),
)

_Rule = Callable[[ContractRecord, _Limits, list[Issue]], None]


def would_be_dropped(record: ContractRecord, today: date) -> tuple[Issue, ...]:
    """Every rule of the national consolidation that would leave ``record`` out; ``()`` for none.

    ``today`` is the day in Paris. The remarks are warnings, which never hold a contract back.
    """
    return (
        *lasting_drops(record),
        *passing_drops(record.kind, record.notified_on, record.published_on, today),
    )


def lasting_drops(record: ContractRecord) -> tuple[Issue, ...]:
    """Those that do not depend on the day: what may be kept beside the contract."""
    return _found(record, _DROPPING)


def passing_drops(
    kind: Kind, notified_on: date | None, published_on: date | None, today: date
) -> tuple[Issue, ...]:
    """Those that pass with time: a contract notified later than the file that tells it.

    The file of a contract that waits for its day of publication is that day's at the earliest;
    concessions have no such rule.
    """
    if notified_on is None or kind is Kind.CONCESSION:
        return ()
    if notified_on <= max(today, published_on or today):
        return ()
    return (issue("dropped_future_date", "dateNotification", notified_on.isoformat()),)


def would_be_altered(record: ContractRecord) -> tuple[Issue, ...]:
    """What the consolidation would keep of ``record`` otherwise than it is published."""
    return _found(record, _ALTERING)


def _found(record: ContractRecord, rules: tuple[_Rule, ...]) -> tuple[Issue, ...]:
    found: list[Issue] = []
    limits = _LIMITS[record.kind]
    for rule in rules:
        rule(record, limits, found)
    return tuple(found)


def _reference(record: ContractRecord, _limits: _Limits, found: list[Issue]) -> None:
    # ``check_id_format``; its length is also that of the schema, which holds back.
    if not _REFERENCE.fullmatch(record.reference):
        found.append(issue("dropped_reference", "id", record.reference))


def _buyer(record: ContractRecord, limits: _Limits, found: list[Issue]) -> None:
    _check_siret(record.buyer_siret, limits.buyer, found)


def _suppliers(record: ContractRecord, limits: _Limits, found: list[Issue]) -> None:
    # ``check_siret_ext``: the first three only.
    for rank, party in enumerate(record.suppliers[:SUPPLIERS_KEPT], 1):
        field, text = f"{limits.suppliers}[{rank}].id", party.identifier
        if text is None:
            continue
        if party.id_type == "SIRET":
            _check_siret(text, field, found)
        elif party.id_type is not None and party.id_type in _SHAPES:
            shape, words = _SHAPES[party.id_type]
            if not shape.fullmatch(text):
                found.append(issue("dropped_identifier", field, text, words))


def _check_siret(siret: str, field: str, found: list[Issue]) -> None:
    # ``check_insee_field``. A number that is not 14 digits is held back by the schema.
    if not (len(siret) == 14 and siret.isascii() and siret.isdigit()) or passes_luhn(siret):
        return
    if is_of_la_poste(siret):
        found.append(issue("dropped_siret_la_poste", field, siret))
    else:
        found.append(issue("dropped_siret", field, siret))


def _subject(record: ContractRecord, _limits: _Limits, found: list[Issue]) -> None:
    # ``marche_cpv_object``: contracts only, and not when the CPV code has its key.
    if record.kind is Kind.CONCESSION or record.subject is None or record.cpv is None:
        return
    if len(record.subject) < SHORTEST_SUBJECT and len(record.cpv) < _CPV_WITH_KEY:
        found.append(issue("dropped_subject", "objet", record.subject, SHORTEST_SUBJECT))


def _amount(record: ContractRecord, limits: _Limits, found: list[Issue]) -> None:
    # ``check_montant``; the digit 6 is forgotten in its code, not in the rule that it states.
    cents, field = record.amount, limits.amount
    if cents is None:
        return
    if cents < ONE_EURO:
        found.append(issue("dropped_amount_low", field, hint=euros(cents)))
    if cents > limits.highest:
        words = f"{euros(cents)} dépasse {limits.highest_words}"
        found.append(issue("dropped_amount_high", field, hint=words))
    digits = _decimal(cents)
    if cents > DIGITS_FROM:
        digit, times = _most_repeated(digits)
        if times > MOST_REPEATS:
            found.append(issue("dropped_amount_digits", field, int(digit), euros(cents)))
    if digits.startswith(SEQUENCE):
        found.append(issue("dropped_amount_sequence", field, int(SEQUENCE), euros(cents)))


def _decimal(cents: int) -> str:
    """The amount as the file writes it, without the zeros that say nothing: 12.5."""
    whole, rest = divmod(cents, 100)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)


def _most_repeated(digits: str) -> tuple[str, int]:
    counts = Counter(digit for digit in digits if digit not in ".0")
    return counts.most_common(1)[0] if counts else ("", 0)


def _duration(record: ContractRecord, limits: _Limits, found: list[Issue]) -> None:
    # ``check_duree_contrat``
    if record.months is not None and not 0 < record.months <= limits.longest:
        found.append(issue("dropped_duration", "dureeMois", record.months, limits.longest))


def _dates(record: ContractRecord, _limits: _Limits, found: list[Issue]) -> None:
    # ``marche_date_valid``, ``marche_date_valid_optional``, ``concession_dateDebutExecution_2022``
    if record.kind is Kind.CONCESSION:
        start = record.starts_on
        near = _in_years(start, CONCESSION_YEARS) or _in_years(
            record.published_on, CONCESSION_YEARS
        )
        if start is not None and not near:
            _date_issue(start, "dateDebutExecution", CONCESSION_YEARS, found)
        return
    for day, field in _contract_days(record):
        if day is not None and not _in_years(day, CONTRACT_YEARS):
            _date_issue(day, field, CONTRACT_YEARS, found)


def _contract_days(record: ContractRecord) -> list[tuple[date | None, str]]:
    return [
        (record.notified_on, "dateNotification"),
        (record.published_on, "datePublicationDonnees"),
        *(
            (one.notified_on, f"modifications[{rank}].dateNotificationModification")
            for rank, one in enumerate(record.amendments, 1)
        ),
        *(
            (one.notified_on, f"actesSousTraitance[{rank}].dateNotification")
            for rank, one in enumerate(record.subcontracts, 1)
        ),
    ]


def _in_years(day: date | None, years: tuple[int, int]) -> bool:
    return day is not None and years[0] <= day.year <= years[1]


def _date_issue(day: date, field: str, years: tuple[int, int], found: list[Issue]) -> None:
    found.append(issue("dropped_year", field, day.isoformat(), f"{years[0]} et {years[1]}"))


def _suppliers_beyond(record: ContractRecord, limits: _Limits, found: list[Issue]) -> None:
    # ``extract_values`` keeps ``row[:3]``.
    if len(record.suppliers) > SUPPLIERS_KEPT:
        number = len(record.suppliers)
        found.append(issue("altered_suppliers", limits.suppliers, number, SUPPLIERS_KEPT))


def _origin(record: ContractRecord, _limits: _Limits, found: list[Issue]) -> None:
    # ``mark_mixed_field``
    if record.kind is Kind.CONCESSION or record.cpv is None:
        return
    code = record.cpv[:8]
    if not any(first <= code <= last for first, last in _ORIGIN_RANGES):
        return
    for share, field in (
        (record.eu_share, "origineUE"),
        (record.french_share, "origineFrance"),
    ):
        if share is None:
            found.append(issue("altered_origin", field, record.cpv))


def _reserved(record: ContractRecord, _limits: _Limits, found: list[Issue]) -> None:
    # Its expression for concessions is written « Concession réservé ».
    if record.kind is Kind.CONCESSION and record.marks.get("reserved"):
        found.append(
            issue("altered_reserved_concession", "considerationsSociales", "Concession réservée")
        )


def _cents(record: ContractRecord, limits: _Limits, found: list[Issue]) -> None:
    if record.amount is not None and record.amount % 100:
        found.append(issue("altered_cents", limits.amount, hint=euros(record.amount)))


_DROPPING: Final[tuple[_Rule, ...]] = (
    _reference,
    _buyer,
    _suppliers,
    _subject,
    _amount,
    _duration,
    _dates,
)
_ALTERING: Final[tuple[_Rule, ...]] = (_suppliers_beyond, _origin, _reserved, _cents)
