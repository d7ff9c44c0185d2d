# The question bank. What people are asked, one question each. A question that is asked in a new way is a new question with a new id.

q-rap-1 = Ce ar face ca săptămâna de lucru să se potrivească mai bine cu viața dumneavoastră?
q-rap-2 = Ce v-a făcut plăcere în ultima vreme, în afara serviciului?
q-rap-3 = Ce mic necaz de aici aș putea să îl rezolv eu?
q-rap-4 = Când vă simțiți cel mai în largul dumneavoastră în tură?
q-rap-5 = Cum preferați să vă întreb ce mai faceți într-o zi aglomerată?

q-car-1 = Ce fel de muncă sperați să faceți peste câțiva ani?
q-car-2 = Care dintre punctele dumneavoastră forte este prea puțin folosit?
q-car-3 = Ce abilitate ați vrea să exersați luna viitoare?
q-car-4 = Ce lucru nou ați putea încerca aici?
q-car-5 = De la cine ați dori să învățați?

q-fb-1 = Cum a decurs acea discuție, din punctul dumneavoastră de vedere?
q-fb-2 = Ce parte ați păstra exact la fel?
q-fb-3 = Ce ați încerca altfel data viitoare?
q-fb-4 = Ce ar trebui să schimb eu ca să fie mai ușor?
q-fb-5 = Cum vi s-a părut felul în care am introdus această schimbare?

q-wb-1 = Ce v-a preocupat săptămâna aceasta?
q-wb-2 = Ce v-a dat energie și ce v-a luat-o?
q-wb-3 = De ce sunteți mândru sau mândră de la ultima discuție?
q-wb-4 = Volumul de lucru este potrivit, prea mare sau prea mic?
q-wb-5 = Ce nu v-am întrebat și ar fi trebuit?

q-ko-1 = Ce ar trebui să vă ofere aceste întâlniri?
q-ko-2 = Cum preferați să primiți laude și cum critici?
q-ko-3 = Ce așteptați de la mine ca lider?
q-ko-4 = Ce ar trebui să pregătească fiecare dintre noi, de fiecare dată?

q-share-1 = Cum obțineți acest rezultat, pas cu pas?
q-share-2 = Ați dori să arătați și altora, și sub ce formă?

q-further-1 = Ce vă ajută să vă atingeți obiectivele lună de lună?
q-further-2 = Ce sprijin v-ar duce cu un pas mai departe?

q-step-1 = Ce parte este greu de făcut și ce parte este greu de dorit?
q-step-2 = Care credeți că ar putea fi primul pas?

q-cl-1 = Ce a promis fiecare dintre noi și până când?
q-cl-2 = La ce ne uităm mai întâi data viitoare?
