// The library as an Android app embeds it: the layer, the bindings that were generated, and the native libraries.
// README.md says how the last two come here.

plugins {
    id("com.android.library") version "8.7.3"
    id("org.jetbrains.kotlin.android") version "2.1.21"
}

// With the project's name, what an app that includes this build asks for: com.floorwalk:floorwalk.
group = "com.floorwalk"

android {
    namespace = "com.floorwalk.android"
    compileSdk = 35

    defaultConfig {
        minSdk = 24
        // Of the app, not of this library: what stands in a library's own rules never reaches the app's R8.
        consumerProguardFiles("consumer-rules.pro")
    }

    sourceSets.named("main") {
        kotlin.srcDirs("src/main/kotlin", "../layer/common", "build/generated/uniffi")
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
}

kotlin {
    jvmToolchain(17)
}

dependencies {
    // Older ones end the process on phones with pages of 16 KB (java-native-access/jna#1618).
    api("net.java.dev.jna:jna:5.17.0@aar")
    api("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.10.2")
    // For the generated code's `@RequiresApi`.
    implementation("androidx.annotation:annotation:1.9.1")
    implementation("androidx.work:work-runtime:2.10.0")
    implementation("com.squareup.okhttp3:okhttp:4.12.0")
}

// Without this a phone with pages of 16 KB refuses the app, and no phone with pages of 4 KB says so before.
val checkPages by tasks.registering(Exec::class) {
    commandLine("python3", "check_pages.py", "src/main/jniLibs")
}

tasks.named("preBuild") { dependsOn(checkPages) }
