package com.floorwalk.android

import android.content.Context
import android.util.AtomicFile
import java.io.IOException

/** What an app keeps about a key. Outside of backups: on another phone the key itself is not there. */
internal class KeyFile(context: Context, name: String) {
    private val file = AtomicFile(context.noBackupFilesDir.resolve(name))

    /** Null only if there is none. Whatever else is wrong is thrown: who takes it for none makes a second key. */
    fun read(): ByteArray? = if (file.baseFile.exists()) file.readFully() else null

    /** On disk when it returns: what was made with a key that is lost is lost. */
    fun write(bytes: ByteArray) {
        val stream = file.startWrite()
        try {
            stream.write(bytes)
            // `finishWrite` does this, too, but only logs that it failed, and that the renaming did.
            stream.fd.sync()
            file.finishWrite(stream)
        } catch (error: Exception) {
            file.failWrite(stream)
            throw error
        }
        if (!read().contentEquals(bytes)) throw IOException("what was written is not there")
    }

    fun delete() = file.delete()
}
