# Short words of screens. A label is at most 48 letters wide.

## What a meeting is for
meeting-one-on-one = One-on-one
meeting-kick-off = First one-on-one
meeting-monthly-goals = Monthly goals
meeting-plan-review = Plan review
meeting-coaching = Coaching
meeting-group-coaching = Coaching in a group

## When a question is asked; the last three must not say how somebody does
block-rapport = Rapport
block-career = Career
block-feedback = Feedback
block-wellbeing = Wellbeing
block-kick-off = Getting started
block-closing = Before we part
block-worth-sharing = Something worth sharing
block-one-step-further = One step further
block-first-step = Finding a first step

## Why a meeting was not held
not-held-absence = Somebody was absent
not-held-leaver = Somebody has left

## How far something promised is
state-open = To do
state-doing = Under way
state-done = Done
state-dropped = Dropped together

## Who promised
side-agent = Agent
side-leader = Team leader

## What part of the work
area-business = Results
area-people = People
area-process = Process

## What a stop of a floor walk is about
stop-praise = Praise
stop-coach = Coach
stop-blocker = Blocker
stop-wellbeing = Wellbeing
stop-note = Note

## Feedback
feedback-praise = Praise
feedback-constructive = Something to do differently
source-own = I saw it myself
source-other-department = From another department
source-customer = From a customer
lack-example = An example is missing
lack-strength = A strength is missing

## How often two people meet
rhythm-weekly = Every week
rhythm-two-weekly = Every two weeks
rhythm-four-weekly = Every four weeks

## What somebody wants of a topic
backlog-topic = Topic
backlog-request = Request
backlog-idea = Idea
backlog-status = Status

## Goals
measure-kpi = A number from our reports
measure-count = Something we count
measure-behaviour = Something we can see or hear
goal-active = In progress
goal-reached = Reached
goal-not-reached = Not reached
goal-dropped = Dropped together
agreement-draft = Draft
agreement-proposed = Proposed
agreement-by-one = Agreed by one
agreement-agreed = Agreed
agreement-changed-since = Changed since agreement

## Plans
plan-improvement = Improvement plan
plan-development = Development plan
plan-growth = Growth plan
decision-go-on = Go on as planned
decision-adjust = Go on differently
decision-reached = Aim reached
decision-stop = Stop here
answer-trial = We try it first
answer-accepted = We do it
answer-later = Not now
answer-declined = We do not do it

## The leader's own view, never on a shared screen
tier-high = High
tier-steady = Steady
tier-low = Low, for now
diagnosis-skill = Skill
diagnosis-will = Will
diagnosis-both = Skill and will
diagnosis-environment = Tools, queue or health
diagnosis-not-known = Not known yet
tier-reasons = Why I think so
tier-evidence = What I saw
tier-change-mind = What would change my mind

## Where something is
label-on-this-phone = On this phone
label-on-the-server = On the server
label-not-accepted = Not accepted
label-copy-to-hand-over = Copy to the hand-over note
label-removed-under-policy = Removed under policy

## When two people edited
label-what-changed = What changed
label-edited-by-both = Edited by both
label-keep-mine = Keep mine
label-keep-theirs = Keep theirs
label-keep-as-is = Keep as it is
label-done-text-changed = Done · text changed since
label-restore = Restore
label-leave-removed = Leave it removed
label-free-for-both = Free for both?
label-similar = Similar?

## Meetings
label-planned = Planned
label-held = Held
label-moved = Moved
label-moved-late = Moved late
label-never-met = Not met yet
label-on-time = As agreed
label-soon = Due
label-late = Overdue
label-do-not-wait = Do not wait

## Goals, numbers and standards
label-one-sided = One-sided
label-unlinked = Supports no team goal yet
label-adjusted = Adjusted
label-improvement = Better
label-decline = Worse
label-unchanged = Unchanged
label-incomplete = Incomplete
label-earlier-version = Read an earlier version
label-too-few = Too few people to show
label-strength-skipped = Left out on purpose

## Care
label-worth-a-conversation = Worth a conversation
label-kept-private = Only for me
label-shared-with-leader = Shared with my team leader
label-required = Needed

## Where a person is in joining
label-stage-new = New
label-stage-developing = Finding their feet
label-stage-established = At home in the work

## How a team does things, support, and who sees a document
practice-team-data = Team data session
practice-evaluation = Evaluation
every-week = Every week
every-two-weeks = Every two weeks
every-month = Every month
every-quarter = Every quarter
every-half-year = Every half-year
support-counselling = Counselling
support-mentor = A mentor
support-workplace = Help with tools or workplace
support-other = Something else
taken-not-said = Not said
taken-no = Not taken
taken-yes = Taken
role-own = Author
role-member = Of the team
role-head = Head of operations
role-hr = HR partner
role-acting = Acting leader
role-party = Of the pair
role-predecessor = Led before
