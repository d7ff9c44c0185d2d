"""What screens show that no document says by itself: home screens, preparations and scorecards, without a network.

Run by scripts/bindings.sh, inside of mobile-ffi/tests/stand.py.
"""

import csv
import datetime
import enum
import time
import zoneinfo
from pathlib import Path

import mobile_ffi as fw
from suite import STAND, Phones, Wire, office, sync, type_in

PAIR = STAND["tenure"]
ANDREI = STAND["agent"]["id"]
DAY_MS = 24 * 60 * 60 * 1000


def today():
    return datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Bucharest")).date()


def ago(days):
    return today() - datetime.timedelta(days=days)


def quarter(day):
    return f"{day.year}-Q{(day.month + 2) // 3}"


def said(value):
    """Everything in words that a record holds, however deep."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, (list, tuple)):
        return [words for one in value for words in said(one)]
    if value is None or isinstance(value, (int, enum.Enum)):
        return []
    return said(list(vars(value).values()))


class Screens(Phones):
    def pair(self):
        """A phone of the leader and one of the agent, each with the network that can be cut."""
        self.wires = {person: Wire() for person in ("leader", "agent")}
        return [self.phone(person, transport=wire) for person, wire in self.wires.items()]

    def meet(self, *phones):
        for phone in (*phones, *phones):
            sync(phone)

    def cut(self):
        for wire in self.wires.values():
            wire.is_cut = True


class Home(Screens):
    def write(self, leader):
        """A talk three days ago with a promise that is overdue, and what the leader has for herself."""
        now = int(time.time() * 1000)
        talk = leader.create_meeting(PAIR, str(ago(3)))
        slot = fw.Slot(day=str(ago(3)), minute=600)
        promise = fw.NewFollowUp(text="listen to a call", owner=ANDREI, due=str(ago(1)))
        leader.edit_meeting(talk, [
            fw.MeetingEdit.PLAN_MEETING(fw.Plan(slot=slot, place=None, kind=fw.MeetingKind.ONE_ON_ONE)),
            # Its day is that of its end, also shortly before midnight.
            fw.MeetingEdit.BEGIN(now - 3 * DAY_MS - 30 * 60_000),
            fw.MeetingEdit.END(now - 3 * DAY_MS),
            fw.MeetingEdit.ADD_FOLLOW_UP(promise),
        ])
        log, tier = (create(ANDREI, quarter(today())) for create in (leader.create_private_log, leader.create_tier_note))
        note = fw.NewPrivateNote(text="marker-note", tags=["marker-tag"])
        leader.edit_private_log(log, [fw.PrivateLogEdit.ADD_PRIVATE_NOTE(note), fw.PrivateLogEdit.ADD_TO_RAISE("marker-raise")])
        leader.edit_tier_note(tier, [fw.TierNoteEdit.SET_TIER(fw.month_of(str(today())), fw.Tier.LOW)])
        walk = leader.create_walk()
        stop = fw.NewStop(person=ANDREI, kind=fw.StopKind.COACH, text="marker-stop", tags=["marker-tag"], minutes=4, at=now)
        leader.edit_walk(walk, [fw.WalkEdit.CAPTURE_STOP(stop)])
        return talk

    def test_home_screens_need_no_network_and_what_is_the_leaders_own_is_on_no_screen_of_the_agent(self):
        leader, agent = self.pair()
        talk = self.write(leader)
        self.meet(leader, agent)
        self.cut()

        [row] = leader.overview().rows
        self.assertEqual((row.person, row.name, row.viewer_is), (ANDREI, "Andrei Popa", fw.Side.LEADER))
        self.assertEqual((row.since_last.days, row.since_last.last.doc), (3, talk))
        self.assertGreaterEqual(row.overdue.agent.week, 1)
        attention = leader.attention()
        [spent] = attention.people
        self.assertEqual((spent.tier, spent.days_without), (fw.Tier.LOW, 0))
        self.assertGreaterEqual(spent.minutes, 34)
        private = {fw.HappenedKind.STOP, fw.HappenedKind.PRIVATE_NOTE, fw.HappenedKind.TIER}
        self.assertLessEqual(private, {one.what for one in leader.timeline(PAIR)})

        [own] = agent.overview().rows
        self.assertEqual((own.viewer_is, own.needs_a_word), (fw.Side.AGENT, []))
        self.assertEqual(own.since_last, row.since_last)
        self.assertEqual(agent.attention().people, [])
        self.assertEqual(private & {one.what for one in agent.timeline(PAIR)}, set())
        screens = [agent.overview(), agent.overdue(), agent.carry(PAIR), agent.timeline(PAIR), agent.topics(PAIR),
                   agent.prep(PAIR), agent.attention(), agent.balance(), agent.next_steps(), agent.only_problems(),
                   agent.worth_a_conversation(), agent.open_questions(), agent.mood(), agent.wins(PAIR), agent.areas(),
                   agent.compliance(), agent.due_talks(), agent.goals(), agent.goal_trees(), agent.understanding()]
        self.assertIn("listen to a call", said(screens))
        self.assertEqual([words for words in said(screens) if "marker-" in words], [])
        self.assertIn("marker-raise", said(leader.carry(PAIR)), "this is how it would be found")

    def test_what_the_other_one_changed_is_counted_until_somebody_looks_and_nobody_is_told(self):
        leader, agent = self.pair()
        talk = leader.create_meeting(PAIR, str(today()))
        leader.edit_meeting(talk, [fw.MeetingEdit.EDIT_NOTES(type_in("Hers. "))])
        self.meet(leader, agent)
        leader.mark_seen(talk)
        before = leader.overview().rows[0].unread
        for words in ("One. ", "Two. "):
            agent.edit_meeting(talk, [fw.MeetingEdit.EDIT_NOTES(type_in(words))])
            self.meet(agent, leader)
        self.cut()

        [changed] = [one for one in leader.what_changed(PAIR) if one.doc == talk]
        self.assertEqual((changed.kind, changed.changes), (fw.DocumentKind.MEETINGS, 2))
        self.assertEqual(leader.overview().rows[0].unread, before + 2)
        leader.mark_seen(talk)
        self.assertNotIn(talk, [one.doc for one in leader.what_changed(PAIR)])
        self.assertEqual(leader.overview().rows[0].unread, before)
        self.assertEqual(leader.state(talk), fw.ItemState.ON_SERVER)

    def test_r07_how_many_have_read_a_standard_is_on_the_screen_of_who_leads(self):
        leader, agent = self.pair()
        [team] = leader.teams()
        goals = leader.create_team_goals(team.id, quarter(today()))
        [standard] = leader.edit_team_goals(goals, [fw.TeamGoalsEdit.ADD_STANDARD("We call back the same day")])
        self.meet(leader, agent)
        agent.edit_team_goals(goals, [fw.TeamGoalsEdit.ACKNOWLEDGE_STANDARD(standard, "Also at night?")])
        self.meet(agent, leader)
        self.cut()

        [seen] = [one for one in leader.understanding() if one.item == standard]
        self.assertEqual((seen.people, seen.read, seen.asked, seen.version_of), (2, 1, 1, str(today())))
        self.assertIn("Also at night?", [one.question for one in seen.by_person])
        [own] = [one for one in agent.understanding() if one.item == standard]
        self.assertEqual((own.read, own.by_person), (1, []))


class Numbers(Screens):
    def take_in(self, rows):
        """As a call-centre system exports it."""
        path = Path(self.directory.name) / "week.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([["Date", "Name", "Handled", "AHT", "Quality"], *rows])
        office("import", "metrics", str(path), "--source", "nice")

    def asks(self, leader, day, kpi, target):
        goals = leader.create_goal_set(PAIR, quarter(day))
        goal = fw.NewGoal(
            title="Shorter calls", why="Customers wait", measure=fw.Measure(kind=fw.MeasureKind.KPI, what=kpi),
            baseline=None, target=target, due=str(day),
        )
        [goal] = leader.edit_goals(goals, [fw.GoalEdit.ADD_GOAL(goal)])
        listen = fw.NewCommitment(side=fw.Side.AGENT, text="listen", due=None)
        leader.edit_goals(goals, [fw.GoalEdit.ADD_COMMITMENT(goal, listen)])

    def test_r13_r17_a_talk_is_prepared_and_a_scorecard_read_without_a_network(self):
        monday = ago(today().weekday() + 7)
        before = monday - datetime.timedelta(days=7)
        self.take_in([[str(before), "Andrei Popa", 30, 440, 84], [str(monday), "Andrei Popa", 30, 448, 88]])
        leader, agent = self.pair()
        self.asks(leader, monday + datetime.timedelta(days=6), "handle_time", 400_000)
        self.meet(leader, agent)
        self.cut()

        prep = leader.prep(PAIR)
        quality = fw.FigurePoint(kpi="quality", gap=fw.Gap.IMPROVED_BY_POINTS(4_000))
        too_long = fw.FigurePoint(kpi="handle_time", gap=fw.Gap.MISSED_BY_PERCENT(12_000))
        self.assertEqual(prep.positives[0], fw.Positive.WON(fw.Win.GAIN(quality)))
        self.assertEqual(prep.below, [too_long])
        self.assertIn("q.rap.1", prep.unasked)

        def handle_time(phone):
            card = phone.scorecard(ANDREI, fw.Cut.WEEK, str(monday))
            [line] = [line for line in card.lines if line.kpi == "handle_time"]
            return line.actual.value, line.target.value, line.target.is_adjusted, line.standing

        for phone in (leader, agent):
            self.assertEqual(handle_time(phone), (448_000, 400_000, False, fw.TargetStanding.MISSED))
        case = agent.create_circumstance(PAIR)
        period = fw.Period(_from=str(monday), until=str(monday + datetime.timedelta(days=6)))
        longer = fw.CircumstanceEdit.ADD_EXCEPTION(fw.Measured.KPI("handle_time"), 450_000)
        agent.edit_circumstance(case, [fw.CircumstanceEdit.SET_PERIOD(period), longer])
        self.assertEqual(handle_time(agent), (448_000, 450_000, True, fw.TargetStanding.REACHED))
        self.assertIsNone(agent.scorecard(STAND["leader"]["id"], fw.Cut.WEEK, str(monday)))
        self.assertIsNone(leader.scorecard(STAND["stranger"]["id"], fw.Cut.WEEK, str(monday)))
