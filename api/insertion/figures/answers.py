"""The answer made of a view: numbers in the spelling of the API, with their French."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import api
from api.access.models import Organisation
from api.insertion.figures.breakdowns import BUYER, DIMENSIONS, french
from api.insertion.figures.commitments import Standing, share
from api.insertion.figures.lines import PATH
from api.insertion.figures.outcomes import DYNAMIC, NOT_ASKED, UNDECIDED, Fines
from api.insertion.figures.schemas import (
    BeneficiariesFigures,
    BreakdownFigures,
    CellFigures,
    ClauseFigures,
    DecisionFigures,
    ExitFigures,
    FiguresOf,
    FteFigures,
    HoursFigures,
    InsertionFigures,
    PathFigures,
    PenaltyFigures,
    PersonsShareFigures,
    ProjectionFigures,
    ShareFigures,
    SituationFigures,
    WomenFigures,
)
from api.insertion.figures.secrecy import Seen
from api.insertion.figures.views import Numbers, Part, Seens, View, Whole
from api.kit.columns import now, to_euros, to_hours, to_share
from api.rules.disclosure.figures import Status, why
from api.rules.hours.figures import (
    YEARLY_HOURS,
    Fte,
    Rounding,
    full_time_equivalent,
    long_path_definition,
)
from api.rules.hours.french import spaced
from api.rules.hours.labels import label
from api.rules.hours.vocabulary import ExitCheckpoint, ExitSituation, PenaltyDecision
from api.rules.indicators.phrases import NARROW

NOTHING = Seen(0, 0, "published")
WITHHELD: Final = spaced(
    "Les chiffres sur les personnes sont donnés une fois l’année close, puis n’en changent plus : "
    "lus chaque jour, ils diraient par différence qui vient d’arriver. Les heures sont à jour."
)
_SITUATIONS = {one.value: label(one) for one in ExitSituation} | {NOT_ASKED: "Situation non saisie"}
_DECISIONS = {one.value: label(one) for one in PenaltyDecision} | {UNDECIDED: "Non décidée"}


def answer(
    organisation: Organisation,
    whole: Whole,
    view: View,
    base: int = YEARLY_HOURS,
    rounding: Rounding = Rounding.TRUNCATE,
) -> InsertionFigures:
    """The figures of an organisation and a year, as far as the view shows them."""
    window = whole.window
    return InsertionFigures(
        organisation=FiguresOf(siret=organisation.siret, name=organisation.name),
        year=window.year,
        as_of=window.at,
        provisional=window.at < window.last_day,
        protected=view.protected,
        persons_as_of=None if view.withheld else now(),
        persons_hours=None if view.withheld else to_hours(whole.tally.total.hours),
        secrecy=_secrecy(view),
        computed_at=now(),
        software_version=api.__version__,
        clauses_followed=whole.commitments.clauses,
        hours=_hours(whole, view),
        fte=full_time(whole.tally.total.hours, base, rounding),
        beneficiaries=_beneficiaries(view),
        women=WomenFigures(
            hours=_women_hours(view.women_hours), persons=_women_persons(view.women_persons)
        ),
        breakdowns=_breakdowns(whole, view),
        long_paths=PathFigures(
            definition=long_path_definition(PATH),
            persons=view.long_paths,
            contracts=None if view.long_paths is None else whole.contracts_with,
            status=_status(view.long_paths),
        ),
        exits=[_exit(one, view.exits[one.value], view.exact) for one in ExitCheckpoint],
        penalties=_penalties(whole.penalties),
        clauses=[_clause(one, view.by_clause.get(one.clause.key)) for one in whole.standings],
    )


def secrecy_rule() -> str:
    """What a reader of protected figures is told of what is missing."""
    return spaced(
        f"{why('secret') or ''} Pour les données sensibles, le seuil est de 11 personnes. Les "
        "heures des clauses sont un engagement d’entreprise : elles restent publiques."
    )


def _secrecy(view: View) -> str | None:
    if view.withheld:
        return WITHHELD
    return secrecy_rule() if view.protected else None


def _hours(whole: Whole, view: View) -> HoursFigures:
    found, aside = whole.commitments, 0
    if view.protected:
        # Hours that don't count are those of who is outside their eligibility: told to nobody else.
        aside = whole.tally.declared_outside
    return HoursFigures(
        engaged=to_hours(found.engaged),
        engaged_unknown=found.engaged_unknown,
        due=to_hours(found.due),
        due_unknown=found.due_unknown,
        declared=to_hours(whole.tally.declared - aside),
        validated=to_hours(whole.tally.total.hours),
        outside=None if view.protected else to_hours(whole.tally.outside),
        since_start=to_hours(found.since_start),
        rate=_ratio(found.rate),
        projection=ProjectionFigures(
            hours=to_hours(found.projected),
            rate=_ratio(found.projected_rate),
            sentence=found.sentence,
            unknown=found.projected_unknown,
        ),
    )


def full_time(quarters: int, base: int, rounding: Rounding) -> FteFigures:
    """Quarter-hours in full-time equivalents, with what they were worked out with."""
    one = full_time_equivalent(quarters, base, rounding)
    return FteFigures(
        value=_number(one),
        tenths=_number(full_time_equivalent(quarters, base, rounding, 1)),
        base=base,
        rounding=rounding,
        label=one.label,
    )


def _number(fte: Fte) -> Decimal:
    return Decimal(fte.text.replace(NARROW, "").replace(",", ".").replace("−", "-"))


def _beneficiaries(view: View) -> BeneficiariesFigures:
    shown = view.exact is not None and view.total.persons is not None
    return BeneficiariesFigures(
        exact=view.exact,
        at_least=view.total.persons,
        status="published" if shown else "secret",
    )


def _women_hours(part: Part) -> ShareFigures:
    return ShareFigures(
        women=_told(part.women),
        known=_told(part.known),
        unknown=_told(part.unknown),
        share=_part(part.women, part.known),
        status=_status(part.women),
    )


def _women_persons(part: Part) -> PersonsShareFigures:
    return PersonsShareFigures(
        women=part.women,
        known=part.known,
        unknown=part.unknown,
        share=_part(part.women, part.known),
        status=_status(part.women),
    )


def _breakdowns(whole: Whole, view: View) -> list[BreakdownFigures]:
    buyers = {one.buyer_siret: one.buyer_name for one in whole.clauses.values()}
    found = []
    for dimension in DIMENSIONS:
        words = buyers if dimension.by == BUYER.by else dimension.words
        found.append(
            BreakdownFigures(
                by=dimension.by,
                label=dimension.title,
                sensitive=dimension.sensitive,
                cells=_cells(view.breakdowns[dimension.by], words),
            )
        )
    return found


def _cells(seen: Seens, words: Mapping[str, str] | None) -> list[CellFigures]:
    return [
        CellFigures(
            key=key,
            label=french(words, key),
            hours=_told(one.hours),
            persons=one.persons,
            status=one.status,
        )
        for key, one in seen.items()
    ]


def _exit(checkpoint: ExitCheckpoint, numbers: Numbers, population: int | None) -> ExitFigures:
    """Every number is worked out from situations that are shown: it tells nothing more."""
    missing, unknown = numbers[NOT_ASKED], numbers[ExitSituation.UNKNOWN]
    asked = None if population is None or missing is None else population - missing
    answered = None if asked is None or unknown is None else asked - unknown
    parts = [numbers[one] for one in DYNAMIC]
    dynamic = None if None in parts else sum(one or 0 for one in parts)
    return ExitFigures(
        checkpoint=checkpoint.value,
        label=label(checkpoint),
        population=population,
        asked=asked,
        answered=answered,
        response_rate=_part(answered, population),
        dynamic=dynamic,
        dynamic_share=_part(dynamic, answered),
        situations=[
            SituationFigures(
                key=key, label=_SITUATIONS[key], persons=persons, status=_status(persons)
            )
            for key, persons in numbers.items()
        ],
    )


def _penalties(found: Fines) -> PenaltyFigures:
    return PenaltyFigures(
        number=found.total.number,
        computed=to_euros(found.total.computed),
        applied=to_euros(found.total.applied),
        decisions=[
            DecisionFigures(
                key=key,
                label=_DECISIONS[key],
                number=one.number,
                computed=to_euros(one.computed),
                applied=to_euros(one.applied),
            )
            for key, one in found.decisions.items()
        ],
    )


def _clause(standing: Standing, seen: Seen | None) -> ClauseFigures:
    clause, pace, shown = standing.clause, standing.projection, seen or NOTHING
    return ClauseFigures(
        id=clause.id,
        contract_id=clause.contract_id,
        reference=clause.reference,
        title=clause.title,
        lot=clause.lot,
        buyer_siret=clause.buyer_siret,
        state=clause.status,
        engaged=_told(clause.engaged),
        due=_told(standing.due),
        since_start=to_hours(standing.since_start),
        rate=_ratio(standing.rate),
        projected=_told(pace.hours if pace else None),
        projection=pace.sentence if pace else None,
        hours=to_hours(shown.hours or 0),
        persons=shown.persons,
        status=shown.status,
    )


def _status(value: int | None) -> Status:
    return "secret" if value is None else "published"


def _told(quarters: int | None) -> Decimal | None:
    return None if quarters is None else to_hours(quarters)


def _ratio(millionths: int | None) -> Decimal | None:
    return None if millionths is None else to_share(millionths)


def _part(part: int | None, whole: int | None) -> Decimal | None:
    return None if part is None or whole is None else _ratio(share(part, whole))
