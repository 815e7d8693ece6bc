import org.gradle.internal.os.OperatingSystem

plugins {
    kotlin("jvm") version "2.4.20"
    `java-library`
    `maven-publish`
}

group = "dev.latchkey"
version = "0.1.0"

repositories { mavenCentral() }

dependencies {
    api("net.java.dev.jna:jna:5.13.0")
    api("org.jetbrains.kotlinx:kotlinx-coroutines-core:1.10.2")
}

kotlin { jvmToolchain(17) }

val root = rootDir.resolve("../..")
val target = layout.buildDirectory.dir("cargo")
val generated = layout.buildDirectory.dir("generated/latchkey")
val library: String = System.mapLibraryName("latchkey_native")

// The generator reads a library with its symbols: the one for tests.
val buildGenerator by tasks.registering(Exec::class) {
    workingDir(root)
    environment("CARGO_TARGET_DIR", target.get().asFile)
    commandLine("cargo", "build", "--locked", "-p", "latchkey-client-uniffi", "--features", "bindgen")
}

val generate by tasks.registering(Exec::class) {
    dependsOn(buildGenerator)
    workingDir(root)
    outputs.dir(generated)
    val built = target.get().dir("debug")
    commandLine(
        built.file("latchkey-bindgen").asFile, "generate", "--no-format", "--language", "kotlin",
        "--config", "crates/client-uniffi/uniffi.toml", "--out-dir", generated.get().asFile,
        built.file(library).asFile,
    )
}

val buildLibrary by tasks.registering(Exec::class) {
    workingDir(root)
    environment("CARGO_TARGET_DIR", target.get().asFile)
    commandLine("cargo", "build", "--locked", "-p", "latchkey-client-uniffi", "--lib", "--profile", "native")
}

sourceSets.main { kotlin.srcDir(generate.map { generated }) }

tasks.processResources {
    // Where JNA looks in a jar: `linux-x86-64/liblatchkey_native.so`.
    val processor = System.getProperty("os.arch").replace("amd64", "x86-64").replace("x86_64", "x86-64")
    val system = if (OperatingSystem.current().isMacOsX) "darwin" else "linux"
    dependsOn(buildLibrary)
    from(target.map { it.dir("native").file(library) }) { into("$system-$processor") }
}

java { withSourcesJar() }

publishing { publications { create<MavenPublication>("client") { from(components["java"]) } } }
