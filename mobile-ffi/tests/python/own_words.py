"""Stories of people who read the product's words in their own language, note something in a moment, and take their data with them.

Run by scripts/bindings.sh, inside of mobile-ffi/tests/stand.py.
"""

import json
import unittest

import mobile_ffi as fw
from suite import STAND, WEDNESDAY, Phones, Wire, sync

LANGUAGES = [fw.Language.EN, fw.Language.RO, fw.Language.ZH]
TENURE = STAND["tenure"]


class Words(unittest.TestCase):
    def test_every_form_has_its_words_in_three_languages_under_the_same_ids(self):
        english, romanian, chinese = (fw.templates(language) for language in LANGUAGES)
        weekly = [next(form for form in forms if form.id == fw.TemplateId.WEEKLY) for forms in (english, romanian, chinese)]
        self.assertEqual(weekly[0].title, "Weekly one-on-one")
        self.assertEqual(len({form.title for form in weekly}), 3)
        ids = [[(section.id, [question.id for question in section.questions]) for section in form.sections] for form in weekly]
        self.assertEqual(ids[0], ids[1])
        self.assertEqual(ids[0], ids[2])
        self.assertIn("q.wb.5", dict(ids[0])["wellbeing"])

    def test_r33_the_card_about_silence_is_there_in_three_languages(self):
        cards = [fw.card(fw.CardId.SILENCE, language) for language in LANGUAGES]
        self.assertEqual([card.shelf for card in cards], [fw.CardShelf.LIBRARY] * 3)
        self.assertEqual(len({card.title for card in cards}), 3)
        self.assertTrue(all(len(card.paragraphs) == 4 for card in cards))

    def test_r20_a_friday_has_a_hint_and_a_wednesday_has_none(self):
        friday = fw.hint_for_day("2026-03-20")
        self.assertEqual(friday, fw.HintId.MONDAY_OR_FRIDAY)
        self.assertIn("viner", fw.hint(friday, fw.Language.RO).lower())
        self.assertIsNone(fw.hint_for_day(WEDNESDAY))

    def test_r23_four_of_six_status_topics_are_too_many(self):
        status, topic = fw.BacklogKind.STATUS, fw.BacklogKind.TOPIC
        self.assertEqual(fw.hint_for_agenda([status] * 4 + [topic] * 2), fw.HintId.MOSTLY_STATUS)
        self.assertIsNone(fw.hint_for_agenda([status] * 3 + [topic] * 3))

    def test_r43_a_word_about_somebody_gets_a_suggestion_in_the_writers_language(self):
        for language, text, word in zip(LANGUAGES, ["he is lazy", "e leneș 🙂 azi", "他很懒"], ["lazy", "leneș", "懒"]):
            advice = fw.advise(text, language)
            self.assertEqual([found.word for found in advice], [word])
            units = text.encode("utf-16-le")[2 * advice[0].start : 2 * advice[0].end].decode("utf-16-le")
            self.assertEqual(units, word)
            self.assertTrue(advice[0].text)

    def test_r01_missing_letters_have_the_same_letters_and_other_words(self):
        told = [fw.missing_letters([fw.Letter.M, fw.Letter.T], language) for language in LANGUAGES]
        self.assertEqual([[missing.letter for missing in one] for one in told], [["M", "T"]] * 3)
        self.assertEqual(told[1][1].name, "Încadrat în timp")

    def test_counts_days_and_numbers_are_written_as_in_each_language(self):
        days = [[fw.sentence(fw.Sentence.DAYS(count=n), language) for n in (1, 2, 20)] for language in LANGUAGES]
        self.assertEqual(days, [["1 day", "2 days", "20 days"], ["1 zi", "2 zile", "20 de zile"], ["1 天", "2 天", "20 天"]])
        self.assertEqual([fw.format_day("2026-03-02", language) for language in LANGUAGES], ["2 Mar 2026", "02.03.2026", "2026年3月2日"])
        self.assertEqual(fw.format_number(1_234_500, fw.Decimals.ONE, fw.Language.RO), "1.234,5")
        self.assertEqual(fw.choice_name(fw.Choice.STATE(choice=fw.State.DONE), fw.Language.RO), "Gata")


class Moments(Phones):
    def offline(self, person):
        wire = Wire()
        phone = self.phone(person, transport=wire)
        wire.is_cut = True
        return phone, wire

    def test_r106_what_is_stored_is_read_and_accepted_before_first_use(self):
        andrei, _ = self.offline("agent")
        self.assertIsNone(andrei.acceptance())
        page = fw.card(fw.CardId.WHAT_IS_STORED, fw.Language.RO)
        self.assertEqual(page.shelf, fw.CardShelf.FIRST_USE)
        andrei.accept(fw.Language.RO)
        accepted = andrei.acceptance()
        self.assertEqual((accepted.language, accepted.is_current), (fw.Language.RO, True))

    def test_r28_the_picker_works_offline_and_a_question_that_was_asked_is_not_proposed(self):
        maria, _ = self.offline("leader")
        before, now = (maria.create_meeting(TENURE, day) for day in ("2031-04-02", "2031-04-09"))
        for meeting, day in ((before, "2031-04-02"), (now, "2031-04-09")):
            plan = fw.Plan(slot=fw.Slot(day=day, minute=600), place=None, kind=fw.MeetingKind.ONE_ON_ONE)
            maria.edit_meeting(meeting, [fw.MeetingEdit.PLAN_MEETING(plan=plan)])
        topic = fw.question_topic("q.rap.1", fw.Language.RO)
        maria.edit_meeting(before, [fw.MeetingEdit.ADD_AGENDA(topic=topic)])
        proposed = maria.propose_questions(now, fw.Block.RAPPORT, fw.Language.ZH)
        self.assertEqual([question.id for question in proposed], ["q.rap.2", "q.rap.3", "q.rap.4", "q.rap.5"])
        asked = maria.meeting(before).agenda[0]
        self.assertEqual(fw.shown_topic(asked, fw.Language.EN), "What would make your working week fit your life a little better?")

    def test_r47_one_call_offline_and_it_is_on_the_agents_phone_after_both_sync(self):
        maria, wire = self.offline("leader")
        noted = maria.note(STAND["agent"]["id"], fw.QuickKind.PRAISE, "A explicat calm, 李娜 a auzit și ea.")
        kept = maria.note(STAND["agent"]["id"], fw.QuickKind.PRIVATE, "De întrebat despre tură.")
        self.assertEqual((noted.is_shared, kept.is_shared), (True, False))
        self.assertEqual(maria.state(noted.doc), fw.ItemState.ON_PHONE)
        wire.is_cut = False
        maria.network_returned()
        self.assertEqual(sync(maria), fw.SyncOutcome.UP_TO_DATE(pending=0))

        andrei = self.phone("agent")

        items = {item.id: item for item in andrei.feedback_log(noted.doc).items}
        seen = next(text.text.text for text in items[noted.item].texts if text.field == fw.FeedbackText.SEEN)
        self.assertEqual(seen, "A explicat calm, 李娜 a auzit și ea.")
        self.assertEqual(andrei.list(fw.DocumentKind.PRIVATE_LOGS, 0, 10).total, 0)

    def test_r09_a_month_is_planned_in_airplane_mode(self):
        maria, _ = self.offline("leader")
        slot = fw.Slot(day="2031-05-14", minute=600)
        meeting = maria.plan_monthly_goals(TENURE, slot, "Sala 2")
        self.assertEqual(maria.plan_monthly_goals(TENURE, slot, None), meeting)
        seen = maria.meeting(meeting)
        self.assertEqual((seen.kind, seen.planned, seen.place), (fw.MeetingKind.MONTHLY_GOALS, slot, "Sala 2"))
        self.assertEqual(seen.last_month.month, "2031-04")

    def test_r55_a_leaders_reflection_stays_with_the_leader(self):
        maria = self.phone("leader")
        year = maria.create_manager_reflection("2031")
        maria.edit_manager_reflection(year, [fw.ReflectionEdit.ADD_THOUGHT(text="Ascult prea puțin.")])
        self.assertEqual(sync(maria), fw.SyncOutcome.UP_TO_DATE(pending=0))
        andrei = self.phone("agent")
        self.assertEqual(andrei.list(fw.DocumentKind.MANAGER_REFLECTIONS, 0, 10).total, 0)
        self.assertEqual(maria.manager_reflection(year).thoughts[0].text, "Ascult prea puțin.")


class Data(Phones):
    def test_r107_an_agent_lists_and_exports_their_own_data_offline_with_every_diacritic(self):
        wire = Wire()
        andrei = self.phone("agent", transport=wire)
        wire.is_cut = True
        meeting = andrei.create_meeting(TENURE, "2031-06-04")
        plan = fw.Plan(slot=fw.Slot(day="2031-06-04", minute=600), place=None, kind=fw.MeetingKind.ONE_ON_ONE)
        topic = fw.NewTopic(section=None, text="Cu Șerban, Țîrlea și 李娜", question=None)
        andrei.edit_meeting(meeting, [fw.MeetingEdit.PLAN_MEETING(plan=plan), fw.MeetingEdit.ADD_AGENDA(topic=topic)])

        data = andrei.my_data(fw.Language.RO)
        files = {file.name: file for file in andrei.export_my_data(fw.Language.RO, fw.ByteOrderMark.WITH)}

        known = next(known for known in data.documents if known.doc == meeting)
        self.assertEqual((known.title, known.relation), ("Întâlnire · 04.06.2031", fw.Relation.ABOUT_ME))
        roles = {(seen.name, seen.role) for seen in known.seen_by}
        self.assertEqual(roles, {("Maria Ionescu", fw.Role.LEADER), ("Andrei Popa", fw.Role.AGENT)})
        self.assertGreaterEqual(sum(count.documents for count in data.counts), 1)
        page = next(file for name, file in files.items() if name.startswith("markdown/meeting-2031-06-04"))
        self.assertIn("Cu Șerban, Țîrlea și 李娜", page.bytes.decode())
        self.assertIn("Datele mele", files["index.md"].bytes.decode())
        self.assertTrue(files["csv/cadence.csv"].bytes.startswith(b"\xef\xbb\xbf"))
        told = json.loads(files["my-data.json"].bytes)
        self.assertEqual((told["v"], told["person"]), (1, STAND["agent"]["id"]))
        self.assertTrue(all("walk" not in name and "private-log" not in name for name in files))

    def test_a_leader_exports_a_meeting_as_markdown_in_each_language(self):
        maria = self.phone("leader")
        meeting = maria.create_meeting(TENURE, "2031-06-11")
        titles = [maria.export_markdown(meeting, language).bytes.decode().splitlines()[0] for language in LANGUAGES]
        self.assertEqual(titles, ["# Meeting · 11 Jun 2031", "# Întâlnire · 11.06.2031", "# 会面 · 2031年6月11日"])


if __name__ == "__main__":
    unittest.main()
