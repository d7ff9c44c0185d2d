package com.floorwalk.suite.day

import com.floorwalk.suite.Stories

/**
 * The floor-walk day as its phones see it, from the numbers in the morning to what is written after the talk. Each chapter is a file of
 * this folder. What their office does before is done by mobile-ffi/tests/day.py; the same day without phones' languages is docs/demo.md.
 */
object DayStories : Stories() {
    init {
        story("a leader of twelve walks the floor without a network, and in the evening everybody has what is theirs") {
            val floor = Floor.gather(this)
            floor.liveThroughWinter()
            floor.lookAtTheNumbers()
            floor.lookAtTheTeam()
            floor.agreeOnAPlan()
            floor.walkTheFloor()
            floor.sayWhatBecomesOfIt()
            floor.writeApart()
            floor.comeBack()
            floor.settleTheDate()
            floor.prepareTheTalk()
            floor.holdTheTalk()
            floor.editAfterwards()
            floor.lookForWords()
            floor.lookIntoThePhones()
        }
    }
}
