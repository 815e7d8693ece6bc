### English: the text that the others are translated from.
###
### For translators. Each message stands here under the name that the program calls it by. Keep the
### names of the variables; move them wherever the language wants them. Be polite, plain and short.
### A message that counts needs every plural category of the language, with `other` as the default.
### Texts are plain: no HTML. People read them when they are in a hurry and a little worried.

## Every page

# Before the title of a page that shows an error
page_title_error = Error: { $title }
# Above the menu of languages
language_label = Language
# A link for those who use a keyboard or a screen reader
skip_to_content = Skip to the main content
# Beside the label of a field that must be filled in
field_required = required
signed_in_as = Signed in as { $address }

## Asking for the phone number or email address

identify_title = Sign in
# Continues the title: "Sign in" "to continue to Acme"
identify_lead = to continue to { $app }
identify_phone_label = Phone number
identify_phone_hint = With country code, such as +1 415 555 0100
identify_email_label = Email address
identify_submit = Continue
identify_use_phone = Use a phone number instead
identify_use_email = Use an email address instead
identify_use_passkey = Use a passkey
# In apps: leads to the field for the code, without sending another one
identify_have_code = I already have a code
# In apps: the label of the country whose code begins a phone number, and of the search among all
identify_country_label = Country
identify_country_search = Search for a country
# In apps: a button that ends signing in
identify_close = Close
# In apps: a link opened the app, which does not know who asked for it
identify_link_lead = Enter the address or phone number that your link was sent to.
identify_sign_up = New here? Create an account
identify_remember = Remember this browser
identify_privacy = We send you a code. No password needed.

## Making a passkey

sign_up_title = Create an account
# Stands where somebody is asked to make their first one
passkey_about = A passkey is kept on your phone or computer. You unlock it as you unlock your device: with a fingerprint, your face or a PIN. There is nothing to remember.
sign_up_name_label = Your name
sign_up_submit = Create a passkey
# A link back to the page that asks for an address
sign_up_back = I have an account already
passkey_unable = This browser cannot use passkeys. Try another browser or device.
passkey_no_script = Passkeys need JavaScript. Allow it for this site in your browser’s settings, then load the page again.
# The title of the page that asks whether to add a passkey
new_passkey_title = Sign in without a code next time
new_passkey_later = Not now

## Asking for the code

code_title = Enter your code
# The address is a phone number or an email address, here and everywhere
code_lead = We sent a { $digits }-digit code to { $address }.
# Where we must not say whether a message was sent
code_lead_careful = If { $address } can receive messages, a code is on its way.
code_label = Code
code_submit = Sign in
code_resend = Send a new code
code_resend_wait =
    { $seconds ->
        [one] You can ask for a new code in { $seconds } second
       *[other] You can ask for a new code in { $seconds } seconds
    }
code_resent = Code sent again
code_change_phone = Change number
code_change_email = Change email address
code_lifetime =
    { $minutes ->
        [one] The code works for { $minutes } minute.
       *[other] The code works for { $minutes } minutes.
    }

## A link that was opened in the browser that asked for it

link_title = Finish signing in
link_lead = Sign in to { $app } as { $address }
# The time may have a date. The device is one of the next two messages: word those to fit here and in
# mail_asked_from. Where that takes a case, write "device: …", as the German text does
link_asked = Requested at { $time } from { $device }
device_named = { $browser } on { $system }
device_unknown = an unknown device
link_submit = Sign in

## A link that was opened in another browser

link_other_lead = This link was requested in another browser. Was that you?
# The label of a field. The characters are letters and digits
link_other_signs = The three characters shown on the other device
link_other_submit = Finish on the other device
link_other_hint = Continue only if you started to sign in there yourself. The other device will be signed in, not this one.
link_elsewhere_title = Signed in
link_elsewhere_text = You are signed in on the other device. You can close this page.
# In a tab that was left behind: another one of the same browser signed in
signed_in_text = You are signed in. You can close this page.

## Waiting for a link to be opened

link_wait_title = Check your email
link_wait_lead = Open the link in the email we sent to { $address }, on any device. This page goes on by itself.
# On a page of an app, which only goes on in the browser that asked
link_wait_here = If { $address } can receive messages, an email with a link is on its way. Open the link in this browser.
# In apps: the link opens the app
link_wait_app = If { $address } can receive messages, an email with a link is on its way. Open the link on this device.
link_wait_code = or enter the code from the email
# Three letters or digits follow, in large type
link_wait_signs = If you open the link on another device, type these three characters there:
# After pressing the button that goes on
link_wait_not_yet = The link has not been opened yet. Open it, or enter the code from the email.

## A link that no longer works. One of the reasons follows the title

link_dead_title = This link no longer works
link_dead_used = It has already been used.
link_dead_expired = It has expired.
link_dead_replaced = A newer link has replaced it. Look for our latest email.
link_dead_resend = Send me a new one

## A link for the app on a phone, opened in a browser

app_link_title = Continue in { $app }
app_link_lead = This link is meant for the app on your phone. In this browser it signs nobody in.
app_link_submit = Open { $app }
# The code follows, in large type
app_link_code = If the app does not open, open it yourself and type this code there:
# Instead of app_link_code, where the link has no code
app_link_no_code = If the app does not open, open it yourself and type the code from our latest message there.

## Consent

# The lines of the list continue it: "Acme would like to" "see your email address"
consent_title = { $app } would like to
consent_scope_openid = recognize you when you sign in
consent_scope_profile = see your name and picture
consent_scope_email = see your email address
consent_scope_address = see your postal address
consent_scope_phone = see your phone number
consent_scope_offline_access = keep this access while you are away
# The scope is a technical name that the app chose, such as read:invoices
consent_scope_other = use the permission “{ $scope }”
consent_allow = Allow
consent_decline = Decline

## A device without a keyboard, which shows a code

# On this page people type a code that a device without a keyboard shows
activate_title = Connect a device
activate_lead = Enter the code that your TV, console or other device shows.
activate_label = Code on the device
activate_hint = Eight letters, such as BCDF-GHJK
activate_confirm_title = Sign in to { $app } on your device?
# The code follows, in large type
activate_confirm_code = Your device must show exactly this code:
# As link_asked
activate_asked = Requested at { $time } from { $device }
activate_network_same = The request came from the network that you are on now.
# The address is an IP address
activate_network_other = The request came from another network: { $ip }
activate_warning = Continue only if you started this yourself and the device is in front of you. If somebody sent you this code or a link with it, decline: they would get into your account.
# A button
activate_allow = Connect the device
activate_done_title = Device connected
activate_done_text = You can go back to your device and close this page.
activate_declined_title = Device not connected
activate_declined_text = The device gets no access. You can close this page.

## Signing out

sign_out_title = Sign out?
sign_out_text = You can sign in again at any time.
sign_out_submit = Sign out
sign_out_cancel = Stay signed in
signed_out_title = Signed out
signed_out_text = You are signed out in this browser. You can close this page.

## The account page

# On this page people see and change what is kept about them
account_title = Your account
account_prove_text = Before you change anything here, confirm that it is you.
# A button: the person signs in once more
account_prove_submit = Confirm that it is you
# Instead of the button, where only the key of a device in an app would do
account_prove_device = A device that signs you in protects your account. To change anything else here, remove that device in its app first.
account_done = Your change is saved.
account_name_title = Name
account_name_label = Your name
account_name_submit = Save
account_addresses_title = Phone numbers and email addresses
account_address_proved = Confirmed
account_address_unproved = Not confirmed
account_address_add = Add a phone number or email address
account_address_change = Change
account_address_label = New phone number or email address
account_address_submit = Send a code
account_address_title = Confirm the new address
account_address_confirm = Confirm
account_address_remove_text = You will no longer be able to sign in with it. You are signed out everywhere, and devices that sign you in have to be set up again.
account_address_removed_title = Removed from your account
account_address_last = This is the only way into your account, so it stays.
account_error_address_code = That code is not right. Check our latest message and try again.
account_undo_title = Undo this change?
account_undo_text = The addresses of your account go back to what they were before. Everybody is signed out, and passkeys and devices are removed.
account_undo_submit = Undo the change
account_undone_title = Change undone
account_undone_text = Everybody is signed out. Sign in again to check your account.
account_undo_dead = This change can no longer be undone. If you did not make it, contact support.
account_passkeys_title = Your passkeys
account_passkeys_none = You have no passkeys.
# A passkey that a password manager copies between devices
account_passkey_synced = Available on all your devices that share passkeys
account_passkey_bound = On one device only
account_passkey_add = Add a passkey
account_passkey_name_label = Name of the passkey
account_passkey_last = This passkey is the only way into your account, so it stays.
account_passkey_remove_text = You will no longer be able to sign in with it.
# Phones whose app keeps a key that signs in, unlocked by fingerprint or face
account_devices_title = Devices that sign you in
account_device_touch_id = With Touch ID, in an older app
account_device_name_label = Name of the device
account_device_last = This device is the only way into your account, so it stays.
account_device_remove_text = Its app will be signed out, and can no longer sign you in on this device.
# The time may have a date
account_device_until = Works until { $time }
account_rename = Rename
account_remove = Remove
# The time may have a date
account_added = Added { $time }
account_used = Last used { $time }
account_sessions_title = Where you are signed in
account_session_this = This browser
account_sessions_end_others = Sign out everywhere else
account_apps_title = Apps with access to your account
account_apps_none = No app has lasting access to your account.
account_app_since = Access since { $time }
account_app_revoke = Take access away
account_history_title = Your latest sign-ins
account_history_none = There are no sign-ins to show.
# How somebody signed in, in a list
account_way_sms = Code by text message
account_way_email = Code or link by email
account_way_passkey = With a passkey
account_way_touch_id = With Touch ID
account_way_device = With a device
account_way_password = With a password
account_data_title = Your data
account_export_text = Download a file with everything that is kept about you here.
account_export_submit = Download your data
account_delete_title = Delete your account
account_delete_text = Your account and everything in it are deleted for good, and you are signed out everywhere. Nobody can undo this.
# The word is an address or a word of our own, to be typed exactly so
account_delete_label = To confirm, type { $word }
account_deleted_title = Account deleted
account_deleted_text = Your account is deleted. You can close this page.
account_left_text = You did not sign in. You can close this page.
account_error_name = This name cannot be used. Enter a shorter one.
account_error_word = Type exactly { $word } to confirm.
account_error_gone = That is no longer there.

## Errors. Each says what to do

# The title of a page that is nothing but an error
error_title = That did not work
error_wrong_code_phone = That code is not right. Check our latest text message and try again.
error_wrong_code_email = That code is not right. Check our latest email and try again.
error_code_expired = This code has expired. Ask for a new one.
error_no_tries_left = Too many wrong tries: this code no longer works. Ask for a new one.
error_wrong_signs = That is not what the other device shows. Look again and type its three characters.
error_wrong_user_code = This code is not right, or it has expired. Check what the device shows, or start again there.
error_passkey = The passkey was not accepted. Try again, or use a code.
# The person closed the dialog, or had none
error_no_passkey = No passkey was used. Try again, or use a code.
# Where there are no codes
error_passkey_alone = No passkey was accepted. Try again, or use another device.
error_new_passkey = No passkey was created. Try again.
error_stronger = Your account asks for your passkey. Go back and use it.
error_too_many_attempts =
    { $minutes ->
        [one] Too many attempts. Wait { $minutes } minute, then try again.
       *[other] Too many attempts. Wait { $minutes } minutes, then try again.
    }
error_bad_phone = Enter a phone number with its country code, such as +1 415 555 0100.
error_bad_email = Enter a full email address, such as name@example.com.
error_number_without_texts = This number cannot receive text messages. Enter a different number.
error_country_not_allowed = We do not send messages to numbers in this country. Enter a different number.
error_not_sent = We could not send the message. Try again in a few minutes.
# On a page of an app: nothing comes back from our server
error_no_answer = The server does not answer. Check your internet connection and try again.
error_page_expired = This page has expired. Go back to the app and start again.
error_cookies_needed = Signing in needs cookies. Allow them for this site in your browser’s settings, then go back to the app and start again.
error_unknown_app = We do not know the app that sent you here. Go back to it and try again. If that does not help, tell the app’s support.
error_bad_redirect = The app asked us to send you to an address that it has not registered. Please tell the app’s support.
error_no_way_in = There is no way to sign in to this app at the moment. Please tell the app’s support.
error_server = Something went wrong on our side. Try again in a moment. If it keeps happening, give support this reference: { $request_id }
error_sign_up_closed = You do not have an account here, and new accounts cannot be made at the moment. Ask the app’s support for access.
error_blocked = This account is blocked. Contact the app’s support.
error_back_to_app = Back to the app
# On error pages and below mails: the address of support follows
support_label = Need help?

## Mails

mail_code_subject = { $code } is your code for { $app }
mail_link_subject = Sign in to { $app }
mail_heading = Sign in to { $app }
mail_code_lead = Enter this code on the sign-in page:
mail_code_lifetime =
    { $minutes ->
        [one] The code works for { $minutes } minute.
       *[other] The code works for { $minutes } minutes.
    }
mail_link_lead = To sign in, open this link:
mail_link_button = Sign in
mail_link_copy = If the button does not work, copy this address into your browser:
mail_link_or_code = or enter this code
mail_link_lifetime =
    { $minutes ->
        [one] The link works once, within { $minutes } minute.
       *[other] The link works once, within { $minutes } minutes.
    }
mail_link_lifetime_hours =
    { $hours ->
        [one] The link works once, within { $hours } hour.
       *[other] The link works once, within { $hours } hours.
    }
mail_asked_from = Requested from { $device }
mail_not_you = If this wasn’t you, ignore this email: nobody can sign in without it.
mail_keep_secret = Never tell anyone the code.
mail_footer = Sent by { $app }

## Notices: a way into the account came or went

# The subject of a mail, and the first line of a text message. So are the seven after it
notice_passkey_added = A passkey was added to your account with { $app }
notice_passkey_removed = A passkey was removed from your account with { $app }
notice_device_key_added = A device was added to your account with { $app }
notice_device_key_removed = A device was removed from your account with { $app }
notice_address_added = A phone number or email address was added to your account with { $app }
notice_address_changed = A phone number or email address of your account with { $app } was changed
notice_address_removed = A phone number or email address was removed from your account with { $app }
notice_account_linked = Your account with { $app } was joined with another account
notice_account_deleted = Your account with { $app } was deleted
# What the passkey or the device is called
notice_name = Name: { $name }
# The time is in UTC, such as 2026-11-24 12:00 UTC
notice_time = Time: { $time }
notice_was_you = If this was you, there is nothing to do.
notice_not_you = If this wasn’t you, sign in, remove from your account what you do not know, and sign out everywhere else.
notice_not_you_deleted = If this wasn’t you, contact support at once.
# The address of a page follows
notice_undo = If this wasn’t you, you can undo it for 72 hours. Open this page:
# The subject of a mail, and the first line of a text message
address_code_subject = { $code } is your code to confirm this address for { $app }
address_code_heading = Confirm this address for { $app }
# The code follows, in large type
address_code_lead = Enter this code on your account page:
address_code_not_you = If this wasn’t you, ignore this message, and never tell anyone the code.
notice_codes_refused = Too many wrong codes for your account with { $app }
notice_codes_refused_text = Nobody got in. Where they came from, no more codes are accepted for now. If this wasn’t you, there is nothing to do. If it was you, sign in from another network, or ask to be unblocked.
address_taken_heading = This address already has an account with { $app }
address_taken_text = Somebody who is signed in to another account tried to add this address there. Nothing has changed. If it was you, sign in with this address instead.

## Lengths of time that stand by themselves

unit_seconds =
    { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    }
unit_minutes =
    { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }
unit_hours =
    { $hours ->
        [one] { $hours } hour
       *[other] { $hours } hours
    }
