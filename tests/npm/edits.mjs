// What people do to a document, everything that the package offers for it.
import * as A from "@automerge/automerge"

const WORDS = ["plan ", "懒惰 ", "👋", "👩‍👩‍👧 ", "ș ț ă ", "e\u0301", "你好，世界", "\n", "x", "🇷🇴", "𝒳", "long enough to be several operations "]
const MARKS = ["bold", "italic", "link", "comment:7"]
const EXPAND = ["before", "after", "both", "none"]
const DAY_MS = 86_400_000

export function begin(doc) {
  doc.title = new A.ImmutableString("一对一 1:1")
  doc.notes = ""
  doc.rich = "A heading and a paragraph 🙂"
  doc.map = {}
  doc.list = ["first", 2, null]
  doc.board = [["a"], []]
  doc.tally = new A.Counter(3)
  doc.tallies = [new A.Counter()]
  doc.when = new Date(1_773_824_400_000)
}

const valueOf = (dice) =>
  dice.pick([
    () => dice.below(1000) - 500,
    () => dice.below(1000) / 8,
    () => Number.MAX_SAFE_INTEGER,
    () => new A.Int(-dice.below(99)),
    () => new A.Uint(dice.below(99)),
    () => new A.Float64(dice.below(99)),
    () => dice.happens(50),
    () => null,
    () => dice.pick(WORDS),
    () => new A.ImmutableString(dice.pick(WORDS)),
    () => new Date(dice.below(20_000) * DAY_MS),
    () => new Uint8Array([dice.below(256), 0, 255]),
    () => new A.Counter(dice.below(9)),
    () => ({}),
    () => [],
    () => ({ who: "阿达", due: new Date(0), tags: ["a", ["b"]], done: false }),
  ])()

/** Deletes nothing of half a character: places are counted in UTF-16 units, as everywhere in this language. */
function placeIn(text, dice) {
  let at = dice.below(text.length + 1)
  if (at > 0 && at < text.length && /[\uDC00-\uDFFF]/.test(text[at])) at--
  return at
}

function rangeIn(text, dice) {
  const [one, other] = [placeIn(text, dice), placeIn(text, dice)]
  return { start: Math.min(one, other), end: Math.max(one, other) }
}

const KEYS = ["mood", "goal", "目标", "", "🎯", "a longer key with blanks"]

export const edits = [
  function type(doc, dice) {
    A.splice(doc, ["notes"], placeIn(doc.notes, dice), 0, dice.pick(WORDS))
  },
  function typeMore(doc, dice) {
    A.splice(doc, ["notes"], doc.notes.length, 0, dice.pick(WORDS) + dice.pick(WORDS))
  },
  function replace(doc, dice) {
    const { start, end } = rangeIn(doc.notes, dice)
    A.splice(doc, ["notes"], start, Math.min(end - start, 6), dice.pick(WORDS))
  },
  function rewrite(doc, dice) {
    A.updateText(doc, ["notes"], doc.notes.slice(0, 40).replaceAll("plan", "aim") + dice.pick(WORDS))
  },
  function format(doc, dice) {
    const { start, end } = rangeIn(doc.rich, dice)
    if (start === end) return
    A.mark(doc, ["rich"], { start, end, expand: dice.pick(EXPAND) }, dice.pick(MARKS), dice.pick([true, "https://例.org", 7, null, 1.5]))
  },
  function unformat(doc, dice) {
    const { start, end } = rangeIn(doc.rich, dice)
    if (start < end) A.unmark(doc, ["rich"], { start, end, expand: dice.pick(EXPAND) }, dice.pick(MARKS))
  },
  function typeRich(doc, dice) {
    A.splice(doc, ["rich"], placeIn(doc.rich, dice), dice.below(2) && 0, dice.pick(WORDS))
  },
  function splitBlock(doc, dice) {
    const block = { type: dice.pick(["paragraph", "heading", "list-item"]), parents: ["quote"], attrs: { level: dice.below(3) } }
    A.splitBlock(doc, ["rich"], placeIn(doc.rich, dice), block)
  },
  function changeBlock(doc, dice) {
    const at = doc.rich.indexOf("\ufffc")
    if (at < 0) return
    if (dice.happens(50)) A.joinBlock(doc, ["rich"], at)
    else A.updateBlock(doc, ["rich"], at, { type: "heading", parents: [], attrs: {} })
  },
  function respan(doc, dice) {
    A.updateSpans(doc, ["rich"], [
      { type: "block", value: { type: "paragraph", parents: [], attrs: {} } },
      { type: "text", value: dice.pick(WORDS) + "spans", marks: { bold: true } },
      { type: "text", value: dice.pick(WORDS) },
    ])
  },
  function put(doc, dice) {
    doc.map[dice.pick(KEYS)] = valueOf(dice)
  },
  function putDeep(doc, dice) {
    doc.map.deep ??= {}
    doc.map.deep[dice.pick(KEYS)] = valueOf(dice)
  },
  function remove(doc, dice) {
    delete doc.map[dice.pick(KEYS)]
  },
  function count(doc, dice) {
    if (dice.happens(50)) doc.tally.increment(dice.below(9))
    else doc.tally.decrement(dice.below(9))
    doc.tallies[0]?.increment(1)
  },
  function insert(doc, dice) {
    doc.list.splice(dice.below(doc.list.length + 1), 0, valueOf(dice), dice.pick(WORDS))
  },
  function append(doc, dice) {
    doc.list.push(valueOf(dice))
  },
  function takeOut(doc, dice) {
    if (doc.list.length > 0) doc.list.splice(dice.below(doc.list.length), 1)
  },
  function set(doc, dice) {
    if (doc.list.length > 0) doc.list[dice.below(doc.list.length)] = valueOf(dice)
  },
  function deal(doc, dice) {
    doc.board[dice.below(doc.board.length)].push([dice.below(9), [valueOf(dice)]])
    if (dice.happens(20)) doc.board.push([])
  },
  function postpone(doc) {
    doc.when = new Date(doc.when.getTime() + DAY_MS)
  },
  function retitle(doc, dice) {
    doc.title = new A.ImmutableString(dice.pick(WORDS))
  },
]
