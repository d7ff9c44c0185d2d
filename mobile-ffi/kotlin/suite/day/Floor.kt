package com.floorwalk.suite.day

import com.floorwalk.dayOf
import com.floorwalk.suite.Agent
import com.floorwalk.suite.Person
import com.floorwalk.suite.Phone
import com.floorwalk.suite.Phones
import com.floorwalk.suite.Stand
import com.floorwalk.suite.Wire
import com.floorwalk.suite.syncInTurn
import java.time.LocalDate
import java.time.ZoneId
import kotlin.test.assertEquals
import uniffi.mobile_ffi.Client
import uniffi.mobile_ffi.DesktopKey
import uniffi.mobile_ffi.Language
import uniffi.mobile_ffi.Splice

/** On Maria's walk, and in her private notes: nowhere else. */
const val FOR_MARIA_ALONE = "Elena pare abătută"

/** Typed and taken back before any sync: it must arrive nowhere. */
const val TAKEN_BACK = "Zwischenruf-den-niemand-lesen-soll"

/** A phone in somebody's hand, and the network around it. */
class Hand(val phone: Phone, private val wire: Wire) {
    val client: Client get() = phone.client
    val sent: Long get() = wire.sent.get()

    fun loseNetwork() {
        wire.isCut = true
        client.networkLost()
    }

    /** Nobody presses anything. */
    fun findNetwork() {
        wire.isCut = false
        client.networkReturned()
    }
}

/** Everybody of the day, and what they share. */
class Floor private constructor(val phones: Phones, private val mariasSecret: ByteArray) {
    val told = Stand.day
    val andrei = told.agent("Andrei Popescu")
    val liNa = told.agent("李娜")
    val mihai = told.agent("Mihai Șerban")
    val sarah = told.agent("Sarah Owens")

    lateinit var marias: Hand
        private set
    lateinit var andreis: Hand
        private set
    lateinit var liNas: Hand
        private set

    /** The team's day, and its id. */
    lateinit var today: LocalDate
        private set
    lateinit var team: String
        private set

    lateinit var contract: String
    lateinit var plan: String

    /** The step whose date both move, and the one that Andrei does. */
    lateinit var step: String
    lateinit var smallStep: String
    lateinit var goals: String
    lateinit var goal: String
    lateinit var walk: String
    lateinit var talk: String

    /** Where the praise of Li Na went, and what is in the team's way. */
    lateinit var praise: String
    lateinit var blockers: String

    private suspend fun takePhones() {
        marias = newHand(told.leader) { phones.phone(told.leader, Phones.keyOf(mariasSecret), it, listens = true) }
        andreis = handInClear(andrei)
        liNas = handInClear(liNa)
        val pair = marias.client.tenures().first()
        team = pair.team
        today = LocalDate.parse(pair.dayOf(System.currentTimeMillis()))
    }

    /** In clear, so that the files can be looked into. */
    suspend fun handInClear(agent: Agent): Hand =
        newHand(agent.person) { phones.phone(agent.person, transport = it, storeKey = null, listens = true) }

    private suspend fun newHand(owner: Person, phone: suspend (Wire) -> Phone): Hand {
        val wire = Wire()
        return Hand(phone(wire), wire).also { assertEquals(owner.id, it.client.account().person) }
    }

    /** The phone is closed, written in by another process that ends, and opened again where there is no network. */
    fun dieInTheHand(life: (home: Phone, secret: ByteArray) -> Unit) {
        val home = marias.phone
        home.client.shutdown()
        life(home, mariasSecret)
        val wire = Wire().apply { isCut = true }
        marias = Hand(phones.open(home.name, Phones.keyOf(mariasSecret), wire, listens = true), wire)
        marias.loseNetwork()
    }

    suspend fun syncBoth() = syncInTurn(marias.phone, andreis.phone, marias.phone)

    fun day(after: Long): String = today.plusDays(after).toString()

    /** Ten o'clock of a day, where the team is. */
    fun tenOClock(after: Long): Long {
        val zone = ZoneId.of(marias.client.tenures().first().timeZone)
        return today.plusDays(after).atTime(10, 0).atZone(zone).toInstant().toEpochMilli()
    }

    /** Screens say this in each of the three languages. */
    fun assertSaid(words: String, say: (Language) -> String) {
        told.words(words).forEach { (language, said) -> assertEquals(said, say(language)) }
    }

    companion object {
        suspend fun gather(phones: Phones): Floor {
            val floor = Floor(phones, DesktopKey(null).use { it.secret() })
            floor.takePhones()
            val leads = floor.marias.client.tenures().map { it.agent.name }
            assertEquals(floor.told.agents.map { it.name }.toSet(), leads.toSet(), "whom Maria leads")
            for ((hand, agent) in listOf(floor.andreis to floor.andrei, floor.liNas to floor.liNa)) {
                assertEquals(listOf(agent.tenure), hand.client.tenures().map { it.id })
            }
            return floor
        }
    }
}

fun now(): Long = System.currentTimeMillis()

/** These words, taken away again. */
fun takenBack(words: String): Splice = Splice(at = 0u, delete = words.length.toUInt(), insert = "")
