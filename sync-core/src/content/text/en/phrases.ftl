# Sentences with names, numbers and days in them.

## When two people edited
wrote-while-away = { PLURAL($lines) ->
    [one] { $name } wrote { $lines } line while you were away
   *[other] { $name } wrote { $lines } lines while you were away
}
two-values = { $mine } (you) · { $theirs } ({ $name })
removed-while-edited = { $name } removed this while you edited it
agreed-to-version = { $changes ->
    [0] agreed to the version of { $day }
   *[other] { PLURAL($changes) ->
        [one] agreed to the version of { $day }, { $changes } change since
       *[other] agreed to the version of { $day }, { $changes } changes since
    }
}
acknowledged-before = { PLURAL($changes) ->
    [one] acknowledged before { $changes } change
   *[other] acknowledged before { $changes } changes
}
about-time = about { $time } (phone clock off)
changed-since-looked = { PLURAL($changes) ->
    [one] { $changes } change since you last looked
   *[other] { $changes } changes since you last looked
}
not-sent-yet = { PLURAL($changes) ->
    [one] { $changes } change not sent yet
   *[other] { $changes } changes not sent yet
}

## Meetings
one-on-one-with = 1:1 with { $name }
since-last-meeting = { $days ->
    [0] one-on-one today
   *[other] { PLURAL($days) ->
        [one] { $days } day since the last one-on-one
       *[other] { $days } days since the last one-on-one
    }
}
moved-with-notice = { PLURAL($hours) ->
    [one] moved with { $hours } hour's notice
   *[other] moved with { $hours } hours' notice
}
second-away = { $name } already has a one-on-one in this half-hour; your team keeps to { $limit } at a time
plan-too-soon = { $held ->
    [0] You have not held an ordinary one-on-one yet. A plan works only on top of an existing relationship.
   *[other] { PLURAL($held) ->
        [one] You have held { $held } ordinary one-on-one so far. A plan works only on top of an existing relationship.
       *[other] You have held { $held } ordinary one-on-ones so far. A plan works only on top of an existing relationship.
    }
}
meetings-held = { $held } of { $due } held
came-up-in = { PLURAL($meetings) ->
    [one] came up in { $times } of the last { $meetings } meeting
   *[other] came up in { $times } of the last { $meetings } meetings
}

## What is late, and where time goes
overdue-by = { PLURAL($days) ->
    [one] overdue by { $days } day
   *[other] overdue by { $days } days
}
no-contact-for = { PLURAL($days) ->
    [one] no contact for { $days } day
   *[other] no contact for { $days } days
}
time-went-to = { PLURAL($people) ->
    [one] { $percent } of the time went to { $people } person
   *[other] { $percent } of the time went to { $people } people
}

## Goals, standards and feedback
version-was-read = { $asked ->
    [0] { $read } of { $all } read the version of { $day }
   *[other] { PLURAL($asked) ->
        [one] { $read } of { $all } read the version of { $day }, { $asked } asked a question
       *[other] { $read } of { $all } read the version of { $day }, { $asked } asked a question
    }
}
goals-one-sided = { $percent } of goals are one-sided
next-steps-by-agents = { $percent } of next steps were proposed by agents
