package com.floorwalk.suite

import com.floorwalk.EcDeviceKey
import com.floorwalk.TaskResult
import com.floorwalk.noteStop
import com.floorwalk.syncInBackground
import com.floorwalk.toX963
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.DeviceKey
import uniffi.mobile_ffi.SigningException

object KeyStories : Stories() {
    private val curve = KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }

    init {
        story("a phone enrols and syncs with a key from Java's own key store interfaces") {
            val pair = curve.generateKeyPair()
            val phone = phone(Stand.leader, EcDeviceKey(pair.private, pair.point))
            val walk = phone.client.createWalk()
            phone.client.noteStop(walk, "Signed by Java.", NOW)
            assertEquals(UP_TO_DATE, phone.sync())

            assertEquals("Signed by Java.", phone(Stand.leader).client.walk(walk).stops.single().text)
        }

        story("a key is written in 65 bytes, with the zeros that it begins with") {
            val short = keyPair { it.w.affineX.bitLength() <= 248 }
            val long = keyPair { it.w.affineX.bitLength() == 256 }
            for (pair in listOf(short, long)) {
                // X.509 ends with the same point, written by somebody else.
                assertContentEquals(pair.point.encoded.takeLast(65).toByteArray(), pair.point.toX963())
            }
        }

        story("a key that cannot be used now is tried again, and one that is lost is not") {
            val pair = curve.generateKeyPair()
            val real = EcDeviceKey(pair.private, pair.point)
            val key = object : DeviceKey by real {
                @Volatile
                var refuses: SigningException? = null

                override fun sign(message: ByteArray): ByteArray {
                    refuses?.let { throw it }
                    return real.sign(message)
                }
            }
            val phone = phone(Stand.leader, key)
            key.refuses = SigningException.Unavailable("the phone is locked")
            assertEquals("key_unavailable", assertFailsWith<ClientException.Refused> { phone.sync() }.code)
            assertEquals(TaskResult.TRY_AGAIN, phone.client.syncInBackground())

            key.refuses = null
            assertEquals(UP_TO_DATE, phone.sync())

            key.refuses = SigningException.Lost("a new fingerprint was added")
            assertEquals("key_lost", assertFailsWith<ClientException.Refused> { phone.sync() }.code)
            assertEquals(TaskResult.GIVE_UP, phone.client.syncInBackground())
        }
    }

    /** A new key whose point is like that: one of 256 begins with a zero. */
    private fun keyPair(isWanted: (ECPublicKey) -> Boolean): KeyPair =
        generateSequence { curve.generateKeyPair() }.first { isWanted(it.point) }

    private val KeyPair.point get() = public as ECPublicKey
}
