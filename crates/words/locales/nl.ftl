### Nederlands. Aanspreekvorm: je, zoals op de meeste inlogpagina’s.

## Every page

page_title_error = Fout: { $title }
language_label = Taal
skip_to_content = Naar de hoofdinhoud
field_required = verplicht
signed_in_as = Ingelogd als { $address }

## Asking for the phone number or email address

identify_title = Inloggen
identify_lead = om door te gaan naar { $app }
identify_phone_label = Telefoonnummer
identify_phone_hint = Met landnummer, bijvoorbeeld +1 415 555 0100
identify_email_label = E-mailadres
identify_submit = Doorgaan
identify_use_phone = Liever een telefoonnummer gebruiken
identify_use_email = Liever een e-mailadres gebruiken
identify_use_passkey = Een passkey gebruiken
identify_have_code = Ik heb al een code
identify_country_label = Land
identify_country_search = Zoek een land
identify_close = Sluiten
identify_link_lead = Voer het adres of telefoonnummer in waarnaar je link is gestuurd.
identify_sign_up = Nieuw hier? Maak een account
identify_remember = Deze browser onthouden
identify_privacy = We sturen je een code. Een wachtwoord is niet nodig.

## Making a passkey

sign_up_title = Account maken
passkey_about = Een passkey staat op je telefoon of computer. Je ontgrendelt die zoals je apparaat: met je vingerafdruk, gezicht of pincode. Je hoeft niets te onthouden.
sign_up_name_label = Je naam
sign_up_submit = Passkey maken
sign_up_back = Ik heb al een account
passkey_unable = Deze browser kan geen passkeys gebruiken. Probeer een andere browser of een ander apparaat.
passkey_no_script = Passkeys hebben JavaScript nodig. Sta het voor deze site toe in de instellingen van je browser en laad de pagina opnieuw.
new_passkey_title = Log de volgende keer in zonder code
new_passkey_later = Niet nu

## Asking for the code

code_title = Voer je code in
code_lead = We hebben een code van { $digits } cijfers gestuurd naar { $address }.
code_lead_careful = Als { $address } berichten kan ontvangen, is er een code onderweg.
code_label = Code
code_submit = Inloggen
code_resend = Nieuwe code sturen
code_resend_wait =
    { $seconds ->
        [one] Over { $seconds } seconde kun je een nieuwe code aanvragen
       *[other] Over { $seconds } seconden kun je een nieuwe code aanvragen
    }
code_resent = Code opnieuw verstuurd
code_change_phone = Nummer wijzigen
code_change_email = E-mailadres wijzigen
code_lifetime =
    { $minutes ->
        [one] De code is { $minutes } minuut geldig.
       *[other] De code is { $minutes } minuten geldig.
    }

## A link that was opened in the browser that asked for it

link_title = Inloggen afronden
link_lead = Inloggen bij { $app } als { $address }
link_asked = Aangevraagd: { $time }, met { $device }
device_named = { $browser } op { $system }
device_unknown = een onbekend apparaat
link_submit = Inloggen

## A link that was opened in another browser

link_other_lead = Deze link is in een andere browser aangevraagd. Was jij dat?
link_other_signs = De drie tekens die het andere apparaat toont
link_other_submit = Afronden op het andere apparaat
link_other_hint = Ga alleen door als je daar zelf bent begonnen met inloggen. Je wordt op het andere apparaat ingelogd, niet op dit apparaat.
link_elsewhere_title = Ingelogd
link_elsewhere_text = Je bent ingelogd op het andere apparaat. Je kunt deze pagina sluiten.
signed_in_text = Je bent ingelogd. Je kunt deze pagina sluiten.

## Waiting for a link to be opened

link_wait_title = Bekijk je e-mail
link_wait_lead = Open de link in de e-mail die we naar { $address } hebben gestuurd, op welk apparaat je maar wilt. Deze pagina gaat vanzelf verder.
link_wait_here = Als { $address } berichten kan ontvangen, is er een e-mail met een link onderweg. Open de link in deze browser.
link_wait_app = Als { $address } berichten kan ontvangen, is er een e-mail met een link onderweg. Open de link op dit apparaat.
link_wait_code = of voer de code uit de e-mail in
link_wait_signs = Open je de link op een ander apparaat, typ daar dan deze drie tekens:
link_wait_not_yet = De link is nog niet geopend. Open hem of voer de code uit de e-mail in.

## A link that no longer works. One of the reasons follows the title

link_dead_title = Deze link werkt niet meer
link_dead_used = De link is al gebruikt.
link_dead_expired = De link is verlopen.
link_dead_replaced = Er is een nieuwere link. Zoek onze laatste e-mail.
link_dead_resend = Stuur me een nieuwe

## A link for the app on a phone, opened in a browser

app_link_title = Ga verder in { $app }
app_link_lead = Deze link is bedoeld voor de app op je telefoon. In deze browser wordt er niemand mee ingelogd.
app_link_submit = { $app } openen
app_link_code = Als de app niet opent, open hem dan zelf en typ daar deze code:
app_link_no_code = Als de app niet opent, open hem dan zelf en typ daar de code uit ons laatste bericht.

## Consent

consent_title = { $app } wil graag
consent_scope_openid = je herkennen als je inlogt
consent_scope_profile = je naam en foto zien
consent_scope_email = je e-mailadres zien
consent_scope_address = je postadres zien
consent_scope_phone = je telefoonnummer zien
consent_scope_offline_access = deze toegang houden als je er niet bent
consent_scope_other = de machtiging ‘{ $scope }’ gebruiken
consent_allow = Toestaan
consent_decline = Weigeren

## A device without a keyboard, which shows a code

activate_title = Een apparaat koppelen
activate_lead = Voer de code in die je tv, console of andere apparaat toont.
activate_label = Code op het apparaat
activate_hint = Acht letters, bijvoorbeeld BCDF-GHJK
activate_confirm_title = Op je apparaat inloggen bij { $app }?
activate_confirm_code = Je apparaat moet precies deze code tonen:
activate_asked = Aangevraagd: { $time }, met { $device }
activate_network_same = Het verzoek kwam van het netwerk waarop je nu zit.
activate_network_other = Het verzoek kwam van een ander netwerk: { $ip }
activate_warning = Ga alleen door als je hier zelf mee bent begonnen en het apparaat voor je staat. Heeft iemand je deze code of een link ermee gestuurd, weiger dan: anders komt die persoon in je account.
activate_allow = Apparaat koppelen
activate_done_title = Apparaat gekoppeld
activate_done_text = Je kunt terug naar je apparaat en deze pagina sluiten.
activate_declined_title = Apparaat niet gekoppeld
activate_declined_text = Het apparaat krijgt geen toegang. Je kunt deze pagina sluiten.

## Signing out

sign_out_title = Uitloggen?
sign_out_text = Je kunt altijd weer inloggen.
sign_out_submit = Uitloggen
sign_out_cancel = Ingelogd blijven
signed_out_title = Uitgelogd
signed_out_text = Je bent uitgelogd in deze browser. Je kunt deze pagina sluiten.

## The account page

account_title = Je account
account_prove_text = Bevestig dat jij het bent voordat je hier iets verandert.
account_prove_submit = Bevestigen dat ik het ben
account_prove_device = Een apparaat waarmee je inlogt beschermt je account. Om hier iets anders te veranderen, verwijder je dat apparaat eerst in de app ervan.
account_done = Je wijziging is opgeslagen.
account_name_title = Naam
account_name_label = Je naam
account_name_submit = Opslaan
account_addresses_title = Telefoonnummers en e-mailadressen
account_address_proved = Bevestigd
account_address_unproved = Niet bevestigd
account_address_add = Een telefoonnummer of e-mailadres toevoegen
account_address_change = Wijzigen
account_address_label = Nieuw telefoonnummer of e-mailadres
account_address_submit = Code versturen
account_address_title = Bevestig het nieuwe adres
account_address_confirm = Bevestigen
account_address_remove_text = Je kunt er dan niet meer mee inloggen. Je wordt overal uitgelogd, en apparaten waarmee je inlogt moet je opnieuw instellen.
account_address_removed_title = Verwijderd uit je account
account_address_last = Dit is de enige manier om in je account te komen en blijft daarom staan.
account_error_address_code = Die code klopt niet. Bekijk ons laatste bericht en probeer het opnieuw.
account_undo_title = Deze wijziging ongedaan maken?
account_undo_text = De adressen van je account worden weer wat ze waren. Iedereen wordt uitgelogd en passkeys en apparaten worden verwijderd.
account_undo_submit = Wijziging ongedaan maken
account_undone_title = Wijziging ongedaan gemaakt
account_undone_text = Iedereen is uitgelogd. Log opnieuw in om je account te controleren.
account_undo_dead = Deze wijziging kan niet meer ongedaan worden gemaakt. Heb jij dit niet gedaan? Neem dan contact op met de helpdesk.
account_passkeys_title = Je passkeys
account_passkeys_none = Je hebt geen passkeys.
account_passkey_synced = Op al je apparaten die passkeys delen
account_passkey_bound = Alleen op één apparaat
account_passkey_add = Een passkey toevoegen
account_passkey_name_label = Naam van de passkey
account_passkey_last = Deze passkey is de enige manier om in je account te komen en blijft daarom staan.
account_passkey_remove_text = Je kunt er dan niet meer mee inloggen.
account_devices_title = Apparaten waarmee je inlogt
account_device_touch_id = Met Touch ID, in een oudere app
account_device_name_label = Naam van het apparaat
account_device_last = Dit apparaat is de enige manier om in je account te komen en blijft daarom staan.
account_device_remove_text = De app erop wordt uitgelogd en kan je op dit apparaat niet meer inloggen.
account_device_until = Werkt tot { $time }
account_rename = Naam wijzigen
account_remove = Verwijderen
account_added = Toegevoegd: { $time }
account_used = Laatst gebruikt: { $time }
account_sessions_title = Waar je bent ingelogd
account_session_this = Deze browser
account_sessions_end_others = Overal elders uitloggen
account_apps_title = Apps met toegang tot je account
account_apps_none = Geen enkele app heeft blijvende toegang tot je account.
account_app_since = Toegang sinds: { $time }
account_app_revoke = Toegang intrekken
account_history_title = Je laatste keren inloggen
account_history_none = Er is niets om te tonen.
account_way_sms = Code per sms
account_way_email = Code of link per e-mail
account_way_passkey = Met een passkey
account_way_touch_id = Met Touch ID
account_way_device = Met een apparaat
account_way_password = Met een wachtwoord
account_data_title = Je gegevens
account_export_text = Download een bestand met alles wat hier over je wordt bewaard.
account_export_submit = Je gegevens downloaden
account_delete_title = Je account verwijderen
account_delete_text = Je account en alles erin worden voorgoed verwijderd en je wordt overal uitgelogd. Niemand kan dit ongedaan maken.
account_delete_label = Typ { $word } om te bevestigen
account_deleted_title = Account verwijderd
account_deleted_text = Je account is verwijderd. Je kunt deze pagina sluiten.
account_left_text = Je hebt niet ingelogd. Je kunt deze pagina sluiten.
account_error_name = Deze naam kan niet worden gebruikt. Voer een kortere in.
account_error_word = Typ precies { $word } om te bevestigen.
account_error_gone = Dat is er niet meer.

## Errors. Each says what to do

error_title = Dat is niet gelukt
error_wrong_code_phone = Deze code klopt niet. Bekijk onze laatste sms en probeer het opnieuw.
error_wrong_code_email = Deze code klopt niet. Bekijk onze laatste e-mail en probeer het opnieuw.
error_code_expired = Deze code is verlopen. Vraag een nieuwe aan.
error_no_tries_left = Te veel foute pogingen: deze code werkt niet meer. Vraag een nieuwe aan.
error_wrong_signs = Dat is niet wat het andere apparaat toont. Kijk nog eens en typ de drie tekens.
error_wrong_user_code = Deze code klopt niet of is verlopen. Kijk wat het apparaat toont of begin daar opnieuw.
error_passkey = De passkey is niet geaccepteerd. Probeer het opnieuw of gebruik een code.
error_no_passkey = Er is geen passkey gebruikt. Probeer het opnieuw of gebruik een code.
error_passkey_alone = Er is geen passkey geaccepteerd. Probeer het opnieuw of gebruik een ander apparaat.
error_new_passkey = Er is geen passkey gemaakt. Probeer het opnieuw.
error_stronger = Je account vraagt om je passkey. Ga terug en gebruik die.
error_too_many_attempts =
    { $minutes ->
        [one] Te veel pogingen. Wacht { $minutes } minuut en probeer het dan opnieuw.
       *[other] Te veel pogingen. Wacht { $minutes } minuten en probeer het dan opnieuw.
    }
error_bad_phone = Voer een telefoonnummer met landnummer in, bijvoorbeeld +1 415 555 0100.
error_bad_email = Voer een volledig e-mailadres in, bijvoorbeeld name@example.com.
error_number_without_texts = Dit nummer kan geen sms ontvangen. Voer een ander nummer in.
error_country_not_allowed = We sturen geen berichten naar nummers in dit land. Voer een ander nummer in.
error_not_sent = We konden het bericht niet versturen. Probeer het over een paar minuten opnieuw.
error_no_answer = De server antwoordt niet. Controleer je internetverbinding en probeer het opnieuw.
error_page_expired = Deze pagina is verlopen. Ga terug naar de app en begin opnieuw.
error_cookies_needed = Voor het inloggen zijn cookies nodig. Sta ze voor deze site toe in de instellingen van je browser, ga terug naar de app en begin opnieuw.
error_unknown_app = We kennen de app niet waar je vandaan komt. Ga ernaar terug en probeer het opnieuw. Helpt dat niet, meld het dan bij de helpdesk van de app.
error_bad_redirect = De app wilde je naar een adres sturen dat niet is geregistreerd. Meld dit bij de helpdesk van de app.
error_no_way_in = Inloggen bij deze app is op dit moment niet mogelijk. Meld dit bij de helpdesk van de app.
error_server = Er ging bij ons iets mis. Probeer het zo opnieuw. Blijft het misgaan, geef dan deze referentie door aan de helpdesk: { $request_id }
error_sign_up_closed = Je hebt hier geen account en er kunnen nu geen nieuwe accounts worden gemaakt. Vraag de helpdesk van de app om toegang.
error_blocked = Dit account is geblokkeerd. Neem contact op met de helpdesk van de app.
error_back_to_app = Terug naar de app
support_label = Hulp nodig?

## Mails

mail_code_subject = { $code } is je code voor { $app }
mail_link_subject = Inloggen bij { $app }
mail_heading = Inloggen bij { $app }
mail_code_lead = Voer deze code in op de inlogpagina:
mail_code_lifetime =
    { $minutes ->
        [one] De code is { $minutes } minuut geldig.
       *[other] De code is { $minutes } minuten geldig.
    }
mail_link_lead = Open deze link om in te loggen:
mail_link_button = Inloggen
mail_link_copy = Werkt de knop niet? Kopieer dan dit adres naar je browser:
mail_link_or_code = of voer deze code in
mail_link_lifetime =
    { $minutes ->
        [one] De link werkt één keer en is { $minutes } minuut geldig.
       *[other] De link werkt één keer en is { $minutes } minuten geldig.
    }
mail_link_lifetime_hours =
    { $hours ->
        [one] De link werkt één keer en is { $hours } uur geldig.
       *[other] De link werkt één keer en is { $hours } uur geldig.
    }
mail_asked_from = Aangevraagd met { $device }
mail_not_you = Was jij dit niet? Negeer deze e-mail dan: zonder deze e-mail kan niemand inloggen.
mail_keep_secret = Geef de code nooit aan iemand anders.
mail_footer = Verstuurd door { $app }

## Notices

notice_passkey_added = Er is een passkey toegevoegd aan je account bij { $app }
notice_passkey_removed = Er is een passkey verwijderd uit je account bij { $app }
notice_device_key_added = Er is een apparaat toegevoegd aan je account bij { $app }
notice_device_key_removed = Er is een apparaat verwijderd uit je account bij { $app }
notice_address_added = Er is een telefoonnummer of e-mailadres toegevoegd aan je account bij { $app }
notice_address_changed = Er is een telefoonnummer of e-mailadres van je account bij { $app } gewijzigd
notice_address_removed = Er is een telefoonnummer of e-mailadres verwijderd uit je account bij { $app }
notice_account_linked = Je account bij { $app } is samengevoegd met een ander account
notice_account_deleted = Je account bij { $app } is verwijderd
notice_name = Naam: { $name }
notice_time = Tijd: { $time }
notice_was_you = Was jij dit? Dan hoef je niets te doen.
notice_not_you = Was jij dit niet? Log dan in, verwijder uit je account wat je niet kent en log overal elders uit.
notice_not_you_deleted = Was jij dit niet? Neem dan meteen contact op met de helpdesk.
notice_undo = Was jij dit niet? Je kunt het 72 uur lang ongedaan maken. Open deze pagina:
address_code_subject = { $code } is je code om dit adres te bevestigen voor { $app }
address_code_heading = Bevestig dit adres voor { $app }
address_code_lead = Voer deze code in op de pagina van je account:
address_code_not_you = Was jij dit niet? Negeer dit bericht dan en geef de code nooit aan iemand anders.
notice_codes_refused = Te veel verkeerde codes voor je account bij { $app }
notice_codes_refused_text = Niemand is binnengekomen. Daarvandaan worden voorlopig geen codes meer aangenomen. Was jij dit niet? Dan hoef je niets te doen. Was jij het wel? Log dan in via een ander netwerk of vraag om deblokkering.
address_taken_heading = Dit adres heeft al een account bij { $app }
address_taken_text = Iemand die in een ander account is ingelogd, probeerde dit adres daar toe te voegen. Er is niets veranderd. Was jij het? Log dan in met dit adres.

## Lengths of time that stand by themselves

unit_seconds =
    { $seconds ->
        [one] { $seconds } seconde
       *[other] { $seconds } seconden
    }
unit_minutes =
    { $minutes ->
        [one] { $minutes } minuut
       *[other] { $minutes } minuten
    }
unit_hours =
    { $hours ->
        [one] { $hours } uur
       *[other] { $hours } uur
    }
