"""Measure the rhythm on people's real signs: false alarms and delay beside the two rules that others use.

What is measured, for each span between two signs that follow each other:
- an absence of seven days or more counts as announced: it is left out, and its last sign goes to `resume`;
- a false alarm is a span in which the rule was due before its second sign came (that sign shows nothing was wrong);
  at most one a span; a person-month is 30.44 days of spans that were not announced;
- the delay is how long after something happened the rule is due, if it happens at any moment of those spans with equal
  chance and no sign comes after it; nought if the rule was due before.
Each person counts from the second sign on, without a time to get known. Regular people have a sign on at least half
of their local days. Exit status 1 when the table of acceptance does not hold for them.
"""

import argparse
import csv
import gzip
import math
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from app.phatic.rhythm import DAY_S, DAYS_A_MONTH, HOUR_S, MINUTE_S, Rhythm

Sign = tuple[float, int]  # epoch seconds, minutes east of UTC
Person = Sequence[Sign]

LEVELS = (0.25, 0.5, 1.0)
ANNOUNCED_S = 7 * DAY_S
REGULAR = 0.5
OFTEN = 2.0  # false alarms a month that nobody bears
FILE_BEGINS_S, FILE_STEP_S = 946_684_800, 600


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule did for one person: false alarms, seconds counted, and delay summed over those seconds (s²)."""

    false_alarms: int
    counted_s: float
    delay_s2: float

    @property
    def a_month(self) -> float:
        """Return false alarms a person-month."""
        return self.false_alarms / (self.counted_s / DAY_S / DAYS_A_MONTH)

    @property
    def delay_h(self) -> float:
        """Return the mean delay in hours."""
        return self.delay_s2 / self.counted_s / HOUR_S


def read(path: Path) -> list[Person]:
    """Return the people of a file as the README of the folder describes it, each one's signs in order."""
    people: dict[str, list[Sign]] = defaultdict(list)
    with gzip.open(path, "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            ts = int(row["t10"]) * FILE_STEP_S + FILE_BEGINS_S
            people[row["person"]].append((ts, int(row["utc_offset_min"])))
    return [sorted(signs) for signs in people.values()]


def simulated(count: int, seed: int) -> list[Person]:
    """Return invented people: each with a share of days, a calmer or busier weekend, spells of quiet, and holidays."""
    rng = random.Random(seed)
    return [one for one in (_invented(rng) for _ in range(count)) if len(one) > 1]


def _invented(rng: random.Random) -> Person:
    share, weekend, hour = rng.uniform(0.3, 0.97), rng.uniform(0.6, 1.2), rng.uniform(7, 20)
    spell, stays = 0.0, rng.uniform(0.4, 0.8)
    signs, away_until = [], 0
    for day in range(10_957, 10_957 + rng.randint(180, 540)):
        if rng.random() < 1 / 120:
            away_until = day + rng.randint(5, 16)
        spell = spell if rng.random() < stays else rng.gauss(0, 0.9)
        today = share * (weekend if (day + 3) % 7 >= 5 else 1)
        odds = math.log(min(max(today, 0.02), 0.98) / (1 - min(max(today, 0.02), 0.98))) + spell
        if day >= away_until and rng.random() < 1 / (1 + math.exp(-odds)):
            clock = min(max(rng.gauss(hour, 2.5), 0), 23.9)
            signs.append((day * DAY_S + int(clock * 6) * FILE_STEP_S - HOUR_S, 60))
    return signs


def is_regular(person: Person) -> bool:
    """Return whether there is a sign on at least half of the local days from the first sign to the last."""
    days = {(ts + offset * MINUTE_S) // DAY_S for ts, offset in person}
    return len(days) >= REGULAR * (max(days) - min(days) + 1)


def spans(person: Person) -> Iterator[tuple[Sign, float, bool]]:
    """Yield each sign that another one follows, the moment of that one, and whether the absence was announced."""
    for sign, (following, _) in pairwise(person):
        yield sign, following, following - sign[0] >= ANNOUNCED_S


def measure(person: Person, dues: Iterable[float]) -> Outcome:
    """Return what a rule does that is due at `dues`, one for each sign that another one follows."""
    false_alarms, counted, delay = 0, 0.0, 0.0
    for ((ts, _), following, is_announced), due in zip(spans(person), dues, strict=True):
        if is_announced:
            continue
        false_alarms += due < following
        counted += following - ts
        # The mean over each moment of the span of what is left until the rule is due, as an area.
        until = min(due, following)
        delay += (due - ts) * (until - ts) - (until - ts) ** 2 / 2
    return Outcome(false_alarms, counted, delay)


def rhythm_dues(person: Person) -> list[dict[float, float]]:
    """Return after each sign when each level would be due."""
    rhythm, dues, was_away = Rhythm(), [], False
    for (ts, offset), _, is_announced in spans(person):
        (rhythm.resume if was_away else rhythm.observe)(ts, offset)
        found = {level: rhythm.due(level) for level in LEVELS}
        dues.append({level: due for level, due in found.items() if due is not None})
        was_away = is_announced
    return dues


def fixed_dues(person: Person, hours: float) -> Iterator[float]:
    """Yield when "nothing heard for so many hours" is due."""
    return (ts + hours * HOUR_S for (ts, _), _, _ in spans(person))


def deadline_dues(person: Person, hour: int) -> Iterator[float]:
    """Yield when "each day before this hour" is due: the first such moment with no sign in the 24 hours before."""
    for (ts, offset), _, _ in spans(person):
        east = offset * MINUTE_S - hour * HOUR_S
        yield math.ceil((ts + east) / DAY_S + 1) * DAY_S - east


def best_deadline(person: Person) -> Outcome:
    """Return the daily deadline at the hour that suits this person best, as nobody could know beforehand."""
    outcomes = (measure(person, deadline_dues(person, hour)) for hour in range(24))
    return min(outcomes, key=lambda one: (one.false_alarms, one.delay_s2))


def tuned_hours(people: Sequence[Person], false_alarms: int) -> float:
    """Return the fixed number of hours with which these people get as many false alarms."""
    gaps = sorted((b - a[0] for one in people for a, b, is_announced in spans(one) if not is_announced), reverse=True)
    return gaps[min(false_alarms, len(gaps) - 1)] / HOUR_S


def pooled(outcomes: Sequence[Outcome]) -> Outcome:
    """Return all people's outcomes as one."""
    parts = zip(*((one.false_alarms, one.counted_s, one.delay_s2) for one in outcomes), strict=True)
    false_alarms, counted, delay = map(sum, parts)
    return Outcome(false_alarms, counted, delay)


def line(name: str, regular: Sequence[Outcome], everybody: Sequence[Outcome]) -> str:
    """Return one row of the table."""
    one, most = pooled(regular), max(each.a_month for each in regular)
    often = sum(each.a_month > OFTEN for each in everybody) / len(everybody)
    person = statistics.mean(each.a_month for each in regular)
    return (
        f"{name:<29} {one.a_month:7.2f} {person:9.2f} {most:9.2f} {one.delay_h:8.1f} h   "
        f"{pooled(everybody).a_month:7.2f} {often:9.0%} {pooled(everybody).delay_h:8.1f} h"
    )


def complaints(by_level: Mapping[float, Sequence[Outcome]]) -> list[str]:
    """Return what of the table of acceptance does not hold for these regular people."""
    half, whole = pooled(by_level[0.5]), pooled(by_level[1.0])
    most = max(each.a_month for each in by_level[0.5])
    rules = {
        f"stated 0.5: 0.4-0.65 false alarms a person-month, not {half.a_month:.2f}": 0.4 <= half.a_month <= 0.65,
        f"stated 0.5: mean delay at most 80 h, not {half.delay_h:.1f}": half.delay_h <= 80,
        f"stated 0.5: nobody above 2 a month, not {most:.2f}": most <= OFTEN,
        f"stated 1: mean delay at most 60 h, not {whole.delay_h:.1f}": whole.delay_h <= 60,
    }
    return [rule for rule, holds in rules.items() if not holds]


def pace(person: Person) -> float:
    """Return the microseconds of one first sign of a day with its due moment (the best of five rounds)."""
    best = math.inf
    for _ in range(5):
        rhythm, begin = Rhythm(), time.perf_counter()
        for sign in person:
            rhythm.observe(*sign)
            rhythm.due(0.5)
        best = min(best, time.perf_counter() - begin)
    return 1e6 * best / len(person)


def main() -> int:
    """Print the table; return 1 when the table of acceptance does not hold."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rhythms", type=Path, help="a file of signs; without one (or none there) invented people")
    options.add_argument("--people", type=int, default=250, help="how many are invented")
    options.add_argument("--seed", type=int, default=1, help="of the invented people")
    given = options.parse_args()
    is_real = given.rhythms is not None and given.rhythms.is_file()
    everybody = read(given.rhythms) if is_real else simulated(given.people, given.seed)
    regular = [person for person in everybody if is_regular(person)]
    print(f"{'from ' + given.rhythms.name if is_real else 'INVENTED people'}: {len(everybody)}, {len(regular)} regular")
    print(f"{'':<29} {'regular people':^38}   {'everybody':^28}")
    print(
        f"{'':<29} {'a month':>7} {'a person':>9} {'the most':>9} {'delay':>10}   "
        f"{'a month':>7} {'above 2':>9} {'delay':>10}"
    )
    dues = {id(person): rhythm_dues(person) for person in everybody}

    def by_rhythm(people: Sequence[Person], level: float) -> list[Outcome]:
        return [measure(person, (due[level] for due in dues[id(person)])) for person in people]

    by_level = {level: by_rhythm(regular, level) for level in LEVELS}
    for level, outcomes in by_level.items():
        print(line(f"rhythm, stated {level}", outcomes, by_rhythm(everybody, level)))
    for level, outcomes in by_level.items():
        hours = tuned_hours(regular, pooled(outcomes).false_alarms)
        both = [[measure(person, fixed_dues(person, hours)) for person in people] for people in (regular, everybody)]
        print(line(f"fixed {hours:.0f} h (as often as {level})", *both))
    print(
        line("daily deadline, own best hour", *map(list, (map(best_deadline, regular), map(best_deadline, everybody))))
    )
    every_day = [(day * DAY_S + 9.0 * HOUR_S, 0) for day in range(20_000, 20_400)]
    print(f"a first sign of the day with its due moment: {pace(every_day):.1f} µs")
    found = complaints(by_level)
    print("\n".join(["", *(f"NOT HELD  {one}" for one in found)]) if found else "the table of acceptance holds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
