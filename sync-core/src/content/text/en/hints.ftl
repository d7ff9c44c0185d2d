# One or two sentences beside what somebody is doing. A hint never stops anybody.

hint-monday-or-friday = Mondays and Fridays are often restless. Would a day in the middle of the week suit you both?
hint-mostly-status = More than half of these topics are status. You could move them to the shared list and keep this time for talking.
hint-private-note = Private from colleagues. May be disclosed to this person if the law requires.
hint-strength-first = What is this person good at here? Naming it first makes the rest easier to hear. You can leave it out.
hint-example-missing = Add an example or a reference to a call. Without one it stays a draft.
hint-ask-do-not-tell = Ask first what the next step could be, then write down whose idea it was.
hint-busy-week = Ten minutes in a busy week help more than a long talk after it.
hint-goal-draft = You can save the goal as it is. To agree on it, it needs the letters that are missing.
hint-moved-three-times = This meeting was moved three times in a row. What would make a time hold?
hint-only-problems = The last three contacts were all about problems. Did you see something that went well?
hint-praise-balance = There was less praise than criticism in the last four weeks. What went well?
hint-team-names-nobody = Speak about the team's numbers and name nobody who is below a target. Individual numbers belong in a one-on-one.
hint-hand-over-readable = Write it so that the person it is about can read it. Leave out private notes and reasons of health.
hint-say-what-was-done = "Well done" is soon forgotten. Say what the person did and what it made possible.

## Beside a word about what somebody is like: what to write instead.
suggestion-effort = This judges the person. What was left undone, or done late? For example: "Two call-backs from Tuesday are still open."
suggestion-ability = This judges the person. Which step was missing or went wrong? For example: "The refund was booked on the wrong order."
suggestion-attitude = This judges the person. What did you see or hear? For example: "You spoke before the customer had finished, three times."
suggestion-character = This judges the person. What happened, and what did it do? For example: "The promised answer did not come, and the customer called again."
