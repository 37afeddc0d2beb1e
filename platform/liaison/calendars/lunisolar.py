"""The Chinese lunisolar calendar, computed: which day is 正月初一, and which day is 清明.

Months begin on the day of the new moon and are numbered after the solar terms (定朔, 定气: GB/T 33661-2017),
both as seen from Beijing. The positions follow Meeus, *Astronomical Algorithms*, chapters 25 and 49: a new
moon to within a minute, a solar term to within a quarter of an hour, in any year.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from math import floor, radians, sin

_J2000 = 2451545.0
_ORDINAL_OF_JULIAN_DAY_0 = -1721425
_TROPICAL_YEAR = 365.2422
_SYNODIC_MONTH = 29.530588861

# New moon: coefficient in days, power of the eccentricity, multiples of the anomaly of the sun, of the anomaly
# of the moon, and of the moon's argument of latitude, and of its node (Meeus, table 49.A; the largest terms).
_NEW_MOON = (
    (-0.40720, 0, 0, 1, 0, 0),
    (0.17241, 1, 1, 0, 0, 0),
    (0.01608, 0, 0, 2, 0, 0),
    (0.01039, 0, 0, 0, 2, 0),
    (0.00739, 1, -1, 1, 0, 0),
    (-0.00514, 1, 1, 1, 0, 0),
    (0.00208, 2, 2, 0, 0, 0),
    (-0.00111, 0, 0, 1, -2, 0),
    (-0.00057, 0, 0, 1, 2, 0),
    (0.00056, 1, 1, 2, 0, 0),
    (-0.00042, 0, 0, 3, 0, 0),
    (0.00042, 1, 1, 0, 2, 0),
    (0.00038, 1, 1, 0, -2, 0),
    (-0.00024, 1, -1, 2, 0, 0),
    (-0.00017, 0, 0, 0, 0, 1),
)


def lunar_day(year: int, month: int, day: int) -> date:
    """The date on which the `day`-th of the `month`-th month (no leap month) of the lunar `year` falls.

    `year` is the one in which that lunar year begins: `lunar_day(2027, 1, 1)` is 2027-02-06. Day 0 is the day
    before the month: `lunar_day(2027, 1, 0)` is 除夕.
    """
    return date.fromordinal(_months(year)[month] + day - 1)


def solar_term(year: int, longitude: int) -> date:
    """The day in Beijing on which the sun reaches this longitude, in degrees (清明 is 15, 冬至 270)."""
    return date.fromordinal(_term_ordinal(year, longitude))


@cache
def _months(year: int) -> dict[int, int]:
    """The months 1 to 10 of a lunar year → ordinal of the first day of each."""
    first = _month_of_solstice(year - 1)
    last = _month_of_solstice(year)
    starts = [_new_moon_ordinal(k) for k in range(first, last + 1)]
    leap = _leap(year, starts) if last - first == 13 else None
    numbered = {}
    number = 11
    for position, start in enumerate(starts[:-1]):
        if position and position != leap:
            number = number % 12 + 1
        if position != leap:
            numbered[number] = start
    return numbered


def _leap(year: int, starts: list[int]) -> int:
    """Of thirteen months from solstice to solstice, the first that holds no principal term is the leap month."""
    terms = [_term_ordinal(year - 1, 270), *(_term_ordinal(year, longitude) for longitude in _PRINCIPAL)]
    for position in range(13):
        if not any(starts[position] <= term < starts[position + 1] for term in terms):
            return position
    raise ArithmeticError(f"thirteen months with twelve terms, none without, in {year}")


_PRINCIPAL = (300, 330, 0, 30, 60, 90, 120, 150, 180, 210, 240)


def _month_of_solstice(year: int) -> int:
    """The number of the new moon that begins the month with the winter solstice of `year`."""
    solstice = _term_ordinal(year, 270)
    k = round((year + 0.97 - 2000) * 12.3685)
    while _new_moon_ordinal(k) > solstice:
        k -= 1
    while _new_moon_ordinal(k + 1) <= solstice:
        k += 1
    return k


@cache
def _new_moon_ordinal(k: int) -> int:
    """The day of the k-th new moon after the one of 2000-01-06."""
    t = k / 1236.85
    mean = 2451550.09766 + _SYNODIC_MONTH * k + 0.00015437 * t * t
    sun = 2.5534 + 29.10535670 * k - 0.0000014 * t * t
    moon = 201.5643 + 385.81693528 * k + 0.0107582 * t * t
    latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t * t
    node = 124.7746 - 1.56375588 * k + 0.0020672 * t * t
    eccentricity = 1 - 0.002516 * t
    return _day_in_beijing(
        mean
        + sum(
            size * eccentricity**power * sin(radians(a * sun + b * moon + c * latitude + d * node))
            for size, power, a, b, c, d in _NEW_MOON
        )
    )


@cache
def _term_ordinal(year: int, longitude: int) -> int:
    """The day on which the sun reaches `longitude` in `year`, by Newton's method from a first guess."""
    moment = _J2000 + (year - 2000) * _TROPICAL_YEAR + ((longitude - 280) % 360) / 360 * _TROPICAL_YEAR
    for _ in range(6):
        missing = (longitude - _sun(moment) + 180) % 360 - 180
        moment += missing * _TROPICAL_YEAR / 360
    return _day_in_beijing(moment)


def _sun(moment: float) -> float:
    """The apparent longitude of the sun, in degrees."""
    t = (moment - _J2000) / 36525
    anomaly = radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (
        (1.914602 - 0.004817 * t) * sin(anomaly)
        + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    node = radians(125.04 - 1934.136 * t)
    return 280.46646 + 36000.76983 * t + 0.0003032 * t * t + centre - 0.00569 - 0.00478 * sin(node)


def _day_in_beijing(moment: float) -> int:
    """The ordinal of the day, east of Greenwich by eight hours, on which a dynamical time falls."""
    t = (moment - _J2000) / 365.25
    lag_of_the_earth = timedelta(seconds=62.92 + 0.32217 * t + 0.005589 * t * t) / timedelta(days=1)
    return floor(moment - lag_of_the_earth + 8 / 24 + 0.5) + _ORDINAL_OF_JULIAN_DAY_0
