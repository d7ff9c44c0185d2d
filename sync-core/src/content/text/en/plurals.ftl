# How many of something. English has two forms.

days = { PLURAL($count) ->
    [one] { $count } day
   *[other] { $count } days
}
weeks = { PLURAL($count) ->
    [one] { $count } week
   *[other] { $count } weeks
}
hours = { PLURAL($count) ->
    [one] { $count } hour
   *[other] { $count } hours
}
minutes = { PLURAL($count) ->
    [one] { $count } minute
   *[other] { $count } minutes
}
people = { PLURAL($count) ->
    [one] { $count } person
   *[other] { $count } people
}
topics = { PLURAL($count) ->
    [one] { $count } topic
   *[other] { $count } topics
}
steps = { PLURAL($count) ->
    [one] { $count } step
   *[other] { $count } steps
}
