package com.floorwalk.suite

import com.floorwalk.noteStop
import kotlin.test.assertContains
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.DeviceKey
import uniffi.mobile_ffi.wipeAndResync

object StoreStories : Stories() {
    private const val MARKER = "marker-5f1d0b7c"
    private val WITH_SALT = ByteArray(48) { it.toByte() }
    private val OTHER_KEY = STORE_KEY.reversedArray()

    init {
        story("nothing that was written is in any file") {
            val (phone, _) = phoneWithMarker()
            assertFalse(MARKER in phone.filesAsText())
            phone.client.suspend(5_000u)
            assertFalse(MARKER in phone.filesAsText())

            val (open, _) = phoneWithMarker(storeKey = null)
            assertContains(open.filesAsText(), MARKER, message = "the control: without a key it is found")
        }

        story("only the key opens the store, and another one touches nothing") {
            val device = Phones.newKey()
            val (phone, walk) = phoneWithMarker(device)
            phone.client.shutdown()
            val before = phone.filesAsText()
            assertFailsWith<ClientException.WrongKey> { open(phone.name, device, storeKey = OTHER_KEY) }
            assertFailsWith<ClientException> { open(phone.name, device, storeKey = null) }
            assertFailsWith<ClientException.Invalid> { open(phone.name, device, storeKey = ByteArray(16)) }
            assertEquals(before, phone.filesAsText())

            assertEquals(MARKER, open(phone.name, device).client.walk(walk).stops.single().text)
        }

        story("a store gets another key, and a lost one leaves only to begin anew") {
            val device = Phones.newKey()
            val (phone, walk) = phoneWithMarker(device)
            assertFailsWith<ClientException.Invalid> { phone.client.replaceStoreKey(OTHER_KEY) }
            phone.client.suspend(5_000u)
            phone.client.replaceStoreKey(OTHER_KEY)
            phone.client.resume()
            assertEquals(MARKER, phone.client.walk(walk).stops.single().text)
            phone.client.shutdown()

            assertFailsWith<ClientException.WrongKey> { open(phone.name, device) }
            wipeAndResync(phone.directory.path)
            assertFailsWith<ClientException.NotEnrolled> { open(phone.name, device).client.account() }
        }

        story("with a salt the header is readable and nothing else") {
            val (phone, walk) = phoneWithMarker(storeKey = WITH_SALT)
            phone.client.suspend(5_000u)
            val store = phone.directory.resolve("floorwalk.sqlite").readBytes()
            assertTrue(String(store, Charsets.ISO_8859_1).startsWith("SQLite format 3\u0000"))
            assertFalse(MARKER in phone.filesAsText())
            phone.client.resume()
            assertEquals(MARKER, phone.client.walk(walk).stops.single().text)
        }
    }

    /** A phone on which the marker was written, and the walk that it stands in. */
    private suspend fun Phones.phoneWithMarker(
        key: DeviceKey = Phones.newKey(),
        storeKey: ByteArray? = STORE_KEY,
    ): Pair<Phone, String> {
        val phone = phone(Stand.stranger, key, storeKey = storeKey)
        val walk = phone.client.createWalk()
        phone.client.noteStop(walk, MARKER, NOW)
        return phone to walk
    }
}
