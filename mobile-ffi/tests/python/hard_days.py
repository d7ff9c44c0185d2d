"""Stories of a slow network, and of somebody who reads a phone's files. Run by scripts/bindings.sh, as suite.py is."""

import asyncio
import random
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import mobile_ffi as fw
from suite import NOW, STAND, Phones, Wire, sync, type_in

# Of a basement: what a first fetch of some hundred KB needs many seconds for.
BYTES_A_SECOND = 24_000
PIECE = 1_500
MARKER = re.compile(rb"marker-[0-9]{2}-[0-9a-f]{16}")


class SlowWire(Wire):
    """A network stack whose answers trickle in."""

    def carry(self, request, response, call):
        super().carry(request, Trickle(response), call)


class Trickle:
    def __init__(self, response):
        self.response = response

    def head(self, status, headers):
        self.response.head(status, headers)

    def body(self, piece):
        for start in range(0, len(piece), PIECE):
            time.sleep(PIECE / BYTES_A_SECOND)
            if not self.response.body(piece[start:start + PIECE]):
                return False
        return True

    def finished(self):
        self.response.finished()

    def failed(self, failure):
        self.response.failed(failure)


class SlowLink(Phones):
    def test_two_seconds_at_a_time_bring_everything_in_the_end(self):
        writer = self.phone("agent")
        letters = random.Random(1)
        docs = [self.long_meeting(writer, letters, f"2027-01-{day:02}") for day in range(1, 25)]
        sync(writer)

        wire = SlowWire()
        reader = self.enrolled_by(wire)
        arrived, rounds = 0, 0
        while sync(reader, budget_ms=2_000) != fw.SyncOutcome.UP_TO_DATE(pending=0):
            here = reader.list(fw.DocumentKind.MEETINGS, 0, 1).total
            self.assertGreater(here, arrived, "each time a part of it is kept")
            arrived, rounds = here, rounds + 1
        self.assertGreater(rounds, 2, "the link is slow enough to tell")
        for doc in docs:
            self.assertEqual(reader.meeting(doc).notes.text, writer.meeting(doc).notes.text)

    def long_meeting(self, writer, letters, day):
        doc = writer.create_meeting(STAND["tenure"], day)
        text = "".join(letters.choices("abcdefghijklmnopqrstuvwxyzăîșț ", k=8_000))
        writer.edit_meeting(doc, [fw.MeetingEdit.EDIT_NOTES(type_in(text))])
        return doc

    def enrolled_by(self, wire):
        reader = self.client("reader", transport=wire)
        asyncio.run(reader.enroll(self.link("leader"), "reader"))
        return reader


class Spied(Phones):
    """Somebody has the phone's files: a backup, a stolen phone, a look over the shoulder of the system."""

    MARKERS = [f"marker-{number:02}-{random.Random(number).getrandbits(64):016x}" for number in range(100)]
    LOOKS_A_LIFE = 20

    def test_none_of_a_hundred_markers_is_in_any_file_at_rest_in_writes_or_after_kills(self):
        self.assertEqual(self.spy("leader", store_key=bytes(range(32))), set())

    def test_with_a_readable_header_they_are_not_there_either(self):
        self.assertEqual(self.spy("leader", store_key=bytes(range(48))), set())

    def test_the_control_without_a_key_they_are_all_found(self):
        self.assertEqual(self.spy("leader", store_key=None), set(self.MARKERS))

    def spy(self, person, store_key):
        """Which markers were seen in any file, ever."""
        key = fw.DesktopKey(None)
        phone = self.phone(person, key=key, store_key=store_key)
        directory = Path(self.directory.name) / f"{person}-{Phones.used[person] - 1}"
        phone.shutdown()
        seen = set()
        for _ in range(2):
            seen |= self.life(directory, key, store_key)
            seen |= self.found_in(files_of(directory))
        phone = self.client(directory.name, key=key, store_key=store_key)
        seen |= self.found_in(files_of(directory))
        self.assertTrue(any("marker-99" in stop.text for walk in walks(phone) for stop in walk.stops))
        phone.suspend(5_000)
        return seen | self.found_in(files_of(directory))

    def life(self, directory, key, store_key):
        """An app that writes the markers again and again, looked at meanwhile, and killed."""
        words = [str(directory), key.secret().hex(), (store_key or b"").hex()]
        app = subprocess.Popen([sys.executable, "-B", __file__, *words], stdout=subprocess.PIPE)
        seen = set()
        try:
            # Once all of them were written, and from then on in the middle of whatever it does.
            self.assertEqual(app.stdout.readline(), b"all written\n")
            for _ in range(self.LOOKS_A_LIFE):
                seen |= self.found_in([*files_of(directory), *held_by(app.pid)])
        finally:
            app.kill()
            app.wait()
            app.stdout.close()
        return seen

    def found_in(self, contents):
        found = {match.decode() for content in contents for match in MARKER.findall(content)}
        return found & set(self.MARKERS)


def walks(phone):
    return [phone.walk(line.doc) for line in phone.list(fw.DocumentKind.FLOOR_WALKS, 0, 500).lines]


def files_of(directory):
    for file in directory.rglob("*"):
        try:
            yield file.read_bytes()
        except OSError:
            continue


def held_by(pid):
    """Files that a process has open, those without a name among them: what SQLite calls temporary."""
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if fd.is_file() and fd.stat().st_size < 64 << 20:
                yield fd.read_bytes()
        except OSError:
            continue


def write_for_ever(directory, secret, store_key):
    key = fw.DesktopKey(bytes.fromhex(secret))
    store_key = bytes.fromhex(store_key) or None
    config = fw.Config(directory=directory, store_key=store_key, listens=False, user_agent="suite/1")
    phone = fw.Client.open(config, None, key.as_device_key())
    threading.Thread(target=sync_for_ever, args=(phone,), daemon=True).start()
    while True:
        doc = phone.create_walk()
        for first in range(0, len(Spied.MARKERS), 10):
            phone.edit_walk(doc, [fw.WalkEdit.CAPTURE_STOP(stop(marker)) for marker in Spied.MARKERS[first:first + 10]])
        meeting = phone.create_meeting(STAND["tenure"], "2027-03-03")
        phone.edit_meeting(meeting, [fw.MeetingEdit.EDIT_NOTES(type_in(marker)) for marker in Spied.MARKERS])
        print("all written", flush=True)


def stop(marker):
    return fw.NewStop(person=None, kind=fw.StopKind.NOTE, text=f"{marker} {marker}", tags=[marker], minutes=1, at=NOW)


def sync_for_ever(phone):
    while True:
        sync(phone)


if __name__ == "__main__":
    # The app that is killed.
    write_for_ever(*sys.argv[1:])
