package com.floorwalk.android

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.UserNotAuthenticatedException
import com.floorwalk.signEcdsa
import com.floorwalk.toX963
import java.security.GeneralSecurityException
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.ProviderException
import java.security.UnrecoverableKeyException
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import uniffi.mobile_ffi.DeviceKey
import uniffi.mobile_ffi.SigningException

/**
 * The device's key, in the phone's secure hardware, which it never leaves. Made when it is first asked for.
 *
 * If the system has thrown it away, as when an app is restored onto another phone, a new one is made. The server does not
 * know that one and refuses it, and the person enrols anew.
 */
class KeystoreKey(private val alias: String = DEFAULT_ALIAS) : DeviceKey {
    private val keys = KeyStore.getInstance(KEYSTORE).apply { load(null) }

    @Synchronized
    override fun publicKey(): ByteArray {
        if (!keys.containsAlias(alias)) generate()
        return (keys.getCertificate(alias).publicKey as ECPublicKey).toX963()
    }

    override fun sign(message: ByteArray): ByteArray =
        try {
            val key = keys.getKey(alias, null) ?: throw SigningException.Lost("it is not in the key store any more")
            (key as PrivateKey).signEcdsa(message)
        } catch (error: KeyPermanentlyInvalidatedException) {
            throw SigningException.Lost(error.inShort())
        } catch (error: UnrecoverableKeyException) {
            throw SigningException.Lost(error.inShort())
        } catch (error: UserNotAuthenticatedException) {
            throw SigningException.Unavailable(error.inShort())
        } catch (error: GeneralSecurityException) {
            throw SigningException.Unavailable(error.inShort())
        } catch (error: ProviderException) {
            // The key store's own service did not answer: it does so again after a while.
            throw SigningException.Unavailable(error.inShort())
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
    }
}

/** The words of the error may name a user or a place on the phone. */
private fun Exception.inShort(): String = javaClass.simpleName
