package com.floorwalk.suite

import com.floorwalk.sample.AirplaneMode
import com.floorwalk.sample.FiveMinutes
import java.time.LocalDate
import kotlin.test.assertContains

object SampleStories : Stories() {
    init {
        story("a leader's first five minutes") {
            val airplane = AirplaneMode()
            val leader = phone(Stand.leader, transport = airplane)
            val agent = phone(Stand.agent)
            val screens = mutableListOf<String>()
            val today = LocalDate.parse("2026-09-01")
            FiveMinutes(leader.client, agent.client, airplane, today, { NOW }, screens::add).play()
            assertContains(screens.last(), "Ce te-a bucurat săptămâna asta?")
        }
    }
}
