package com.floorwalk.android

import android.content.Context
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import android.util.AtomicFile
import java.security.KeyStore
import java.security.SecureRandom
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/**
 * The key of the store: 32 random bytes, kept in a file that only a key in the phone's secure hardware opens.
 *
 * The file lies outside of backups: on another phone it could not be opened. When it cannot be opened here any more,
 * [storeKey] throws, and only the person decides whether to begin anew (`wipeAndResync`).
 */
class KeystoreStoreKey(context: Context, private val alias: String = DEFAULT_ALIAS) {
    private val file = AtomicFile(context.noBackupFilesDir.resolve("$alias.key"))
    private val keys = KeyStore.getInstance(KEYSTORE).apply { load(null) }

    @Synchronized
    fun storeKey(): ByteArray = if (file.baseFile.exists()) unwrap(file.readFully()) else newKey()

    private fun newKey(): ByteArray {
        val key = ByteArray(KEY_BYTES).also { SecureRandom().nextBytes(it) }
        val cipher = Cipher.getInstance(CIPHER).apply { init(Cipher.ENCRYPT_MODE, wrappingKey()) }
        write(cipher.iv + cipher.doFinal(key))
        return key
    }

    private fun unwrap(wrapped: ByteArray): ByteArray {
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.DECRYPT_MODE, wrappingKey(), GCMParameterSpec(TAG_BITS, wrapped, 0, IV_BYTES))
        return cipher.doFinal(wrapped, IV_BYTES, wrapped.size - IV_BYTES)
    }

    /** On disk before the key is used: a store whose key is lost is lost. */
    private fun write(bytes: ByteArray) {
        val stream = file.startWrite()
        try {
            stream.write(bytes)
            file.finishWrite(stream)
        } catch (error: Exception) {
            file.failWrite(stream)
            throw error
        }
    }

    private fun wrappingKey(): SecretKey = keys.getKey(alias, null) as SecretKey? ?: generate()

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
        const val CIPHER = "AES/GCM/NoPadding"
        const val KEY_BYTES = 32
        const val IV_BYTES = 12
        const val TAG_BITS = 128
    }
}
