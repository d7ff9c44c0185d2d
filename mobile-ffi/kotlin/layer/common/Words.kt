package com.floorwalk

import java.util.Locale
import uniffi.mobile_ffi.ClientException
import uniffi.mobile_ffi.Language
import uniffi.mobile_ffi.userMessage

/** What a person reads about an error, in the language of their phone; in English where we have no words in it. */
fun ClientException.userMessage(locale: Locale = Locale.getDefault()): String = userMessage(this, locale.asLanguage())

private fun Locale.asLanguage(): Language = when (language) {
    "ro" -> Language.RO
    "zh" -> Language.ZH
    else -> Language.EN
}
