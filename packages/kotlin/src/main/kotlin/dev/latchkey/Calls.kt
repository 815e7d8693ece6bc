package dev.latchkey

import java.util.Locale

/**
 * A client of the app [clientId] at [domain]. On Android bring a [transport]; elsewhere the library has one of its own.
 */
fun latchkeyClient(
    domain: String,
    clientId: String,
    transport: Transport? = null,
    locale: String? = null,
    issuer: String? = null,
    generation: Generation = Generation.CURRENT,
    certificateAuthorities: ByteArray? = null,
): Client =
    Client(
        ClientSettings(
            domain = domain,
            clientId = clientId,
            issuer = issuer,
            generation = generation,
            locale = locale,
            certificateAuthorities = certificateAuthorities,
            library = "latchkey-kotlin",
        ),
        transport,
    )

/** Has the server send a code by text message. Never repeated by itself. */
suspend fun Client.startSms(phoneNumber: String) =
    start(StartRequest(channel = Channel.SMS, address = phoneNumber))

/** Has the server send a code, or a link, by email. Never repeated by itself. */
suspend fun Client.startEmail(email: String, send: SendKind = SendKind.CODE) =
    start(StartRequest(channel = Channel.EMAIL, address = email, send = send))

/** Turns a code into tokens. */
suspend fun Client.signInSms(phoneNumber: String, code: String): Tokens =
    signIn(CodeRequest(channel = Channel.SMS, address = phoneNumber, code = code))

/** Turns a code into tokens. */
suspend fun Client.signInEmail(email: String, code: String): Tokens =
    signIn(CodeRequest(channel = Channel.EMAIL, address = email, code = code))

/** The name in this language, where the system has it, else in English. */
fun Country.displayName(locale: Locale = Locale.getDefault()): String =
    Locale.Builder().setRegion(region).build().getDisplayCountry(locale).takeUnless { it.isEmpty() || it == region } ?: name

/** The facts, which every kind of error has. */
val LatchkeyException.failure: Failure
    get() =
        when (this) {
            is LatchkeyException.NoAnswer -> failure
            is LatchkeyException.WrongCode -> failure
            is LatchkeyException.CodeExpired -> failure
            is LatchkeyException.NoTriesLeft -> failure
            is LatchkeyException.TooMany -> failure
            is LatchkeyException.BadPhoneNumber -> failure
            is LatchkeyException.BadEmail -> failure
            is LatchkeyException.NumberWithoutTexts -> failure
            is LatchkeyException.CountryNotAllowed -> failure
            is LatchkeyException.NotSent -> failure
            is LatchkeyException.SignUpClosed -> failure
            is LatchkeyException.Blocked -> failure
            is LatchkeyException.SignInAgain -> failure
            is LatchkeyException.Cancelled -> failure
            is LatchkeyException.Misconfigured -> failure
            is LatchkeyException.Server -> failure
            is LatchkeyException.Device -> failure
        }
