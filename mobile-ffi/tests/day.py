"""The floor-walk day before it begins: an organisation of its own with a leader and twelve agents, taken in from a roster, and the
numbers of last week, as a spreadsheet in Romania wrote them. For stand.py.

day.json says who they are, what the leader sees on her walk, and what screens say on that day in each language. Everything else is
typed as an operator types it.
"""

import csv
import datetime
import json
import re
import zoneinfo
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Of the week that begins on Monday, 2 March 2026.
WEEK = HERE.parents[1] / "server" / "tests" / "data" / "metrics" / "B-ro-excel-utf8-bom.csv"
WEEK_OF = datetime.date(2026, 3, 2)


class Day:
    def __init__(self, stand):
        self.stand = stand
        self.told = json.loads((HERE / "day.json").read_text())
        self.monday = last_monday(self.told["time_zone"])

    def prepare(self):
        """What `day` says in PHONE_STAND."""
        leader = self.told["leader"]
        first = ["--person", leader["name"], "--language", leader["language"]]
        org = self.stand.office("init", "--organisation", self.told["organisation"], *first)["organisation"]
        self.stand.office("import", "roster", self.roster(), "--org", org)
        self.stand.office("import", "metrics", self.week(), "--source", "nice", "--org", org)
        pairs = {pair["agent"]["name"]: pair for pair in self.stand.office("tenure", "list", "--org", org)}
        agents = [self.agent(agent, pairs[agent["name"]], org) for agent in self.told["agents"]]
        leads = pairs[self.told["agents"][0]["name"]]["leader"]
        return {
            "leader": {"name": leads["name"], **self.stand.invited(leads["id"], 1, "--org", org)},
            "agents": agents,
            "monday": self.monday.isoformat(),
            "sunday": (self.monday + datetime.timedelta(days=6)).isoformat(),
            **{name: self.told[name] for name in ("stops", "kinds", "words")},
        }

    def agent(self, agent, pair, org):
        invited = self.stand.invited(pair["agent"]["id"], 1, "--org", org)
        return {"name": agent["name"], "tier": agent["tier"], "tenure": pair["id"], **invited}

    def roster(self):
        file = self.stand.directory / "roster.csv"
        leader = self.told["leader"]
        where = [self.told["team"], self.told["time_zone"], leader["staff_number"]]
        with file.open("w", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(["name", "language", "staff number", "team", "time zone", "leader"])
            rows.writerow([leader["name"], leader["language"], leader["staff_number"], "", "", ""])
            rows.writerows([agent["name"], agent["language"], agent["staff_number"], *where] for agent in self.told["agents"])
        return str(file)

    def week(self):
        """The spreadsheet, as if it were of last week."""
        file = self.stand.directory / "week.csv"
        later = self.monday - WEEK_OF

        def moved(day):
            date = datetime.datetime.strptime(day.group(), "%d.%m.%Y").date() + later
            return f"{date:%d.%m.%Y}"

        said = WEEK.read_bytes().decode("utf-8")
        file.write_bytes(re.sub(r"^\d\d\.\d\d\.\d{4}", moved, said, flags=re.M).encode("utf-8"))
        return str(file)


def last_monday(time_zone):
    today = datetime.datetime.now(zoneinfo.ZoneInfo(time_zone)).date()
    return today - datetime.timedelta(days=today.weekday() + 7)
