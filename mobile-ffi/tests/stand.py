#!/usr/bin/env -S python3 -B
"""A real server with a team on it, for the suites of all languages.

    mobile-ffi/tests/stand.py COMMAND ...

Starts the server on a private Postgres and a free port, adds a leader, an agent and an agent of another leader, beside them
the team of the floor-walk day (day.py), and runs the command with PHONE_STAND in its environment. The words @leader and @agent
in the command stand for an invitation of each. PHONE_STAND is the name of a JSON file with

    url         where the server is
    tenure      the pair of leader and agent
    leader, agent, stranger     {"id": ..., "invitations": [link, ...]}: each link enrols one phone
    office      the words that a command for the office begins with, to end a tenure or revoke a device
    day         the floor-walk day, in an organisation of its own: "leader" and "agents" with their "name" and one invitation each,
                the agents with their "tenure" and the leader's "tier" of them; "monday" and "sunday" of the week whose numbers
                were imported; the "stops" of the walk; how their "kinds" are called, and "words" that screens say, by language

FLOORWALK_SERVER names the server's program; target/debug/server unless told otherwise. The command's exit status is that
of this program.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from day import Day

ROOT = Path(__file__).resolve().parents[2]
PHONES_EACH = 60
# Taken out: the server refuses variables that look like its own.
NAMED = os.environ.pop("FLOORWALK_SERVER", None)


def program():
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return NAMED or str(target / "debug" / "server")


class Stand:
    def __init__(self, directory):
        self.directory = Path(directory)
        self.files = ["--data-dir", str(self.directory / "postgres"), "--vault", str(self.directory / "vault")]
        self.log = self.directory / "server.log"
        self.process = None
        self.url = None

    def start(self):
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([program(), "serve", "--listen", "127.0.0.1:0", "--figures-every", "1", *self.files], stderr=log)
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            said = re.search(r"listening address=(\S+)\s", self.log.read_text())
            if said:
                self.url = f"http://{said.group(1)}"
                return
            time.sleep(0.05)
        raise SystemExit(f"the server did not come up:\n{self.log.read_text()}")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)

    def office(self, *words):
        done = subprocess.run([program(), *words, *self.files, "--json"], stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    def hire(self, name, language):
        return self.office("user", "add", name, "--language", language)["id"]

    def describe(self):
        first = ["--organisation", "Sunrise Support", "--person", "Maria Ionescu"]
        org = self.office("init", *first)["organisation"]
        self.office("team", "add", "Evening shift", "--time-zone", "Europe/Bucharest")
        self.hire("Andrei Popa", "ro")
        self.hire("李娜", "zh")
        self.hire("John Smith", "en")
        self.hire("Olga Rusu", "ro")
        self.hire("Hanna Weber", "en")
        people = {row["name"]: row["id"] for row in listed(self.office("user", "list"))}

        def pair(leader, agent):
            names = ["--team", "Evening shift", "--leader", people[leader], "--agent", people[agent]]
            return self.office("tenure", "start", *names)["id"]

        tenure = pair("Maria Ionescu", "Andrei Popa")
        pair("John Smith", "李娜")
        self.office("appointment", "start", "--person", people["Olga Rusu"], "--office", "head")
        self.office("appointment", "start", "--person", people["Hanna Weber"], "--office", "hr", "--team", "Evening shift")
        return {
            "url": self.url,
            "tenure": tenure,
            "leader": self.invited(people["Maria Ionescu"]),
            "agent": self.invited(people["Andrei Popa"]),
            "stranger": self.invited(people["李娜"]),
            "head": self.invited(people["Olga Rusu"]),
            "hr": self.invited(people["Hanna Weber"]),
            "office": [program(), *self.files, "--org", org],
            "day": Day(self).prepare(),
        }

    def invited(self, person, phones=PHONES_EACH, *of):
        # All in one call: the program takes a tenth of a second of the processor to come up.
        made = self.office("invite", *[person] * phones, "--public-url", self.url, *of)
        return {"id": person, "invitations": [one["link"] for one in (made if phones > 1 else [made])]}


def listed(answer):
    return answer if isinstance(answer, list) else next(rows for rows in answer.values() if isinstance(rows, list))


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory(prefix="floorwalk-stand-") as directory:
        # As root, Postgres runs under another account, which must reach its files.
        os.chmod(directory, 0o711)
        stand = Stand(directory)
        stand.start()
        try:
            told = Path(directory) / "stand.json"
            described = stand.describe()
            told.write_text(json.dumps(described))
            links = {f"@{person}": described[person]["invitations"][-1] for person in ("leader", "agent")}
            words = [links.get(word, word) for word in sys.argv[1:]]
            status = subprocess.run(words, env={**os.environ, "PHONE_STAND": str(told)}).returncode
        finally:
            stand.stop()
    raise SystemExit(status)


if __name__ == "__main__":
    main()
