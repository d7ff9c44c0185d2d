package com.floorwalk.android

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import java.io.File
import java.security.KeyStore
import java.security.KeyStoreException
import java.security.SecureRandom
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * The key of the store in [directory], the client's: 32 random bytes, kept in a file that only a key in the phone's secure
 * hardware opens.
 *
 * A key is made only while there is no store. Later, [storeKey] throws whatever is wrong, and the app tries again. That a key
 * is lost for good only the person decides: `wipeAndResync`, then [forget].
 */
class KeystoreStoreKey(context: Context, private val directory: File, private val alias: String = DEFAULT_ALIAS) {
    private val file = KeyFile(context, "$alias.key")
    private val keys = KeyStore.getInstance(KEYSTORE).apply { load(null) }

    @Synchronized
    fun storeKey(): ByteArray {
        val wrapped = file.read()
        if (wrapped?.size == WRAPPED_BYTES) return unwrap(wrapped)
        // Not there, or torn when the phone went off: nothing was encrypted with it yet.
        if (hasStore()) throw KeyStoreException("the file of the store's key is gone or damaged; the store was not touched")
        return newKey()
    }

    /** After `wipeAndResync`, so that the next [storeKey] makes a new key. */
    @Synchronized
    fun forget() {
        check(!hasStore()) { "the store is still there, and nothing else opens it" }
        file.delete()
        keys.deleteEntry(alias)
    }

    private fun hasStore(): Boolean = directory.resolve(STORE_FILE).exists()

    private fun newKey(): ByteArray {
        val key = ByteArray(KEY_BYTES).also { SecureRandom().nextBytes(it) }
        val wrappingKey = keys.getKey(alias, null) ?: generate()
        val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.ENCRYPT_MODE, wrappingKey) }
        file.write(cipher.iv + cipher.doFinal(key))
        return key
    }

    private fun unwrap(wrapped: ByteArray): ByteArray {
        // Old Androids say null, too, when their key store does not answer: a key made now would take the place of the real one.
        val wrappingKey = keys.getKey(alias, null)
            ?: throw KeyStoreException("the key store does not give the key now; try again later, nothing is lost")
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.DECRYPT_MODE, wrappingKey, GCMParameterSpec(TAG_BYTES * 8, wrapped, 0, IV_BYTES))
        return cipher.doFinal(wrapped, IV_BYTES, wrapped.size - IV_BYTES)
    }

    private fun generate(): SecretKey {
        val spec = KeyGenParameterSpec.Builder(alias, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setKeySize(KEY_BYTES * 8)
            .build()
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, KEYSTORE).run {
            init(spec)
            generateKey()
        }
    }

    private companion object {
        const val KEYSTORE = "AndroidKeyStore"
        const val DEFAULT_ALIAS = "floorwalk-store"
        /** As the library calls it, in the client's directory. */
        const val STORE_FILE = "floorwalk.sqlite"
        const val CIPHER = "AES/GCM/NoPadding"
        const val KEY_BYTES = 32
        const val IV_BYTES = 12
        const val TAG_BYTES = 16
        const val WRAPPED_BYTES = IV_BYTES + KEY_BYTES + TAG_BYTES
    }
}
