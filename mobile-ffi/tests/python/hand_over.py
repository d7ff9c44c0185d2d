"""The story of an agent who gets another leader. Run by scripts/bindings.sh, as suite.py is."""

import asyncio
from pathlib import Path

import mobile_ffi as fw
from hard_days import files_of
from suite import NOW, STAND, Phones, Wire, office, sync, type_in

OLDEST = "Marker-oldest-4711."
SECOND = "Marker-second-4712."
LAST = "Marker-last-4713."
UNSENT = "Ask how the first week was."


class HandOver(Phones):
    def setUp(self):
        super().setUp()
        office("team", "add", "Hand-over shift", "--time-zone", "Europe/Bucharest")
        self.people = {name: office("user", "add", name)["id"] for name in ("Ilinca Marin", "Petru Vasile", "Sanda Iorga")}
        names = ["--leader", self.people["Ilinca Marin"], "--agent", self.people["Petru Vasile"]]
        self.before = office("tenure", "start", "--team", "Hand-over shift", *names)["id"]

    def hired(self, name, **more):
        """The phone of somebody of this story, who has synced."""
        link = office("invite", self.people[name], "--public-url", STAND["url"])["link"]
        phone = self.client(name, **more)
        asyncio.run(phone.enroll(link, name))
        self.assertEqual(sync(phone), fw.SyncOutcome.UP_TO_DATE(pending=0))
        return phone

    def held(self, phone, day, words):
        doc = phone.create_meeting(self.before, day)
        phone.edit_meeting(doc, [fw.MeetingEdit.BEGIN(NOW), fw.MeetingEdit.EDIT_NOTES(type_in(words))])
        return doc

    def test_x10_d6_the_old_leader_hands_over_the_agent_brings_along_and_the_new_leader_has_nothing_older(self):
        wire = Wire()
        old, agent = self.hired("Ilinca Marin", transport=wire), self.hired("Petru Vasile")
        for day, words in [("2026-02-18", OLDEST), ("2026-03-04", SECOND), ("2026-03-18", LAST)]:
            last = self.held(agent, day, words)
        goals = agent.create_goal_set(self.before, "2026-Q1")
        goal = fw.NewGoal(title="Answer sooner", why="They wait", measure=None, baseline=None, target=None, due=None)
        agent.edit_goals(goals, [fw.GoalEdit.ADD_GOAL(goal)])
        sync(agent)
        sync(old)
        wire.is_cut = True
        old.edit_meeting(last, [fw.MeetingEdit.EDIT_NOTES(type_in(UNSENT))])

        pair = office("tenure", "hand-over", self.before, "--leader", self.people["Sanda Iorga"])
        wire.is_cut = False
        for phone in (old, agent):
            sync(phone)
        [new] = [tenure for tenure in old.tenures() if tenure.follows]
        self.assertEqual((new.id, new.follows.tenure, new.follows.leader.id), (pair["id"], self.before, self.people["Ilinca Marin"]))
        self.assertEqual(new.follows.until - new._from, 30 * 24 * 3_600_000)

        wire.is_cut = True
        doc = old.create_hand_over(new.id)
        old.edit_hand_over(doc, [fw.HandOverEdit.EDIT_NOTE(type_in("Give him time."))])
        [refused] = old.not_accepted()
        old.edit_hand_over(doc, [fw.HandOverEdit.ADD_TO_NOTE(refused.text)])
        old.forget_not_accepted(refused.id)
        wire.is_cut = False
        sync(old)
        self.bring_usual(agent, new.id)
        sync(agent)

        self.read_by_the_next(new.id, doc)
        office("tenure", "end", new.id)
        sync(old)
        with self.assertRaises(fw.ClientError.NotFound):
            old.hand_over(doc)
        self.assertEqual(old.tenures(), [])

    def bring_usual(self, agent, tenure):
        offers = agent.offered_to_bring(tenure, fw.Language.EN)
        usual = [offer.bring for offer in offers if offer.is_usual]
        self.assertEqual([offer.kind for offer in offers if offer.is_usual], [fw.BringKind.MEETING, fw.BringKind.MEETING, fw.BringKind.GOAL])
        agent.bring_along(tenure, usual, fw.Language.EN)
        agent.bring_along(tenure, usual, fw.Language.EN)
        self.assertEqual(sum(offer.is_brought for offer in agent.offered_to_bring(tenure, fw.Language.EN)), 3)

    def read_by_the_next(self, tenure, doc):
        new = self.hired("Sanda Iorga", store_key=None)
        seen = new.hand_over(doc)
        self.assertTrue(seen.note.text.startswith("Give him time.\n\n") and UNSENT in seen.note.text, seen.note.text)
        self.assertEqual([one.kind for one in seen.brought], [fw.BroughtKind.MEETING] * 2)
        self.assertTrue(LAST in seen.brought[0].text and SECOND in seen.brought[1].text)
        [goals] = new.list(fw.DocumentKind.GOAL_SETS, 0, 10).lines
        [goal] = new.goal_set(goals.doc).goals
        self.assertEqual((goal.title, goal.acks, goal._from.tenure), ("Answer sooner", [], self.before))
        self.assertEqual(new.list(fw.DocumentKind.MEETINGS, 0, 10).total, 0)
        self.assertEqual(new.prep(tenure).hand_over, doc)
        self.assertNotEqual(new.search(LAST, None, 10), [])
        with self.assertRaises(fw.ClientError.Invalid):
            new.edit_hand_over(doc, [fw.HandOverEdit.ADD_TO_NOTE("not mine")])
        new.edit_hand_over(doc, [fw.HandOverEdit.ACKNOWLEDGE_HAND_OVER("Since when?")])
        [ack] = new.hand_over(doc).acks
        self.assertEqual(ack.question, "Since when?")
        held = b"".join(files_of(Path(self.directory.name) / "Sanda Iorga"))
        self.assertIn(LAST.encode(), held, "the control: what was brought is there")
        self.assertNotIn(OLDEST.encode(), held)
