# Cartonașe: un titlu și un text scurt. Fiecare rând al textului este un paragraf.

## Înainte de prima folosire. Cel mult 79 de cuvinte.
card-what-is-stored = Ce se păstrează și cine vede
    .text =
        Întâlnirile, obiectivele, feedbackul și planurile se păstrează pe telefonul dumneavoastră și pe serverul organizației. Le citesc agentul și liderul de echipă în cauză.
        Șefii de operațiuni văd numărători și titluri de obiective. HR vede evaluările încheiate și ce i se împărtășește.
        Dispoziția rămâne privată până o împărtășiți. Notițele private sunt doar ale autorului; legea poate cere dezvăluirea lor persoanei vizate.
        Nimeni nu este notat automat. Vă puteți vedea și exporta datele.

## Standarde și obiective lunare. Întâi sprijinul, apoi recunoașterea, apoi restul.
card-consequences = Ce urmează după rezultate
    .text =
        Întâi sprijinul: cine nu atinge o țintă primește timp, exercițiu și ajutor, iar noi căutăm împreună ce stă în cale.
        Apoi recunoașterea: cine atinge o țintă sau îi ajută pe alții să o atingă pe a lor aude acest lucru, iar echipa îl aude dacă persoana dorește.
        Dacă ceva rămâne greu în ciuda ajutorului, oamenii discută și oamenii hotărăsc. Nimic nu decurge doar dintr-un număr.

## La o întâlnire
card-private-place = Un loc și un moment pentru discuție
    .text =
        Alegeți un loc în care nimeni nu ascultă și nimeni nu trece. Dacă unul dintre dumneavoastră este în altă parte, folosiți video, ca să vă puteți vedea.
        Mijlocul săptămânii este mai liniștit decât lunea sau vinerea. Lăsați telefonul deoparte, în afară de notițe.
card-busy-week = Săptămânile aglomerate cer mai multe discuții, nu mai puține
    .text =
        Când coada este lungă, oamenii au mai mult de dus și mai puține ocazii să o spună. Nu săriți peste discuție: faceți-o mai scurtă.
        Zece minute ajung pentru trei lucruri: cum vă simțiți, ce vă stă în cale, ce ne promitem.
        Dacă ora nu se potrivește, mutați discuția mai devreme, nu mai târziu.
card-not-discipline = Un plan de sprijin, nu un avertisment
    .text =
        Acest plan există ca ceva să devină mai ușor. Nu este un avertisment, nu este un dosar împotriva cuiva și nici un pas spre așa ceva.
        Funcționează acolo unde doi oameni vorbesc deja în mod obișnuit. Dacă abia vă cunoașteți, începeți cu discuții unu la unu obișnuite.
        Amândoi aveți pași în el și amândoi puteți întârzia.

## Bibliotecă
card-listening = Cum să ascultați
    .text =
        Lăsați-l pe celălalt să termine și așteptați o clipă mai mult decât vi se pare firesc.
        Spuneți cu cuvintele dumneavoastră ce ați înțeles și întrebați dacă ați înțeles bine.
        Puneți întrebări deschise, care încep cu „ce” sau „cum”. „De ce” sună ușor a reproș.
        Nu rezolvați imediat. Întrebați întâi: doriți un sfat, ajutor sau pe cineva care ascultă?
card-behaviour-feedback = Feedback despre ce s-a făcut
    .text =
        Vorbiți despre o singură situație, la scurt timp după ce s-a petrecut: când a fost și unde?
        Spuneți ce ați văzut sau auzit, așa cum ar fi înregistrat o cameră. Lăsați deoparte „mereu”, „niciodată” și cuvintele despre cum este cineva.
        Spuneți ce efect a avut: asupra clientului, a unui coleg, asupra dumneavoastră.
        Apoi întrebați: cum vedeți dumneavoastră? Lăsați-l pe celălalt să găsească pasul următor și oferiți-vă ajutorul.
        Începeți cu ceva ce persoana face bine și spuneți-o sincer.
card-silence = Cum să lăsați liniște
    .text =
        După o întrebare despre cum se simte cineva, numărați rar în gând până la zece. Nu umpleți pauza și nu reformulați.
        Liniștea este timp de gândire. Ce vine după ea este adesea ceea ce contează.
        Dacă nu vine nimic, spuneți că este în regulă și că ușa rămâne deschisă.
        Nu trebuie notat nimic.
card-find-support = Unde găsiți sprijin
    .text =
        Nu trebuie să duceți totul pe umeri, și nici cineva din echipa dumneavoastră.
        Vorbiți cu liderul de echipă, cu cineva în care aveți încredere sau cu persoanele pe care organizația le-a trecut în bibliotecă: consiliere, medic, partener HR, reprezentanții angajaților.
        Dacă cineva este în pericol, sunați imediat la numărul de urgență din țara dumneavoastră.
        Nu trebuie să dați motive și nimeni nu trebuie să scrie aici despre o boală.

## Direct și cu grijă
card-say-soon = Spuneți repede
    .text =
        Despre ce ați observat astăzi se vorbește ușor mâine și greu peste o lună.
        A aștepta nu înseamnă bunătate: celălalt continuă fără să știe, iar dumneavoastră vă pierdeți răbdarea.
card-care-first = Arătați că sunteți de partea celuilalt
    .text =
        Cuvintele clare sunt auzite când se știe de ce le spuneți. Rostiți-o: îmi doresc să vă fie bine în acest lucru.
        Aflați ce contează pentru această persoană înainte de a-i spune ce ar trebui schimbat.
        Grija fără claritate îl lasă pe om singur cu problema; claritatea fără grijă îl lasă singur în fața dumneavoastră.
card-ask-first = Întrebați înainte de a spune
    .text =
        Întrebați cum vede celălalt înainte de a spune cum vedeți dumneavoastră. Adesea știe deja.
        Poate ați văzut doar o parte. Întrebați ce nu ați putut vedea.
        Pasul pe care cineva l-a găsit singur este pasul pe care îl face.
card-one-thing = Un singur lucru o dată
    .text =
        Alegeți lucrul care ar schimba cel mai mult. Trei deodată rămân în minte ca „nimic nu e bine”.
        Spuneți-l simplu și opriți-vă. Nu îl înveliți în atâtea laude încât să nu îl mai găsească nimeni.
        Faceți-o între patru ochi. Lauda poate avea public; critica nu.
card-take-it-too = Cereți și dumneavoastră
    .text =
        Întrebați: ce ar trebui să fac altfel? Apoi ascultați fără să vă apărați și mulțumiți.
        Schimbați un lucru, la vedere. Cine vede că vorbele sale contează le va asculta și pe ale dumneavoastră.
