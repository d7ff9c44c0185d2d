"""Stories of people with phones, through the Python bindings and against a real server.

Run by scripts/bindings.sh, inside of mobile-ffi/tests/stand.py.
"""

import asyncio
import http.client
import json
import os
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

import mobile_ffi as fw

STAND = json.loads(Path(os.environ["PHONE_STAND"]).read_text())
WEDNESDAY = "2026-03-18"
NOW = 1_774_000_000_000
BUDGET_MS = 20_000


def office(*words):
    """What an operator types."""
    program, *files = STAND["office"]
    done = subprocess.run([program, *words, *files, "--json"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def sync(client, budget_ms=BUDGET_MS, cancel=None):
    return asyncio.run(client.sync(budget_ms, cancel))


def type_in(words, at=0):
    return fw.Splice(at=at, delete=0, insert=words)


class Wire(fw.HttpTransport):
    """A network stack of an app: each request on a thread of its own."""

    def __init__(self):
        self.is_cut = False
        self.calls = 0

    def start(self, request, response):
        self.calls += 1
        call = Running()
        threading.Thread(target=self.carry, args=(request, response, call), daemon=True).start()
        return call

    def carry(self, request, response, call):
        if self.is_cut:
            return response.failed(fw.HttpFailure.UNREACHABLE)
        url = urllib.parse.urlsplit(request.url)
        connection = http.client.HTTPConnection(url.netloc, timeout=request.silence_ms / 1000)
        call.connection = connection
        try:
            connection.request(request.method, url.path, request.body, {h.name: h.value for h in request.headers})
            answer = connection.getresponse()
            response.head(answer.status, [fw.HttpHeader(name=n, value=v) for n, v in answer.getheaders()])
            while piece := answer.read1(65536):
                if not response.body(piece):
                    return
            response.finished()
        except (OSError, http.client.HTTPException):
            response.failed(fw.HttpFailure.INTERRUPTED)
        finally:
            connection.close()


class Running(fw.HttpCall):
    def __init__(self):
        self.connection = None

    def cancel(self):
        if self.connection is not None:
            self.connection.close()


class Heard(fw.Observer):
    def __init__(self):
        self.events = []
        self.threads = set()
        self.some = threading.Condition()

    def changed(self, event):
        with self.some:
            self.events.append(event)
            self.threads.add(threading.get_ident())
            self.some.notify_all()

    def wait_for(self, is_it):
        with self.some:
            return self.some.wait_for(lambda: any(is_it(event) for event in self.events), timeout=20)


class Phones(unittest.TestCase):
    """A directory for each story, and phones in it."""

    used = {"leader": 0, "agent": 0, "stranger": 0, "head": 0, "hr": 0}

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="floorwalk-phones-")
        self.open = []

    def tearDown(self):
        for client in self.open:
            client.shutdown()
        self.directory.cleanup()

    def config(self, name, store_key=bytes(range(32))):
        path = str(Path(self.directory.name) / name)
        return fw.Config(directory=path, store_key=store_key, listens=False, user_agent="suite/1")

    def client(self, name, key=None, transport=None, **more):
        key = key or fw.DesktopKey(None)
        client = fw.Client.open(self.config(name, **more), transport, key.as_device_key())
        self.open.append(client)
        return client

    def link(self, person):
        """An invitation that nobody has used yet."""
        Phones.used[person] += 1
        return STAND[person]["invitations"][Phones.used[person] - 1]

    def phone(self, person, **more):
        """An enrolled phone that has synced."""
        link = self.link(person)
        name = f"{person}-{Phones.used[person] - 1}"
        client = self.client(name, **more)
        asyncio.run(client.enroll(link, name))
        self.assertEqual(sync(client), fw.SyncOutcome.UP_TO_DATE(pending=0))
        return client


class Walking(Phones):
    def test_what_is_noted_offline_is_on_the_phone_and_then_on_the_server(self):
        wire = Wire()
        phone = self.phone("leader", transport=wire)
        wire.is_cut = True
        walk = phone.create_walk()
        stop = fw.NewStop(person=STAND["agent"]["id"], kind=fw.StopKind.PRAISE, text="Calm on a hard call. 👏",
                          tags=["calls"], minutes=3, at=NOW)
        [first] = phone.edit_walk(walk, [fw.WalkEdit.CAPTURE_STOP(stop)])
        self.assertEqual(sync(phone), fw.SyncOutcome.OFFLINE())
        self.assertEqual(phone.state(walk), fw.ItemState.ON_PHONE)

        wire.is_cut = False
        self.assertEqual(sync(phone), fw.SyncOutcome.UP_TO_DATE(pending=0))
        self.assertEqual(phone.state(walk), fw.ItemState.ON_SERVER)
        second = self.phone("leader")
        self.assertEqual([stop.text for stop in second.walk(walk).stops], ["Calm on a hard call. 👏"])
        self.assertEqual(second.walk(walk).stops[0].id, first)
        stranger = self.phone("stranger")
        with self.assertRaises(fw.ClientError.NotFound):
            stranger.walk(walk)

    def test_edits_of_one_call_are_made_together_or_not_at_all(self):
        phone = self.phone("leader")
        walk = phone.create_walk()
        with self.assertRaises(fw.ClientError.NotFound):
            phone.edit_walk(walk, [fw.WalkEdit.START(NOW), fw.WalkEdit.REMOVE_STOP("00" * 8)])
        self.assertIsNone(phone.walk(walk).started)


class Meeting(Phones):
    def test_two_people_write_one_meeting_offline_and_both_survive(self):
        leader, agent = self.phone("leader"), self.phone("agent")
        mine, theirs = (phone.create_meeting(STAND["tenure"], WEDNESDAY) for phone in (leader, agent))
        self.assertEqual(mine, theirs)
        leader.edit_meeting(mine, [fw.MeetingEdit.EDIT_NOTES(type_in("Felt rushed. "))])
        topic = fw.NewTopic(section=fw.Section.CAREER, text="职业发展", question=None)
        [item] = agent.edit_meeting(mine, [fw.MeetingEdit.ADD_AGENDA(topic)])
        for phone in (leader, agent, leader):
            sync(phone)
        for phone in (leader, agent):
            meeting = phone.meeting(mine)
            self.assertIn("Felt rushed. ", meeting.notes.text)
            self.assertIn(item, [topic.id for topic in meeting.agenda])

    def test_two_days_for_one_promise_stay_visible_until_somebody_settles_them(self):
        leader, agent = self.phone("leader"), self.phone("agent")
        doc = leader.create_meeting(STAND["tenure"], "2026-03-25")
        promise = fw.NewFollowUp(text="Call back", owner=None, due=None)
        [item] = leader.edit_meeting(doc, [fw.MeetingEdit.ADD_FOLLOW_UP(promise)])
        sync(leader), sync(agent)
        leader.edit_meeting(doc, [fw.MeetingEdit.SET_FOLLOW_UP_DUE(item, "2026-04-01")])
        agent.edit_meeting(doc, [fw.MeetingEdit.SET_FOLLOW_UP_DUE(item, "2026-04-02")])
        sync(leader), sync(agent), sync(leader)
        [conflict] = leader.meeting(doc).conflicts
        self.assertEqual({claim.person for claim in conflict.claims}, {STAND["leader"]["id"], STAND["agent"]["id"]})

        later = next(claim for claim in conflict.claims if claim.person == STAND["agent"]["id"])
        leader.settle(doc, conflict.path, later.value)
        sync(leader), sync(agent)
        for phone in (leader, agent):
            self.assertEqual(phone.meeting(doc).conflicts, [])
            self.assertEqual([f.due for f in phone.meeting(doc).follow_ups if f.id == item], ["2026-04-02"])

    def test_positions_are_utf16_and_a_cursor_stays_where_it_was_put(self):
        leader, agent = self.phone("leader"), self.phone("agent")
        doc = leader.create_meeting(STAND["tenure"], "2026-04-08")
        leader.edit_meeting(doc, [fw.MeetingEdit.EDIT_NOTES(type_in("👏 done"))])
        sync(leader), sync(agent)
        with self.assertRaises(fw.ClientError.Invalid):
            leader.edit_meeting(doc, [fw.MeetingEdit.EDIT_NOTES(type_in("x", at=1))])
        with self.assertRaises(fw.ClientError.Invalid):
            leader.edit_meeting(doc, [fw.MeetingEdit.EDIT_NOTES(type_in("x", at=99))])

        cursor = leader.cursor(doc, fw.TextPlace.MEETING_NOTES(), 3)
        agent.edit_meeting(doc, [fw.MeetingEdit.EDIT_NOTES(type_in("Yes: "))])
        seen = leader.seen(doc)
        sync(agent), sync(leader)
        self.assertEqual(leader.index_of(cursor), 8)
        [change] = leader.changed_since(doc, seen)
        self.assertEqual((change.what.inserted[0].start, change.what.inserted[0].end), (0, 5))

    def test_what_is_for_one_kind_is_refused_for_another_and_what_is_no_id_is_told(self):
        phone = self.phone("leader")
        walk, meeting = phone.create_walk(), phone.create_meeting(STAND["tenure"], "2026-04-15")
        for wrong in (lambda: phone.edit_walk(meeting, [fw.WalkEdit.START(NOW)]),
                      lambda: phone.edit_meeting(walk, [fw.MeetingEdit.SET_PLACE("x")]),
                      lambda: phone.edit_plan(meeting, [fw.PlanEdit.SET_TITLE("x")]),
                      lambda: phone.walk(meeting), lambda: phone.plan(walk), lambda: phone.meeting(walk),
                      lambda: phone.walk("hello"), lambda: phone.create_meeting(STAND["tenure"], "2026-02-30")):
            with self.assertRaises(fw.ClientError.Invalid):
                wrong()
        with self.assertRaises(fw.ClientError.NotFound):
            phone.state("00" * 16)
        self.assertEqual(phone.state(meeting), fw.ItemState.ON_PHONE, "it goes with its first edit")
        phone.edit_meeting(meeting, [fw.MeetingEdit.SET_PLACE("Room 2")])
        self.assertEqual(sync(phone), fw.SyncOutcome.UP_TO_DATE(pending=0))
        self.assertEqual(phone.state(meeting), fw.ItemState.ON_SERVER)

    def test_a_plan_has_steps_and_what_helps(self):
        leader = self.phone("leader")
        plan = leader.create_plan(STAND["tenure"])
        step = fw.NewStep(text="Listen to two calls", owner=STAND["agent"]["id"], due="2026-04-01")
        [_, item] = leader.edit_plan(plan, [fw.PlanEdit.SET_TITLE("Fewer repeats"), fw.PlanEdit.ADD_STEP(step)])
        leader.edit_plan(plan, [fw.PlanEdit.ADD_RESOURCE(item, "the recordings")])
        view = leader.plan(plan)
        self.assertEqual((view.title, view.steps[0].resources[0].label), ("Fewer repeats", "the recordings"))
        page = leader.list(fw.DocumentKind.ACTION_PLANS, 0, 1)
        self.assertEqual((page.lines[0].doc, page.lines[0].summary.title), (plan, "Fewer repeats"))
        self.assertIn("Listen to two calls", leader.export_text(plan))


class Calendars(Phones):
    def test_a_meeting_is_a_file_offline_and_in_a_calendar_that_others_read_until_its_address_is_taken_away(self):
        leader = self.phone("leader")
        soon = (datetime.now(timezone.utc) + timedelta(days=9)).date().isoformat()
        meeting = leader.create_meeting(STAND["tenure"], soon)
        self.assertIsNone(leader.meeting_file(meeting, fw.Language.EN), "nobody has planned it yet")
        plan = fw.Plan(slot=fw.Slot(day=soon, minute=600), place=None, kind=fw.MeetingKind.ONE_ON_ONE)
        leader.edit_meeting(meeting, [fw.MeetingEdit.PLAN_MEETING(plan), fw.MeetingEdit.EDIT_NOTES(type_in("marker-notes"))])

        file = leader.meeting_file(meeting, fw.Language.RO)
        uid = f"UID:{meeting}@floorwalk\r\n"
        self.assertIn("SUMMARY:1:1 cu Andrei Popa\r\n", file)
        self.assertIn(f"DTSTART;TZID=Europe/Bucharest:{soon.replace('-', '')}T100000\r\n", file)
        self.assertIn(uid, file)
        sync(leader)
        address = asyncio.run(leader.new_calendar_address())
        with urllib.request.urlopen(address) as answer:
            self.assertEqual(answer.headers.get_content_type(), "text/calendar")
            read = answer.read().decode()
        self.assertIn(uid, read)
        self.assertIn("SUMMARY:1:1 with Andrei Popa\r\n", read)
        self.assertNotIn("marker-notes", file + read)

        asyncio.run(leader.revoke_calendar_address())
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address)
        self.assertEqual(refused.exception.code, 404)
        refused.exception.close()


class Life(Phones):
    def test_a_phone_that_is_not_enrolled_says_so(self):
        client = self.client("nobody")
        with self.assertRaises(fw.ClientError.NotEnrolled):
            client.list(fw.DocumentKind.MEETINGS, 0, 10)
        with self.assertRaises(fw.ClientError.Invalid):
            asyncio.run(client.enroll("https://example.com", "phone"))

    def test_a_sleeping_client_holds_no_file_and_wakes_with_everything(self):
        phone = self.phone("leader")
        walk = phone.create_walk()
        self.assertTrue(phone.suspend(5_000).is_closed)
        held = {os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd") if fd_exists(fd)}
        self.assertFalse([name for name in held if name.startswith(self.directory.name)])
        with self.assertRaises(fw.ClientError.Asleep):
            phone.walk(walk)
        phone.resume()
        phone.resume()
        self.assertEqual(phone.walk(walk).stops, [])
        self.assertEqual(sync(phone), fw.SyncOutcome.UP_TO_DATE(pending=0))
        phone.shutdown()
        phone.shutdown()
        with self.assertRaises(fw.ClientError.Asleep):
            phone.resume()

    def test_a_client_that_is_not_closed_yet_says_so_each_time_and_keeps_nobody_waiting(self):
        slow = Held(Wire())
        phone = self.phone("leader", transport=slow)
        walk = phone.create_walk()
        slow.lets_go.clear()
        threading.Thread(target=lambda: sync_quietly(phone), daemon=True).start()
        self.assertTrue(slow.is_held.wait(20))
        self.assertFalse(phone.suspend(100).is_closed)
        self.assertFalse(phone.suspend(100).is_closed, "files are open still")
        with self.assertRaises(fw.ClientError.Asleep):
            phone.state(walk)
        slow.lets_go.set()
        self.assertTrue(phone.suspend(20_000).is_closed)
        phone.resume()
        self.assertEqual(phone.walk(walk).stops, [])

    def test_an_observer_that_holds_its_own_observation_is_let_go(self):
        phone = self.phone("leader")

        class Selfish(fw.Observer):
            def __init__(self):
                self.observation = phone.observe(self)

            def changed(self, event):
                pass

        Selfish()
        ended = threading.Thread(target=phone.shutdown)
        ended.start()
        ended.join(30)
        self.assertFalse(ended.is_alive(), "it waits for itself")

    def test_a_phone_whose_key_is_lost_is_enrolled_again_and_its_unsent_words_go_on(self):
        phone = self.phone("agent")
        name = f"agent-{Phones.used['agent'] - 1}"
        doc = phone.create_meeting(STAND["tenure"], "2026-05-13")
        phone.edit_meeting(doc, [fw.MeetingEdit.EDIT_NOTES(type_in("Sent. "))])
        sync(phone)
        phone.shutdown()
        again = self.client(name, key=fw.DesktopKey(None), transport=Nothing())
        again.edit_meeting(doc, [fw.MeetingEdit.EDIT_NOTES(type_in("On its way. "))])
        again.shutdown()
        again = self.client(name, key=fw.DesktopKey(None))
        with self.assertRaises(fw.ClientError.Refused):
            sync(again)
        with self.assertRaises(fw.ClientError):
            asyncio.run(again.enroll(self.link("stranger"), "not mine"))
        link = self.link("agent")
        asyncio.run(again.enroll(link, "the same phone"))
        asyncio.run(again.enroll(link, "the same phone"))
        self.assertEqual(sync(again), fw.SyncOutcome.UP_TO_DATE(pending=0))
        self.assertEqual(again.not_accepted(), [])
        other = self.phone("leader")
        self.assertEqual(other.meeting(doc).notes.text, "On its way. Sent. ")

    def test_a_sync_that_is_cancelled_returns_at_once(self):
        phone = self.phone("leader", transport=Stuck(Wire()))
        Stuck.is_stuck = True
        try:
            token = fw.CancelToken()
            threading.Timer(0.2, token.cancel).start()
            self.assertEqual(sync(phone, cancel=token), fw.SyncOutcome.CANCELLED())
            self.assertEqual(sync(phone, budget_ms=300), fw.SyncOutcome.BUDGET_EXHAUSTED(pending=0))

            async def give_up():
                await asyncio.wait_for(phone.sync(60_000, None), timeout=0.2)

            with self.assertRaises(asyncio.TimeoutError):
                asyncio.run(give_up())
            self.assertTrue(phone.suspend(5_000).is_closed)
        finally:
            Stuck.is_stuck = False

    def test_observers_are_told_after_the_commit_and_one_that_throws_stops_nobody(self):
        phone = self.phone("leader")

        class Throwing(fw.Observer):
            def changed(self, event):
                raise ValueError("not today")

        heard, late = Heard(), Heard()
        first, second = phone.observe(Throwing()), phone.observe(heard)
        gone = phone.observe(late)
        gone.cancel()
        walk = phone.create_walk()
        self.assertTrue(heard.wait_for(lambda event: event == fw.ClientEvent.DOCUMENT_CHANGED(doc=walk)))
        self.assertNotIn(threading.get_ident(), heard.threads)
        self.assertEqual(late.events, [])
        first.cancel(), second.cancel()

    def test_a_revoked_phone_is_wiped_and_nobody_elses(self):
        phone, other = self.phone("agent"), self.phone("agent")
        doc = phone.create_meeting(STAND["tenure"], "2026-05-06")
        name = f"agent-{Phones.used['agent'] - 2}"
        [device] = [row["device"] for row in office("device", "list") if row["name"] == name]
        office("device", "revoke", device)
        with self.assertRaises(fw.ClientError.NotEnrolled):
            sync(phone)
        with self.assertRaises((fw.ClientError.NotEnrolled, fw.ClientError.NotFound)):
            phone.meeting(doc)
        self.assertEqual(sync(other), fw.SyncOutcome.UP_TO_DATE(pending=0))
        for verb in (phone.account, phone.tenures, phone.diagnostics):
            with self.assertRaises(fw.ClientError.NotEnrolled):
                verb()
        with self.assertRaises(fw.ClientError.Refused):
            asyncio.run(phone.enroll(self.link("agent"), "with a key that was revoked"))
        phone.shutdown()
        anew = self.client(name, key=fw.DesktopKey(None))
        asyncio.run(anew.enroll(self.link("agent"), "anew"))
        self.assertEqual(sync(anew), fw.SyncOutcome.UP_TO_DATE(pending=0))


class Growing(Phones):
    """What a pair has one of for each year, or for each quarter."""

    def both(self, create):
        """Both phones, and the document that they made without knowing of each other."""
        leader, agent = self.phone("leader"), self.phone("agent")
        mine, theirs = create(leader), create(agent)
        self.assertEqual(mine, theirs)
        return leader, agent, mine

    def meet(self, leader, agent):
        for phone in (leader, agent, leader):
            sync(phone)

    def test_a_goal_that_both_agreed_to_shows_a_later_change_on_both_phones(self):
        leader, agent, doc = self.both(lambda phone: phone.create_goal_set(STAND["tenure"], "2026-Q1"))
        measure = fw.Measure(kind=fw.MeasureKind.KPI, what="handle_time")
        goal = fw.NewGoal(
            title="Timp mediu sub 6:20", why="客户等得太久", measure=measure, baseline=410_000, target=380_000, due=None
        )
        [goal] = leader.edit_goals(doc, [fw.GoalEdit.ADD_GOAL(goal)])
        with self.assertRaises(fw.ClientError.Invalid):
            leader.edit_goals(doc, [fw.GoalEdit.AGREE_TO_GOAL(goal)])
        self.assertEqual(leader.goal_set(doc).goals[0].missing, [fw.Letter.A, fw.Letter.T])
        will = fw.NewCommitment(side=fw.Side.LEADER, text="listen to two calls a week", due="2026-02-01")
        leader.edit_goals(doc, [fw.GoalEdit.SET_GOAL_DUE(goal, "2026-03-31"), fw.GoalEdit.ADD_COMMITMENT(goal, will)])
        self.meet(leader, agent)
        for phone in (leader, agent):
            phone.edit_goals(doc, [fw.GoalEdit.AGREE_TO_GOAL(goal)])
        self.meet(leader, agent)
        for phone in (leader, agent):
            self.assertEqual(phone.goal_set(doc).goals[0].agreement, fw.Agreement.AGREED)
        agent.edit_goals(doc, [fw.GoalEdit.SET_TARGET(goal, 385_000)])
        self.meet(leader, agent)
        for phone in (leader, agent):
            self.assertEqual(phone.goal_set(doc).goals[0].agreement, fw.Agreement.CHANGED_SINCE)
        with self.assertRaises(fw.ClientError.Invalid):
            leader.create_goal_set(STAND["tenure"], "2026-Q5")

    def test_how_a_pair_works_together_is_agreed_by_both_or_not_at_all(self):
        leader, agent, doc = self.both(lambda phone: phone.create_partnership(STAND["tenure"], "2026"))
        mine = fw.PartnershipEdit.EDIT_TERM(fw.Term.EXPECT_OF_AGENT, type_in("vino pregătit"))
        leader.edit_partnership(doc, [mine])
        with self.assertRaises(fw.ClientError.Invalid):
            leader.edit_partnership(doc, [fw.PartnershipEdit.AGREE_TO_CONTRACT()])
        topic = fw.NewBacklogItem(
            text="program de sâmbătă", kind=fw.BacklogKind.REQUEST, area=fw.Area.PEOPLE, before_next=True
        )
        theirs = fw.PartnershipEdit.EDIT_TERM(fw.Term.EXPECT_OF_MANAGER, type_in("说到做到"))
        [_, item] = agent.edit_partnership(doc, [theirs, fw.PartnershipEdit.ADD_BACKLOG(topic)])
        self.meet(leader, agent)
        leader.edit_partnership(doc, [fw.PartnershipEdit.AGREE_TO_CONTRACT()])
        seen = leader.partnership(doc)
        self.assertEqual([ack.standing for ack in seen.contract.acks], [fw.Standing.CURRENT()])
        self.assertEqual([entry.id for entry in seen.backlog if entry.before_next is not None], [item])
        cadence = fw.Cadence(
            rhythm=fw.Rhythm.TWO_WEEKLY, first=fw.Slot(day="2026-03-04", minute=600), minutes=45, place=None
        )
        leader.edit_partnership(doc, [fw.PartnershipEdit.SET_CADENCE(cadence)])
        seen = leader.partnership(doc).cadence
        days = [slot.day for slot in fw.occurrences(seen.rhythm, seen.first, "2026-03-05", "2026-04-15")]
        self.assertEqual(days, ["2026-03-18", "2026-04-01"])

    def test_feedback_is_answered_and_an_acknowledgement_tells_what_was_changed_after_it(self):
        leader, agent, doc = self.both(lambda phone: phone.create_feedback_log(STAND["tenure"], "2026-Q1"))
        said = fw.Feedback(
            kind=fw.FeedbackKind.CONSTRUCTIVE, source=fw.Source.OWN, said_by=None, context="", strength="",
            seen="spoke over the customer", effect="", question="",
        )
        [item] = leader.edit_feedback_log(doc, [fw.FeedbackEdit.ADD_FEEDBACK(said)])
        self.assertEqual(leader.feedback_log(doc).items[0].lacks, [fw.Lack.STRENGTH])
        leader.edit_feedback_log(doc, [fw.FeedbackEdit.SKIP_STRENGTH(item)])
        self.meet(leader, agent)
        reply = fw.FeedbackEdit.EDIT_FEEDBACK(item, fw.FeedbackText.REPLY, type_in("da, așa a fost"))
        agent.edit_feedback_log(doc, [reply])
        agent.edit_feedback_log(doc, [fw.FeedbackEdit.ACKNOWLEDGE_FEEDBACK(item)])
        self.meet(leader, agent)
        place = fw.TextPlace.FEEDBACK_TEXT(id=item, text=fw.FeedbackText.REPLY)
        self.assertEqual(leader.index_of(leader.cursor(doc, place, 4)), 4)
        outcome = fw.FeedbackEdit.EDIT_FEEDBACK(item, fw.FeedbackText.OUTCOME, type_in("better"))
        leader.edit_feedback_log(doc, [outcome])
        [ack] = leader.feedback_log(doc).items[0].acks
        self.assertEqual((ack.person, ack.standing.count), (STAND["agent"]["id"], 1))


class Searching(Phones):
    """Looking for what was written, on a phone without any network."""

    QUARTERS = ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1")

    def feedback(self, seen):
        return fw.FeedbackEdit.ADD_FEEDBACK(
            fw.Feedback(
                kind=fw.FeedbackKind.PRAISE, source=fw.Source.OWN, said_by=None, context="", strength="",
                seen=seen, effect="", question="",
            )
        )

    def bright(self, hit):
        units = hit.snippet.encode("utf-16-le")
        return [units[2 * mark.start : 2 * mark.end].decode("utf-16-le") for mark in hit.highlights]

    def test_r48_feedback_of_four_quarters_is_found_offline_by_both_and_by_nobody_else(self):
        leader, wire = self.phone("leader"), Wire()
        agent, stranger = self.phone("agent", transport=wire), self.phone("stranger")
        logs = [leader.create_feedback_log(STAND["tenure"], quarter) for quarter in self.QUARTERS]
        said = ("🙂 Șerban a rămas calm", "投诉处理得很好", "asked an open question", "a rezolvat reclamația")
        for log, seen in zip(logs, said):
            leader.edit_feedback_log(log, [self.feedback(seen)])
        for phone in (leader, agent, stranger):
            sync(phone)
        wire.is_cut = True
        for phone in (leader, agent):
            for typed, quarter, bright in (
                ("serban", 0, ["Șerban"]), ("ŞERBAN cal", 0, ["Șerban", "calm"]), ("处理", 1, ["处理"]),
                ("好", 1, ["好"]), ("open quest", 2, ["open", "question"]), ("reclamatia", 3, ["reclamația"]),
            ):
                [hit] = phone.search(typed, fw.DocumentKind.FEEDBACK_LOGS, 10)
                self.assertEqual((hit.doc, hit.quarter, self.bright(hit)), (logs[quarter], self.QUARTERS[quarter], bright))
                self.assertEqual((hit.kind, hit.place.split("/")[0]), (fw.DocumentKind.FEEDBACK_LOGS, "items"))
            self.assertEqual(phone.search("serban", fw.DocumentKind.MEETINGS, 10), [])
            self.assertEqual(phone.search('"serban" OR *', None, 10), [])
        self.assertEqual(stranger.search("serban", None, 10), [])

    def test_r48_after_a_tenure_ended_nothing_of_it_is_found_and_no_byte_of_it_is_left(self):
        leader = self.phone("leader", store_key=None)
        name = f"leader-{Phones.used['leader'] - 1}"
        files = lambda: b"".join(path.read_bytes() for path in (Path(self.directory.name) / name).iterdir())
        agent = office("user", "add", "Elena Dinu", "--language", "ro")["id"]
        pair = ("--team", "Evening shift", "--leader", STAND["leader"]["id"], "--agent", agent)
        tenure = office("tenure", "start", *pair)["id"]
        sync(leader)
        log = leader.create_feedback_log(tenure, self.QUARTERS[3])
        leader.edit_feedback_log(log, [self.feedback("markerword la ședință, 投诉处理得很好")])
        sync(leader)
        self.assertEqual([hit.doc for hit in leader.search("marker sedinta 投诉", None, 10)], [])
        self.assertEqual([hit.doc for hit in leader.search("markerword sedinta 投诉", None, 10)], [log])
        self.assertIn(b"markerword", files(), "the control: without a key it is found")

        office("tenure", "end", tenure)
        sync(leader)

        for typed in ("markerword", "sedinta markerword", "投诉处理得很好 markerword"):
            self.assertEqual(leader.search(typed, None, 10), [])
        self.assertNotIn(b"markerword", files())


class Own(Phones):
    """What only one of a pair writes, and what nobody else ever has."""

    QUARTER = "2026-Q1"

    def meet(self, leader, agent):
        for phone in (leader, agent, leader):
            sync(phone)

    def test_how_an_agent_is_is_written_by_the_agent_and_read_by_the_leader_as_far_as_it_is_shared(self):
        leader, agent = self.phone("leader"), self.phone("agent")
        sync(leader)
        with self.assertRaises(fw.ClientError.Invalid):
            leader.create_wellbeing_log(STAND["tenure"], self.QUARTER)
        shared, kept = agent.create_wellbeing_log(STAND["tenure"], self.QUARTER), agent.create_wellbeing_private(self.QUARTER)
        tired = fw.NewEntry(mood=2, load=5, note="trei ture la rând")
        [entry] = agent.edit_wellbeing(shared, [fw.WellbeingEdit.ADD_ENTRY(tired)])
        agent.edit_wellbeing(kept, [fw.WellbeingEdit.ADD_ENTRY(fw.NewEntry(mood=1, load=None, note="只给自己看"))])
        with self.assertRaises(fw.ClientError.Invalid):
            agent.edit_wellbeing(shared, [fw.WellbeingEdit.SET_MOOD(entry, 6)])
        self.meet(leader, agent)
        [seen] = leader.wellbeing(shared).entries
        self.assertEqual((seen.mood, seen.load, seen.note), (2, 5, "trei ture la rând"))
        for edit in (fw.WellbeingEdit.SET_MOOD(entry, 5), fw.WellbeingEdit.REMOVE_ENTRY(entry)):
            with self.assertRaises(fw.ClientError.Invalid):
                leader.edit_wellbeing(shared, [edit])
        self.assertEqual(agent.wellbeing(kept).entries[0].note, "只给自己看")
        with self.assertRaises(fw.ClientError.NotFound):
            leader.wellbeing(kept)

    def test_what_a_leader_notes_and_thinks_of_somebody_comes_to_the_leaders_phones_and_to_nobody_else(self):
        leader, tablet, agent = (self.phone(person, store_key=None) for person in ("leader", "leader", "agent"))
        about = STAND["agent"]["id"]
        log, tier = (create(about, self.QUARTER) for create in (leader.create_private_log, leader.create_tier_note))
        note = fw.NewPrivateNote(text="marker-log: fiica lui începe școala", tags=["family"])
        [_, raised] = leader.edit_private_log(
            log, [fw.PrivateLogEdit.ADD_PRIVATE_NOTE(note), fw.PrivateLogEdit.ADD_TO_RAISE("early shift")]
        )
        leader.edit_private_log(log, [fw.PrivateLogEdit.SET_RAISED(raised, True)])
        month = fw.month_of("2026-03-18")
        reasons = fw.TierNoteEdit.EDIT_TIER_TEXT(month, fw.TierText.REASONS, type_in("marker-tier: nesigur"))
        leader.edit_tier_note(tier, [fw.TierNoteEdit.SET_TIER(month, fw.Tier.LOW), reasons])
        for phone in (leader, tablet, agent):
            sync(phone)
        [line] = tablet.list(fw.DocumentKind.PRIVATE_LOGS, 0, 10).lines
        self.assertEqual((line.doc, line.about, line.quarter, line.summary.open), (log, about, self.QUARTER, 0))
        self.assertEqual(tablet.private_log(log).notes[0].tags, ["family"])
        self.assertEqual(tablet.tier_note(tier).months[2].tier, fw.Tier.LOW)
        for kind in (fw.DocumentKind.PRIVATE_LOGS, fw.DocumentKind.TIER_NOTES):
            self.assertEqual(agent.list(kind, 0, 10).total, 0)
        phones = {name.name: b"".join(path.read_bytes() for path in name.iterdir()) for name in Path(self.directory.name).iterdir()}
        markers = (b"marker-log", b"marker-tier")
        with_markers = sorted(
            name.rsplit("-", 1)[0] for name, content in phones.items() if any(marker in content for marker in markers)
        )
        self.assertEqual(with_markers, ["leader", "leader"])


class Team(Phones):
    """What a team shares: who leads writes it, everybody there reads it and says so; and what the others of an organisation never get."""

    QUARTER = "2026-Q1"

    def test_what_a_team_is_to_reach_is_read_by_everybody_there_and_written_by_who_leads(self):
        leader, agent, colleague = (self.phone(person) for person in ("leader", "agent", "stranger"))
        for phone in (leader, agent, colleague):
            sync(phone)
        [team] = leader.teams()
        self.assertEqual((team.name, team.time_zone), ("Evening shift", "Europe/Bucharest"))
        roles = {mate.name: mate.role for mate in team.people}
        self.assertEqual(roles["Maria Ionescu"], fw.Role.LEADER)
        self.assertEqual((roles["李娜"], roles["Hanna Weber"], roles["Olga Rusu"]), (fw.Role.MEMBER, fw.Role.HR, fw.Role.HEAD))

        goals = leader.create_team_goals(team.id, self.QUARTER)
        goal = fw.NewTeamGoal(title="Mai puțină așteptare", why="", measure=None, target=None, due="2026-03-31")
        add = [fw.TeamGoalsEdit.ADD_TEAM_GOAL(goal), fw.TeamGoalsEdit.ADD_STANDARD("We greet everybody by name")]
        [goal, standard] = leader.edit_team_goals(goals, add)
        self.assertTrue(leader.team_goals(goals).standards[0].is_incomplete)
        leader.edit_team_goals(goals, [fw.TeamGoalsEdit.ADD_EXAMPLE(standard, fw.Example.LOOKS_LIKE, "Bună ziua, doamnă Pop")])
        for phone in (leader, agent, colleague):
            sync(phone)

        agent.edit_team_goals(goals, [fw.TeamGoalsEdit.ACKNOWLEDGE_STANDARD(standard, "Also in the chat?")])
        colleague.edit_team_goals(goals, [fw.TeamGoalsEdit.ACKNOWLEDGE_TEAM_GOAL(goal, None)])
        with self.assertRaises(fw.ClientError.Invalid):
            agent.edit_team_goals(goals, [fw.TeamGoalsEdit.SET_TEAM_GOAL_TITLE(goal, "Nothing")])
        self.assertEqual(agent.team_goals(goals).goals[0].title, "Mai puțină așteptare")
        for phone in (agent, colleague, leader):
            sync(phone)
        seen = leader.team_goals(goals)
        [asked] = seen.standards[0].acks
        self.assertEqual((asked.person, asked.question), (STAND["agent"]["id"], "Also in the chat?"))
        self.assertEqual(seen.goals[0].acks[0].person, STAND["stranger"]["id"])
        leader.edit_team_goals(goals, [fw.TeamGoalsEdit.EDIT_STANDARD(standard, type_in("From now on: "))])
        sync(leader)
        sync(agent)
        self.assertEqual(agent.team_goals(goals).standards[0].acks[0].standing, fw.Standing.BEFORE_CHANGES(1))

    def test_r103_r105_who_answers_for_a_team_gets_what_it_shares_and_nothing_of_a_pair(self):
        leader, agent = (self.phone(person) for person in ("leader", "agent"))
        head, hr = (self.phone(person, store_key=None) for person in ("head", "hr"))
        sync(leader)
        meeting = leader.create_meeting(STAND["tenure"], "2026-05-06")
        leader.edit_meeting(meeting, [fw.MeetingEdit.EDIT_NOTES(type_in("marker-pair: între noi doi"))])
        [team] = leader.teams()
        rules = leader.create_team_policy(team.id)
        leader.edit_team_policy(rules, [fw.TeamPolicyEdit.SET_RHYTHM(fw.Practice.ONE_ON_ONE, fw.Every.WEEK)])
        for phone in (leader, agent, head, hr):
            sync(phone)
        for office in (head, hr):
            self.assertEqual(office.team_policy(rules).rhythms[0].every, fw.Every.WEEK)
            self.assertEqual(office.tenures(), [])
            for kind in fw.DocumentKind:
                total = office.list(kind, 0, 100).total
                if not kind.name.startswith("TEAM_") and kind != fw.DocumentKind.ORG_STRATEGIES:
                    self.assertEqual(total, 0, kind)
            with self.assertRaises(fw.ClientError.NotFound):
                office.meeting(meeting)
        with self.assertRaises(fw.ClientError.Invalid):
            hr.edit_team_policy(rules, [fw.TeamPolicyEdit.SET_OFF_QUEUE(2)])
        head.edit_team_policy(rules, [fw.TeamPolicyEdit.SET_OFF_QUEUE(2)])
        strategy = head.create_org_strategy("2026")
        [aim] = head.edit_org_strategy(strategy, [fw.StrategyEdit.ADD_AIM("People come back", "")])
        for phone in (head, agent, leader):
            sync(phone)
        self.assertEqual(leader.team_policy(rules).off_queue_at_once, 2)
        self.assertEqual(agent.org_strategy(strategy).aims[0].id, aim)
        with self.assertRaises(fw.ClientError.Invalid):
            leader.edit_org_strategy(strategy, [fw.StrategyEdit.REMOVE_AIM(aim)])
        phones = {name.name: b"".join(path.read_bytes() for path in name.iterdir()) for name in Path(self.directory.name).iterdir()}
        of_offices = {name: content for name, content in phones.items() if name.rsplit("-", 1)[0] in ("head", "hr")}
        self.assertEqual(len(of_offices), 2)
        for name, content in of_offices.items():
            self.assertNotIn(b"marker-pair", content, name)

    def test_r105_a_head_gets_figures_of_each_leader_and_of_fewer_than_five_pairs_sees_that_they_are_too_few(self):
        leader, head = (self.phone(person) for person in ("leader", "head"))
        end = time.monotonic() + BUDGET_MS / 1000
        while len(head.team_figures()) < 2 and time.monotonic() < end:
            sync(head)
        of_leader = [figures for figures in head.team_figures() if figures.leader == STAND["leader"]["id"]]
        [figures] = of_leader
        [team] = leader.teams()
        self.assertEqual((figures.team, figures.pairs), (team.id, 1))
        shown = (figures.rhythm, figures.attention, figures.overdue, figures.mood, figures.feedback, figures.goals)
        self.assertEqual(shown, (None,) * 6)
        sync(leader)
        self.assertEqual(leader.team_figures(), [])

    def test_d2_a_stop_becomes_a_blocker_and_a_recognition_and_the_walk_stays_on_the_leaders_phone(self):
        leader, agent, colleague = (self.phone(person) for person in ("leader", "agent", "stranger"))
        for phone in (leader, agent, colleague):
            sync(phone)
        [team] = leader.teams()
        walk = leader.create_walk()
        slow = fw.NewStop(person=STAND["agent"]["id"], kind=fw.StopKind.BLOCKER, text="The CRM is slow", tags=[],
                          minutes=2, at=1_773_824_400_000)
        calm = fw.NewStop(person=STAND["agent"]["id"], kind=fw.StopKind.PRAISE, text="Listened to the end", tags=[],
                          minutes=2, at=1_773_824_460_000)
        slow, calm = leader.edit_walk(walk, [fw.WalkEdit.CAPTURE_STOP(slow), fw.WalkEdit.CAPTURE_STOP(calm)])
        blockers, board = leader.create_team_blockers(team.id, self.QUARTER), leader.create_team_board(team.id, self.QUARTER)
        blocker = fw.NewBlocker(what="The CRM is slow", topic="CRM", since="2026-03-18", person=STAND["agent"]["id"], owner=None)
        thanks = fw.NewRecognition(whom=STAND["agent"]["id"], did_what="Listened to the end", made_possible="")
        origin = fw.Provenance(walk=walk, stop=slow, at=1_773_824_400_000)
        [blocker] = leader.edit_team_blockers(blockers, [fw.BlockerEdit.ADD_BLOCKER_FROM_WALK(blocker, origin)])
        origin = fw.Provenance(walk=walk, stop=calm, at=1_773_824_460_000)
        [thanks] = leader.edit_team_board(board, [fw.BoardEdit.ADD_RECOGNITION_FROM_WALK(thanks, origin)])
        leader.edit_walk(walk, [fw.WalkEdit.MARK_PROMOTED(stop, to, 1_773_824_500_000) for stop, to in ((slow, blockers), (calm, board))])
        leader.edit_walk(walk, [fw.WalkEdit.REMOVE_STOP(calm)])
        for phone in (leader, agent, colleague):
            sync(phone)

        agent.edit_team_board(board, [fw.BoardEdit.SET_MAY_BE_SAID(thanks, True)])
        colleague.edit_team_blockers(blockers, [fw.BlockerEdit.SET_BLOCKS_ME(blocker, True)])
        mine = fw.NewBlocker(what="No parking", topic=None, since="2026-03-10", person=None, owner=None)
        [mine] = colleague.edit_team_blockers(blockers, [fw.BlockerEdit.ADD_BLOCKER(mine)])
        for verb in (fw.BlockerEdit.EDIT_BLOCKER(blocker, type_in("no ")), fw.BlockerEdit.REMOVE_BLOCKER(blocker)):
            with self.assertRaises(fw.ClientError.Invalid):
                colleague.edit_team_blockers(blockers, [verb])
        for phone in (agent, colleague, leader):
            sync(phone)
        leader.edit_team_blockers(blockers, [fw.BlockerEdit.SET_BLOCKER_STATE(mine, fw.State.DONE)])
        sync(leader)
        sync(colleague)
        seen = {one.id: one for one in colleague.team_blockers(blockers).blockers}
        self.assertEqual(set(seen[blocker].blocked), {STAND["agent"]["id"], STAND["stranger"]["id"]})
        self.assertEqual((seen[blocker].what, seen[blocker].by), ("The CRM is slow", STAND["leader"]["id"]))
        self.assertEqual((seen[mine].state, seen[mine].by), (fw.State.DONE, STAND["stranger"]["id"]))
        said = {one.id: one for one in leader.team_board(board).recognitions}[thanks]
        self.assertEqual((said.may_be_said, said.removed), (True, None))
        for phone in (agent, colleague):
            self.assertEqual(phone.list(fw.DocumentKind.FLOOR_WALKS, 0, 100).total, 0)

    def test_r93_an_idea_is_answered_by_who_leads(self):
        leader, agent = self.phone("leader"), self.phone("agent")
        sync(agent)
        [team] = agent.teams()
        board = agent.create_team_board(team.id, "2026-Q2")
        [idea] = agent.edit_team_board(board, [fw.BoardEdit.ADD_IDEA("A quiet hour on Mondays")])
        decision = fw.NewDecision(idea=idea, answer=fw.Answer.TRIAL, why="two weeks first")
        with self.assertRaises(fw.ClientError.Invalid):
            agent.edit_team_board(board, [fw.BoardEdit.DECIDE_IDEA(decision)])
        sync(agent)
        sync(leader)
        leader.edit_team_board(board, [fw.BoardEdit.DECIDE_IDEA(decision)])
        sync(leader)
        sync(agent)
        [seen] = [one for one in agent.team_board(board).ideas if one.id == idea]
        self.assertEqual([one.answer for one in seen.decisions], [fw.Answer.TRIAL])

    def test_r14_everybody_of_a_team_writes_in_its_meeting_and_who_answers_for_it_reads(self):
        leader, agent, colleague, head = (self.phone(person) for person in ("leader", "agent", "stranger", "head"))
        for phone in (leader, agent, colleague, head):
            sync(phone)
        [team] = leader.teams()
        meeting = leader.create_team_meeting(team.id, "2026-04-30")
        self.assertEqual(agent.create_team_meeting(team.id, "2026-04-30"), meeting)
        plan = fw.Plan(slot=fw.Slot(day="2026-04-30", minute=600), place=None, kind=fw.MeetingKind.TEAM_DATA_REVIEW)
        leader.edit_meeting(meeting, [fw.MeetingEdit.PLAN_MEETING(plan)])
        topic = fw.NewTopic(section=None, text="What slows us down", question=None)
        agent.edit_meeting(meeting, [fw.MeetingEdit.ADD_AGENDA(topic)])
        for phone in (leader, agent, colleague, head):
            sync(phone)
        colleague.edit_meeting(meeting, [fw.MeetingEdit.EDIT_NOTES(type_in("We try one thing."))])
        for phone in (colleague, leader, head):
            sync(phone)
        for phone in (leader, head):
            seen = phone.meeting(meeting)
            self.assertEqual((seen.kind, seen.notes.text), (fw.MeetingKind.TEAM_DATA_REVIEW, "We try one thing."))
            self.assertEqual([one.text for one in seen.agenda], ["What slows us down"])
        with self.assertRaises(fw.ClientError.Invalid):
            head.edit_meeting(meeting, [fw.MeetingEdit.EDIT_NOTES(type_in("Read."))])

    def test_a_target_is_different_for_a_while_and_both_of_the_pair_see_until_when(self):
        leader, agent = self.phone("leader"), self.phone("agent")
        sync(agent)
        case = agent.create_circumstance(STAND["tenure"])
        period = fw.Period(_from="2026-03-02", until="2026-03-22")
        longer = fw.CircumstanceEdit.ADD_EXCEPTION(fw.Measured.KPI("handle_time"), 480_000)
        agent.edit_circumstance(case, [fw.CircumstanceEdit.SET_PERIOD(period), longer])
        for phone in (agent, leader):
            sync(phone)
        seen = leader.circumstance(case)
        self.assertEqual((seen.period.until, seen.exceptions[0].target), ("2026-03-22", 480_000))
        [line] = leader.list(fw.DocumentKind.CIRCUMSTANCES, 0, 100).lines
        self.assertEqual(line.summary.day, "2026-03-22")


class Encrypted(Phones):
    MARKER = "marker-5f1d0b7c"

    def files(self, name):
        return b"".join(path.read_bytes() for path in (Path(self.directory.name) / name).iterdir())

    def write(self, **more):
        phone = self.phone("stranger", **more)
        name = f"stranger-{Phones.used['stranger'] - 1}"
        walk = phone.create_walk()
        stop = fw.NewStop(person=None, kind=fw.StopKind.NOTE, text=self.MARKER, tags=[], minutes=None, at=NOW)
        phone.edit_walk(walk, [fw.WalkEdit.CAPTURE_STOP(stop)])
        return phone, name, walk

    def test_nothing_that_was_written_is_in_any_file(self):
        phone, name, _ = self.write()
        self.assertNotIn(self.MARKER.encode(), self.files(name))
        phone.suspend(5_000)
        self.assertNotIn(self.MARKER.encode(), self.files(name))

        phone, name, _ = self.write(store_key=None)
        self.assertIn(self.MARKER.encode(), self.files(name), "the control: without a key it is found")

    def test_only_the_key_opens_the_store_and_another_one_touches_nothing(self):
        device = fw.DesktopKey(None)
        phone, name, walk = self.write(key=device)
        phone.shutdown()
        before = self.files(name)
        for wrong in (bytes(32), bytes(range(48)), None):
            with self.assertRaises(fw.ClientError.WrongKey):
                self.client(name, key=device, store_key=wrong)
        self.assertEqual(self.files(name), before)

        phone = self.client(name, key=device)
        self.assertEqual(phone.walk(walk).stops[0].text, self.MARKER)
        with self.assertRaises(fw.ClientError.Invalid):
            phone.replace_store_key(bytes(reversed(range(32))))
        phone.suspend(5_000)
        with self.assertRaises(fw.ClientError.Invalid):
            phone.replace_store_key(bytes(48))
        phone.replace_store_key(bytes(reversed(range(32))))
        phone.resume()
        self.assertEqual(phone.walk(walk).stops[0].text, self.MARKER)
        phone.shutdown()
        with self.assertRaises(fw.ClientError.WrongKey):
            self.client(name, key=device)
        fw.wipe_and_resync(str(Path(self.directory.name) / name))
        with self.assertRaises(fw.ClientError.NotEnrolled):
            self.client(name, key=device).account()

    def test_with_a_salt_the_header_is_readable_and_nothing_else(self):
        phone, name, _ = self.write(store_key=bytes(range(48)))
        phone.suspend(5_000)
        content = (Path(self.directory.name) / name / "floorwalk.sqlite").read_bytes()
        self.assertTrue(content.startswith(b"SQLite format 3\0"))
        self.assertNotIn(self.MARKER.encode(), content)
        with self.assertRaises(fw.ClientError.Invalid):
            phone.replace_store_key(bytes(32))
        with self.assertRaises(fw.ClientError.Invalid):
            phone.replace_store_key(bytes(48))
        new_key = bytes(32) + bytes(range(32, 48))
        phone.replace_store_key(new_key)
        phone.resume()
        phone.shutdown()
        for wrong in (bytes(range(48)), bytes(48), None):
            with self.assertRaises(fw.ClientError.WrongKey):
                self.client(name, store_key=wrong)
        self.without_the_key_no_noise_passes_for_damage(name)
        self.assertEqual(self.client(name, store_key=new_key).diagnostics().waiting, 1)

    def without_the_key_no_noise_passes_for_damage(self, name):
        """SQLite takes the byte at 47 for the version of the schema's format, and knows those up to 4."""
        path = Path(self.directory.name) / name / "floorwalk.sqlite"
        content = path.read_bytes()
        for version in (0, 1, 4, 5, 255):
            path.write_bytes(content[:47] + bytes([version]) + content[48:])
            with self.assertRaises(fw.ClientError.WrongKey):
                self.client(name, store_key=None)
        path.write_bytes(content)


class Held(fw.HttpTransport):
    """Does not come back from a call while told so."""

    def __init__(self, wire):
        self.wire = wire
        self.lets_go, self.is_held = threading.Event(), threading.Event()
        self.lets_go.set()

    def start(self, request, response):
        if not self.lets_go.is_set():
            self.is_held.set()
            self.lets_go.wait(60)
        return self.wire.start(request, response)


class Nothing(fw.HttpTransport):
    """No network."""

    def start(self, request, response):
        response.failed(fw.HttpFailure.UNREACHABLE)
        return Running()


def sync_quietly(client):
    try:
        sync(client)
    except fw.ClientError:
        pass


class Stuck(fw.HttpTransport):
    """Swallows requests while told so."""

    is_stuck = False

    def __init__(self, wire):
        self.wire = wire
        self.kept = []

    def start(self, request, response):
        if Stuck.is_stuck:
            self.kept.append(response)
            return Running()
        return self.wire.start(request, response)


def fd_exists(fd):
    return os.path.lexists(f"/proc/self/fd/{fd}")
