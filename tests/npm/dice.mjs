/** Randomness that follows from a seed (mulberry32). */
export class Dice {
  constructor(seed) {
    this.state = seed >>> 0
  }

  /** A whole number below this one. */
  below(end) {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end
  }

  happens(perCent) {
    return this.below(100) < perCent
  }

  pick(list) {
    return list[this.below(list.length)]
  }
}
