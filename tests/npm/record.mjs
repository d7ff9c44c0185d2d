// Records what people do with the npm package: documents of several actors, as the changes that the package itself makes.
// Everything follows from SEED, so the same version of the package records the same bytes. See README.md.
import * as A from "@automerge/automerge"
import { writeFileSync } from "node:fs"
import { edits, begin } from "./edits.mjs"
import { Dice } from "./dice.mjs"

const SEED = 20260318
const DOCUMENTS = 30
const CHANGES = 44
const BEGUN_AT_SECONDS = 1_773_824_400

/** Sixteen bytes, as long as actors of ours. */
const actorOf = (document, number) => `${document.toString(16).padStart(2, "0")}${number.toString(16).padStart(2, "0")}`.repeat(8)

/** When, and sometimes why; people have wrong clocks, and long reasons. */
function optionsOf(dice, step) {
  const time = BEGUN_AT_SECONDS + step * 7
  return dice.pick([{ time }, { time }, { time: 0 }, { time: -time }, { time, message: `edit ${step} 编辑 ✏️` }])
}

/** One change by one of the copies; some people do several things at once. */
function write(copy, dice, step) {
  const options = optionsOf(dice, step)
  if (dice.happens(4)) return A.emptyChange(copy, options)
  return A.change(copy, options, (doc) => {
    for (let times = dice.pick([1, 1, 1, 2, 3]); times > 0; times--) dice.pick(edits)(doc, dice)
    doc.steps = step
  })
}

function beginDocument(number) {
  const first = A.init({ actor: actorOf(number, 0) })
  return A.change(first, { time: 0 }, begin)
}

/** The changes of one document, each after what it builds on. */
function record(number) {
  const dice = new Dice(SEED + number)
  const first = beginDocument(number)
  const people = 1 + (number % 6)
  const copies = Array.from({ length: people }, (_, person) => A.clone(first, { actor: actorOf(number, person + 1) }))
  for (let step = 1; step < CHANGES; step++) {
    const who = dice.below(people)
    const other = dice.below(people)
    if (other !== who && dice.happens(35)) copies[who] = A.merge(copies[who], copies[other])
    copies[who] = write(copies[who], dice, step)
  }
  return A.getAllChanges(copies.reduce((all, copy) => A.merge(all, copy)))
}

/** A document is the number of its changes, then each with its length; numbers have four bytes, the lowest first. */
function encode(changes) {
  const number = (value) => new Uint8Array(new Uint32Array([value]).buffer)
  return [number(changes.length), ...changes.flatMap((change) => [number(change.length), change])]
}

const documents = Array.from({ length: DOCUMENTS }, (_, number) => record(number))
const bytes = Buffer.concat(documents.flatMap(encode))
writeFileSync(process.argv[2], bytes)
console.log(`${documents.flat().length} changes of ${documents.length} documents, ${bytes.length} bytes`)
