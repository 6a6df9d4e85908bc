"""What a record lacks to be published: the rules of the official schema 2.0.3, in French.

A record with no such issue is written by ``write`` as an object valid for the schema, and reads
back as itself. The rules are a little stricter than the schema where it would let nonsense through:
a blank subject, a SIRET that is not 14 digits, two amendments with one number.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Final

from api.rules.decp.issues import issue
from api.rules.decp.labels import (
    CONCESSION_LABELS,
    CONTRACT_LABELS,
    ENVIRONMENTAL_MARKS,
    ID_TYPES,
    INNOVATIVE,
    PRICE_VARIATIONS,
    SOCIAL_MARKS,
)
from api.rules.decp.parts import LONGEST_TARIFF_TITLE
from api.rules.decp.publication_checks import (
    ONE_EURO,
    Check,
    check_amount,
    check_amount_or_none,
    check_cents,
    check_count,
    check_cpv,
    check_date,
    check_identifier,
    check_nothing,
    check_place_code,
    check_reference,
    check_siret,
    check_subject,
    check_text,
)
from api.rules.decp.values import RATE_SCALE
from api.rules.records import (
    AmendmentRecord,
    ConcessionYearRecord,
    ContractRecord,
    Issue,
    Kind,
    Party,
)

CONCESSION: Final = Kind.CONCESSION


def missing_for_publication(record: ContractRecord) -> tuple[Issue, ...]:
    """Every rule of the schema 2.0.3 that ``record`` fails; ``()`` when it can be published."""
    found: list[Issue] = []
    concession = record.kind is CONCESSION
    for name, field, hint, check in _CONCESSION_FIELDS if concession else _CONTRACT_FIELDS:
        value = getattr(record, name)
        if value is None or value == ():
            found.append(issue("required", field, hint=hint))
        elif check is not check_nothing:
            check(value, field, hint, found)
    found += _wrong_labels(concession, (_CONCESSION_SAID if concession else _SAID)(record))
    _check_marks(record.marks, concession, found)
    if concession:
        _check_parties(record.suppliers, "concessionnaires", found)
        _check_years(record.concession_years, found)
    else:
        _check_parties(record.suppliers, "titulaires", found)
        _check_optional_contract_fields(record, found)
        _check_subcontracts(record, found)
    _check_amendments(record.amendments, concession, found)
    return tuple(found)


_SIRET_HINT = "le SIRET de l’acheteur, 14 chiffres"
_DATE_HINT = "une date AAAA-MM-JJ"
_PUBLISHED_HINT = "la date de publication des données"
_DURATION_HINT = "la durée en mois, 1 au moins"

# Field of the record, DECP field, what to fill in, rule of the value. A field that misses is asked
# for here; the rules of labels, marks and lists are in their own functions.
_CONTRACT_FIELDS: Final[tuple[tuple[str, str, str, Check], ...]] = (
    ("reference", "id", "le numéro du contrat, 16 caractères au plus", check_reference),
    ("buyer_siret", "acheteur.id", _SIRET_HINT, check_siret),
    ("nature", "nature", "la nature du marché", check_nothing),
    ("subject", "objet", "l’objet du marché", check_subject),
    ("cpv", "codeCPV", "un code CPV de 8 chiffres (clé -9 facultative)", check_cpv),
    ("techniques", "techniques", "les techniques d’achat ou « Sans objet »", check_nothing),
    (
        "execution_modalities",
        "modalitesExecution",
        "les modalités d’exécution ou « Sans objet »",
        check_nothing,
    ),
    ("ccag", "ccag", "le CCAG de référence ou « Pas de CCAG »", check_nothing),
    ("offers_received", "offresRecues", "le nombre d’offres reçues, 1 au moins", check_count),
    ("advance_granted", "attributionAvance", "si une avance est attribuée", check_nothing),
    (
        "grouping",
        "typeGroupementOperateurs",
        "le type de groupement ou « Pas de groupement »",
        check_nothing,
    ),
    ("procedure", "procedure", "la procédure de passation", check_nothing),
    ("place_code", "lieuExecution.code", "le code du lieu d’exécution", check_place_code),
    ("place_kind", "lieuExecution.typeCode", "le type de code du lieu", check_nothing),
    ("months", "dureeMois", _DURATION_HINT, check_count),
    ("notified_on", "dateNotification", "la date de notification", check_date),
    ("published_on", "datePublicationDonnees", _PUBLISHED_HINT, check_date),
    ("amount", "montant", "le montant HT, 1 € au moins", check_amount),
    ("price_types", "typesPrix", "les types de prix", check_nothing),
    ("price_form", "formePrix", "la forme du prix", check_nothing),
    (
        "subcontracting_declared",
        "sousTraitanceDeclaree",
        "si une sous-traitance était déclarée à la notification",
        check_nothing,
    ),
    ("suppliers", "titulaires", "au moins un titulaire", check_nothing),
)
_CONCESSION_FIELDS: Final[tuple[tuple[str, str, str, Check], ...]] = (
    ("reference", "id", "le numéro du contrat, 16 caractères au plus", check_reference),
    ("buyer_siret", "autoriteConcedante.id", _SIRET_HINT, check_siret),
    ("nature", "nature", "la nature de la concession", check_nothing),
    ("subject", "objet", "l’objet de la concession", check_subject),
    ("procedure", "procedure", "la procédure de passation", check_nothing),
    ("months", "dureeMois", _DURATION_HINT, check_count),
    ("notified_on", "dateSignature", "la date de signature", check_date),
    ("published_on", "datePublicationDonnees", _PUBLISHED_HINT, check_date),
    ("starts_on", "dateDebutExecution", "la date de début d’exécution", check_date),
    ("amount", "valeurGlobale", "la valeur globale HT, 1 € au moins", check_amount),
    (
        "subsidy",
        "montantSubventionPublique",
        "le montant des subventions publiques, 0 s’il n’y en a pas",
        check_amount_or_none,
    ),
    ("suppliers", "concessionnaires", "au moins un concessionnaire", check_nothing),
)
_LABEL_FIELDS: Final = {
    name: field for name, field, _, check in _CONTRACT_FIELDS if check is check_nothing
}
_SAID, _CONCESSION_SAID = attrgetter(*CONTRACT_LABELS), attrgetter(*CONCESSION_LABELS)
_FAMILIES: Final = (
    (
        frozenset(SOCIAL_MARKS),
        "considerationsSociales",
        "chacune des considérations sociales, oui ou non",
    ),
    (
        frozenset(ENVIRONMENTAL_MARKS),
        "considerationsEnvironnementales",
        "chacune des considérations environnementales, oui ou non",
    ),
)


# A file says the same few choices of labels again and again.
@lru_cache(maxsize=4096)
def _wrong_labels(
    concession: bool, said: tuple[str | tuple[str, ...] | None, ...]
) -> tuple[Issue, ...]:
    """The issues of the labels of a record, said in the order of their lists."""
    found: list[Issue] = []
    lists = CONCESSION_LABELS if concession else CONTRACT_LABELS
    for (name, labels), value in zip(lists.items(), said, strict=True):
        if value is not None:
            _check_labels(value, _LABEL_FIELDS[name], labels, found)
    return tuple(found)


def _check_labels(
    value: str | tuple[str, ...], field: str, labels: tuple[str, ...], found: list[Issue]
) -> None:
    """Labels all in the list, and none twice; an absent one is asked for as a field."""
    given = (value,) if isinstance(value, str) else value
    for label in given:
        if label not in labels:
            found.append(issue("not_in_list", field, label, " · ".join(labels)))
    _check_repeats(given, field, found)


def _check_repeats(items: Sequence[Hashable], field: str, found: list[Issue]) -> None:
    """No item twice; items without a value (``None``) are asked for elsewhere."""
    if len(items) < 2:
        return
    seen: set[Hashable] = set()
    for item in items:
        if item is not None and item in seen:
            if isinstance(item, str | int):
                found.append(issue("repeated", field, item))
            else:
                found.append(issue("repeated_item", field))
        seen.add(item)


def _check_marks(marks: Mapping[str, bool], concession: bool, found: list[Issue]) -> None:
    for codes, field, hint in _FAMILIES:
        if not codes <= marks.keys():
            found.append(issue("required", field, hint=hint))
    if not concession and INNOVATIVE not in marks:
        found.append(issue("required", "marcheInnovant", hint="si le marché est innovant"))


def _check_parties(parties: tuple[Party, ...], field: str, found: list[Issue]) -> None:
    for rank, party in enumerate(parties, 1):
        _check_party(party, f"{field}[{rank}]", found)
    if len(parties) < 2:
        return
    # The file holds no names: two names of one identifier are twice the same company.
    known = [f"{party.id_type} {party.identifier}" for party in parties if party.identifier]
    _check_repeats(known, field, found)


def _check_party(party: Party, field: str, found: list[Issue]) -> None:
    identifier = party.identifier
    if party.id_type not in ID_TYPES:
        hint = " · ".join(ID_TYPES)
        found.append(issue("not_in_list", f"{field}.typeIdentifiant", party.id_type, hint))
    if identifier is None:
        found.append(issue("required", f"{field}.id", hint="l’identifiant de l’entreprise"))
    elif party.id_type == "SIRET":
        check_siret(identifier, f"{field}.id", "un SIRET de 14 chiffres", found)
    else:
        check_identifier(identifier, f"{field}.id", "l’identifiant de l’entreprise", found)


def _check_optional_contract_fields(record: ContractRecord, found: list[Issue]) -> None:
    if record.framework_reference is not None:
        hint = "le numéro de l’accord-cadre, 16 caractères au plus"
        check_reference(record.framework_reference, "idAccordCadre", hint, found)
    rates = (
        (record.advance_rate, "tauxAvance"),
        (record.eu_share, "origineUE"),
        (record.french_share, "origineFrance"),
    )
    for rate, field in rates:
        if rate is not None and not 0 <= rate <= RATE_SCALE:
            exact = Decimal(rate) / RATE_SCALE
            hint = "un taux de 0 à 1 (0.3 pour 30\u00a0%)"
            found.append(issue("wrong_form", field, exact, hint))


def _check_item(
    item: object, field: str, rules: Iterable[tuple[str, str, str, Check]], found: list[Issue]
) -> None:
    """The required fields of an item of a list, each with its rule."""
    for name, key, hint, check in rules:
        value = getattr(item, name)
        if value is None:
            found.append(issue("required", f"{field}.{key}", hint=hint))
        else:
            check(value, f"{field}.{key}", hint, found)


_NUMBER = ("number", "id", "son numéro d’ordre, 1 au moins", check_count)
_AMENDMENT_FIELDS = (
    _NUMBER,
    ("notified_on", "dateNotificationModification", _DATE_HINT, check_date),
    ("published_on", "datePublicationDonneesModification", _DATE_HINT, check_date),
)
_CONCESSION_AMENDMENT_FIELDS = (
    _NUMBER,
    ("notified_on", "dateSignatureModification", _DATE_HINT, check_date),
    ("published_on", "datePublicationDonneesModification", _DATE_HINT, check_date),
)
_SUBCONTRACT_FIELDS = (
    _NUMBER,
    ("subcontractor", "sousTraitant", "l’entreprise sous-traitante", check_nothing),
    ("months", "dureeMois", _DURATION_HINT, check_count),
    ("notified_on", "dateNotification", _DATE_HINT, check_date),
    ("published_on", "datePublicationDonnees", _DATE_HINT, check_date),
    ("amount", "montant", "le montant HT, 1 € au moins", check_amount),
    ("price_variation", "variationPrix", "la variation du prix", check_nothing),
)
_SUBCONTRACT_CHANGE_FIELDS = (
    ("number", "id", "le numéro de l’acte modifié", check_count),
    ("notified_on", "dateNotificationModificationSousTraitance", _DATE_HINT, check_date),
    ("published_on", "datePublicationDonnees", _DATE_HINT, check_date),
)
_YEAR_FIELDS = (
    ("published_on", "datePublicationDonneesExecution", _DATE_HINT, check_date),
    (
        "investment",
        "depensesInvestissement",
        "les dépenses d’investissement, 0 s’il n’y en a pas",
        check_amount_or_none,
    ),
)


def _check_new_values(
    months: int | None, amount: int | None, field: str, key: str, found: list[Issue]
) -> None:
    """The new duration and the new amount of a change, when it has them."""
    if months is not None:
        check_count(months, f"{field}.dureeMois", "", found)
    if amount is not None:
        check_cents(amount, f"{field}.{key}", ONE_EURO, found)


def _check_amendments(
    amendments: tuple[AmendmentRecord, ...], concession: bool, found: list[Issue]
) -> None:
    rules = _CONCESSION_AMENDMENT_FIELDS if concession else _AMENDMENT_FIELDS
    amount = "valeurGlobale" if concession else "montant"
    for rank, item in enumerate(amendments, 1):
        field = f"modifications[{rank}]"
        _check_item(item, field, rules, found)
        _check_new_values(item.months, item.amount, field, amount, found)
        if item.suppliers is not None and not concession:
            if not item.suppliers:
                found.append(issue("required", f"{field}.titulaires", hint="au moins un titulaire"))
            _check_parties(item.suppliers, f"{field}.titulaires", found)
    _check_repeats([item.number for item in amendments], "modifications.id", found)


def _check_subcontracts(record: ContractRecord, found: list[Issue]) -> None:
    if not record.subcontracts and not record.subcontract_changes:
        return
    for rank, act in enumerate(record.subcontracts, 1):
        field = f"actesSousTraitance[{rank}]"
        _check_item(act, field, _SUBCONTRACT_FIELDS, found)
        if act.subcontractor is not None:
            _check_party(act.subcontractor, f"{field}.sousTraitant", found)
        if act.price_variation is not None:
            _check_labels(act.price_variation, f"{field}.variationPrix", PRICE_VARIATIONS, found)
    _check_repeats([act.number for act in record.subcontracts], "actesSousTraitance.id", found)
    list_field = "modificationsActesSousTraitance"
    for rank, change in enumerate(record.subcontract_changes, 1):
        field = f"{list_field}[{rank}]"
        _check_item(change, field, _SUBCONTRACT_CHANGE_FIELDS, found)
        _check_new_values(change.months, change.amount, field, "montant", found)
    _check_repeats(record.subcontract_changes, list_field, found)


def _check_years(years: tuple[ConcessionYearRecord, ...], found: list[Issue]) -> None:
    for rank, year in enumerate(years, 1):
        field = f"donneesExecution[{rank}]"
        _check_item(year, field, _YEAR_FIELDS, found)
        if not year.tariffs:
            found.append(issue("required", f"{field}.tarifs", hint="au moins un tarif"))
        for position, tariff in enumerate(year.tariffs, 1):
            place = f"{field}.tarifs[{position}]"
            title, hint = f"{place}.intituleTarif", "l’intitulé du tarif"
            check_text(tariff.title, title, hint, found, LONGEST_TARIFF_TITLE)
            check_cents(tariff.amount, f"{place}.tarif", 0, found)
    _check_repeats(years, "donneesExecution", found)
