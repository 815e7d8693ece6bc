### Polski. Zwroty bezpośrednie w trybie rozkazującym, bez form zależnych od płci.
###
### Kategoria „other” dotyczy tylko ułamków.

## Every page

page_title_error = Błąd: { $title }
language_label = Język
skip_to_content = Przejdź do głównej treści
field_required = wymagane
signed_in_as = Zalogowano jako { $address }

## Asking for the phone number or email address

identify_title = Zaloguj się
identify_lead = aby przejść do aplikacji { $app }
identify_phone_label = Numer telefonu
identify_phone_hint = Z numerem kierunkowym kraju, na przykład +1 415 555 0100
identify_email_label = Adres e-mail
identify_submit = Dalej
identify_use_phone = Użyj numeru telefonu
identify_use_email = Użyj adresu e-mail
identify_use_passkey = Użyj klucza dostępu
identify_have_code = Mam już kod
identify_country_label = Kraj
identify_country_search = Wyszukaj kraj
identify_close = Zamknij
identify_link_lead = Wpisz adres lub numer telefonu, na który wysłano Twój link.
identify_sign_up = Pierwszy raz tutaj? Załóż konto
identify_remember = Zapamiętaj tę przeglądarkę
identify_privacy = Wyślemy Ci kod. Hasło nie jest potrzebne.

## Making a passkey

sign_up_title = Załóż konto
passkey_about = Klucz dostępu jest zapisany na telefonie lub komputerze. Odblokowujesz go tak jak urządzenie: odciskiem palca, twarzą lub kodem PIN. Nie trzeba nic pamiętać.
sign_up_name_label = Twoje imię
sign_up_submit = Utwórz klucz dostępu
sign_up_back = Mam już konto
passkey_unable = Ta przeglądarka nie obsługuje kluczy dostępu. Spróbuj w innej przeglądarce lub na innym urządzeniu.
passkey_no_script = Klucze dostępu wymagają JavaScriptu. Zezwól na niego dla tej witryny w ustawieniach przeglądarki i wczytaj stronę ponownie.
new_passkey_title = Następnym razem zaloguj się bez kodu
new_passkey_later = Nie teraz

## Asking for the code

code_title = Wpisz kod
code_lead = Wysłaliśmy { $digits }-cyfrowy kod na { $address }.
code_lead_careful = Jeśli { $address } może odbierać wiadomości, kod jest już w drodze.
code_label = Kod
code_submit = Zaloguj się
code_resend = Wyślij nowy kod
code_resend_wait =
    { $seconds ->
        [one] O nowy kod możesz poprosić za { $seconds } sekundę
        [few] O nowy kod możesz poprosić za { $seconds } sekundy
        [many] O nowy kod możesz poprosić za { $seconds } sekund
       *[other] O nowy kod możesz poprosić za { $seconds } sekundy
    }
code_resent = Kod wysłano ponownie
code_change_phone = Zmień numer
code_change_email = Zmień adres e-mail
code_lifetime =
    { $minutes ->
        [one] Kod jest ważny przez { $minutes } minutę.
        [few] Kod jest ważny przez { $minutes } minuty.
        [many] Kod jest ważny przez { $minutes } minut.
       *[other] Kod jest ważny przez { $minutes } minuty.
    }

## A link that was opened in the browser that asked for it

link_title = Dokończ logowanie
link_lead = Zaloguj się do aplikacji { $app } jako { $address }
link_asked = Prośba o link: { $time }, urządzenie: { $device }
device_named = { $browser } w systemie { $system }
device_unknown = nieznane
link_submit = Zaloguj się

## A link that was opened in another browser

link_other_lead = Prośba o ten link pochodzi z innej przeglądarki. Czy to Ty?
link_other_signs = Trzy znaki widoczne na drugim urządzeniu
link_other_submit = Dokończ na drugim urządzeniu
link_other_hint = Przejdź dalej tylko wtedy, gdy logowanie na tamtym urządzeniu to Twoje działanie. Zalogowane zostanie tamto urządzenie, a nie to.
link_elsewhere_title = Zalogowano
link_elsewhere_text = Zalogowano na drugim urządzeniu. Możesz zamknąć tę stronę.
signed_in_text = Zalogowano. Możesz zamknąć tę stronę.

## Waiting for a link to be opened

link_wait_title = Sprawdź pocztę
link_wait_lead = Otwórz link z wiadomości wysłanej na { $address }, na dowolnym urządzeniu. Ta strona sama przejdzie dalej.
link_wait_here = Jeśli { $address } może odbierać wiadomości, e-mail z linkiem jest już w drodze. Otwórz link w tej przeglądarce.
link_wait_app = Jeśli { $address } może odbierać wiadomości, e-mail z linkiem jest już w drodze. Otwórz link na tym urządzeniu.
link_wait_code = albo wpisz kod z wiadomości
link_wait_signs = Jeśli otworzysz link na innym urządzeniu, wpisz tam te trzy znaki:
link_wait_not_yet = Link nie został jeszcze otwarty. Otwórz go albo wpisz kod z wiadomości.

## A link that no longer works. One of the reasons follows the title

link_dead_title = Ten link już nie działa
link_dead_used = Został już użyty.
link_dead_expired = Stracił ważność.
link_dead_replaced = Zastąpił go nowszy link. Znajdź naszą najnowszą wiadomość.
link_dead_resend = Wyślij mi nowy

## A link for the app on a phone, opened in a browser

app_link_title = Przejdź do aplikacji { $app }
app_link_lead = Ten link jest przeznaczony dla aplikacji na Twoim telefonie. W tej przeglądarce nikogo nie zaloguje.
app_link_submit = Otwórz aplikację { $app }
app_link_code = Jeśli aplikacja się nie otworzy, otwórz ją samodzielnie i wpisz w niej ten kod:
app_link_no_code = Jeśli aplikacja się nie otworzy, otwórz ją samodzielnie i wpisz w niej kod z naszej najnowszej wiadomości.

## Consent

consent_title = { $app } prosi o zgodę na
consent_scope_openid = rozpoznawanie Cię przy logowaniu
consent_scope_profile = wgląd w Twoje imię i nazwisko oraz zdjęcie
consent_scope_email = wgląd w Twój adres e-mail
consent_scope_address = wgląd w Twój adres pocztowy
consent_scope_phone = wgląd w Twój numer telefonu
consent_scope_offline_access = zachowanie tego dostępu podczas Twojej nieobecności
consent_scope_other = korzystanie z uprawnienia „{ $scope }”
consent_allow = Zezwól
consent_decline = Odmów

## A device without a keyboard, which shows a code

activate_title = Połącz urządzenie
activate_lead = Wpisz kod, który pokazuje telewizor, konsola lub inne urządzenie.
activate_label = Kod na urządzeniu
activate_hint = Osiem liter, na przykład BCDF-GHJK
activate_confirm_title = Zalogować się do { $app } na urządzeniu?
activate_confirm_code = Urządzenie musi pokazywać dokładnie ten kod:
activate_asked = Prośba: { $time }, urządzenie: { $device }
activate_network_same = Prośba pochodzi z sieci, z której teraz korzystasz.
activate_network_other = Prośba pochodzi z innej sieci: { $ip }
activate_warning = Przejdź dalej tylko wtedy, gdy to Twoje działanie, a urządzenie masz przed sobą. Jeśli ktoś przysłał Ci ten kod lub link z tym kodem, odmów: dostałby się na Twoje konto.
activate_allow = Połącz urządzenie
activate_done_title = Urządzenie połączone
activate_done_text = Możesz wrócić do urządzenia i zamknąć tę stronę.
activate_declined_title = Urządzenie niepołączone
activate_declined_text = Urządzenie nie otrzymuje dostępu. Możesz zamknąć tę stronę.

## Signing out

sign_out_title = Wylogować się?
sign_out_text = Możesz w każdej chwili zalogować się ponownie.
sign_out_submit = Wyloguj się
sign_out_cancel = Nie wylogowuj
signed_out_title = Wylogowano
signed_out_text = Wylogowano w tej przeglądarce. Możesz zamknąć tę stronę.

## The account page

account_title = Twoje konto
account_prove_text = Zanim coś tu zmienisz, potwierdź, że to Ty.
account_prove_submit = Potwierdź, że to Ty
account_prove_device = Urządzenie, które Cię loguje, chroni Twoje konto. Aby zmienić tu coś innego, najpierw usuń to urządzenie w jego aplikacji.
account_done = Zmiana została zapisana.
account_name_title = Nazwa
account_name_label = Twoje imię i nazwisko
account_name_submit = Zapisz
account_addresses_title = Numery telefonów i adresy e-mail
account_address_proved = Potwierdzono
account_address_unproved = Nie potwierdzono
account_address_add = Dodaj numer telefonu lub adres e-mail
account_address_change = Zmień
account_address_label = Nowy numer telefonu lub adres e-mail
account_address_submit = Wyślij kod
account_address_title = Potwierdź nowy adres
account_address_confirm = Potwierdź
account_address_remove_text = Nie będzie można się nim zalogować. Zostaniesz wszędzie wylogowany(-a), a urządzenia, którymi się logujesz, trzeba będzie skonfigurować ponownie.
account_address_removed_title = Usunięto z Twojego konta
account_address_last = To jedyny sposób wejścia na Twoje konto, więc zostaje.
account_error_address_code = Ten kod jest nieprawidłowy. Sprawdź naszą ostatnią wiadomość i spróbuj ponownie.
account_undo_title = Cofnąć tę zmianę?
account_undo_text = Adresy Twojego konta wrócą do poprzednich. Wszyscy zostaną wylogowani, a klucze dostępu i urządzenia zostaną usunięte.
account_undo_submit = Cofnij zmianę
account_undone_title = Zmiana cofnięta
account_undone_text = Wszyscy zostali wylogowani. Zaloguj się ponownie, aby sprawdzić swoje konto.
account_undo_dead = Tej zmiany nie można już cofnąć. Jeśli to nie Ty ją wprowadziłeś(-aś), skontaktuj się z pomocą techniczną.
account_passkeys_title = Twoje klucze dostępu
account_passkeys_none = Nie masz kluczy dostępu.
account_passkey_synced = Na wszystkich Twoich urządzeniach, które współdzielą klucze
account_passkey_bound = Tylko na jednym urządzeniu
account_passkey_add = Dodaj klucz dostępu
account_passkey_name_label = Nazwa klucza dostępu
account_passkey_last = Ten klucz dostępu to jedyny sposób wejścia na Twoje konto, więc zostaje.
account_passkey_remove_text = Nie będzie można się nim zalogować.
account_devices_title = Urządzenia, które Cię logują
account_device_touch_id = Przez Touch ID, w starszej aplikacji
account_device_name_label = Nazwa urządzenia
account_device_last = To urządzenie to jedyny sposób wejścia na Twoje konto, więc zostaje.
account_device_remove_text = Jego aplikacja zostanie wylogowana i nie będzie mogła zalogować Cię na tym urządzeniu.
account_device_until = Działa do { $time }
account_rename = Zmień nazwę
account_remove = Usuń
account_added = Dodano: { $time }
account_used = Ostatnie użycie: { $time }
account_sessions_title = Gdzie trwa Twoja sesja
account_session_this = Ta przeglądarka
account_sessions_end_others = Wyloguj wszędzie indziej
account_apps_title = Aplikacje z dostępem do Twojego konta
account_apps_none = Żadna aplikacja nie ma stałego dostępu do Twojego konta.
account_app_since = Dostęp od: { $time }
account_app_revoke = Odbierz dostęp
account_history_title = Twoje ostatnie logowania
account_history_none = Nie ma logowań do pokazania.
account_way_sms = Kod w SMS-ie
account_way_email = Kod lub link w e-mailu
account_way_passkey = Kluczem dostępu
account_way_touch_id = Przez Touch ID
account_way_device = Przez urządzenie
account_way_password = Hasłem
account_data_title = Twoje dane
account_export_text = Pobierz plik ze wszystkim, co jest tu o Tobie przechowywane.
account_export_submit = Pobierz swoje dane
account_delete_title = Usuń konto
account_delete_text = Twoje konto i wszystko, co zawiera, zostanie usunięte na zawsze, a Ty zostaniesz wszędzie wylogowany(-a). Nikt nie może tego cofnąć.
account_delete_label = Aby potwierdzić, wpisz { $word }
account_deleted_title = Konto usunięte
account_deleted_text = Twoje konto zostało usunięte. Możesz zamknąć tę stronę.
account_left_text = Nie zalogowano się. Możesz zamknąć tę stronę.
account_error_name = Tej nazwy nie można użyć. Wpisz krótszą.
account_error_word = Wpisz dokładnie { $word }, aby potwierdzić.
account_error_gone = Tego już nie ma.

## Errors. Each says what to do

error_title = Nie udało się
error_wrong_code_phone = Ten kod jest nieprawidłowy. Sprawdź nasz najnowszy SMS i spróbuj ponownie.
error_wrong_code_email = Ten kod jest nieprawidłowy. Sprawdź naszą najnowszą wiadomość e-mail i spróbuj ponownie.
error_code_expired = Ten kod stracił ważność. Poproś o nowy.
error_no_tries_left = Zbyt wiele błędnych prób: ten kod już nie działa. Poproś o nowy.
error_wrong_signs = To nie są znaki widoczne na drugim urządzeniu. Sprawdź jeszcze raz i wpisz jego trzy znaki.
error_wrong_user_code = Ten kod jest nieprawidłowy lub stracił ważność. Sprawdź, co pokazuje urządzenie, lub zacznij na nim od nowa.
error_passkey = Klucz dostępu nie został przyjęty. Spróbuj ponownie lub użyj kodu.
error_no_passkey = Nie użyto żadnego klucza dostępu. Spróbuj ponownie lub użyj kodu.
error_passkey_alone = Nie przyjęto żadnego klucza dostępu. Spróbuj ponownie lub użyj innego urządzenia.
error_new_passkey = Nie utworzono klucza dostępu. Spróbuj ponownie.
error_stronger = Twoje konto wymaga klucza dostępu. Wróć i użyj go.
error_too_many_attempts =
    { $minutes ->
        [one] Zbyt wiele prób. Odczekaj { $minutes } minutę i spróbuj ponownie.
        [few] Zbyt wiele prób. Odczekaj { $minutes } minuty i spróbuj ponownie.
        [many] Zbyt wiele prób. Odczekaj { $minutes } minut i spróbuj ponownie.
       *[other] Zbyt wiele prób. Odczekaj { $minutes } minuty i spróbuj ponownie.
    }
error_bad_phone = Wpisz numer telefonu z numerem kierunkowym kraju, na przykład +1 415 555 0100.
error_bad_email = Wpisz pełny adres e-mail, na przykład name@example.com.
error_number_without_texts = Ten numer nie może odbierać SMS-ów. Wpisz inny numer.
error_country_not_allowed = Nie wysyłamy wiadomości na numery z tego kraju. Wpisz inny numer.
error_not_sent = Nie udało się wysłać wiadomości. Spróbuj ponownie za kilka minut.
error_no_answer = Serwer nie odpowiada. Sprawdź połączenie z internetem i spróbuj ponownie.
error_page_expired = Ta strona straciła ważność. Wróć do aplikacji i zacznij od nowa.
error_cookies_needed = Logowanie wymaga plików cookie. Zezwól na nie dla tej witryny w ustawieniach przeglądarki, a potem wróć do aplikacji i zacznij od nowa.
error_unknown_app = Nie znamy aplikacji, która Cię tu skierowała. Wróć do niej i spróbuj ponownie. Jeśli to nie pomoże, powiadom pomoc techniczną aplikacji.
error_bad_redirect = Aplikacja chciała skierować Cię pod adres, którego nie zarejestrowała. Powiadom pomoc techniczną aplikacji.
error_no_way_in = W tej chwili nie można zalogować się do tej aplikacji. Powiadom pomoc techniczną aplikacji.
error_server = Wystąpił błąd po naszej stronie. Spróbuj ponownie za chwilę. Jeśli błąd się powtórzy, podaj pomocy technicznej ten identyfikator: { $request_id }
error_sign_up_closed = Nie masz tu konta, a nowych kont nie można teraz zakładać. Poproś o dostęp pomoc techniczną aplikacji.
error_blocked = To konto jest zablokowane. Skontaktuj się z pomocą techniczną aplikacji.
error_back_to_app = Wróć do aplikacji
support_label = Potrzebujesz pomocy?

## Mails

mail_code_subject = { $code } to Twój kod do aplikacji { $app }
mail_link_subject = Logowanie do aplikacji { $app }
mail_heading = Logowanie do aplikacji { $app }
mail_code_lead = Wpisz ten kod na stronie logowania:
mail_code_lifetime =
    { $minutes ->
        [one] Kod jest ważny przez { $minutes } minutę.
        [few] Kod jest ważny przez { $minutes } minuty.
        [many] Kod jest ważny przez { $minutes } minut.
       *[other] Kod jest ważny przez { $minutes } minuty.
    }
mail_link_lead = Aby się zalogować, otwórz ten link:
mail_link_button = Zaloguj się
mail_link_copy = Jeśli przycisk nie działa, skopiuj ten adres do przeglądarki:
mail_link_or_code = albo wpisz ten kod
mail_link_lifetime =
    { $minutes ->
        [one] Link działa tylko raz i jest ważny przez { $minutes } minutę.
        [few] Link działa tylko raz i jest ważny przez { $minutes } minuty.
        [many] Link działa tylko raz i jest ważny przez { $minutes } minut.
       *[other] Link działa tylko raz i jest ważny przez { $minutes } minuty.
    }
mail_link_lifetime_hours =
    { $hours ->
        [one] Link działa tylko raz i jest ważny przez { $hours } godzinę.
        [few] Link działa tylko raz i jest ważny przez { $hours } godziny.
        [many] Link działa tylko raz i jest ważny przez { $hours } godzin.
       *[other] Link działa tylko raz i jest ważny przez { $hours } godziny.
    }
mail_asked_from = Urządzenie, z którego wysłano prośbę: { $device }
mail_not_you = Jeśli to nie Ty, zignoruj tę wiadomość: bez niej nikt się nie zaloguje.
mail_keep_secret = Nigdy nikomu nie podawaj tego kodu.
mail_footer = Wysłano przez aplikację { $app }

## Notices

notice_passkey_added = Do Twojego konta w { $app } dodano klucz dostępu
notice_passkey_removed = Z Twojego konta w { $app } usunięto klucz dostępu
notice_device_key_added = Do Twojego konta w { $app } dodano urządzenie
notice_device_key_removed = Z Twojego konta w { $app } usunięto urządzenie
notice_address_added = Do Twojego konta w { $app } dodano numer telefonu lub adres e-mail
notice_address_changed = Na Twoim koncie w { $app } zmieniono numer telefonu lub adres e-mail
notice_address_removed = Z Twojego konta w { $app } usunięto numer telefonu lub adres e-mail
notice_account_linked = Twoje konto w { $app } połączono z innym kontem
notice_account_deleted = Twoje konto w { $app } zostało usunięte
notice_name = Nazwa: { $name }
notice_time = Czas: { $time }
notice_was_you = Jeśli to Ty, nie musisz nic robić.
notice_not_you = Jeśli to nie Ty, zaloguj się, usuń ze swojego konta to, czego nie znasz, i wyloguj się wszędzie indziej.
notice_not_you_deleted = Jeśli to nie Ty, natychmiast skontaktuj się z pomocą techniczną.
notice_undo = Jeśli to nie Ty, możesz to cofnąć przez 72 godziny. Otwórz tę stronę:
address_code_subject = { $code } to Twój kod do potwierdzenia tego adresu w { $app }
address_code_heading = Potwierdź ten adres w { $app }
address_code_lead = Wpisz ten kod na stronie swojego konta:
address_code_not_you = Jeśli to nie Ty, zignoruj tę wiadomość i nigdy nikomu nie podawaj kodu.
notice_codes_refused = Zbyt wiele błędnych kodów do Twojego konta w { $app }
notice_codes_refused_text = Nikt się nie zalogował. Na razie stamtąd nie przyjmujemy kolejnych kodów. Jeśli to nie Ty, nie musisz nic robić. Jeśli to Ty, zaloguj się z innej sieci albo poproś o odblokowanie.
address_taken_heading = Ten adres ma już konto w { $app }
address_taken_text = Ktoś zalogowany na inne konto próbował dodać tam ten adres. Nic się nie zmieniło. Jeśli to Ty, zaloguj się tym adresem.

## Lengths of time that stand by themselves

unit_seconds =
    { $seconds ->
        [one] { $seconds } sekunda
        [few] { $seconds } sekundy
        [many] { $seconds } sekund
       *[other] { $seconds } sekundy
    }
unit_minutes =
    { $minutes ->
        [one] { $minutes } minuta
        [few] { $minutes } minuty
        [many] { $minutes } minut
       *[other] { $minutes } minuty
    }
unit_hours =
    { $hours ->
        [one] { $hours } godzina
        [few] { $hours } godziny
        [many] { $hours } godzin
       *[other] { $hours } godziny
    }
