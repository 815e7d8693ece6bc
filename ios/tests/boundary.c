/* The C interface under address, leak and undefined-behaviour sanitizers: absent things, broken texts, cancelling and
 * freeing at any moment. Every callback must come once, and every context be released once.
 * usage: boundary [BASE_URL of a server] */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "latchkey.h"

static int failed;
#define CHECK(HOLDS) ((HOLDS) ? (void)0 : (void)(failed = 1, printf("  %s:%d: does not hold: %s\n", __FILE__, __LINE__, #HOLDS)))

/* What a call's context points to: on the heap, and freed by its only callback. */
typedef struct {
    atomic_int *ends;
    atomic_int *kinds; /* indexed by LkErrorKind; 0 for a success */
} Call;

static size_t text(const char *text) { return text == NULL ? 0 : strlen(text); }

static void ended(void *context, const LkAnswer *answer) {
    Call *call = context;
    size_t read = text(answer->profile);
    int kind = 0;
    if (answer->error != NULL) {
        kind = answer->error->kind;
        CHECK(text(answer->error->code) > 0 && text(answer->error->text) > 0);
        read += text(answer->error->description);
    }
    if (answer->tokens != NULL) {
        read += text(answer->tokens->access_token) + text(answer->tokens->id_token) + text(answer->tokens->scope);
    }
    atomic_fetch_add(&call->kinds[kind], read < 1 << 30 ? 1 : 0);
    atomic_fetch_add(call->ends, 1);
    free(call);
}

static atomic_int ends, kinds[32];
static int begun;

static Call *call(void) {
    Call *made = malloc(sizeof *made);
    *made = (Call){&ends, kinds};
    begun += 1;
    return made;
}

static void wait_for_all(void) {
    for (int n = 0; n < 3000 && ends < begun; n++) usleep(10 * 1000);
    CHECK(ends == begun);
}

static LkClient *client(const char *domain) {
    LkSettings settings = {0};
    settings.domain = domain;
    settings.client_id = "demo-native";
    settings.languages = "ar en";
    const char *problem = NULL;
    LkClient *made = lk_client_new(&settings, &problem);
    CHECK((made == NULL) == (problem != NULL));
    return made;
}

static void absent_things_are_no_crash(void) {
    const char *problem = NULL;
    CHECK(lk_client_new(NULL, &problem) == NULL && text(problem) > 0);
    CHECK(lk_client_new(NULL, NULL) == NULL);
    CHECK(client("") == NULL && client("http://login.example.com") == NULL && client("\xff\xfe") == NULL);
    lk_client_free(NULL);
    lk_call_cancel(NULL, 1);
    lk_text_free(NULL);
    lk_start_passwordless(NULL, NULL, ended, call());
    lk_sign_in_with_code(NULL, NULL, ended, call());
    lk_renew(NULL, 1, NULL, ended, call());
    lk_revoke(NULL, NULL, ended, call());
    lk_profile_of_access_token(NULL, NULL, ended, call());
    lk_profile_of_id_token(NULL, NULL, ended, call());
    lk_touch_id_enrol(NULL, NULL, (LkSigner){0}, ended, call());
    CHECK(kinds[LkErrorKind_Misconfigured] == 7);
    LkClient *nobody = client("localhost:9");
    lk_start_passwordless(nobody, NULL, NULL, NULL);
    lk_start_passwordless(nobody, NULL, ended, call());
    lk_sign_in_with_code(nobody, NULL, ended, call());
    lk_renew(nobody, 99, NULL, ended, call());
    lk_touch_id_sign_in(nobody, NULL, (LkSigner){0}, ended, call());
    wait_for_all();
    lk_call_cancel(nobody, 12345);
    lk_client_free(nobody);
    CHECK(lk_sign_in_new(NULL, NULL, NULL, NULL, NULL) == NULL);
    lk_sign_in_event(NULL, 1, "x");
    lk_sign_in_look(NULL, NULL, NULL);
    CHECK(!lk_sign_in_take(NULL, NULL, NULL));
    lk_sign_in_free(NULL);
    lk_countries(NULL, NULL, NULL);
    CHECK(lk_phrase(NULL, 999) == NULL);
    CHECK(lk_question_kind(NULL) == 0 && lk_question_message(NULL, NULL) == 0);
    lk_question_answer(NULL, NULL, 3);
    lk_question_refuse(NULL, true, NULL);
}

/* A server that listens and never says a word. */
static int silent_server(char *domain, size_t size) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof place;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(server, (struct sockaddr *)&place, sizeof place) == 0 && listen(server, 100) == 0);
    getsockname(server, (struct sockaddr *)&place, &length);
    snprintf(domain, size, "127.0.0.1:%d", ntohs(place.sin_port));
    return server;
}

static void calls_end_once_however_they_end(void) {
    char domain[64];
    int server = silent_server(domain, sizeof domain);
    LkClient *nobody = client(domain);
    for (int n = 0; n < 40; n++) {
        char number[] = "+14155550100";
        LkStart start = {0};
        start.channel = LkChannel_Sms;
        start.address = number;
        LkCallId id = lk_start_passwordless(nobody, &start, ended, call());
        memset(number, 'x', sizeof number - 1); /* it was copied */
        if (n % 2 == 0) lk_call_cancel(nobody, id);
        if (n % 4 == 0) lk_call_cancel(nobody, id);
    }
    lk_client_free(nobody); /* the others */
    wait_for_all();
    CHECK(kinds[LkErrorKind_Cancelled] == 40);
    close(server);
}

static void broken_texts_are_refused(void) {
    LkClient *nobody = client("localhost:9");
    static const char *const broken[] = {"", "\xff\xff", "\xc3", "+", "1", "\xf0\x9f\x98\x80", "a@\xff"};
    for (size_t n = 0; n < sizeof broken / sizeof *broken; n++) {
        for (uint32_t channel = 0; channel < 4; channel++) {
            LkStart start = {channel, channel, broken[n], broken[n], broken[n]};
            lk_start_passwordless(nobody, &start, ended, call());
            LkCode code = {channel, broken[n], broken[n], broken[n], broken[n], broken[n], broken[n]};
            lk_sign_in_with_code(nobody, &code, ended, call());
        }
        lk_revoke(nobody, broken[n], ended, call());
    }
    wait_for_all();
    lk_client_free(nobody);
}

/* ---- the flow of the screens ---- */

typedef struct { atomic_int changed, released; } Screen;

static void changed(void *context) { atomic_fetch_add(&((Screen *)context)->changed, 1); }
static void released(void *context) { atomic_fetch_add(&((Screen *)context)->released, 1); }

static void look(void *context, const LkView *view) {
    size_t read = text(view->title) + text(view->lead) + text(view->field.label) + text(view->field.value) +
                  text(view->error) + text(view->submit.label) + text(view->resend.label) + text(view->close);
    if (view->country != NULL) read += text(view->country->region) + text(view->country->flag);
    CHECK(view->screen >= LkScreen_Identify && view->screen <= LkScreen_Closed && read > 0);
    *(LkScreen *)context = view->screen;
}

static void a_flow_takes_any_events_in_any_order(void) {
    LkClient *nobody = client("localhost:9");
    static Screen screens[30];
    unsigned seed = 7;
    for (int n = 0; n < 30; n++) {
        LkSignInSettings settings = {0};
        settings.channel = (uint32_t)n % 4;
        settings.send = (uint32_t)n % 6;
        settings.region = n % 2 ? "DE" : "\xff";
        LkSignIn *flow = lk_sign_in_new(nobody, n % 5 ? &settings : NULL, changed, released, &screens[n]);
        for (int step = 0; step < 60; step++) {
            static const char *const texts[] = {NULL, "", "+14155550100", "0151 23456789", "ana@example.com", "123456",
                                                "DE", "email", "\xff\xfe"};
            seed = seed * 1103515245u + 12345u;
            uint32_t event = (seed >> 16) % 13;
            if (event == LkEvent_Close && step < 50) continue;
            lk_sign_in_event(flow, event, texts[(seed >> 8) % 9]);
            LkScreen screen;
            lk_sign_in_look(flow, look, &screen);
            CHECK(!lk_sign_in_take(flow, ended, NULL));
        }
        lk_sign_in_free(flow);
    }
    lk_client_free(nobody);
    for (int n = 0; n < 30; n++) {
        for (int wait = 0; wait < 1000 && screens[n].released == 0; wait++) usleep(10 * 1000);
        CHECK(screens[n].released == 1);
    }
}

/* ---- keys ---- */

static void *answer_later(void *context) {
    LkQuestion *question = context;
    usleep(20 * 1000);
    const uint8_t *bytes = NULL;
    size_t length = lk_question_message(question, &bytes);
    uint8_t answer[4096];
    size_t copied = length < sizeof answer ? length : sizeof answer;
    if (copied > 0) memcpy(answer, bytes, copied);
    lk_question_answer(question, answer, copied);
    return NULL;
}

static void ask(void *context, LkQuestion *question) {
    int turn = atomic_fetch_add(&((Screen *)context)->changed, 1);
    if (turn % 3 == 2) {
        lk_question_refuse(question, turn % 2 == 0, "\xff broken");
        return;
    }
    pthread_t thread;
    pthread_create(&thread, NULL, answer_later, question);
    pthread_detach(thread);
}

static void keys_answer_from_any_thread_and_after_the_call(void) {
    LkClient *nobody = client("localhost:9");
    static Screen keys;
    LkDevice device = {"auth0|1", "ana@example.com", "phone", NULL};
    for (int n = 0; n < 20; n++) {
        LkCallId id = lk_touch_id_sign_in(nobody, &device, (LkSigner){ask, released, &keys}, ended, call());
        if (n % 4 == 1) {
            usleep(5 * 1000);
            lk_call_cancel(nobody, id);
        }
    }
    wait_for_all();
    CHECK(keys.released == 20);
    usleep(200 * 1000); /* the last answers, which nobody waits for */
    lk_client_free(nobody);
}

static void count(void *context, const LkCountry *country) {
    CHECK(strlen(country->region) == 2 && country->calling_code > 0 && text(country->name) > 0);
    *(int *)context += 1;
}

static void countries_and_phrases_are_read(void) {
    int all = 0, some = 0;
    lk_countries(NULL, count, &all);
    lk_countries("ger", count, &some);
    CHECK(all > 200 && some >= 1 && some < 10);
    CHECK(lk_reads_right_to_left("he ar") == true && !lk_reads_right_to_left("\xff") && !lk_reads_right_to_left(NULL));
    for (uint32_t phrase = LkPhrase_SignInTitle; phrase <= LkPhrase_NotConfirmed; phrase++) {
        char *found = lk_phrase("de", phrase);
        CHECK(text(found) > 0);
        lk_text_free(found);
    }
}

/* ---- a transport of the app ---- */

static void *reply_later(void *context) {
    static atomic_int turns;
    LkReply *reply = context;
    static uint8_t body[2 * 1024 * 1024];
    LkHeader headers[] = {{"retry-after", "7"}, {NULL, "x"}, {"\xff", NULL}, {"x-auth0-requestid", "\xfe"}};
    usleep(10 * 1000);
    switch (atomic_fetch_add(&turns, 1) % 7) {
        case 0: lk_reply_answer(reply, 200, NULL, 0, NULL, 0); break;
        case 1: lk_reply_answer(reply, 429, headers, 4, (const uint8_t *)"{}", 2); break;
        case 2: lk_reply_answer(reply, -5, headers, 4, NULL, 0); break;
        case 3: lk_reply_answer(reply, 200, NULL, 3, body, sizeof body); break;
        case 4: lk_reply_fail(reply, true, NULL); break;
        case 5: lk_reply_fail(reply, false, "\xff"); break;
        default: lk_reply_answer(reply, 500, headers, 1, (const uint8_t *)"\xff\xfe\0", 3); break;
    }
    return NULL;
}

static void send_request(void *context, const LkRequest *request, LkReply *reply) {
    size_t read = text(request->method) + text(request->url);
    for (size_t n = 0; n < request->header_count; n++) read += text(request->headers[n].name) + text(request->headers[n].value);
    for (size_t n = 0; n < request->body_length; n++) read += request->body[n];
    CHECK(read > 0);
    atomic_fetch_add(&((Screen *)context)->changed, 1);
    pthread_t thread;
    pthread_create(&thread, NULL, reply_later, reply);
    pthread_detach(thread);
}

static void a_transport_answers_from_any_thread_and_after_the_call(void) {
    static Screen carrier, unused;
    LkSettings settings = {0};
    settings.domain = "login.example.com";
    settings.client_id = "app";
    settings.transport = (LkTransport){send_request, released, &carrier};
    LkClient *made = lk_client_new(&settings, NULL);
    for (int n = 0; n < 42; n++) {
        LkStart start = {LkChannel_Sms, LkSend_Code, "+14155550100", NULL, NULL};
        LkCallId id = lk_start_passwordless(made, &start, ended, call());
        if (n % 5 == 4) {
            usleep(2 * 1000);
            lk_call_cancel(made, id);
        }
    }
    wait_for_all();
    lk_client_free(made);
    for (int wait = 0; wait < 500 && carrier.released == 0; wait++) usleep(10 * 1000);
    CHECK(carrier.released == 1 && carrier.changed > 30);
    usleep(200 * 1000);
    settings.domain = "";
    settings.transport = (LkTransport){send_request, released, &unused};
    CHECK(lk_client_new(&settings, NULL) == NULL && unused.released == 1);
    lk_reply_answer(NULL, 200, NULL, 0, NULL, 0);
    lk_reply_fail(NULL, false, NULL);
}

static void a_server_answers(const char *base) {
    LkClient *server = client(base);
    LkStart start = {LkChannel_Email, LkSend_Code, "boundary@example.com", NULL, "{\"scope\":\"openid\"}"};
    int before = kinds[0];
    lk_start_passwordless(server, &start, ended, call());
    LkCode code = {LkChannel_Email, "boundary@example.com", "000 000", NULL, NULL, NULL, NULL};
    lk_sign_in_with_code(server, &code, ended, call());
    lk_renew(server, LkRenewal_RefreshToken, "nonsense", ended, call());
    lk_revoke(server, "nonsense", ended, call());
    lk_profile_of_access_token(server, "nonsense", ended, call());
    wait_for_all();
    CHECK(kinds[0] == before + 2); /* the start, and the end of a token that never was */
    lk_client_free(server);
}

int main(int count, char **arguments) {
    absent_things_are_no_crash();
    calls_end_once_however_they_end();
    broken_texts_are_refused();
    a_flow_takes_any_events_in_any_order();
    keys_answer_from_any_thread_and_after_the_call();
    countries_and_phrases_are_read();
    a_transport_answers_from_any_thread_and_after_the_call();
    if (count > 1) a_server_answers(arguments[1]);
    printf("%s %d calls over the boundary\n", failed ? "FAILED" : "ok    ", begun);
    return failed;
}
