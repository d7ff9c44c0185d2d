# Câte sunt. Româna are trei forme: 1 zi, 2 zile, 20 de zile.

days = { PLURAL($count) ->
    [one] { $count } zi
    [few] { $count } zile
   *[other] { $count } de zile
}
weeks = { PLURAL($count) ->
    [one] { $count } săptămână
    [few] { $count } săptămâni
   *[other] { $count } de săptămâni
}
hours = { PLURAL($count) ->
    [one] { $count } oră
    [few] { $count } ore
   *[other] { $count } de ore
}
minutes = { PLURAL($count) ->
    [one] { $count } minut
    [few] { $count } minute
   *[other] { $count } de minute
}
people = { PLURAL($count) ->
    [one] { $count } persoană
    [few] { $count } persoane
   *[other] { $count } de persoane
}
topics = { PLURAL($count) ->
    [one] { $count } subiect
    [few] { $count } subiecte
   *[other] { $count } de subiecte
}
steps = { PLURAL($count) ->
    [one] { $count } pas
    [few] { $count } pași
   *[other] { $count } de pași
}
