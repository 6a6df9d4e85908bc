"""The projects of the demonstration, and the actions that its committee decided for each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final
from uuid import UUID

from sqlmodel import Session

from api.demonstration import promises
from api.programme.models import Project, ProjectAction, ProjectState
from api.rules.fiction_fitting import family_of, fits, reservable
from api.schemes import trees

# The scheme whose indicators look at the actions decided for a project, and how many are decided.
TARGETING: Final = "clermont"
_DECIDED: Final = 8
# Those that something is done about in a purchase; the others are about the buyer itself.
_OF_A_PURCHASE: Final = frozenset(f"ACTION {one}" for one in (8, *range(10, 15), *range(17, 27)))
_RESERVING: Final = "ACTION 11"
_BUILDING: Final = "ACTION 23"
# Contracts are reserved below this amount before taxes, in cents (title of the action).
_RESERVED_BELOW: Final = 9_000_000
# Building or mending a building, not a street.
_BUILDINGS: Final = (
    "45111", "45214", "45261", "45262", "4531", "4533", "4541", "4542", "4543", "4544", "45453",
)  # fmt: skip
_LIGHTING: Final = "45316"
# A plan of a town: who writes it was asked for nothing of what was decided.
_WRITTEN: Final = "7141"
_RUNNING_YEAR: Final = 2026
# Title, CPV code, state, estimate in cents, day expected, year. Nobody said whether those of the
# running year are targeted: « Et si… » supposes what they would become.
_COMING: Final = (
    (
        "Rénovation de la cuisine centrale",
        "45453100",
        ProjectState.DECIDED,
        185_000_000,
        date(2027, 6, 1),
        2027,
    ),
    (
        "Vêtements de travail écoresponsables",
        "18110000",
        ProjectState.STUDIED,
        9_500_000,
        date(2027, 3, 15),
        2027,
    ),
    (
        "Collecte des biodéchets des écoles",
        "90511000",
        ProjectState.SURVEYED,
        None,
        date(2027, 9, 1),
        2027,
    ),
    (
        "Mobilier de réemploi des médiathèques",
        "39150000",
        ProjectState.ABANDONED,
        6_000_000,
        None,
        2027,
    ),
    (
        "Entretien des haies et des mares",
        "77310000",
        ProjectState.DECIDED,
        12_000_000,
        date(2026, 12, 1),
        2026,
    ),
    (
        "Réparation du parc de vélos",
        "50111000",
        ProjectState.STUDIED,
        4_800_000,
        date(2026, 12, 15),
        2026,
    ),
)


@dataclass
class Targeting:
    """The actions that may be decided for a project, each with its scheme: those of one scheme in
    turn, and one more of any."""

    every: dict[str, UUID]
    own: dict[str, UUID]
    themes: Mapping[str, Sequence[str]]
    since: int
    waiting: list[str]
    rng: Random

    def decided(self, objects: Collection[str | None], amount: int | None) -> dict[str, UUID]:
        """Those of the next project, that its objects (CPV codes) can do something about, for what
        its largest contract is worth, in cents."""
        if not self.every:
            return {}
        fitting = [code for code in self.waiting if self._suits(code, objects, amount)][:_DECIDED]
        self.waiting = [code for code in self.waiting if code not in fitting] + fitting
        others = [code for code in self.every if self._suits(code, objects, amount)]
        codes = dict.fromkeys([*fitting, self.rng.choice(others)])
        return {code: self.own.get(code) or self.every[code] for code in codes}

    def _suits(self, code: str, objects: Collection[str | None], amount: int | None) -> bool:
        if code == _RESERVING:
            small = amount is not None and amount < _RESERVED_BELOW
            return small and all(map(reservable, objects))
        if code == _BUILDING:
            return all(map(_is_building, objects))
        marks = self.themes.get(code, ())
        return not marks or any(all(fits(mark, cpv) for mark in marks) for cpv in objects)


def _is_building(cpv: str | None) -> bool:
    told = cpv or ""
    return told.startswith(_BUILDINGS) and not told.startswith(_LIGHTING)


def targeting_of(session: Session, buyer_id: UUID, rng: Random) -> Targeting:
    """The actions of the schemes that a buyer has adopted, first of all those of one of them."""
    every: dict[str, UUID] = {}
    schemes = trees.adopted(session, buyer_id)
    for scheme in schemes.values():
        every |= {code: scheme.id for code in trees.actions_of(scheme) if code not in every}
    own = every
    if TARGETING in schemes:
        scheme = schemes[TARGETING]
        own = {code: scheme.id for code in trees.actions_of(scheme) if code in _OF_A_PURCHASE}
        every = {code: key for code, key in every.items() if key != scheme.id} | own
    themes = promises.every_theme(session, TARGETING)
    since = min((one.first_year for one in schemes.values()), default=_RUNNING_YEAR)
    since = schemes[TARGETING].first_year if TARGETING in schemes else since
    return Targeting(every, own, themes, since, list(own), rng)


def actions_of(
    project: Project,
    targeting: Targeting,
    objects: Collection[str | None],
    amount: int | None,
    rng: Random,
) -> list[ProjectAction]:
    """The actions of a targeted project; what they became is said once it is notified.

    ``amount``: what its largest contract is worth, in cents.
    """
    if not project.targeted:
        return []
    told = (True, True, False, None) if project.state is ProjectState.NOTIFIED else (None,)
    written = all((cpv or "").startswith(_WRITTEN) for cpv in objects)
    drawn = [
        ProjectAction(project_id=project.id, scheme_id=key, action=code, done=rng.choice(told))
        for code, key in targeting.decided(objects, amount).items()
    ]
    for one in drawn:
        one.done = False if written and one.done else one.done
    return drawn


def add_coming(session: Session, buyer_id: UUID, targeting: Targeting, rng: Random) -> None:
    """Put the projects in that have no contract yet."""
    for rank, (title, cpv, state, amount, planned, year) in enumerate(_COMING):
        project = Project(
            buyer_id=buyer_id,
            reference=f"PROJ-{year}-{90 + rank}",
            title=title,
            year=year,
            purchase_family=family_of(cpv),
            estimated_amount=amount,
            state=state,
            targeted=None if year == _RUNNING_YEAR or state is ProjectState.SURVEYED else rank == 0,
            planned_on=planned,
            public=state is not ProjectState.SURVEYED,
            anticipation_started_on=date(2026, 9, 1) if rank < 2 else None,
        )
        session.add(project)
        session.flush()
        session.add_all(actions_of(project, targeting, {cpv}, amount, rng))
