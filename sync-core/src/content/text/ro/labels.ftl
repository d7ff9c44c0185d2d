# Cuvintele scurte de pe ecrane. O etichetă are cel mult 48 de litere.

## Pentru ce este o întâlnire
meeting-one-on-one = Discuție unu la unu
meeting-kick-off = Prima discuție unu la unu
meeting-monthly-goals = Obiectivele lunii
meeting-plan-review = Revizuirea planului
meeting-coaching = Coaching
meeting-group-coaching = Coaching în grup

## Când se pune o întrebare; ultimele trei nu spun cum se descurcă cineva
block-rapport = Apropiere
block-career = Carieră
block-feedback = Feedback
block-wellbeing = Stare de bine
block-kick-off = La început de drum
block-closing = Înainte de încheiere
block-worth-sharing = Ceva ce merită arătat și altora
block-one-step-further = Încă un pas
block-first-step = Găsirea primului pas

## De ce nu a avut loc o întâlnire
not-held-absence = Cineva a lipsit
not-held-leaver = Cineva a plecat din echipă

## Cât de departe este ceva promis
state-open = De făcut
state-doing = În lucru
state-done = Gata
state-dropped = Lăsat deoparte de comun acord

## Cine a promis
side-agent = Agent
side-leader = Lider de echipă

## Ce parte a muncii
area-business = Rezultate
area-people = Oameni
area-process = Mod de lucru

## Despre ce este o oprire din turul de echipă
stop-praise = Laudă
stop-coach = De exersat
stop-blocker = Blocaj
stop-wellbeing = Stare de bine
stop-note = Notiță

## Feedback
feedback-praise = Laudă
feedback-constructive = De făcut altfel
source-own = Am văzut eu
source-other-department = De la alt departament
source-customer = De la un client
lack-example = Lipsește un exemplu
lack-strength = Lipsește un punct forte

## Cât de des se întâlnesc doi oameni
rhythm-weekly = Săptămânal
rhythm-two-weekly = O dată la două săptămâni
rhythm-four-weekly = O dată la patru săptămâni

## Ce dorește cineva de la un subiect
backlog-topic = Subiect
backlog-request = Cerere
backlog-idea = Idee
backlog-status = Stadiu

## Obiective
measure-kpi = Un număr din rapoarte
measure-count = Ceva ce numărăm
measure-behaviour = Ceva ce se vede sau se aude
goal-active = În desfășurare
goal-reached = Atins
goal-not-reached = Neatins
goal-dropped = Lăsat deoparte de comun acord
agreement-draft = Ciornă
agreement-proposed = Propus
agreement-by-one = Acceptat de o parte
agreement-agreed = Convenit
agreement-changed-since = Schimbat după acord

## Planuri
plan-improvement = Plan de îmbunătățire
plan-development = Plan de dezvoltare
plan-growth = Plan de creștere
decision-go-on = Continuăm ca până acum
decision-adjust = Continuăm altfel
decision-reached = Scop atins
decision-stop = Ne oprim aici
answer-trial = Încercăm mai întâi
answer-accepted = O facem
answer-later = Nu acum
answer-declined = Nu o facem

## Părerea proprie a liderului, niciodată pe un ecran comun
tier-high = Ridicat
tier-steady = Constant
tier-low = Scăzut, deocamdată
diagnosis-skill = Pricepere
diagnosis-will = Dorință
diagnosis-both = Pricepere și dorință
diagnosis-environment = Unelte, coadă sau sănătate
diagnosis-not-known = Nu se știe încă
tier-reasons = De ce cred asta
tier-evidence = Ce am văzut
tier-change-mind = Ce m-ar face să îmi schimb părerea

## Unde se află ceva
label-on-this-phone = Pe acest telefon
label-on-the-server = Pe server
label-not-accepted = Neacceptat
label-copy-to-hand-over = Copiază în nota de predare
label-removed-under-policy = Șters conform regulilor

## Când au scris doi oameni
label-what-changed = Ce s-a schimbat
label-edited-by-both = Modificat de amândoi
label-keep-mine = Păstrează varianta mea
label-keep-theirs = Păstrează varianta celuilalt
label-keep-as-is = Păstrează așa cum este
label-done-text-changed = Gata · text schimbat între timp
label-restore = Readu
label-leave-removed = Lasă șters
label-free-for-both = Liber pentru amândoi?
label-similar = Seamănă?

## Întâlniri
label-planned = Planificată
label-held = A avut loc
label-moved = Mutată
label-moved-late = Mutată târziu
label-never-met = Încă fără întâlnire
label-on-time = Cum s-a convenit
label-soon = La rând
label-late = Întârziată
label-do-not-wait = Nu poate aștepta

## Obiective, numere și standarde
label-one-sided = Doar o parte promite
label-unlinked = Încă fără obiectiv de echipă
label-adjusted = Adaptat
label-improvement = Mai bine
label-decline = Mai slab
label-unchanged = Neschimbat
label-incomplete = Incomplet
label-earlier-version = A citit o versiune mai veche
label-too-few = Prea puțini oameni pentru a arăta
label-strength-skipped = Omis intenționat

## Grijă
label-worth-a-conversation = Merită o discuție
label-kept-private = Doar pentru mine
label-shared-with-leader = Împărtășit cu liderul meu
label-required = Necesar

## Unde se află cineva după angajare
label-stage-new = La început
label-stage-developing = În acomodare
label-stage-established = Cu experiență

## Cum lucrează o echipă, sprijin și cine vede un document
practice-team-data = Ședință despre cifrele echipei
practice-evaluation = Evaluare
every-week = În fiecare săptămână
every-two-weeks = La două săptămâni
every-month = Lunar
every-quarter = Trimestrial
every-half-year = Semestrial
support-counselling = Consiliere
support-mentor = Însoțire de un mentor
support-workplace = Ajutor cu unelte sau locul de muncă
support-other = Altceva
taken-not-said = Nespus
taken-no = Nefolosit
taken-yes = Folosit
role-own = Autor
role-member = Din echipă
role-head = Șef de operațiuni
role-hr = Partener de resurse umane
role-acting = Lider înlocuitor
role-party = Din pereche
role-predecessor = Fostul lider
