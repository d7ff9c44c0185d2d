# Cards: a title and a short text. Each line of a text is a paragraph of its own.

## Before first use. At most 79 words.
card-what-is-stored = What is stored, and who sees it
    .text =
        Meetings, goals, feedback and plans are kept on your phone and your organisation's server. The agent and team leader concerned read them.
        Heads of operations see counts and goal titles. HR sees finished evaluations and what is shared with it.
        Mood stays private until shared. Private notes are for their author, and disclosed to the person concerned only if the law requires.
        Nobody is rated automatically. You can export your data.

## Standards and monthly goals. Support comes first, then recognition, then everything else.
card-consequences = What follows from results
    .text =
        Support first: whoever misses a target gets time, practice and help, and we look together at what gets in the way.
        Then recognition: whoever reaches a target, or helps others to reach theirs, hears it, and the team hears it if they like.
        If something stays hard in spite of help, people talk about it and people decide. Nothing follows from a number alone.

## In a meeting
card-private-place = A place and a time to talk
    .text =
        Choose a place where nobody listens in and nobody walks through. If one of you is elsewhere, use video, so that you can see each other.
        The middle of the week is calmer than Monday or Friday. Put your phone away, except for your notes.
card-busy-week = Busy weeks need more talks, not fewer
    .text =
        When the queue is long, people have more to carry and fewer chances to say so. Do not skip the talk: make it shorter.
        Ten minutes are enough for three things: how are you, what is in your way, what do we promise each other.
        If the time does not fit, move it to an earlier one rather than a later one.
card-not-discipline = A plan to help, not a warning
    .text =
        This plan is there to make something easier. It is no warning, no file against anybody and no step towards one.
        It works where two people already talk regularly. If you hardly know each other yet, begin with ordinary one-on-ones.
        Both of you have steps in it, and both can be late.

## Library
card-listening = How to listen
    .text =
        Let the other person finish, and wait a moment longer than feels natural.
        Say in your own words what you understood, and ask whether you got it right.
        Ask open questions, which begin with what or how. "Why" easily sounds like a reproach.
        Do not solve it at once. Ask first: do you want advice, help, or somebody who listens?
card-behaviour-feedback = Feedback about what was done
    .text =
        Speak about one situation, soon after it happened: when was it, and where?
        Say what you saw or heard, as a camera would have recorded it. Leave out words such as "always", "never" and words for what somebody is like.
        Say what it did: for the customer, for a colleague, for you.
        Then ask: how do you see it? Let the other person find the next step, and offer your help with it.
        Begin with something the person does well, and mean it.
card-silence = How to leave silence
    .text =
        After a question about how somebody is, count slowly to ten in your head. Do not fill the gap, and do not rephrase.
        Silence is thinking time. What comes after it is often what matters.
        If nothing comes, say that this is fine, and that the door stays open.
        Nothing has to be written down.
card-find-support = Where to find support
    .text =
        You need not carry everything alone, and neither does anybody in your team.
        Speak with your team leader, with somebody you trust, or with the contacts that your organisation has listed in the library: counselling, doctor, HR partner, employee representatives.
        If somebody is in danger, call the emergency number of your country at once.
        You need not give reasons, and nobody has to write down an illness here.

## Direct and caring
card-say-soon = Say it soon
    .text =
        What you noticed today is easy to talk about tomorrow, and hard to talk about in a month.
        Waiting is not kind: the other person goes on without knowing, and you grow impatient.
card-care-first = Show that you are on their side
    .text =
        Clear words are heard when it is clear why you say them. Say it: I want this to go well for you.
        Know what matters to this person before you tell them what should change.
        Care without clarity leaves people alone with the problem; clarity without care leaves them alone with you.
card-ask-first = Ask before you tell
    .text =
        Ask how the other person sees it before you say how you see it. Often they know already.
        You may have seen only a part. Ask what you could not see.
        A step that somebody found themselves is a step they take.
card-one-thing = One thing at a time
    .text =
        Choose the one thing that would change most. Three things at once are remembered as "nothing is right".
        Say it plainly and stop. Do not wrap it in so much praise that nobody finds it.
        Do it in private. Praise may have an audience; criticism may not.
card-take-it-too = Ask for it yourself
    .text =
        Ask: what should I do differently? Then listen without defending yourself, and say thank you.
        Change one thing, visibly. Whoever sees that their words count will listen to yours.
