### Italiano. Si dà del tu, come nelle pagine di accesso più diffuse.

## Every page

page_title_error = Errore: { $title }
language_label = Lingua
skip_to_content = Vai al contenuto principale
field_required = obbligatorio
signed_in_as = Accesso effettuato come { $address }

## Asking for the phone number or email address

identify_title = Accedi
identify_lead = per continuare su { $app }
identify_phone_label = Numero di telefono
identify_phone_hint = Con il prefisso internazionale, ad esempio +1 415 555 0100
identify_email_label = Indirizzo email
identify_submit = Continua
identify_use_phone = Usa invece un numero di telefono
identify_use_email = Usa invece un indirizzo email
identify_use_passkey = Usa una passkey
identify_have_code = Ho già un codice
identify_country_label = Paese
identify_country_search = Cerca un paese
identify_close = Chiudi
identify_link_lead = Inserisci l’indirizzo o il numero di telefono a cui è stato inviato il tuo link.
identify_sign_up = Prima volta qui? Crea un account
identify_remember = Ricorda questo browser
identify_privacy = Ti inviamo un codice. Non serve una password.

## Making a passkey

sign_up_title = Crea un account
passkey_about = Una passkey resta sul tuo telefono o computer. Si sblocca come il dispositivo: con l’impronta, il volto o un PIN. Non c’è niente da ricordare.
sign_up_name_label = Il tuo nome
sign_up_submit = Crea una passkey
sign_up_back = Ho già un account
passkey_unable = Questo browser non può usare le passkey. Prova con un altro browser o dispositivo.
passkey_no_script = Le passkey richiedono JavaScript. Consentilo per questo sito nelle impostazioni del browser, poi ricarica la pagina.
new_passkey_title = Accedi senza codice la prossima volta
new_passkey_later = Non ora

## Asking for the code

code_title = Inserisci il codice
code_lead = Abbiamo inviato un codice di { $digits } cifre a { $address }.
code_lead_careful = Se { $address } può ricevere messaggi, un codice è in arrivo.
code_label = Codice
code_submit = Accedi
code_resend = Invia un nuovo codice
code_resend_wait =
    { $seconds ->
        [one] Potrai chiedere un nuovo codice tra { $seconds } secondo
       *[other] Potrai chiedere un nuovo codice tra { $seconds } secondi
    }
code_resent = Codice inviato di nuovo
code_change_phone = Cambia numero
code_change_email = Cambia indirizzo email
code_lifetime =
    { $minutes ->
        [one] Il codice è valido per { $minutes } minuto.
       *[other] Il codice è valido per { $minutes } minuti.
    }

## A link that was opened in the browser that asked for it

link_title = Completa l’accesso
link_lead = Accedi a { $app } come { $address }
link_asked = Richiesto: { $time }, da { $device }
device_named = { $browser } su { $system }
device_unknown = un dispositivo sconosciuto
link_submit = Accedi

## A link that was opened in another browser

link_other_lead = Questo link è stato richiesto in un altro browser. Eri tu?
link_other_signs = I tre caratteri mostrati sull’altro dispositivo
link_other_submit = Completa sull’altro dispositivo
link_other_hint = Continua solo se hai iniziato tu l’accesso da lì. L’accesso avverrà sull’altro dispositivo, non su questo.
link_elsewhere_title = Accesso effettuato
link_elsewhere_text = Hai effettuato l’accesso sull’altro dispositivo. Puoi chiudere questa pagina.
signed_in_text = Hai effettuato l’accesso. Puoi chiudere questa pagina.

## Waiting for a link to be opened

link_wait_title = Controlla la tua email
link_wait_lead = Apri il link nell’email che abbiamo inviato a { $address }, su qualsiasi dispositivo. Questa pagina proseguirà da sola.
link_wait_here = Se { $address } può ricevere messaggi, un’email con un link è in arrivo. Apri il link in questo browser.
link_wait_app = Se { $address } può ricevere messaggi, un’email con un link è in arrivo. Apri il link su questo dispositivo.
link_wait_code = oppure inserisci il codice ricevuto via email
link_wait_signs = Se apri il link su un altro dispositivo, inserisci lì questi tre caratteri:
link_wait_not_yet = Il link non è ancora stato aperto. Aprilo oppure inserisci il codice ricevuto via email.

## A link that no longer works. One of the reasons follows the title

link_dead_title = Questo link non funziona più
link_dead_used = È già stato usato.
link_dead_expired = È scaduto.
link_dead_replaced = È stato sostituito da un link più recente. Cerca la nostra ultima email.
link_dead_resend = Inviamene uno nuovo

## A link for the app on a phone, opened in a browser

app_link_title = Continua in { $app }
app_link_lead = Questo link è destinato all’app sul tuo telefono. In questo browser non fa accedere nessuno.
app_link_submit = Apri { $app }
app_link_code = Se l’app non si apre, aprila tu e inserisci lì questo codice:
app_link_no_code = Se l’app non si apre, aprila tu e inserisci lì il codice del nostro ultimo messaggio.

## Consent

consent_title = { $app } vorrebbe
consent_scope_openid = riconoscerti quando accedi
consent_scope_profile = vedere il tuo nome e la tua foto
consent_scope_email = vedere il tuo indirizzo email
consent_scope_address = vedere il tuo indirizzo postale
consent_scope_phone = vedere il tuo numero di telefono
consent_scope_offline_access = mantenere questo accesso anche in tua assenza
consent_scope_other = usare l’autorizzazione “{ $scope }”
consent_allow = Consenti
consent_decline = Rifiuta

## A device without a keyboard, which shows a code

activate_title = Collega un dispositivo
activate_lead = Inserisci il codice mostrato dal televisore, dalla console o da un altro dispositivo.
activate_label = Codice sul dispositivo
activate_hint = Otto lettere, ad esempio BCDF-GHJK
activate_confirm_title = Accedere a { $app } sul tuo dispositivo?
activate_confirm_code = Il dispositivo deve mostrare esattamente questo codice:
activate_asked = Richiesto: { $time }, da { $device }
activate_network_same = La richiesta proviene dalla rete che stai usando ora.
activate_network_other = La richiesta proviene da un’altra rete: { $ip }
activate_warning = Continua solo se hai iniziato tu e hai il dispositivo davanti a te. Se qualcuno ti ha inviato questo codice o un link che lo contiene, rifiuta: entrerebbe nel tuo account.
activate_allow = Collega il dispositivo
activate_done_title = Dispositivo collegato
activate_done_text = Puoi tornare al dispositivo e chiudere questa pagina.
activate_declined_title = Dispositivo non collegato
activate_declined_text = Il dispositivo non ottiene alcun accesso. Puoi chiudere questa pagina.

## Signing out

sign_out_title = Vuoi uscire?
sign_out_text = Potrai accedere di nuovo in qualsiasi momento.
sign_out_submit = Esci
sign_out_cancel = Mantieni l’accesso
signed_out_title = Uscita effettuata
signed_out_text = La sessione in questo browser è terminata. Puoi chiudere questa pagina.

## The account page

account_title = Il tuo account
account_prove_text = Prima di modificare qualcosa qui, conferma che sei tu.
account_prove_submit = Conferma che sei tu
account_prove_device = Un dispositivo che ti fa accedere protegge il tuo account. Per modificare altro qui, rimuovi prima quel dispositivo nella sua app.
account_done = La modifica è stata salvata.
account_name_title = Nome
account_name_label = Il tuo nome
account_name_submit = Salva
account_addresses_title = Numeri di telefono e indirizzi email
account_address_proved = Confermato
account_address_unproved = Non confermato
account_address_add = Aggiungi un numero di telefono o un indirizzo email
account_address_change = Modifica
account_address_label = Nuovo numero di telefono o indirizzo email
account_address_submit = Invia un codice
account_address_title = Conferma il nuovo indirizzo
account_address_confirm = Conferma
account_address_remove_text = Non potrai più usarlo per accedere. Uscirai ovunque, e i dispositivi con cui accedi andranno configurati di nuovo.
account_address_removed_title = Rimosso dal tuo account
account_address_last = È l’unico modo per entrare nel tuo account, quindi resta.
account_error_address_code = Il codice non è corretto. Controlla il nostro ultimo messaggio e riprova.
account_undo_title = Annullare questa modifica?
account_undo_text = Gli indirizzi del tuo account tornano quelli di prima. Tutti vengono disconnessi e le passkey e i dispositivi vengono rimossi.
account_undo_submit = Annulla la modifica
account_undone_title = Modifica annullata
account_undone_text = Tutti sono stati disconnessi. Accedi di nuovo per controllare il tuo account.
account_undo_dead = Questa modifica non può più essere annullata. Se non l’hai fatta tu, contatta l’assistenza.
account_passkeys_title = Le tue passkey
account_passkeys_none = Non hai passkey.
account_passkey_synced = Su tutti i tuoi dispositivi che condividono le passkey
account_passkey_bound = Su un solo dispositivo
account_passkey_add = Aggiungi una passkey
account_passkey_name_label = Nome della passkey
account_passkey_last = Questa passkey è l’unico modo per entrare nel tuo account, quindi resta.
account_passkey_remove_text = Non potrai più usarla per accedere.
account_devices_title = Dispositivi che ti fanno accedere
account_device_touch_id = Con Touch ID, in un’app meno recente
account_device_name_label = Nome del dispositivo
account_device_last = Questo dispositivo è l’unico modo per entrare nel tuo account, quindi resta.
account_device_remove_text = La sua app verrà disconnessa e non potrà più farti accedere su questo dispositivo.
account_device_until = Valido fino a { $time }
account_rename = Rinomina
account_remove = Rimuovi
account_added = Aggiunta: { $time }
account_used = Ultimo utilizzo: { $time }
account_sessions_title = Dove hai effettuato l’accesso
account_session_this = Questo browser
account_sessions_end_others = Esci da tutti gli altri
account_apps_title = App con accesso al tuo account
account_apps_none = Nessuna app ha un accesso permanente al tuo account.
account_app_since = Accesso dal: { $time }
account_app_revoke = Revoca l’accesso
account_history_title = I tuoi ultimi accessi
account_history_none = Non ci sono accessi da mostrare.
account_way_sms = Codice via SMS
account_way_email = Codice o link via email
account_way_passkey = Con una passkey
account_way_touch_id = Con Touch ID
account_way_device = Con un dispositivo
account_way_password = Con una password
account_data_title = I tuoi dati
account_export_text = Scarica un file con tutto ciò che qui è conservato su di te.
account_export_submit = Scarica i tuoi dati
account_delete_title = Elimina il tuo account
account_delete_text = Il tuo account e tutto ciò che contiene saranno eliminati per sempre, e uscirai ovunque. Nessuno può annullare questa operazione.
account_delete_label = Per confermare, scrivi { $word }
account_deleted_title = Account eliminato
account_deleted_text = Il tuo account è stato eliminato. Puoi chiudere questa pagina.
account_left_text = Non hai effettuato l’accesso. Puoi chiudere questa pagina.
account_error_name = Questo nome non può essere usato. Inseriscine uno più corto.
account_error_word = Scrivi esattamente { $word } per confermare.
account_error_gone = Non c’è più.

## Errors. Each says what to do

error_title = Qualcosa non ha funzionato
error_wrong_code_phone = Il codice non è corretto. Controlla il nostro ultimo SMS e riprova.
error_wrong_code_email = Il codice non è corretto. Controlla la nostra ultima email e riprova.
error_code_expired = Questo codice è scaduto. Chiedine uno nuovo.
error_no_tries_left = Troppi tentativi errati: questo codice non è più valido. Chiedine uno nuovo.
error_wrong_signs = Non è ciò che mostra l’altro dispositivo. Controlla e inserisci i suoi tre caratteri.
error_wrong_user_code = Il codice non è corretto o è scaduto. Controlla ciò che mostra il dispositivo o ricomincia da lì.
error_passkey = La passkey non è stata accettata. Riprova o usa un codice.
error_no_passkey = Non è stata usata nessuna passkey. Riprova o usa un codice.
error_passkey_alone = Non è stata accettata nessuna passkey. Riprova o usa un altro dispositivo.
error_new_passkey = Non è stata creata nessuna passkey. Riprova.
error_stronger = Il tuo account richiede la passkey. Torna indietro e usala.
error_too_many_attempts =
    { $minutes ->
        [one] Troppi tentativi. Attendi { $minutes } minuto, poi riprova.
       *[other] Troppi tentativi. Attendi { $minutes } minuti, poi riprova.
    }
error_bad_phone = Inserisci un numero di telefono con il prefisso internazionale, ad esempio +1 415 555 0100.
error_bad_email = Inserisci un indirizzo email completo, ad esempio name@example.com.
error_number_without_texts = Questo numero non può ricevere SMS. Inserisci un altro numero.
error_country_not_allowed = Non inviamo messaggi ai numeri di questo Paese. Inserisci un altro numero.
error_not_sent = Non siamo riusciti a inviare il messaggio. Riprova tra qualche minuto.
error_no_answer = Il server non risponde. Controlla la connessione a internet e riprova.
error_page_expired = Questa pagina è scaduta. Torna all’app e ricomincia.
error_cookies_needed = Per accedere servono i cookie. Consentili per questo sito nelle impostazioni del browser, poi torna all’app e ricomincia.
error_unknown_app = Non conosciamo l’app da cui arrivi. Torna all’app e riprova. Se non basta, avvisa l’assistenza dell’app.
error_bad_redirect = L’app voleva inviarti a un indirizzo che non ha registrato. Avvisa l’assistenza dell’app.
error_no_way_in = Al momento non è possibile accedere a questa app. Avvisa l’assistenza dell’app.
error_server = Si è verificato un errore da parte nostra. Riprova tra poco. Se continua, comunica all’assistenza questo riferimento: { $request_id }
error_sign_up_closed = Non hai un account qui e al momento non se ne possono creare di nuovi. Chiedi l’accesso all’assistenza dell’app.
error_blocked = Questo account è bloccato. Contatta l’assistenza dell’app.
error_back_to_app = Torna all’app
support_label = Serve aiuto?

## Mails

mail_code_subject = { $code } è il tuo codice per { $app }
mail_link_subject = Accedi a { $app }
mail_heading = Accedi a { $app }
mail_code_lead = Inserisci questo codice nella pagina di accesso:
mail_code_lifetime =
    { $minutes ->
        [one] Il codice è valido per { $minutes } minuto.
       *[other] Il codice è valido per { $minutes } minuti.
    }
mail_link_lead = Per accedere, apri questo link:
mail_link_button = Accedi
mail_link_copy = Se il pulsante non funziona, copia questo indirizzo nel browser:
mail_link_or_code = oppure inserisci questo codice
mail_link_lifetime =
    { $minutes ->
        [one] Il link funziona una sola volta ed è valido per { $minutes } minuto.
       *[other] Il link funziona una sola volta ed è valido per { $minutes } minuti.
    }
mail_link_lifetime_hours =
    { $hours ->
        [one] Il link funziona una sola volta ed è valido per { $hours } ora.
       *[other] Il link funziona una sola volta ed è valido per { $hours } ore.
    }
mail_asked_from = Richiesto da { $device }
mail_not_you = Se non eri tu, ignora questa email: senza di essa nessuno può accedere.
mail_keep_secret = Non comunicare mai il codice a nessuno.
mail_footer = Inviato da { $app }

## Notices

notice_passkey_added = Una passkey è stata aggiunta al tuo account { $app }
notice_passkey_removed = Una passkey è stata rimossa dal tuo account { $app }
notice_device_key_added = Un dispositivo è stato aggiunto al tuo account { $app }
notice_device_key_removed = Un dispositivo è stato rimosso dal tuo account { $app }
notice_address_added = Un numero di telefono o un indirizzo email è stato aggiunto al tuo account { $app }
notice_address_changed = Un numero di telefono o un indirizzo email del tuo account { $app } è stato modificato
notice_address_removed = Un numero di telefono o un indirizzo email è stato rimosso dal tuo account { $app }
notice_account_linked = Il tuo account { $app } è stato unito a un altro account
notice_account_deleted = Il tuo account { $app } è stato eliminato
notice_name = Nome: { $name }
notice_time = Ora: { $time }
notice_was_you = Se eri tu, non devi fare nulla.
notice_not_you = Se non eri tu, accedi, rimuovi dal tuo account ciò che non riconosci ed esci da tutti gli altri dispositivi.
notice_not_you_deleted = Se non eri tu, contatta subito l’assistenza.
notice_undo = Se non eri tu, puoi annullarla entro 72 ore. Apri questa pagina:
address_code_subject = { $code } è il tuo codice per confermare questo indirizzo per { $app }
address_code_heading = Conferma questo indirizzo per { $app }
address_code_lead = Inserisci questo codice nella pagina del tuo account:
address_code_not_you = Se non eri tu, ignora questo messaggio e non comunicare mai il codice a nessuno.
notice_codes_refused = Troppi codici errati per il tuo account { $app }
notice_codes_refused_text = Nessuno è entrato. Per ora da lì non si accettano altri codici. Se non eri tu, non devi fare nulla. Se eri tu, accedi da un’altra rete o chiedi di essere sbloccato.
address_taken_heading = Questo indirizzo ha già un account { $app }
address_taken_text = Qualcuno che ha effettuato l’accesso a un altro account ha provato ad aggiungervi questo indirizzo. Non è cambiato nulla. Se eri tu, accedi invece con questo indirizzo.

## Lengths of time that stand by themselves

unit_seconds =
    { $seconds ->
        [one] { $seconds } secondo
       *[other] { $seconds } secondi
    }
unit_minutes =
    { $minutes ->
        [one] { $minutes } minuto
       *[other] { $minutes } minuti
    }
unit_hours =
    { $hours ->
        [one] { $hours } ora
       *[other] { $hours } ore
    }
