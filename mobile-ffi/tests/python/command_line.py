"""Stories of support people who type what a phone would do. Run by scripts/bindings.sh, as suite.py is."""

import json
import os
import subprocess
from pathlib import Path

import mobile_ffi as fw
from suite import STAND, Phones, sync

PROGRAM = os.environ["PHONE_PROGRAM"]


class CommandLine(Phones):
    def typed(self, phone, *words, status=0):
        """What a command answers, as programs read it."""
        done = self.run_for(phone, "--json", *words)
        self.assertEqual(done.returncode, status, done.stderr + done.stdout)
        return json.loads(done.stdout) if done.stdout else done.stderr

    def run_for(self, phone, *words):
        words = [PROGRAM, "--dir", Path(self.directory.name) / phone, *words]
        return subprocess.run(words, capture_output=True, text=True, timeout=90)

    def enrolled(self, phone, person):
        self.typed(phone, "enroll", self.link(person), "--name", phone)

    def found(self, phone, *words, status):
        answer = self.typed(phone, "doctor", *words, status=status)
        return {row["what"]: row["is_good"] for row in answer["findings"]}

    def test_a_walk_that_is_typed_arrives_on_their_other_phone(self):
        other = self.phone("agent")
        self.enrolled("typed", "agent")
        begun = self.typed("typed", "walk")
        self.assertTrue(begun["is_new"])
        noted = self.typed("typed", "note", "A rămas calm 👏", "--kind", "praise", "--about", "maria", "--tag", "calls",
                           "--minutes", "3")
        self.assertEqual(noted["walk"], begun["walk"])
        self.assertEqual(self.typed("typed", "walk")["stops"], 1)
        self.typed("typed", "walk", "--end")
        self.assertEqual(self.typed("typed", "sync"), {"outcome": "up_to_date", "pending": 0})

        lines = {line["doc"]: line for line in self.typed("typed", "list", "walks")}
        self.assertEqual([lines[begun["walk"]][name] for name in ("state", "items", "finished")], ["on_server", 1, True])
        self.assertIn("A rămas calm 👏", self.typed("typed", "show", begun["walk"][:12].upper())["text"])
        sync(other)
        [stop] = other.walk(begun["walk"]).stops
        self.assertEqual((stop.text, stop.person, stop.kind, stop.tags, stop.minutes),
                         ("A rămas calm 👏", STAND["leader"]["id"], fw.StopKind.PRAISE, ["calls"], 3))

    def test_two_days_for_one_promise_are_listed_and_settled(self):
        agent = self.phone("agent")
        doc = agent.create_meeting(STAND["tenure"], "2026-07-01")
        promise = fw.NewFollowUp(text="Call back", owner=None, due=None)
        [item] = agent.edit_meeting(doc, [fw.MeetingEdit.ADD_FOLLOW_UP(promise)])
        sync(agent)
        other = self.phone("leader")
        self.enrolled("settling", "leader")
        agent.edit_meeting(doc, [fw.MeetingEdit.SET_FOLLOW_UP_DUE(item, "2026-07-08")])
        other.edit_meeting(doc, [fw.MeetingEdit.SET_FOLLOW_UP_DUE(item, "2026-07-09")])
        sync(agent), sync(other)
        self.typed("settling", "sync")
        [conflict] = [one for one in self.typed("settling", "conflicts")["conflicts"] if one["doc"] == doc]
        days = [value["value"] for value in conflict["values"]]
        self.assertEqual(sorted(days), ["2026-07-08", "2026-07-09"])
        self.assertEqual({value["person"] for value in conflict["values"]},
                         {STAND["agent"]["id"], STAND["leader"]["id"]})

        number, chosen = str(conflict["conflict"]), days.index("2026-07-09") + 1
        self.assertIn("has 2 values", self.typed("settling", "settle", doc, number, "3", status=1))
        self.typed("settling", "settle", doc, number, str(chosen))
        self.typed("settling", "sync")
        sync(agent)
        self.assertEqual([f.due for f in agent.meeting(doc).follow_ups], ["2026-07-09"])
        self.assertEqual(agent.meeting(doc).conflicts, [])

    def test_the_doctor_tells_what_is_wrong_and_nothing_that_anybody_wrote(self):
        self.assertEqual(self.found("ill", status=1), {"directory": False})
        self.assertIn("Scan an invitation", self.typed("ill", "list", status=1))
        self.assertEqual(self.found("ill", "--offline", status=1), {"directory": False}, "asking makes no phone")
        self.enrolled("ill", "stranger")
        self.assertTrue(all(self.found("ill", status=0).values()))

        self.typed("ill", "note", "a word of mine")
        waiting = self.found("ill", "--offline", status=1)
        self.assertEqual([what for what, is_good in waiting.items() if not is_good], ["waiting"])
        told = self.run_for("ill", "doctor")
        self.assertEqual(told.returncode, 0, "the doctor synced, so nothing waits")
        for word in ("a word of mine", "李娜", "John"):
            self.assertNotIn(word, told.stdout)

        keys = Path(self.directory.name) / "ill" / "keys"
        keys.chmod(0o644)
        self.assertFalse(self.found("ill", "--offline", status=1)["keys"])
        keys.chmod(0o600)
        keys.rename(keys.with_name("lost"))
        self.assertIn("put the file back", self.run_for("ill", "doctor").stdout)
        self.assertFalse(keys.exists(), "new keys would open no old store")

    def test_only_what_says_so_reaches_the_server(self):
        other = self.phone("agent")
        self.enrolled("quiet", "agent")
        doc = other.create_meeting(STAND["tenure"], "2026-08-05")
        other.edit_meeting(doc, [fw.MeetingEdit.SET_PLACE("Quiet room")])
        sync(other)
        self.typed("quiet", "doctor", "--offline")
        self.assertNotIn(doc, [line["doc"] for line in self.typed("quiet", "list", "meetings", "--limit", "500")])
        self.typed("quiet", "doctor")
        self.assertIn(doc, [line["doc"] for line in self.typed("quiet", "list", "meetings", "--limit", "500")])

    def test_what_cannot_be_is_said_in_the_persons_language_and_changes_nothing(self):
        self.enrolled("wordy", "agent")
        self.assertIn("nobody here is called Zoe", self.typed("wordy", "note", "x", "--about", "Zoe", status=1))
        self.assertIn("no document's id begins with ffff", self.typed("wordy", "show", "ffff", status=1))
        self.assertIn("no walk is under way", self.typed("wordy", "walk", "--end", status=1))
        self.assertIn("Nu se poate salva așa", self.typed("wordy", "--language", "ro", "note", "x", "--tag", "t" * 500,
                                                        status=1))
        self.assertEqual(self.typed("wordy", "walk")["stops"], 0)
