# Propoziții cu nume, numere și zile în ele.

## Când au scris doi oameni
wrote-while-away = { PLURAL($lines) ->
    [one] { $name } a scris { $lines } rând cât ați lipsit
    [few] { $name } a scris { $lines } rânduri cât ați lipsit
   *[other] { $name } a scris { $lines } de rânduri cât ați lipsit
}
two-values = { $mine } (dumneavoastră) · { $theirs } ({ $name })
removed-while-edited = { $name } a șters acest lucru în timp ce îl modificați
agreed-to-version = { $changes ->
    [0] de acord cu versiunea din { $day }
   *[other] { PLURAL($changes) ->
        [one] de acord cu versiunea din { $day }, { $changes } schimbare de atunci
        [few] de acord cu versiunea din { $day }, { $changes } schimbări de atunci
       *[other] de acord cu versiunea din { $day }, { $changes } de schimbări de atunci
    }
}
acknowledged-before = { PLURAL($changes) ->
    [one] confirmat înainte de { $changes } schimbare
    [few] confirmat înainte de { $changes } schimbări
   *[other] confirmat înainte de { $changes } de schimbări
}
about-time = pe la { $time } (ceasul telefonului este greșit)
changed-since-looked = { PLURAL($changes) ->
    [one] { $changes } schimbare de când v-ați uitat
    [few] { $changes } schimbări de când v-ați uitat
   *[other] { $changes } de schimbări de când v-ați uitat
}
not-sent-yet = { PLURAL($changes) ->
    [one] { $changes } schimbare încă netrimisă
    [few] { $changes } schimbări încă netrimise
   *[other] { $changes } de schimbări încă netrimise
}

## Întâlniri
one-on-one-with = 1:1 cu { $name }
since-last-meeting = { $days ->
    [0] discuție unu la unu astăzi
   *[other] { PLURAL($days) ->
        [one] { $days } zi de la ultima discuție unu la unu
        [few] { $days } zile de la ultima discuție unu la unu
       *[other] { $days } de zile de la ultima discuție unu la unu
    }
}
moved-with-notice = { PLURAL($hours) ->
    [one] mutată cu { $hours } oră înainte
    [few] mutată cu { $hours } ore înainte
   *[other] mutată cu { $hours } de ore înainte
}
second-away = { $name } are deja o discuție unu la unu în această jumătate de oră; echipa ține la { $limit } o dată
plan-too-soon = { $held ->
    [0] Încă nu ați avut nicio discuție unu la unu obișnuită. Un plan funcționează doar pe baza unei relații care există deja.
   *[other] { PLURAL($held) ->
        [one] Ați avut până acum { $held } discuție unu la unu obișnuită. Un plan funcționează doar pe baza unei relații care există deja.
        [few] Ați avut până acum { $held } discuții unu la unu obișnuite. Un plan funcționează doar pe baza unei relații care există deja.
       *[other] Ați avut până acum { $held } de discuții unu la unu obișnuite. Un plan funcționează doar pe baza unei relații care există deja.
    }
}
meetings-held = { $held } din { $due } au avut loc
came-up-in = { PLURAL($meetings) ->
    [one] a apărut în { $times } din ultima { $meetings } întâlnire
    [few] a apărut în { $times } din ultimele { $meetings } întâlniri
   *[other] a apărut în { $times } din ultimele { $meetings } de întâlniri
}

## Ce întârzie și unde se duce timpul
overdue-by = { PLURAL($days) ->
    [one] întârziat cu { $days } zi
    [few] întârziat cu { $days } zile
   *[other] întârziat cu { $days } de zile
}
no-contact-for = { PLURAL($days) ->
    [one] fără contact de { $days } zi
    [few] fără contact de { $days } zile
   *[other] fără contact de { $days } de zile
}
time-went-to = { PLURAL($people) ->
    [one] { $percent } din timp a mers către { $people } persoană
    [few] { $percent } din timp a mers către { $people } persoane
   *[other] { $percent } din timp a mers către { $people } de persoane
}

## Obiective, standarde și feedback
version-was-read = { $asked ->
    [0] versiunea din { $day } a fost citită de { $read } din { $all }
   *[other] { PLURAL($asked) ->
        [one] versiunea din { $day } a fost citită de { $read } din { $all }, { $asked } întrebare
        [few] versiunea din { $day } a fost citită de { $read } din { $all }, { $asked } întrebări
       *[other] versiunea din { $day } a fost citită de { $read } din { $all }, { $asked } de întrebări
    }
}
goals-one-sided = La { $percent } din obiective promite doar o parte
next-steps-by-agents = { $percent } din pașii următori au fost propuși de agenți
