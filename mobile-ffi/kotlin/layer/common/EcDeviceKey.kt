package com.floorwalk

import java.math.BigInteger
import java.security.InvalidKeyException
import java.security.PrivateKey
import java.security.Signature
import java.security.interfaces.ECPublicKey
import uniffi.mobile_ffi.DeviceKey
import uniffi.mobile_ffi.SigningException

/**
 * A device's key as Java's own interfaces give it, from whichever key store. The private key may be a mere name for one
 * that never leaves its hardware.
 */
class EcDeviceKey(private val privateKey: PrivateKey, private val point: ECPublicKey) : DeviceKey {
    override fun publicKey(): ByteArray = point.toX963()

    override fun sign(message: ByteArray): ByteArray =
        try {
            privateKey.signEcdsa(message)
        } catch (error: InvalidKeyException) {
            throw SigningException.Lost(error.javaClass.simpleName)
        }
}

/** The signature over the SHA-256 of [message], in DER. */
fun PrivateKey.signEcdsa(message: ByteArray): ByteArray = Signature.getInstance("SHA256withECDSA").run {
    initSign(this@signEcdsa)
    update(message)
    sign()
}

/** The point as X9.63 writes it uncompressed: a 4, then x and y in 32 bytes each. */
fun ECPublicKey.toX963(): ByteArray = byteArrayOf(4) + w.affineX.toCoordinate() + w.affineY.toCoordinate()

/** `BigInteger` leaves out leading zeros, and adds one where the first bit would look like a sign. */
private fun BigInteger.toCoordinate(): ByteArray {
    val bytes = toByteArray().dropWhile { it == 0.toByte() }.toByteArray()
    require(bytes.size <= COORDINATE) { "not a key on the curve P-256" }
    return ByteArray(COORDINATE - bytes.size) + bytes
}

private const val COORDINATE = 32
