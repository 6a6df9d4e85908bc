"""Reading of what repeats inside a contract: companies, amendments, subcontracts, yearly data.

The field of a remark tells the rank of the item, from 1: ``modifications[2].montant``. An item
that says nothing at all (some platforms write empty ones) is left out with a remark.
"""

from collections.abc import Mapping
from typing import Any, Final

from api.rules.decp.identifiers import read_party
from api.rules.decp.issues import issue
from api.rules.decp.labels import PRICE_VARIATION_TABLE
from api.rules.decp.shapes import unwrapped
from api.rules.decp.values import (
    read_amount,
    read_date,
    read_label,
    read_text,
    read_whole,
)
from api.rules.records import (
    AmendmentRecord,
    ConcessionYearRecord,
    Issue,
    Kind,
    Party,
    SubcontractChangeRecord,
    SubcontractRecord,
    Tariff,
)

CONCESSION: Final = Kind.CONCESSION
LONGEST_TARIFF_TITLE: Final = 256


def either(
    row: Mapping[str, Any], key: str, other: str, issues: list[Issue], place: str = ""
) -> object:
    """The value of ``key``, else of ``other``, its name in the other family of contracts."""
    value = row.get(key)
    if value is None:
        value = row.get(other)
        if value is not None:
            issues.append(issue("other_kind_field", place + key, other))
    return value


def _objects(value: object, wrapper: str, field: str, issues: list[Issue]) -> list[tuple[str, Any]]:
    """The objects of a list, each with its field name; what is no object gets a remark."""
    objects = []
    for rank, item in enumerate(unwrapped(value, wrapper), 1):
        place = f"{field}[{rank}]"
        if type(item) is dict:
            objects.append((place, item))
        else:
            issues.append(issue("unexpected_shape", place, item, "un objet"))
    return objects


def read_parties(value: object, wrapper: str, field: str, issues: list[Issue]) -> tuple[Party, ...]:
    """The companies of a list; a company given twice is kept once."""
    if type(value) is list and len(value) == 1:
        # The usual case: one company, wrapped once or not at all.
        item = value[0]
        if type(item) is dict:
            inner = item.get(wrapper, item)
            if type(inner) is dict and (inner is item or wrapper not in inner):
                party = read_party(inner, f"{field}[1]", issues)
                return () if party is None else (party,)
    parties: list[Party] = []
    seen: set[tuple[str | None, str | None]] = set()
    for rank, item in enumerate(unwrapped(value, wrapper), 1):
        party = read_party(item, f"{field}[{rank}]", issues)
        if party is None:
            continue
        # One identifier is one company, even under two names.
        identity = (party.id_type, party.identifier or party.name)
        if identity in seen:
            issues.append(issue("duplicate_item", f"{field}[{rank}]", identity[1]))
        else:
            seen.add(identity)
            parties.append(party)
    return tuple(parties)


def read_amendments(value: object, kind: Kind, issues: list[Issue]) -> tuple[AmendmentRecord, ...]:
    """The modifications of a contract or of a concession, of any version of the format."""
    if value is None or value == []:
        return ()
    notified, amount = "dateNotificationModification", "montant"
    other_notified, other_amount = "dateSignatureModification", "valeurGlobale"
    if kind is CONCESSION:
        notified, other_notified = other_notified, notified
        amount, other_amount = other_amount, amount
    published = "datePublicationDonneesModification"
    amendments = []
    for place, item in _objects(value, "modification", "modifications", issues):
        suppliers = read_parties(item.get("titulaires"), "titulaire", f"{place}.titulaires", issues)
        record = AmendmentRecord(
            number=read_whole(item.get("id"), f"{place}.id", issues),
            notified_on=read_date(
                either(item, notified, other_notified, issues, f"{place}."),
                f"{place}.{notified}",
                issues,
            ),
            published_on=read_date(item.get(published), f"{place}.{published}", issues),
            months=read_whole(item.get("dureeMois"), f"{place}.dureeMois", issues),
            amount=read_amount(
                either(item, amount, other_amount, issues, f"{place}."),
                f"{place}.{amount}",
                issues,
            ),
            suppliers=suppliers or None,
            purpose=read_text(item.get("objetModification"), f"{place}.objetModification", issues),
        )
        if record == _NO_AMENDMENT:
            issues.append(issue("empty_item", place))
        else:
            amendments.append(record)
    return tuple(amendments)


def read_subcontracts(value: object, issues: list[Issue]) -> tuple[SubcontractRecord, ...]:
    """The acts of subcontracting."""
    if value is None or value == []:
        return ()
    subcontracts = []
    for place, item in _objects(value, "acteSousTraitance", "actesSousTraitance", issues):
        company = item.get("sousTraitant")
        record = SubcontractRecord(
            number=read_whole(item.get("id"), f"{place}.id", issues),
            subcontractor=(
                None if company is None else read_party(company, f"{place}.sousTraitant", issues)
            ),
            months=read_whole(item.get("dureeMois"), f"{place}.dureeMois", issues),
            notified_on=read_date(
                item.get("dateNotification"), f"{place}.dateNotification", issues
            ),
            published_on=read_date(
                item.get("datePublicationDonnees"), f"{place}.datePublicationDonnees", issues
            ),
            amount=read_amount(item.get("montant"), f"{place}.montant", issues),
            price_variation=read_label(
                item.get("variationPrix"), PRICE_VARIATION_TABLE, f"{place}.variationPrix", issues
            ),
        )
        if record == _NO_SUBCONTRACT:
            issues.append(issue("empty_item", place))
        else:
            subcontracts.append(record)
    return tuple(subcontracts)


def read_subcontract_changes(
    value: object, issues: list[Issue]
) -> tuple[SubcontractChangeRecord, ...]:
    """The changes of acts of subcontracting; the XML name of the wrapper is understood too."""
    if value is None or value == []:
        return ()
    field = "modificationsActesSousTraitance"
    notified = "dateNotificationModificationSousTraitance"
    changes = []
    for place, outer in _objects(value, "modificationActeSousTraitance", field, issues):
        inner = outer.get("modificationActesSousTraitance")
        item = inner if type(inner) is dict else outer
        record = SubcontractChangeRecord(
            number=read_whole(item.get("id"), f"{place}.id", issues),
            notified_on=read_date(item.get(notified), f"{place}.{notified}", issues),
            published_on=read_date(
                item.get("datePublicationDonnees"), f"{place}.datePublicationDonnees", issues
            ),
            months=read_whole(item.get("dureeMois"), f"{place}.dureeMois", issues),
            amount=read_amount(item.get("montant"), f"{place}.montant", issues),
        )
        if record == _NO_SUBCONTRACT_CHANGE:
            issues.append(issue("empty_item", place))
        else:
            changes.append(record)
    return tuple(changes)


def read_concession_years(value: object, issues: list[Issue]) -> tuple[ConcessionYearRecord, ...]:
    """The yearly execution data of a concession."""
    published = "datePublicationDonneesExecution"
    spent = "depensesInvestissement"
    years = []
    for place, item in _objects(value, "donneesAnnuelles", "donneesExecution", issues):
        record = ConcessionYearRecord(
            published_on=read_date(item.get(published), f"{place}.{published}", issues),
            investment=read_amount(item.get(spent), f"{place}.{spent}", issues),
            tariffs=_read_tariffs(item.get("tarifs"), f"{place}.tarifs", issues),
        )
        if record == _NO_YEAR:
            issues.append(issue("empty_item", place))
        else:
            years.append(record)
    return tuple(years)


def _read_tariffs(value: object, field: str, issues: list[Issue]) -> tuple[Tariff, ...]:
    tariffs = []
    for place, item in _tariff_objects(value, field, issues):
        title = read_text(item.get("intituleTarif"), f"{place}.intituleTarif", issues)
        amount = read_amount(item.get("tarif"), f"{place}.tarif", issues)
        if title is None or amount is None:
            # A tariff is a title and a price: one without the other says nothing.
            issues.append(issue("empty_item", place))
            continue
        if len(title) > LONGEST_TARIFF_TITLE:
            issues.append(
                issue("text_too_long", f"{place}.intituleTarif", title, LONGEST_TARIFF_TITLE)
            )
        tariffs.append(Tariff(title, amount))
    return tuple(tariffs)


def _tariff_objects(value: object, field: str, issues: list[Issue]) -> list[tuple[str, Any]]:
    """The tariffs of a year. Here the wrapper and the price inside it bear the same name."""
    waiting, items = [value], []
    while waiting:
        current = waiting.pop()
        if type(current) is list:
            waiting.extend(reversed(current))
        elif type(current) is dict and type(current.get("tarif")) in (dict, list):
            waiting.append(current["tarif"])
        elif current is not None:
            items.append(current)
    return _objects(items, "", field, issues)


_NO_AMENDMENT = AmendmentRecord(None, None, None)
_NO_SUBCONTRACT = SubcontractRecord(None, None, None, None, None, None, None)
_NO_SUBCONTRACT_CHANGE = SubcontractChangeRecord(None, None, None)
_NO_YEAR = ConcessionYearRecord(None, None)
