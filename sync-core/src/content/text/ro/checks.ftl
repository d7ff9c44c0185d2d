# Verificarea unui obiectiv: cinci litere, aceleași în toate limbile, fiecare cu numele ei și cu ce se spune când lipsește.

letter-s = S
    .name = Specific
    .missing = Nu spune încă ce vrem să atingem.
letter-m = M
    .name = Măsurabil
    .missing = Nu spune încă cum vom măsura.
letter-a = A
    .name = Abordabil
    .missing = Nu spune încă ce va face cineva pentru el.
letter-r = R
    .name = Relevant
    .missing = Nu spune încă de ce contează.
letter-t = T
    .name = Încadrat în timp
    .missing = Nu spune încă până când.
