"""What a buyer of the demonstration declares: invented figures of a size that one meets.

A département or a large town, in whole units. Each figure starts in its own range in 2024, then
follows its own slope, so that what is compared from one year to the next stays plausible too. What
the register counts is never declared otherwise than it does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

FIRST_YEAR: Final = 2024
# The earliest year that a figure is compared with.
_BEGINNING: Final = 2022
# A year is this far, in thousandths, from the slope that its figure follows.
_NOISE: Final = 15


@dataclass(frozen=True)
class Level:
    """A number of things: where it starts, and how it moves a year, in hundredths of it.

    ``fixed``: it does not move, as the number of buildings does not.
    """

    low: int
    high: int
    yearly: int = 0
    fixed: bool = False


@dataclass(frozen=True)
class Counted:
    """What the register counts in the year under a name, in hundredths of it."""

    name: str
    hundredths: int = 100


@dataclass(frozen=True)
class Each:
    """So many things for each that the register counts in the year under a name."""

    level: Level
    name: str


@dataclass(frozen=True)
class Together:
    """The base of the figure of a code and the value of that of another, added up."""

    base: str
    value: str


@dataclass(frozen=True)
class Rate:
    """Two numbers that are divided, told by their quotient in thousandths and by the second one.

    ``of``: the second number, or the code of the figure that gives it, its base when it has one.
    ``yearly``: how the quotient moves a year, in thousandths. ``taken_off``: the second number is
    what is left once the first one is taken off it, as a price after a negotiation is.
    """

    low: int
    high: int
    yearly: int
    of: Level | Counted | Each | Together | str
    taken_off: bool = False

    @property
    def noise(self) -> int:
        """How far a year is from the slope that the quotient follows, in thousandths."""
        return abs(self.yearly) // 4


@dataclass(frozen=True)
class Divided:
    """The figure of another code, divided by a number of its own."""

    value: str
    of: Level | Counted


Plausible = Level | Rate | Divided | Counted | Each
# What the register counts: by name and year, in whole units.
Facts = Mapping[tuple[str, int], int]

# Meals of the canteens, euros of food, buildings… that several figures are told of.
_FOOD: Final = "CD62-1.1.1-2"
_FOOD_OF_SERVICES: Final = "CD62-1.1.3-1"
_ALL_FOOD: Final = "CD62-1.1.1-5"
# What the register counts of two actions of Clermont.
_ASSISTED: Final = "assisted ACTION 23"
_DELIVERED: Final = "delivered ACTION 23"
_OFFSET: Final = "offset ACTION 26"
PLAUSIBLE: Final[dict[str, Plausible]] = {
    # Landes: other public buyers of the département, of which 18 are groups of communes.
    "B1": Level(9, 13, 25),
    # One candidate in a few joins a document that nobody may demand.
    "D1": Level(36, 60, 15),
    # A computer serves five or six years, a desk more than ten.
    "G1a": Rate(5_200, 5_900, 150, Level(820, 1_050)),
    "G1b": Rate(11_000, 13_000, 300, Level(260, 360)),
    "I1": Level(18, 28, 10),
    # The document aims at 30 000 t a year; more warm asphalt is laid than old one is used again.
    "K3a": Level(21_000, 26_000, 7),
    "K3b": Level(48_000, 60_000, 5),
    # Pas-de-Calais. Durable ⊇ organic and local ⊇ organic of the region.
    _FOOD: Rate(380, 440, 25, Level(6_200_000, 7_400_000, 2)),
    # All food: that of canteens, and what services buy for meetings and receptions.
    _ALL_FOOD: Rate(290, 340, 12, Together(_FOOD, _FOOD_OF_SERVICES)),
    "CD62-1.1.1-6": Rate(95, 125, 15, _ALL_FOOD),
    # Canteens throw away 60 to 120 g for each person served.
    "CD62-1.1.1-3": Rate(78_000, 92_000, -3_500, Level(1_150_000, 1_350_000)),
    "CD62-1.1.1-4": Level(46_000, 60_000, -9),
    # One meal in twelve or so is vegetarian and cooked on the spot.
    "CD62-1.1.2-2": Level(88_000, 120_000, 7),
    "CD62-1.1.2-3": Rate(420, 520, 20, "CD62-1.1.2-2"),
    # Receptions and meetings: some thousandths of what the services pay.
    _FOOD_OF_SERVICES: Rate(4, 7, 0, Level(62_000_000, 78_000_000, 2)),
    # An order is delivered in one time or more.
    "CD62-1.1.3-2a": Level(620, 760, -6),
    "CD62-1.1.3-2b": Level(430, 520, -5),
    "CD62-1.1.3-3": Level(150, 190, -6),
    "CD62-1.2.1.B-3": Level(14_000_000, 18_000_000, 3),
    "CD62-1.2.2-1": Level(21_000_000, 28_000_000, 6),
    "CD62-1.2.3.B-2": Level(24, 40, 12),
    # Bins are taken away floor by floor as sorting points come; bags follow.
    "CD62-1.3.1-3a": Level(2_600, 3_400, -11),
    "CD62-1.3.1-3b": Level(180_000, 240_000, -9),
    "CD62-1.3.1-4": Rate(220, 320, 140, Level(140, 170, fixed=True)),
    # A printer of one's own prints less than a thousand pages a year.
    "CD62-1.3.2.A-1": Level(380, 460, -15),
    "CD62-1.3.2.A-3": Level(310_000, 380_000, -14),
    "CD62-1.3.2.A-4a": Level(190, 240, -8),
    "CD62-1.3.2.A-4b": Level(120, 160, -10),
    # Some 150 € saved for a thing used again, repaired or sold.
    "CD62-1.3.2.B-4": Level(480, 640, 9),
    "CD62-1.3.2.B-5": Level(68_000, 96_000, 9),
    "CD62-1.3.2.B-6": Level(22_000, 38_000, 6),
    "CD62-1.3.3-4a": Level(60, 90, 6),
    "CD62-1.3.3-4b": Level(34_000, 52_000, 6),
    "CD62-1.3.bonus-1": Level(110, 160, 12),
    "CD62-1.3.bonus-2": Level(24_000, 36_000, 12),
    "CD62-1.3.bonus-3": Level(7_000, 12_000, 10),
    # A dynamic system opens with a few companies and goes on admitting.
    "CD62-2.1.1.C-3a": Level(6, 9, fixed=True),
    "CD62-2.1.1.C-3b": Level(12, 17, 8),
    # One form or two of thirty tell of a purchase that is found innovative: those of the register.
    "CD62-2.1.2-2": Level(26, 38, 15),
    "CD62-2.1.2-3": Rate(35, 55, 0, "CD62-2.1.2-2"),
    "CD62-2.1.4-2": Level(5, 9, 15),
    "CD62-2.2.2.C-3": Level(7, 12, 15),
    # The three ways to buy are parts of the same spending, and make all of it.
    "CD62-2.2.2.D-3": Rate(1_000, 1_000, 0, Level(38_000_000, 46_000_000, 2)),
    # About half of the questions asked of the experts end in a change.
    "CD62-3.1.1.A-3": Level(28, 42, 10),
    "CD62-3.1.1.A-4": Level(14, 22, 12),
    "CD62-3.1.2.B-3": Level(6, 11, 10),
    "CD62-3.1.bonus-2": Rate(340, 440, 25, Level(180, 240, 4)),
    "CD62-3.2.1.B-2": Level(38_000, 52_000, 6),
    "CD62-3.2.2.A-1": Level(9, 16, 18),
    "CD62-3.2.2.B-1": Rate(150, 220, 170, Level(42, 52, fixed=True)),
    "CD62-3.2.3.A-2": Level(46, 64, -12),
    "CD62-3.2.3.C-3": Level(18, 30, -12),
    # Clermont. The projects that a service wants ready in time, of nine a year.
    "CAM-2-1": Level(3, 5),
    "CAM-5-2": Level(900, 1_300, 8),
    "CAM-7-1": Rate(480, 600, 140, Level(9, 12)),
    # One woman in five or so on building sites and in green spaces.
    "CAM-12-3": Rate(190, 240, 18, Level(70, 110)),
    # The contracts of a year are those of the register.
    "CAM-18-1": Rate(300, 380, 60, Counted("contracts")),
    "CAM-18-2": Rate(520, 620, 60, Counted("targeted ACTION 18")),
    # A dispute for seven or eight contracts of the year; the same disputes are told twice.
    "CAM-18-5": Level(9, 13, -12),
    # Contracts run for two or three years; the register begins in 2023, those in force do not.
    "CAM-19-3": Divided("CAM-18-5", Counted("contracts", 260)),
    # A negotiation gains three points out of a hundred, and some 5 % of the price.
    "CAM-20-2": Rate(2_800, 4_200, 200, Counted("negotiated")),
    "CAM-20-3": Rate(38, 58, 3, Counted("negotiated amount"), taken_off=True),
    # Buildings take three quarters of the energy; a school 150 000 kWh, a swimming pool 3 GWh.
    "CAM-22-3": Level(34_000_000, 39_000_000, -3),
    "CAM-23-2": Level(46_000_000, 52_000_000, -3),
    "CAM-23-3": Rate(170, 210, 22, "CAM-23-2"),
    "CAM-24-7": Rate(190, 230, 24, "CAM-22-3"),
    "CAM-24-8": Level(1_700_000, 2_300_000, 12),
    # Cars and computers together.
    "CAM-22-4": Rate(6_400, 6_700, 150, Level(1_150, 1_350, 1)),
    "CAM-22-5": Counted("spent ACTION 22"),
    # What is sealed and what is planted are parts of the same ground: that of the operations which
    # the programme says to be assisted, in the year when they are delivered.
    "CAM-23-4": Rate(430, 520, -25, Each(Level(9_000, 13_000), _DELIVERED)),
    "CAM-23-5": Rate(240, 310, 20, "CAM-23-4"),
    # Their building sites of the year.
    "CAM-23-6a": Each(Level(2_600, 3_700, -5), _ASSISTED),
    "CAM-24-4": Rate(260, 330, 40, Level(380, 460)),
    # The law asks for a fifth to a half, family by family.
    "CAM-24-5": Rate(210, 260, 30, Level(1_300_000, 1_700_000)),
    "CAM-24-6": Rate(200, 280, 40, Level(34, 46)),
    # Reductions of some 8 % a contract, added up, over the contracts that promise one.
    "CAM-25-6": Rate(7_000, 9_000, 300, Counted("impact_limitation")),
    # A contract of the register whose clause asks for data asks for five of them.
    "CAM-25-3": Rate(420, 520, 80, Counted("impact_data", 500)),
    # The emissions of a small building site, for each contract that must make up for its own.
    "CAM-26-2": Each(Level(40, 70, 8), _OFFSET),
    # A fifth of what is bought of paper, furniture, clothes and computers.
    "MEL-A3.5": Rate(520, 600, 40, Level(85_000, 130_000)),
}
# What only a scheme gives rise to: nobody has any of it before the scheme.
BORN_OF_THE_SCHEME: Final = frozenset(
    {
        "CD62-1.2.3.B-2",
        "CD62-1.3.1-4",
        "CD62-2.1.2-2",
        "CD62-2.1.2-3",
        "CD62-2.1.4-2",
        "CD62-2.2.2.C-3",
        "CD62-3.1.1.A-3",
        "CD62-3.1.1.A-4",
        "CD62-3.1.bonus-2",
        "CD62-3.2.2.A-1",
        "CD62-3.2.2.B-1",
    }
)
# What is limited is among what is followed, and its kinds are those whose reduction is told.
WORDS: Final = {
    "CAM-23-6b": (
        "Carrières de la région ; négoce national",
        "Carrières de la région ; matériaux réemployés sur place ; négoce national",
    ),
    "CAM-25-4": (
        "Consommation d’eau ; consommation d’énergie ; émissions de gaz à effet de serre",
        "Consommation d’eau ; consommation d’énergie ; émissions de gaz à effet de serre ; "
        "déchets de chantier ; bruit",
    ),
    "CAM-25-5": (
        "Consommation d’eau ; consommation d’énergie ; émissions de gaz à effet de serre",
    ),
}

# What a list is of: there is none where the register has nothing of it.
_LISTED: Final = {
    "CAM-25-4": Counted("impact_data"),
    "CAM-25-5": Counted("impact_limitation"),
    "CAM-23-6b": Counted(_ASSISTED),
}


@dataclass(frozen=True)
class Declarant:
    """A buyer that declares: what is drawn is always the same for it. ``size`` is in hundredths."""

    seed: int
    size: int = 100


def declared_words(code: str, year: int) -> str:
    """What is answered in words: of the first year, then of the following ones. Raises KeyError."""
    told = WORDS[code]
    return told[0 if year <= FIRST_YEAR else -1]


def tellable(code: str, year: int, facts: Facts) -> bool:
    """Whether the register has something of what a figure is told of."""
    wanted = PLAUSIBLE.get(code)
    of = wanted if isinstance(wanted, Counted | Each) else getattr(wanted, "of", None)
    of = _LISTED.get(code, of)
    if isinstance(of, str):
        return tellable(of, year, facts)
    return not isinstance(of, Counted | Each) or facts.get((of.name, year), 0) > 0


def declared(code: str, year: int, who: Declarant, facts: Facts) -> tuple[int, int | None]:
    """The value and the base that a buyer declares of a figure, in whole units.

    ``facts``: what its register counts; see ``tellable``. Raises KeyError on a code that has no
    range: every declared figure must have one.
    """
    wanted = PLAUSIBLE[code]
    if isinstance(wanted, Level | Counted | Each):
        return _whole(code, wanted, year, who, facts), None
    if isinstance(wanted, Divided):
        value, _ = declared(wanted.value, year, who, facts)
        return value, _whole(code, wanted.of, year, who, facts)
    if isinstance(wanted.of, Together):
        _, base = declared(wanted.of.base, year, who, facts)
        value, _ = declared(wanted.of.value, year, who, facts)
        whole = (base or 0) + value
    elif isinstance(wanted.of, str):
        value, base = declared(wanted.of, year, who, facts)
        whole = value if base is None else base
    else:
        whole = _whole(code, wanted.of, year, who, facts)
    rate = _drawn(wanted.low, wanted.high, code, who) + wanted.yearly * (year - FIRST_YEAR)
    rate += _drawn(-wanted.noise, wanted.noise, f"{code} rate {year}", who)
    if wanted.taken_off:
        whole = whole * 1_000 // (1_000 - rate)
    return max(1, whole * rate // 1_000), whole


def _whole(
    code: str, wanted: Level | Counted | Each, year: int, who: Declarant, facts: Facts
) -> int:
    if isinstance(wanted, Counted):
        return _counted(wanted, year, facts)
    if isinstance(wanted, Each):
        return facts.get((wanted.name, year), 0) * _level(code, wanted.level, year, who)
    return _level(code, wanted, year, who)


def _counted(wanted: Counted, year: int, facts: Facts) -> int:
    return facts.get((wanted.name, year), 0) * wanted.hundredths // 100


def _level(code: str, wanted: Level, year: int, who: Declarant) -> int:
    start = _drawn(wanted.low, wanted.high, f"{code} of", who)
    if wanted.fixed:
        return max(1, start * who.size // 100)
    noise = _drawn(-_NOISE, _NOISE, f"{code} {year}", who)
    slope = 1_000 + 10 * wanted.yearly * (year - FIRST_YEAR) + noise
    found = max(1, start * slope * who.size // 100_000)
    # Two years running are seldom the same: what looks copied is not believed.
    same = year > _BEGINNING and found == _level(code, wanted, year - 1, who)
    return found + 1 if same else found


def _drawn(low: int, high: int, name: str, who: Declarant) -> int:
    # By name: what is said of one figure never depends on what is said of the others.
    rng = Random(f"{who.seed} {name}")  # noqa: S311 - invented data: to be repeated, no secret
    return rng.randint(low, high)
