package com.floorwalk.android

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import com.floorwalk.signEcdsa
import com.floorwalk.toX963
import java.security.GeneralSecurityException
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.KeyStoreException
import java.security.PrivateKey
import java.security.ProviderException
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import uniffi.mobile_ffi.CallbackException
import uniffi.mobile_ffi.DeviceKey
import uniffi.mobile_ffi.SigningException

/**
 * The device's key, in the phone's secure hardware, which it never leaves. Made when it is first asked for.
 *
 * Its public half is kept in a file. While that is there no other key is made, whatever the key store says: old Androids say
 * "no such key", too, when it does not answer. An app that is restored onto another phone has neither, makes a new key, and
 * the person enrols anew.
 */
class KeystoreKey(context: Context, private val alias: String = DEFAULT_ALIAS) : DeviceKey {
    private val file = KeyFile(context, "$alias.pub")
    private val keys = KeyStore.getInstance(KEYSTORE).apply { load(null) }

    @Synchronized
    override fun publicKey(): ByteArray =
        try {
            file.read()?.takeIf { it.size == POINT_BYTES } ?: firstPublicKey()
        } catch (error: Exception) {
            throw CallbackException.Failed(error.inShort())
        }

    override fun sign(message: ByteArray): ByteArray =
        try {
            val key = keys.getKey(alias, null) ?: throw SigningException.Unavailable("the key store does not give it")
            (key as PrivateKey).signEcdsa(message)
        } catch (error: KeyPermanentlyInvalidatedException) {
            throw SigningException.Lost(error.inShort())
        } catch (error: GeneralSecurityException) {
            // `UnrecoverableKeyException`, too: Android says so of errors that pass.
            throw SigningException.Unavailable(error.inShort())
        } catch (error: ProviderException) {
            // The key store's own service did not answer: it does so again after a while.
            throw SigningException.Unavailable(error.inShort())
        }

    /** Before the person enrols anew because this key is lost, or has not signed for days: the next client has a new one. */
    @Synchronized
    fun forget() {
        keys.deleteEntry(alias)
        file.delete()
    }

    /** In the file before anybody knows it. */
    private fun firstPublicKey(): ByteArray {
        if (!keys.containsAlias(alias)) generate()
        val certificate = keys.getCertificate(alias) ?: throw KeyStoreException()
        return (certificate.publicKey as ECPublicKey).toX963().also(file::write)
    }

    /** Not bound to the screen lock: a background task syncs while the phone lies in a pocket. */
    private fun generate() {
        val spec = KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_SIGN)
            .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
            .setDigests(KeyProperties.DIGEST_SHA256)
            .build()
        KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, KEYSTORE).run {
            initialize(spec)
            generateKeyPair()
        }
    }

    private companion object {
        const val KEYSTORE = "AndroidKeyStore"
        const val DEFAULT_ALIAS = "floorwalk-device"
        const val POINT_BYTES = 65
    }
}

/** The words of the error may name a user or a place on the phone. */
private fun Exception.inShort(): String = javaClass.simpleName
