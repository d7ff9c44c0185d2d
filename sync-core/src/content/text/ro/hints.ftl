# Una sau două propoziții lângă ceea ce face cineva. Un indiciu nu oprește pe nimeni.

hint-monday-or-friday = Lunea și vinerea sunt adesea agitate. Vi s-ar potrivi amândurora o zi de la mijlocul săptămânii?
hint-mostly-status = Mai mult de jumătate dintre subiecte țin de stadiu. Le puteți muta în lista comună și păstra acest timp pentru discuție.
hint-private-note = Privat față de colegi. Poate fi dezvăluit acestei persoane dacă legea o cere.
hint-strength-first = Ce face bine această persoană aici? Spus întâi, restul se aude mai ușor. Puteți omite.
hint-example-missing = Adăugați un exemplu sau o trimitere la un apel. Fără el rămâne o ciornă.
hint-ask-do-not-tell = Întrebați întâi care ar putea fi pasul următor, apoi notați a cui a fost ideea.
hint-busy-week = Zece minute într-o săptămână aglomerată ajută mai mult decât o discuție lungă după ea.
hint-goal-draft = Puteți salva obiectivul așa cum este. Pentru a-l conveni, are nevoie de literele care lipsesc.
hint-moved-three-times = Această întâlnire a fost mutată de trei ori la rând. Ce ar face ca o oră să rămână?
hint-only-problems = Ultimele trei contacte au fost toate despre probleme. Ați văzut ceva ce a mers bine?
hint-praise-balance = În ultimele patru săptămâni au fost mai puține laude decât critici. Ce a mers bine?
hint-team-names-nobody = Vorbiți despre cifrele echipei și nu numiți pe nimeni aflat sub o țintă. Cifrele fiecăruia își au locul în discuția unu la unu.
hint-hand-over-readable = Scrieți astfel încât persoana despre care este vorba să poată citi. Lăsați deoparte notițele private și motivele de sănătate.
hint-say-what-was-done = „Bravo” se uită repede. Spuneți ce a făcut persoana și ce a devenit posibil astfel.

## Lângă un cuvânt despre cum este cineva: ce se poate scrie în loc.
suggestion-effort = Acest cuvânt judecă persoana. Ce a rămas nefăcut sau s-a făcut târziu? De exemplu: „Două apeluri de revenire de marți sunt încă deschise.”
suggestion-ability = Acest cuvânt judecă persoana. Ce pas a lipsit sau nu a ieșit? De exemplu: „Rambursarea a fost trecută la altă comandă.”
suggestion-attitude = Acest cuvânt judecă persoana. Ce ați văzut sau auzit? De exemplu: „Ați vorbit de trei ori înainte ca clientul să termine.”
suggestion-character = Acest cuvânt judecă persoana. Ce s-a întâmplat și ce efect a avut? De exemplu: „Răspunsul promis nu a venit, iar clientul a sunat din nou.”
