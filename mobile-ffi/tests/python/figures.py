"""What a phone's library costs: how long a phone with 1,000 documents takes to show a person's meetings after the app was
not running, and nothing of its file in memory. Run by scripts/phone-figures.sh."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mobile_ffi as fw
from suite import STAND, Wire, type_in

DOCUMENTS = 1_000
TIMES = 9
KEY = bytes(range(32))
DEVICE = bytes([7] * 32)
NOTES = "Felt rushed after the third call. 语速可以慢一点。 Vrea să încerce pauza de 2 secunde înainte de răspuns. "


def config(directory):
    return fw.Config(directory=directory, store_key=KEY, listens=False, user_agent="figures/1")


def opened(directory, is_cut=False):
    wire = Wire()
    wire.is_cut = is_cut
    return fw.Client.open(config(directory), wire, fw.DesktopKey(DEVICE).as_device_key())


def fill(directory):
    client = opened(directory)
    asyncio.run(client.enroll(STAND["leader"]["invitations"][0], "figures"))
    asyncio.run(client.sync(60_000, None))
    for number in range(DOCUMENTS):
        day = f"{2026 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        meeting = client.create_meeting(STAND["tenure"], day)
        topic = fw.NewTopic(section=fw.Section.CAREER, text="What would you like to learn?", question=None)
        client.edit_meeting(meeting, [fw.MeetingEdit.EDIT_NOTES(type_in(NOTES)), fw.MeetingEdit.ADD_AGENDA(topic)])
    while asyncio.run(client.sync(60_000, None)) != fw.SyncOutcome.UP_TO_DATE(pending=0):
        pass
    client.shutdown()


def forget(directory):
    """Takes the files out of the system's memory."""
    for file in Path(directory).iterdir():
        fd = os.open(file, os.O_RDONLY)
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(fd)


def show(directory):
    """As an app that was just started, without a network; prints what it measured."""
    start = time.perf_counter()
    client = opened(directory, is_cut=True)
    is_open = time.perf_counter()
    page = client.list(fw.DocumentKind.MEETINGS, 0, 50)
    listed = time.perf_counter()
    meeting = client.meeting(page.lines[0].doc)
    read = time.perf_counter()
    assert page.total == DOCUMENTS and meeting.notes.text
    print(json.dumps({"open": is_open - start, "list": listed - is_open, "read": read - listed, "all": listed - start}))


def main():
    with tempfile.TemporaryDirectory(prefix="floorwalk-figures-") as directory:
        fill(directory)
        size = sum(file.stat().st_size for file in Path(directory).iterdir())
        print(f"a store of {DOCUMENTS:,} meetings: {size / 1e6:.1f} MB, encrypted")
        rounds = []
        for _ in range(TIMES):
            forget(directory)
            done = subprocess.run([sys.executable, "-B", __file__, directory], stdout=subprocess.PIPE, check=True)
            rounds.append(json.loads(done.stdout))
        for name, words in (("open", "opening it"), ("list", "listing the person's meetings"),
                            ("all", "both: what a person waits for"), ("read", "then reading one meeting")):
            ms = sorted(1_000 * one[name] for one in rounds)
            print(f"{words:<32} median {ms[TIMES // 2]:6.1f} ms, slowest of {TIMES} {ms[-1]:6.1f} ms")


if __name__ == "__main__":
    main() if len(sys.argv) == 1 else show(sys.argv[1])
