### Deutsch. Anrede: Sie.

## Every page

page_title_error = Fehler: { $title }
language_label = Sprache
skip_to_content = Zum Hauptinhalt springen
field_required = erforderlich
signed_in_as = Angemeldet als { $address }

## Asking for the phone number or email address

identify_title = Anmelden
identify_lead = und weiter zu { $app }
identify_phone_label = Telefonnummer
identify_phone_hint = Mit Ländervorwahl, zum Beispiel +1 415 555 0100
identify_email_label = E-Mail-Adresse
identify_submit = Weiter
identify_use_phone = Stattdessen Telefonnummer verwenden
identify_use_email = Stattdessen E-Mail-Adresse verwenden
identify_use_passkey = Mit Passkey anmelden
identify_have_code = Ich habe schon einen Code
identify_country_label = Land
identify_country_search = Land suchen
identify_close = Schließen
identify_link_lead = Geben Sie die Adresse oder Telefonnummer ein, an die Ihr Link gesendet wurde.
identify_sign_up = Neu hier? Konto anlegen
identify_remember = Diesen Browser merken
identify_privacy = Wir senden Ihnen einen Code. Sie brauchen kein Passwort.

## Making a passkey

sign_up_title = Konto anlegen
passkey_about = Ein Passkey liegt auf Ihrem Telefon oder Computer. Sie entsperren ihn wie Ihr Gerät: mit Fingerabdruck, Gesicht oder PIN. Sie müssen sich nichts merken.
sign_up_name_label = Ihr Name
sign_up_submit = Passkey erstellen
sign_up_back = Ich habe schon ein Konto
passkey_unable = Dieser Browser kann keine Passkeys verwenden. Versuchen Sie es mit einem anderen Browser oder Gerät.
passkey_no_script = Passkeys brauchen JavaScript. Erlauben Sie es für diese Website in den Einstellungen Ihres Browsers und laden Sie die Seite neu.
new_passkey_title = Beim nächsten Mal ohne Code anmelden
new_passkey_later = Nicht jetzt

## Asking for the code

code_title = Code eingeben
code_lead = Wir haben einen { $digits }-stelligen Code an { $address } gesendet.
code_lead_careful = Wenn { $address } Nachrichten empfangen kann, ist ein Code unterwegs.
code_label = Code
code_submit = Anmelden
code_resend = Neuen Code senden
code_resend_wait =
    { $seconds ->
        [one] In { $seconds } Sekunde können Sie einen neuen Code anfordern
       *[other] In { $seconds } Sekunden können Sie einen neuen Code anfordern
    }
code_resent = Code erneut gesendet
code_change_phone = Nummer ändern
code_change_email = E-Mail-Adresse ändern
code_lifetime =
    { $minutes ->
        [one] Der Code ist { $minutes } Minute gültig.
       *[other] Der Code ist { $minutes } Minuten gültig.
    }

## A link that was opened in the browser that asked for it

link_title = Anmeldung abschließen
link_lead = Bei { $app } als { $address } anmelden
link_asked = Angefordert: { $time }, Gerät: { $device }
device_named = { $browser } unter { $system }
device_unknown = unbekannt
link_submit = Anmelden

## A link that was opened in another browser

link_other_lead = Dieser Link wurde in einem anderen Browser angefordert. Waren Sie das?
link_other_signs = Die drei Zeichen, die das andere Gerät anzeigt
link_other_submit = Auf dem anderen Gerät abschließen
link_other_hint = Fahren Sie nur fort, wenn Sie die Anmeldung dort selbst begonnen haben. Angemeldet wird das andere Gerät, nicht dieses.
link_elsewhere_title = Angemeldet
link_elsewhere_text = Sie sind auf dem anderen Gerät angemeldet. Sie können diese Seite schließen.
signed_in_text = Sie sind angemeldet. Sie können diese Seite schließen.

## Waiting for a link to be opened

link_wait_title = Sehen Sie in Ihr E-Mail-Postfach
link_wait_lead = Öffnen Sie den Link in der E-Mail, die wir an { $address } gesendet haben, auf einem beliebigen Gerät. Diese Seite geht dann von selbst weiter.
link_wait_here = Wenn { $address } Nachrichten empfangen kann, ist eine E-Mail mit einem Link unterwegs. Öffnen Sie den Link in diesem Browser.
link_wait_app = Wenn { $address } Nachrichten empfangen kann, ist eine E-Mail mit einem Link unterwegs. Öffnen Sie den Link auf diesem Gerät.
link_wait_code = oder geben Sie den Code aus der E-Mail ein
link_wait_signs = Wenn Sie den Link auf einem anderen Gerät öffnen, geben Sie dort diese drei Zeichen ein:
link_wait_not_yet = Der Link wurde noch nicht geöffnet. Öffnen Sie ihn oder geben Sie den Code aus der E-Mail ein.

## A link that no longer works. One of the reasons follows the title

link_dead_title = Dieser Link funktioniert nicht mehr
link_dead_used = Er wurde bereits verwendet.
link_dead_expired = Er ist abgelaufen.
link_dead_replaced = Er wurde durch einen neueren ersetzt. Sehen Sie in unsere neueste E-Mail.
link_dead_resend = Neuen Link senden

## A link for the app on a phone, opened in a browser

app_link_title = Weiter in { $app }
app_link_lead = Dieser Link ist für die App auf Ihrem Telefon bestimmt. In diesem Browser meldet er niemanden an.
app_link_submit = { $app } öffnen
app_link_code = Wenn sich die App nicht öffnet, öffnen Sie sie selbst und geben Sie dort diesen Code ein:
app_link_no_code = Wenn sich die App nicht öffnet, öffnen Sie sie selbst und geben Sie dort den Code aus unserer neuesten Nachricht ein.

## Consent

consent_title = { $app } möchte
consent_scope_openid = Sie bei der Anmeldung wiedererkennen
consent_scope_profile = Ihren Namen und Ihr Bild sehen
consent_scope_email = Ihre E-Mail-Adresse sehen
consent_scope_address = Ihre Postanschrift sehen
consent_scope_phone = Ihre Telefonnummer sehen
consent_scope_offline_access = diesen Zugriff auch während Ihrer Abwesenheit behalten
consent_scope_other = die Berechtigung „{ $scope }“ nutzen
consent_allow = Erlauben
consent_decline = Ablehnen

## A device without a keyboard, which shows a code

activate_title = Gerät verbinden
activate_lead = Geben Sie den Code ein, den Ihr Fernseher, Ihre Konsole oder ein anderes Gerät anzeigt.
activate_label = Code auf dem Gerät
activate_hint = Acht Buchstaben, zum Beispiel BCDF-GHJK
activate_confirm_title = Auf Ihrem Gerät bei { $app } anmelden?
activate_confirm_code = Ihr Gerät muss genau diesen Code anzeigen:
activate_asked = Angefordert: { $time }, Gerät: { $device }
activate_network_same = Die Anfrage kam aus dem Netz, in dem Sie gerade sind.
activate_network_other = Die Anfrage kam aus einem anderen Netz: { $ip }
activate_warning = Fahren Sie nur fort, wenn Sie das selbst begonnen haben und das Gerät vor Ihnen steht. Hat Ihnen jemand diesen Code oder einen Link damit geschickt, lehnen Sie ab: Er käme sonst in Ihr Konto.
activate_allow = Gerät verbinden
activate_done_title = Gerät verbunden
activate_done_text = Sie können zu Ihrem Gerät zurückkehren und diese Seite schließen.
activate_declined_title = Gerät nicht verbunden
activate_declined_text = Das Gerät erhält keinen Zugriff. Sie können diese Seite schließen.

## Signing out

sign_out_title = Abmelden?
sign_out_text = Sie können sich jederzeit wieder anmelden.
sign_out_submit = Abmelden
sign_out_cancel = Angemeldet bleiben
signed_out_title = Abgemeldet
signed_out_text = Sie sind in diesem Browser abgemeldet. Sie können diese Seite schließen.

## The account page

account_title = Ihr Konto
account_prove_text = Bevor Sie hier etwas ändern, bestätigen Sie, dass Sie es sind.
account_prove_submit = Bestätigen, dass ich es bin
account_prove_device = Ein Gerät, das Sie anmeldet, schützt Ihr Konto. Um hier anderes zu ändern, entfernen Sie das Gerät zuerst in seiner App.
account_done = Ihre Änderung ist gespeichert.
account_name_title = Ihr Name
account_name_label = So heißen Sie hier
account_name_submit = Speichern
account_addresses_title = Telefonnummern und E-Mail-Adressen
account_address_proved = Bestätigt
account_address_unproved = Nicht bestätigt
account_address_add = Telefonnummer oder E-Mail-Adresse hinzufügen
account_address_change = Ändern
account_address_label = Neue Telefonnummer oder E-Mail-Adresse
account_address_submit = Code senden
account_address_title = Neue Adresse bestätigen
account_address_confirm = Bestätigen
account_address_remove_text = Sie können sich damit dann nicht mehr anmelden. Sie werden überall abgemeldet, und Geräte, mit denen Sie sich anmelden, müssen neu eingerichtet werden.
account_address_removed_title = Aus Ihrem Konto entfernt
account_address_last = Das ist der einzige Weg in Ihr Konto und bleibt deshalb.
account_error_address_code = Dieser Code ist nicht richtig. Sehen Sie in unserer letzten Nachricht nach und versuchen Sie es noch einmal.
account_undo_title = Diese Änderung rückgängig machen?
account_undo_text = Die Adressen Ihres Kontos werden wieder, was sie vorher waren. Alle werden abgemeldet, Passkeys und Geräte werden entfernt.
account_undo_submit = Änderung rückgängig machen
account_undone_title = Änderung rückgängig gemacht
account_undone_text = Alle sind abgemeldet. Melden Sie sich wieder an, um Ihr Konto zu prüfen.
account_undo_dead = Diese Änderung kann nicht mehr rückgängig gemacht werden. Haben Sie sie nicht vorgenommen, wenden Sie sich an den Support.
account_passkeys_title = Ihre Passkeys
account_passkeys_none = Sie haben keine Passkeys.
account_passkey_synced = Auf allen Ihren Geräten, die Passkeys teilen
account_passkey_bound = Nur auf einem Gerät
account_passkey_add = Passkey hinzufügen
account_passkey_name_label = Name des Passkeys
account_passkey_last = Dieser Passkey ist der einzige Weg in Ihr Konto und bleibt deshalb.
account_passkey_remove_text = Sie können sich damit dann nicht mehr anmelden.
account_devices_title = Geräte, die Sie anmelden
account_device_touch_id = Mit Touch ID, in einer älteren App
account_device_name_label = Name des Geräts
account_device_last = Dieses Gerät ist der einzige Weg in Ihr Konto und bleibt deshalb.
account_device_remove_text = Die App darauf wird abgemeldet und kann Sie auf diesem Gerät nicht mehr anmelden.
account_device_until = Gültig bis { $time }
account_rename = Umbenennen
account_remove = Entfernen
account_added = Hinzugefügt: { $time }
account_used = Zuletzt verwendet: { $time }
account_sessions_title = Wo Sie angemeldet sind
account_session_this = Dieser Browser
account_sessions_end_others = Überall sonst abmelden
account_apps_title = Apps mit Zugriff auf Ihr Konto
account_apps_none = Keine App hat dauerhaften Zugriff auf Ihr Konto.
account_app_since = Zugriff seit: { $time }
account_app_revoke = Zugriff entziehen
account_history_title = Ihre letzten Anmeldungen
account_history_none = Es gibt keine Anmeldungen zu zeigen.
account_way_sms = Code per SMS
account_way_email = Code oder Link per E-Mail
account_way_passkey = Mit Passkey
account_way_touch_id = Mit Touch ID
account_way_device = Mit einem Gerät
account_way_password = Mit Passwort
account_data_title = Ihre Daten
account_export_text = Laden Sie eine Datei mit allem herunter, was hier über Sie gespeichert ist.
account_export_submit = Ihre Daten herunterladen
account_delete_title = Konto löschen
account_delete_text = Ihr Konto und alles darin werden endgültig gelöscht, und Sie werden überall abgemeldet. Niemand kann das rückgängig machen.
account_delete_label = Geben Sie zur Bestätigung { $word } ein
account_deleted_title = Konto gelöscht
account_deleted_text = Ihr Konto ist gelöscht. Sie können diese Seite schließen.
account_left_text = Sie haben sich nicht angemeldet. Sie können diese Seite schließen.
account_error_name = Dieser Name geht nicht. Geben Sie einen kürzeren ein.
account_error_word = Geben Sie zur Bestätigung genau { $word } ein.
account_error_gone = Das gibt es nicht mehr.

## Errors. Each says what to do

error_title = Das hat nicht geklappt
error_wrong_code_phone = Dieser Code stimmt nicht. Sehen Sie in unsere neueste SMS und versuchen Sie es noch einmal.
error_wrong_code_email = Dieser Code stimmt nicht. Sehen Sie in unsere neueste E-Mail und versuchen Sie es noch einmal.
error_code_expired = Dieser Code ist abgelaufen. Fordern Sie einen neuen an.
error_no_tries_left = Zu viele Fehlversuche: Dieser Code gilt nicht mehr. Fordern Sie einen neuen an.
error_wrong_signs = Das zeigt das andere Gerät nicht an. Sehen Sie noch einmal nach und geben Sie seine drei Zeichen ein.
error_wrong_user_code = Dieser Code stimmt nicht oder ist abgelaufen. Sehen Sie auf dem Gerät nach oder beginnen Sie dort von vorn.
error_passkey = Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal oder verwenden Sie einen Code.
error_no_passkey = Es wurde kein Passkey verwendet. Versuchen Sie es noch einmal oder verwenden Sie einen Code.
error_passkey_alone = Es wurde kein Passkey angenommen. Versuchen Sie es noch einmal oder verwenden Sie ein anderes Gerät.
error_new_passkey = Es wurde kein Passkey erstellt. Versuchen Sie es noch einmal.
error_stronger = Ihr Konto verlangt Ihren Passkey. Gehen Sie zurück und verwenden Sie ihn.
error_too_many_attempts =
    { $minutes ->
        [one] Zu viele Versuche. Warten Sie { $minutes } Minute und versuchen Sie es dann noch einmal.
       *[other] Zu viele Versuche. Warten Sie { $minutes } Minuten und versuchen Sie es dann noch einmal.
    }
error_bad_phone = Geben Sie eine Telefonnummer mit Ländervorwahl ein, zum Beispiel +1 415 555 0100.
error_bad_email = Geben Sie eine vollständige E-Mail-Adresse ein, zum Beispiel name@example.com.
error_number_without_texts = Diese Nummer kann keine SMS empfangen. Geben Sie eine andere Nummer ein.
error_country_not_allowed = An Nummern in diesem Land senden wir keine Nachrichten. Geben Sie eine andere Nummer ein.
error_not_sent = Wir konnten die Nachricht nicht senden. Versuchen Sie es in einigen Minuten noch einmal.
error_no_answer = Der Server antwortet nicht. Prüfen Sie Ihre Internetverbindung und versuchen Sie es noch einmal.
error_page_expired = Diese Seite ist abgelaufen. Gehen Sie zurück zur App und beginnen Sie von vorn.
error_cookies_needed = Zum Anmelden sind Cookies nötig. Erlauben Sie sie für diese Website in den Einstellungen Ihres Browsers, gehen Sie dann zurück zur App und beginnen Sie von vorn.
error_unknown_app = Wir kennen die App nicht, von der Sie kommen. Gehen Sie dorthin zurück und versuchen Sie es noch einmal. Hilft das nicht, wenden Sie sich an den Support der App.
error_bad_redirect = Die App wollte Sie an eine Adresse weiterleiten, die sie nicht registriert hat. Bitte informieren Sie den Support der App.
error_no_way_in = Zurzeit kann sich bei dieser App niemand anmelden. Bitte informieren Sie den Support der App.
error_server = Bei uns ist ein Fehler aufgetreten. Versuchen Sie es gleich noch einmal. Tritt er wieder auf, nennen Sie dem Support diese Referenz: { $request_id }
error_sign_up_closed = Sie haben hier kein Konto, und neue Konten können zurzeit nicht angelegt werden. Bitten Sie den Support der App um Zugang.
error_blocked = Dieses Konto ist gesperrt. Wenden Sie sich an den Support der App.
error_back_to_app = Zurück zur App
support_label = Brauchen Sie Hilfe?

## Mails

mail_code_subject = { $code } ist Ihr Code für { $app }
mail_link_subject = Anmelden bei { $app }
mail_heading = Anmelden bei { $app }
mail_code_lead = Geben Sie diesen Code auf der Anmeldeseite ein:
mail_code_lifetime =
    { $minutes ->
        [one] Der Code ist { $minutes } Minute gültig.
       *[other] Der Code ist { $minutes } Minuten gültig.
    }
mail_link_lead = Öffnen Sie zum Anmelden diesen Link:
mail_link_button = Anmelden
mail_link_copy = Wenn die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in Ihren Browser:
mail_link_or_code = oder geben Sie diesen Code ein
mail_link_lifetime =
    { $minutes ->
        [one] Der Link funktioniert einmal und ist { $minutes } Minute gültig.
       *[other] Der Link funktioniert einmal und ist { $minutes } Minuten gültig.
    }
mail_link_lifetime_hours =
    { $hours ->
        [one] Der Link funktioniert einmal und ist { $hours } Stunde gültig.
       *[other] Der Link funktioniert einmal und ist { $hours } Stunden gültig.
    }
mail_asked_from = Angefordert mit diesem Gerät: { $device }
mail_not_you = Waren Sie das nicht, ignorieren Sie diese E-Mail: Ohne sie kann sich niemand anmelden.
mail_keep_secret = Geben Sie den Code niemals weiter.
mail_footer = Gesendet von { $app }

## Notices

notice_passkey_added = Zu Ihrem Konto bei { $app } wurde ein Passkey hinzugefügt
notice_passkey_removed = Aus Ihrem Konto bei { $app } wurde ein Passkey entfernt
notice_device_key_added = Zu Ihrem Konto bei { $app } wurde ein Gerät hinzugefügt
notice_device_key_removed = Aus Ihrem Konto bei { $app } wurde ein Gerät entfernt
notice_address_added = Zu Ihrem Konto bei { $app } wurde eine Telefonnummer oder E-Mail-Adresse hinzugefügt
notice_address_changed = Eine Telefonnummer oder E-Mail-Adresse Ihres Kontos bei { $app } wurde geändert
notice_address_removed = Aus Ihrem Konto bei { $app } wurde eine Telefonnummer oder E-Mail-Adresse entfernt
notice_account_linked = Ihr Konto bei { $app } wurde mit einem anderen Konto zusammengeführt
notice_account_deleted = Ihr Konto bei { $app } wurde gelöscht
notice_name = Bezeichnung: { $name }
notice_time = Zeit: { $time }
notice_was_you = Waren Sie das, brauchen Sie nichts zu tun.
notice_not_you = Waren Sie das nicht, melden Sie sich an, entfernen Sie aus Ihrem Konto, was Sie nicht kennen, und melden Sie sich überall sonst ab.
notice_not_you_deleted = Waren Sie das nicht, wenden Sie sich sofort an den Support.
notice_undo = Waren Sie das nicht, können Sie es 72 Stunden lang rückgängig machen. Öffnen Sie diese Seite:
address_code_subject = { $code } ist Ihr Code, um diese Adresse für { $app } zu bestätigen
address_code_heading = Diese Adresse für { $app } bestätigen
address_code_lead = Geben Sie diesen Code auf der Seite Ihres Kontos ein:
address_code_not_you = Waren Sie das nicht, ignorieren Sie diese Nachricht und geben Sie den Code niemals weiter.
notice_codes_refused = Zu viele falsche Codes für Ihr Konto bei { $app }
notice_codes_refused_text = Niemand wurde angemeldet. Von dort werden vorerst keine Codes mehr angenommen. Waren Sie das nicht, brauchen Sie nichts zu tun. Waren Sie es, melden Sie sich aus einem anderen Netz an oder bitten Sie darum, entsperrt zu werden.
address_taken_heading = Diese Adresse hat bereits ein Konto bei { $app }
address_taken_text = Jemand, der in einem anderen Konto angemeldet ist, wollte diese Adresse dort hinzufügen. Es hat sich nichts geändert. Waren Sie das, melden Sie sich mit dieser Adresse an.

## Lengths of time that stand by themselves

unit_seconds =
    { $seconds ->
        [one] { $seconds } Sekunde
       *[other] { $seconds } Sekunden
    }
unit_minutes =
    { $minutes ->
        [one] { $minutes } Minute
       *[other] { $minutes } Minuten
    }
unit_hours =
    { $hours ->
        [one] { $hours } Stunde
       *[other] { $hours } Stunden
    }
