package com.floorwalk.suite

import com.floorwalk.sample.AirplaneMode
import com.floorwalk.sample.FiveMinutes
import java.time.LocalDate
import kotlinx.coroutines.runBlocking
import uniffi.mobile_ffi.Client

/** Plays the sample on a terminal, with the day and the time that it is. */
object Sample {
    fun show() = Phones().use { phones ->
        runBlocking {
            val airplane = AirplaneMode()
            val leader = enrolled(phones, Stand.leader, airplane)
            val agent = phones.phone(Stand.agent)
            FiveMinutes(leader, agent.client, airplane, LocalDate.now(), System::currentTimeMillis, ::println).play()
        }
    }

    private suspend fun enrolled(phones: Phones, person: Person, airplane: AirplaneMode): Client {
        val link = person.invitation()
        println("0:00  scanned $link")
        val phone = phones.open("leader", transport = airplane).client
        phone.enroll(link, "Maria's phone")
        phone.sync(20_000u, null)
        return phone
    }
}
