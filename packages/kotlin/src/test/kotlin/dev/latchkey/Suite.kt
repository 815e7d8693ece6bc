package dev.latchkey

import java.io.File
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpResponse as Answer
import java.security.KeyStore
import java.security.cert.CertificateFactory
import java.util.Locale
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory
import kotlin.system.exitProcess
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import java.net.http.HttpRequest as Question

/** The server that `cargo xtask sdk` started for this suite, and its inbox. */
class Server {
    private val facts = File(System.getenv("LATCHKEY_DEV_JSON")).readText()
    val baseUrl = fact("base_url")
    val authorities = File(fact("ca_file")).readBytes()
    private val http: HttpClient = HttpClient.newBuilder().sslContext(trust()).build()
    private var numbers = 9000

    private fun fact(name: String) = Regex("\"$name\": *\"([^\"]*)\"").find(facts)!!.groupValues[1]

    private fun trust(): SSLContext {
        val store = KeyStore.getInstance(KeyStore.getDefaultType()).apply { load(null) }
        val certificate = CertificateFactory.getInstance("X.509").generateCertificate(authorities.inputStream())
        store.setCertificateEntry("dev", certificate)
        val managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply { init(store) }
        return SSLContext.getInstance("TLS").apply { init(null, managers.trustManagers, null) }
    }

    fun freshNumber() = "+1415555${numbers++}"

    suspend fun codeFor(address: String): String {
        val to = URLEncoder.encode(address, "UTF-8")
        val question = Question.newBuilder(URI("$baseUrl/dev/inbox/messages?to=$to&wait=20")).build()
        val said = http.sendAsync(question, Answer.BodyHandlers.ofString()).await().body()
        return Regex("\"code\": *\"([0-9]+)\"").find(said)!!.groupValues[1]
    }

    fun client(transport: Transport? = null, locale: String? = null) =
        latchkeyClient(
            baseUrl,
            "demo-native",
            transport,
            locale,
            certificateAuthorities = if (transport == null) authorities else null,
        )

    suspend fun signIn(client: Client): Tokens {
        val number = freshNumber()
        client.startSms(number)
        return client.signInSms(number, codeFor(number))
    }

    /** A transport of an app's own. */
    fun transport() =
        object : Transport {
            override suspend fun send(request: HttpRequest): HttpResponse {
                val body = request.body?.let(Question.BodyPublishers::ofByteArray)
                val question =
                    Question.newBuilder(URI(request.url))
                        .method(request.method, body ?: Question.BodyPublishers.noBody())
                request.headers.forEach { question.header(it.name, it.value) }
                val answer = http.sendAsync(question.build(), Answer.BodyHandlers.ofByteArray()).await()
                val headers = answer.headers().map().flatMap { (name, all) -> all.map { HttpHeader(name, it) } }
                return HttpResponse(answer.statusCode().toUShort(), headers, answer.body())
            }
        }
}

class MemoryStore(var error: CredentialStoreException? = null) : CredentialStore {
    @Volatile var kept: ByteArray? = null

    override fun load(): ByteArray? = error?.let { throw it } ?: kept

    override fun save(credentials: ByteArray) {
        error?.let { throw it }
        kept = credentials
    }

    override fun clear() {
        kept = null
    }
}

class Hanging : Transport {
    val asked = CompletableDeferred<Unit>()
    val cancelled = CompletableDeferred<Unit>()

    override suspend fun send(request: HttpRequest): HttpResponse {
        asked.complete(Unit)
        try {
            awaitCancellation()
        } catch (error: CancellationException) {
            cancelled.complete(Unit)
            throw error
        }
    }
}

inline fun <reified T : LatchkeyException> refused(work: () -> Any?): Failure {
    try {
        work()
    } catch (error: LatchkeyException) {
        check(error is T) { "another kind: $error" }
        return error.failure
    }
    error("it was not refused")
}

fun suite(server: Server): List<Pair<String, suspend () -> Unit>> =
    listOf(
        "a code by text message signs in" to {
            val client = server.client()
            val profile = client.profile(server.signIn(client))
            check(profile.id.startsWith("sms|") && profile.displayName.startsWith("+1415555"))
        },
        "a transport of the app carries every call" to {
            val client = server.client(server.transport())
            val tokens = server.signIn(client)
            check(client.refresh(tokens.refreshToken()!!, null).accessToken() != tokens.accessToken())
        },
        "what the server refuses is of the right kind, in the language of the person" to {
            val client = server.client(locale = "de")
            val number = server.freshNumber()
            client.startSms(number)
            val failure = refused<LatchkeyException.WrongCode> { client.signInSms(number, "000000") }
            check(failure.status == 403.toUShort() && failure.code == "invalid_grant")
            check(failure.human.contains("Code")) { failure.human }
            refused<LatchkeyException.BadPhoneNumber> { client.startSms("415 555 0100") }
        },
        "a store of the app keeps somebody signed in" to {
            val client = server.client()
            val store = MemoryStore()
            val session = Session(client, store)
            check(!session.isSignedIn())
            val tokens = server.signIn(client)
            session.keep(tokens)
            check(Session(client, store).tokens().accessToken() == tokens.accessToken())
            store.error = CredentialStoreException.Closed("the device is locked")
            check("locked" in refused<LatchkeyException.Device> { session.tokens() }.detail)
            store.error = null
            session.signOut()
            check(store.kept == null)
            refused<LatchkeyException.SignInAgain> { client.refresh(tokens.refreshToken()!!, null) }
        },
        "many that ask at once make one renewal" to {
            val client = server.client()
            val session = Session.inMemory(client)
            session.keep(server.signIn(client))
            val renewed = coroutineScope { List(12) { async(Dispatchers.Default) { session.renewed().accessToken() } }.awaitAll() }
            check(renewed.toSet().size in 1..3) { "renewals: ${renewed.toSet().size}" }
        },
        "a job that is cancelled cancels its request" to {
            coroutineScope {
                val transport = Hanging()
                val client = server.client(transport)
                val job = launch(Dispatchers.Default) { client.startSms("+14155550100") }
                transport.asked.await()
                job.cancelAndJoin()
                withTimeout(10_000) { transport.cancelled.await() }
            }
        },
        "a screen signs in from the number to the tokens" to {
            val signIn = SignIn(server.client(), SignInSettings(channels = listOf(Channel.SMS), country = "US"))
            check(signIn.view().stage == SignInStage.IDENTIFY && signIn.view().country?.country?.flag == "🇺🇸")
            val number = server.freshNumber()
            signIn.handle(SignInEvent.Identifier(number.drop(2)))
            signIn.handle(SignInEvent.Submit).filterIsInstance<SignInEffect.Perform>().forEach { signIn.perform(it.call) }
            check(signIn.view().stage == SignInStage.CODE && signIn.view().resend!!.seconds > 0u)
            val effects = signIn.handle(SignInEvent.Received(server.codeFor(number)))
            val done = signIn.perform((effects.single() as SignInEffect.Perform).call).single()
            check((done as SignInEffect.Finished).profile?.displayName == number)
        },
        "changing the number while it is sent cancels the call" to {
            coroutineScope {
                val transport = Hanging()
                val signIn = SignIn(server.client(transport), SignInSettings(channels = listOf(Channel.SMS)))
                signIn.handle(SignInEvent.Identifier("+14155550100"))
                val call = (signIn.handle(SignInEvent.Submit).single() as SignInEffect.Perform).call
                val performing = async(Dispatchers.Default) { signIn.perform(call) }
                transport.asked.await()
                signIn.handle(SignInEvent.Change)
                check(performing.await().isEmpty() && signIn.view().stage == SignInStage.IDENTIFY)
                withTimeout(10_000) { transport.cancelled.await() }
            }
        },
        "a country has a name in the language of the person" to {
            check(findCountry("DE")!!.displayName(Locale.FRENCH) == "Allemagne")
            check(findCountry("DE")!!.displayName(Locale.ENGLISH) == "Germany")
        },
        "tokens show nothing when they are printed" to {
            val tokens = server.signIn(server.client())
            check(tokens.accessToken() !in tokens.toString() && tokens.refreshToken()!! !in "$tokens")
        },
    )

fun main() {
    val server = Server()
    var failed = 0
    for ((name, test) in suite(server)) {
        try {
            runBlocking { test() }
            println("good    $name")
        } catch (error: Throwable) {
            failed++
            println("FAILED  $name")
            error.printStackTrace(System.out)
        }
    }
    // Threads of the client's that still wait end with the program.
    exitProcess(if (failed == 0) 0 else 1)
}
