#!/usr/bin/env python3
"""Whether an app reaches every verb: compares sync-core's public verbs with what mobile-ffi calls.

    mobile-ffi/verbs.py           prints the table; fails if a verb is reached by nothing and has no reason to be
    mobile-ffi/verbs.py --write   writes it to mobile-ffi/VERBS.md
    mobile-ffi/verbs.py --check   fails too if mobile-ffi/VERBS.md says something else
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "mobile-ffi" / "VERBS.md"

# Verbs that no app calls, and why.
REASONS = {
    "Replica::open": "what `Client::open` and `resume` are made of",
    "Replica::identity": "`Client::account` tells what an app may need of it",
    "Replica::suspend": "`Client::suspend` closes the store, which ends the driver too",
    "Replica::resume": "`Client::resume` opens the store anew",
    "Replica::subscribe": "`Client::observe` tells observers from a thread of their own",
    "Replica::is_wiped": "how every verb knows that this phone is nobody's any more",
    "Replica::is_last": "how `Client::suspend` knows that every file is closed",
    "Replica::edit": "one `edit_...` for each kind, with typed verbs",
    "Replica::read": "one record for each kind",
    "Replica::create": "one `create_...` for each kind, which makes the key",
    "Replica::with_authors": "in every record that has conflicts",
    "meeting::fill_last_month": "`Client::plan_monthly_goals` fills it in from the numbers on the phone",
    "insight::attention_of_team": "for who answers for teams: shares of enough people, which the server tells them",
    "insight::compliance_of_team": "as `attention_of_team`",
    "insight::mood_of_team": "as `attention_of_team`",
    "insight::overdue_of_team": "as `attention_of_team`",
    "insight::balance_of_team": "as `attention_of_team`",
    "insight::figures": "what the server makes for who answers for teams: `Client::team_figures`",
    "insight::occasions": "what calendars are written from: `Client::meeting_file`",
    "hand_over::add_brought": "`Client::bring_along` makes the text from the document itself",
    "Replica::add_sealed": "for replaying recorded writing; no app has sealed changes of its own",
}


def sources(*patterns):
    files = sorted(file for pattern in patterns for file in ROOT.glob(pattern))
    return "\n".join(file.read_text().split("#[cfg(test)]")[0] for file in files)


def kinds():
    """The kinds of documents, from sync-core's own list; one that is for tests alone has a `cfg` before it."""
    listed = re.search(r"^kinds!\((.*?)\);", (ROOT / "sync-core/src/coaching.rs").read_text(), re.M | re.S).group(1)
    return sorted(re.findall(r"\w+", re.sub(r"#\[cfg\(test\)\]\s*\w+", "", listed)))


def kind_verbs(kind):
    text = sources(f"sync-core/src/coaching/{kind}.rs", f"sync-core/src/coaching/{kind}/*.rs")
    edits = re.findall(r"^pub fn (\w+)\(\s*edit: &mut Edit", text, re.M)
    others = re.findall(r"^pub (?:const )?fn (new_key|key|view|changed_since_review)\(", text, re.M)
    return sorted(set(edits) | set(others))


def replica_verbs():
    text = sources("sync-core/src/replica.rs", "sync-core/src/replica/*.rs")
    bodies = re.findall(r"^impl Replica \{$(.*?)^\}$", text, re.M | re.S)
    return sorted(set(re.findall(r"^    pub (?:async )?fn (\w+)", "\n".join(bodies), re.M)))


def models():
    """The read models: what of `insight` is a function."""
    exported = re.findall(r"^pub use \w+::\{?(.*?)\}?;", (ROOT / "sync-core/src/insight.rs").read_text(), re.M | re.S)
    return sorted(re.findall(r"\b[a-z]\w*\b", ", ".join(exported)))


def rows():
    binding = sources("mobile-ffi/src/*.rs")
    for kind in kinds():
        for verb in kind_verbs(kind):
            yield f"{kind}::{verb}", bool(re.search(rf"\b{kind}::{verb}\(", binding))
    for model in models():
        yield f"insight::{model}", bool(re.search(rf"\binsight::{model}\b", binding))
    for verb in replica_verbs():
        is_called = re.search(rf"(replica\(\)\?|replica)\s*\.\s*{verb}\(", binding)
        yield f"Replica::{verb}", bool(is_called) and f"Replica::{verb}" not in REASONS


def table():
    lines = [
        "# Verbs of sync-core, and whether an app reaches them",
        "",
        "Written by `mobile-ffi/verbs.py --write`; `scripts/check.sh --only bindings` compares.",
        "",
        "| verb | reached | if not, why |",
        "| --- | --- | --- |",
    ]
    holes = []
    for verb, is_reached in rows():
        reason = "" if is_reached else REASONS.get(verb, "")
        lines.append(f"| `{verb}` | {'yes' if is_reached else 'no'} | {reason} |")
        if not is_reached and not reason:
            holes.append(verb)
    return "\n".join(lines) + "\n", holes


def main():
    text, holes = table()
    if "--write" in sys.argv:
        TABLE.write_text(text)
    elif "--check" in sys.argv:
        if TABLE.read_text() != text:
            raise SystemExit("mobile-ffi/VERBS.md is not what the sources say; write it with mobile-ffi/verbs.py --write")
    else:
        print(text, end="")
    if holes:
        raise SystemExit("no app reaches these, and no reason is given: " + ", ".join(holes))


if __name__ == "__main__":
    main()
