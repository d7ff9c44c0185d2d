# The check of a goal: five letters, the same in all languages, each with its name and what to say when it is missing.

letter-s = S
    .name = Specific
    .missing = It does not say yet what is to be reached.
letter-m = M
    .name = Measurable
    .missing = It does not say yet how you will measure it.
letter-a = A
    .name = Achievable
    .missing = It does not say yet what somebody will do for it.
letter-r = R
    .name = Relevant
    .missing = It does not say yet why it matters.
letter-t = T
    .name = Timed
    .missing = It does not say yet until when.
