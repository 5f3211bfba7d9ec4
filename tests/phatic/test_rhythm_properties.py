"""What holds of every rhythm: levels in order, days whatever their signs' order, and the formulas as written."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.phatic.rhythm import DAY_S, Rhythm

FIRST = 20_000  # a Thursday, 2024-10-03
MINUTES_A_DAY = 24 * 60
LEVELS = (4.0, 1.5, 1.0, 0.5, 0.25)

offsets = st.integers(-12 * 60, 14 * 60)
levels = st.floats(0.01, 12)
gaps = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 40)), min_size=1, max_size=40)
minutes = st.integers(0, MINUTES_A_DAY - 1)
quick = settings(max_examples=25, deadline=None)


def local(day, minute, offset_min):
    return day * DAY_S + (minute - offset_min) * 60, offset_min


@st.composite
def histories(draw):
    """Signs in their order, each with the local minute at which it was given and one offset for all."""
    offset, day, signs = draw(offsets), FIRST, []
    for gap in draw(gaps):
        day += gap
        signs.append(local(day, draw(minutes), offset))
    return sorted(signs)


def rhythm_of(signs):
    rhythm = Rhythm()
    for one in signs:
        rhythm.observe(*one)
    return rhythm


def without_curve(rhythm):
    return rhythm._n, rhythm._a, rhythm._last, rhythm._heard, rhythm._offset_min, rhythm._had_sign, rhythm.days_known


@quick
@given(histories(), levels, levels)
def test_a_stricter_level_is_never_due_earlier(signs, one, other):
    rhythm = rhythm_of(signs)
    assert rhythm.due(min(one, other)) >= rhythm.due(max(one, other))
    assert rhythm.due_day(min(one, other)) >= rhythm.due_day(max(one, other))


@quick
@given(histories(), levels)
def test_nothing_is_due_before_one_whole_quiet_day_has_gone_by(signs, level):
    rhythm = rhythm_of(signs)
    ts, offset = signs[-1]
    day_ends = ((ts + offset * 60) // DAY_S + 1) * DAY_S - offset * 60
    assert rhythm.due(level) >= day_ends + DAY_S


@quick
@given(histories(), levels, st.integers(0, 30), minutes)
def test_a_sign_never_makes_a_due_time_earlier_than_the_next_day_boundary(signs, level, later, minute):
    rhythm = rhythm_of(signs)
    offset = signs[-1][1]
    day = int((signs[-1][0] + offset * 60) // DAY_S) + later
    rhythm.observe(*local(day, minute, offset))
    assert rhythm.due(level) >= (day + 1) * DAY_S - offset * 60


@quick
@given(histories(), st.lists(st.tuples(minutes, offsets), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_signs_inside_a_day_changes_nothing_but_the_hours(signs, in_a_day, rng):
    day = int((signs[-1][0] + signs[-1][1] * 60) // DAY_S) + 3
    today = [local(day, *one) for one in in_a_day]
    shuffled = [*today]
    rng.shuffle(shuffled)
    tomorrow = local(day + 2, 600, 0)
    one, other = rhythm_of([*signs, *today]), rhythm_of([*signs, *shuffled])
    for level in LEVELS:
        assert one.due(level) == other.due(level)
    for rhythm in (one, other):
        rhythm.observe(*tomorrow)
    assert without_curve(one) == without_curve(other)


@quick
@given(histories(), st.integers(-720, 840), st.data())
def test_moving_time_by_some_minutes_and_offsets_back_moves_every_due_time_by_as_much(signs, moved, data):
    stops = data.draw(st.sets(st.integers(0, len(signs) - 1), max_size=3))
    here, there = Rhythm(), Rhythm()
    for at, (ts, offset) in enumerate(signs):
        name = "resume" if at in stops else "observe"
        getattr(here, name)(ts, offset)
        getattr(there, name)(ts + 60 * moved, offset - moved)
        assert [there.due(level) for level in LEVELS] == [here.due(level) + 60 * moved for level in LEVELS]
    assert there._curve == here._curve


@quick
@given(histories(), st.data())
def test_a_state_that_was_stored_between_signs_is_the_same_state(signs, data):
    stored, kept = Rhythm(), Rhythm()
    for one in signs:
        for rhythm in (stored, kept):
            rhythm.observe(*one)
        if data.draw(st.booleans()):
            stored = Rhythm.from_json(stored.to_json())
    assert stored.to_json() == kept.to_json()


def as_written(active, last):
    """The formulas of the design, day by day, with nothing clever: P, and p of a weekday and of a free day."""
    n, a = {False: 0.0, True: 0.0}, {False: 0.0, True: 0.0}
    for begin, end in pairwise(active):
        for day in range(begin, min(end, begin + 22)):
            for kind in n:
                n[kind] *= 2 ** (-1 / 60)
                a[kind] *= 2 ** (-1 / 60)
            n[is_weekend(day)] += 1
            a[is_weekend(day)] += day == begin
    whole = (a[False] + a[True] + 4 * 0.65) / (n[False] + n[True] + 4)
    p = {kind: min(max((a[kind] + 3 * whole) / (n[kind] + 3), 0.03), 0.98) for kind in n}
    quiet, chance = last, 1.0
    while True:
        quiet += 1
        chance *= 1 - p[is_weekend(quiet)]
        yield quiet, 0.83 * (30.44 * whole * chance) ** 0.71


def is_weekend(day):
    return (date(1970, 1, 1) + timedelta(days=day)).isoweekday() > 5


@quick
@given(histories(), levels)
def test_the_formulas_are_those_of_the_design(signs, level):
    active = sorted({int((ts + offset * 60) // DAY_S) for ts, offset in signs})
    due = next(day for day, false_alarms in as_written(active, active[-1]) if false_alarms < level)
    assert rhythm_of(signs).due_day(level) == date(1970, 1, 1) + timedelta(days=due)
