"""Stories of who leads in a leader's place, and of who was shown something about a person. Run by scripts/bindings.sh, as suite.py is."""

import asyncio

import mobile_ffi as fw
from suite import STAND, Phones, office, sync, type_in


class Meanwhile(Phones):
    def test_d6_who_leads_in_a_leaders_place_is_named_with_an_end_and_has_nothing_once_it_has_come(self):
        leader, agent, acting = (self.phone(person) for person in ("leader", "agent", "stranger"))
        before = leader.create_meeting(STAND["tenure"], "2026-09-02")
        leader.edit_meeting(before, [fw.MeetingEdit.EDIT_NOTES(type_in("From before. "))])
        sync(leader)
        names = ["--leader", STAND["leader"]["id"], "--acting", STAND["stranger"]["id"]]
        delegation = office("delegation", "start", *names, "--for", "2h")
        self.addCleanup(office, "delegation", "end", delegation["id"])
        for phone in (acting, agent):
            sync(phone)

        [pair] = [tenure for tenure in acting.tenures() if tenure.stands_in]
        self.assertEqual((pair.leader.id, pair.agent.id), (STAND["stranger"]["id"], STAND["agent"]["id"]))
        self.assertEqual((pair.stands_in.tenure, pair.stands_in.leader.id), (STAND["tenure"], STAND["leader"]["id"]))
        self.assertEqual(pair.until - pair._from, 2 * 3_600_000)
        [same] = [tenure for tenure in agent.tenures() if tenure.id == pair.id]
        self.assertEqual(same, pair)
        [team] = [team for team in agent.teams() if team.id == pair.team]
        self.assertIn(fw.Role.LEADER, [mate.role for mate in team.people])
        with self.assertRaises(fw.ClientError.NotFound):
            acting.meeting(before)
        with self.assertRaises(fw.ClientError.Invalid):
            agent.create_wellbeing_log(pair.id, "2026-Q3")
        talk = acting.create_meeting(pair.id, "2026-09-02")
        acting.edit_meeting(talk, [fw.MeetingEdit.EDIT_NOTES(type_in("Meanwhile. "))])
        sync(acting)
        sync(agent)
        self.assertEqual(agent.meeting(talk).notes.text, "Meanwhile. ")

        office("delegation", "end", delegation["id"])
        acting.edit_meeting(talk, [fw.MeetingEdit.EDIT_NOTES(type_in("Too late. "))])
        sync(acting)
        self.assertEqual([tenure for tenure in acting.tenures() if tenure.stands_in], [])
        with self.assertRaises(fw.ClientError.NotFound):
            acting.meeting(talk)
        [late] = acting.not_accepted()
        self.assertIn("Too late.", late.text)
        sync(agent)
        self.assertEqual(agent.meeting(talk).notes.text, "Meanwhile. ")
        [over] = [tenure for tenure in agent.tenures() if tenure.id == pair.id]
        self.assertLess(over.until, pair.until)

    def test_r108_who_was_shown_something_about_a_person_is_on_that_persons_phone(self):
        leader, agent = self.phone("leader"), self.phone("agent")
        case = agent.create_circumstance(STAND["tenure"])
        agent.edit_circumstance(case, [fw.CircumstanceEdit.EDIT_REASON(type_in("Evening school."))])
        sync(agent)
        ask = ["disclose", "circumstance", "--about", STAND["agent"]["id"], "--reader", STAND["hr"]["id"]]
        self.assertNotIn("Evening school.", [line for shown in office(*ask) for line in shown["text"].splitlines()])

        agent.edit_circumstance(case, [fw.CircumstanceEdit.SHARE_WITH_HR(True)])
        sync(agent)
        [shown] = [shown for shown in office(*ask) if shown["doc"] == case]
        self.assertIn("Evening school.", shown["text"])
        for phone in (agent, leader):
            sync(phone)
        self.assertTrue(leader.circumstance(case).is_shared_with_hr)
        entries = agent.access_log()
        self.assertEqual(len(entries), 2, "also the time when there was nothing to show")
        self.assertEqual({(entry.reader.id, entry.role, entry.what) for entry in entries},
                         {(STAND["hr"]["id"], fw.Reader.HR, "circumstance")})
        self.assertEqual(leader.access_log(), [])

    def test_r41_some_of_a_team_are_coached_together_and_nobody_else_sees_a_word_of_it(self):
        colleague = office("user", "add", "Ioana Dinu", "--language", "ro")["id"]
        names = ["--team", "Evening shift", "--leader", STAND["leader"]["id"], "--agent", colleague]
        tenure = office("tenure", "start", *names)["id"]
        self.addCleanup(office, "tenure", "end", tenure)
        leader, agent, stranger = (self.phone(person) for person in ("leader", "agent", "stranger"))
        other = self.client("ioana")
        asyncio.run(other.enroll(office("invite", colleague, "--public-url", STAND["url"])["link"], "ioana"))
        people = sorted([STAND["agent"]["id"], colleague])
        with self.assertRaises(fw.ClientError.Invalid):
            leader.form_group([STAND["agent"]["id"], STAND["stranger"]["id"]])
        with self.assertRaises(fw.ClientError.Invalid):
            agent.form_group(people)

        plan = fw.Plan(slot=fw.Slot(day="2026-09-09", minute=600), place="Sala 2", kind=fw.MeetingKind.COACHING)
        meeting = leader.start_group_coaching(people, plan)
        [group] = leader.groups()
        self.assertEqual((group.people, group.leader, group.is_waiting), (people, STAND["leader"]["id"], True))
        self.assertEqual(leader.form_group(people), group.id)
        self.assertEqual(leader.create_group_meeting(group.id, "2026-09-09"), meeting)
        leader.edit_meeting(meeting, [fw.MeetingEdit.EDIT_NOTES(type_in("marker-group"))])
        seen = fw.NewTopic(section=None, text="interrupts", question=None)
        walk = leader.create_walk()
        origin = fw.Provenance(walk=walk, stop="0" * 16, at=1_773_824_400_000)
        with self.assertRaises(fw.ClientError.Invalid):
            leader.edit_meeting(meeting, [fw.MeetingEdit.ADD_AGENDA_FROM_WALK(seen, origin)])
        for phone in (leader, agent, other, stranger):
            sync(phone)

        for phone in (leader, agent, other):
            self.assertEqual([(one.id, one.is_waiting) for one in phone.groups()], [(group.id, False)])
            shown = phone.meeting(meeting)
            self.assertEqual((shown.kind, shown.notes.text), (fw.MeetingKind.GROUP_COACHING, "marker-group"))
        self.assertEqual((stranger.groups(), stranger.list(fw.DocumentKind.GROUP_MEETINGS, 0, 9).total), ([], 0))
        with self.assertRaises(fw.ClientError.NotFound):
            stranger.meeting(meeting)
