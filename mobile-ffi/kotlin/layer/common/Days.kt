package com.floorwalk

import java.util.Calendar
import java.util.GregorianCalendar
import java.util.Locale
import java.util.TimeZone
import uniffi.mobile_ffi.Day
import uniffi.mobile_ffi.Tenure
import uniffi.mobile_ffi.Timestamp

/** The day that this moment has where the team works, which may not be the phone's day. (`java.time` is not on every Android.) */
fun Tenure.dayOf(moment: Timestamp): Day {
    val there = GregorianCalendar(TimeZone.getTimeZone(timeZone)).apply { timeInMillis = moment }
    val (year, month, day) = listOf(Calendar.YEAR, Calendar.MONTH, Calendar.DAY_OF_MONTH).map(there::get)
    return String.format(Locale.ROOT, "%04d-%02d-%02d", year, month + 1, day)
}
