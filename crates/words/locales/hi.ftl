### हिन्दी। संबोधन: आप।

## Every page

page_title_error = त्रुटि: { $title }
language_label = भाषा
skip_to_content = मुख्य सामग्री पर जाएँ
field_required = ज़रूरी
signed_in_as = { $address } से साइन इन किया गया है

## Asking for the phone number or email address

identify_title = साइन इन करें
identify_lead = { $app } पर आगे बढ़ने के लिए
identify_phone_label = फ़ोन नंबर
identify_phone_hint = देश कोड के साथ, जैसे +1 415 555 0100
identify_email_label = ईमेल पता
identify_submit = आगे बढ़ें
identify_use_phone = इसके बजाय फ़ोन नंबर इस्तेमाल करें
identify_use_email = इसके बजाय ईमेल पता इस्तेमाल करें
identify_use_passkey = पासकी इस्तेमाल करें
identify_have_code = मेरे पास पहले से कोड है
identify_country_label = देश
identify_country_search = देश खोजें
identify_close = बंद करें
identify_link_lead = वह पता या फ़ोन नंबर डालें जिस पर आपका लिंक भेजा गया था।
identify_sign_up = यहाँ नए हैं? खाता बनाएँ
identify_remember = इस ब्राउज़र को याद रखें
identify_privacy = हम आपको एक कोड भेजेंगे। पासवर्ड की ज़रूरत नहीं है।

## Making a passkey

sign_up_title = खाता बनाएँ
passkey_about = पासकी आपके फ़ोन या कंप्यूटर पर रहती है। आप उसे वैसे ही खोलते हैं जैसे अपना डिवाइस: फ़िंगरप्रिंट, चेहरे या पिन से। कुछ याद रखने की ज़रूरत नहीं।
sign_up_name_label = आपका नाम
sign_up_submit = पासकी बनाएँ
sign_up_back = मेरा खाता पहले से है
passkey_unable = यह ब्राउज़र पासकी इस्तेमाल नहीं कर सकता। कोई दूसरा ब्राउज़र या डिवाइस आज़माएँ।
passkey_no_script = पासकी के लिए JavaScript ज़रूरी है। अपने ब्राउज़र की सेटिंग में इस साइट के लिए इसकी अनुमति दें, फिर पेज दोबारा लोड करें।
new_passkey_title = अगली बार बिना कोड के साइन इन करें
new_passkey_later = अभी नहीं

## Asking for the code

code_title = अपना कोड डालें
code_lead = हमने { $address } पर { $digits } अंकों का कोड भेजा है।
code_lead_careful = अगर { $address } पर संदेश मिल सकते हैं, तो कोड जल्द ही पहुँच जाएगा।
code_label = कोड
code_submit = साइन इन करें
code_resend = नया कोड भेजें
code_resend_wait =
    { $seconds ->
        [one] आप { $seconds } सेकंड बाद नया कोड माँग सकते हैं
       *[other] आप { $seconds } सेकंड बाद नया कोड माँग सकते हैं
    }
code_resent = कोड फिर से भेजा गया
code_change_phone = नंबर बदलें
code_change_email = ईमेल पता बदलें
code_lifetime =
    { $minutes ->
        [one] यह कोड { $minutes } मिनट तक मान्य है।
       *[other] यह कोड { $minutes } मिनट तक मान्य है।
    }

## A link that was opened in the browser that asked for it

link_title = साइन इन पूरा करें
link_lead = { $address } के रूप में { $app } में साइन इन करें
link_asked = अनुरोध का समय: { $time }, डिवाइस: { $device }
device_named = { $system } पर { $browser }
device_unknown = अनजान
link_submit = साइन इन करें

## A link that was opened in another browser

link_other_lead = यह लिंक किसी दूसरे ब्राउज़र से माँगा गया था। क्या वह आप ही थे?
link_other_signs = दूसरे डिवाइस पर दिख रहे तीन अक्षर
link_other_submit = दूसरे डिवाइस पर पूरा करें
link_other_hint = केवल तभी आगे बढ़ें, जब वहाँ साइन इन करना आपने ही शुरू किया हो। साइन इन दूसरे डिवाइस पर होगा, इस पर नहीं।
link_elsewhere_title = साइन इन हो गया
link_elsewhere_text = आप दूसरे डिवाइस पर साइन इन हो गए हैं। आप यह पेज बंद कर सकते हैं।
signed_in_text = आप साइन इन हो गए हैं। आप यह पेज बंद कर सकते हैं।

## Waiting for a link to be opened

link_wait_title = अपना ईमेल देखें
link_wait_lead = { $address } पर भेजे गए ईमेल में दिया लिंक किसी भी डिवाइस पर खोलें। यह पेज अपने आप आगे बढ़ जाएगा।
link_wait_here = अगर { $address } पर संदेश मिल सकते हैं, तो लिंक वाला ईमेल जल्द ही पहुँच जाएगा। लिंक को इसी ब्राउज़र में खोलें।
link_wait_app = अगर { $address } पर संदेश मिल सकते हैं, तो लिंक वाला ईमेल जल्द ही पहुँच जाएगा। लिंक को इसी डिवाइस पर खोलें।
link_wait_code = या ईमेल में दिया कोड डालें
link_wait_signs = अगर आप लिंक किसी दूसरे डिवाइस पर खोलें, तो वहाँ ये तीन अक्षर डालें:
link_wait_not_yet = लिंक अभी तक नहीं खोला गया है। उसे खोलें या ईमेल में दिया कोड डालें।

## A link that no longer works. One of the reasons follows the title

link_dead_title = यह लिंक अब काम नहीं करता
link_dead_used = इसका इस्तेमाल पहले ही हो चुका है।
link_dead_expired = इसकी समय-सीमा समाप्त हो गई है।
link_dead_replaced = इसकी जगह एक नया लिंक भेजा जा चुका है। हमारा सबसे नया ईमेल देखें।
link_dead_resend = मुझे नया लिंक भेजें

## A link for the app on a phone, opened in a browser

app_link_title = { $app } में आगे बढ़ें
app_link_lead = यह लिंक आपके फ़ोन के ऐप के लिए है। इस ब्राउज़र में इससे कोई साइन इन नहीं होता।
app_link_submit = { $app } खोलें
app_link_code = अगर ऐप न खुले, तो उसे ख़ुद खोलें और वहाँ यह कोड डालें:
app_link_no_code = अगर ऐप न खुले, तो उसे ख़ुद खोलें और वहाँ हमारे सबसे नए संदेश का कोड डालें।

## Consent

consent_title = { $app } को इनकी अनुमति चाहिए
consent_scope_openid = साइन इन करने पर आपको पहचानना
consent_scope_profile = आपका नाम और फ़ोटो देखना
consent_scope_email = आपका ईमेल पता देखना
consent_scope_address = आपका डाक पता देखना
consent_scope_phone = आपका फ़ोन नंबर देखना
consent_scope_offline_access = आपकी गैर-मौजूदगी में भी यह ऐक्सेस बनाए रखना
consent_scope_other = “{ $scope }” अनुमति का इस्तेमाल करना
consent_allow = अनुमति दें
consent_decline = अस्वीकार करें

## A device without a keyboard, which shows a code

activate_title = डिवाइस कनेक्ट करें
activate_lead = वह कोड डालें, जो आपके टीवी, कंसोल या किसी दूसरे डिवाइस पर दिख रहा है।
activate_label = डिवाइस पर दिख रहा कोड
activate_hint = आठ अक्षर, जैसे BCDF-GHJK
activate_confirm_title = क्या आप अपने डिवाइस पर { $app } में साइन इन करना चाहते हैं?
activate_confirm_code = आपके डिवाइस पर ठीक यही कोड दिखना चाहिए:
activate_asked = अनुरोध का समय: { $time }, डिवाइस: { $device }
activate_network_same = यह अनुरोध उसी नेटवर्क से आया है, जिस पर आप अभी हैं।
activate_network_other = यह अनुरोध किसी दूसरे नेटवर्क से आया है: { $ip }
activate_warning = केवल तभी आगे बढ़ें, जब यह आपने ही शुरू किया हो और डिवाइस आपके सामने हो। अगर यह कोड या इसका लिंक आपको किसी ने भेजा है, तो अस्वीकार करें: वरना वह आपके खाते में पहुँच जाएगा।
activate_allow = डिवाइस कनेक्ट करें
activate_done_title = डिवाइस कनेक्ट हो गया
activate_done_text = आप अपने डिवाइस पर वापस जाकर यह पेज बंद कर सकते हैं।
activate_declined_title = डिवाइस कनेक्ट नहीं हुआ
activate_declined_text = डिवाइस को कोई ऐक्सेस नहीं मिलेगा। आप यह पेज बंद कर सकते हैं।

## Signing out

sign_out_title = साइन आउट करें?
sign_out_text = आप कभी भी फिर से साइन इन कर सकते हैं।
sign_out_submit = साइन आउट करें
sign_out_cancel = साइन इन रहें
signed_out_title = साइन आउट हो गया
signed_out_text = आप इस ब्राउज़र में साइन आउट हो गए हैं। आप यह पेज बंद कर सकते हैं।

## The account page

account_title = आपका खाता
account_prove_text = यहाँ कुछ भी बदलने से पहले पुष्टि करें कि यह आप ही हैं।
account_prove_submit = पुष्टि करें कि यह मैं हूँ
account_prove_device = आपको साइन इन करने वाला एक डिवाइस आपके खाते की सुरक्षा करता है। यहाँ कुछ और बदलने के लिए पहले उसके ऐप में वह डिवाइस हटाएँ।
account_done = आपका बदलाव सहेज लिया गया है।
account_name_title = नाम
account_name_label = आपका नाम
account_name_submit = सहेजें
account_addresses_title = फ़ोन नंबर और ईमेल पते
account_address_proved = पुष्टि हो चुकी है
account_address_unproved = पुष्टि नहीं हुई है
account_address_add = फ़ोन नंबर या ईमेल पता जोड़ें
account_address_change = बदलें
account_address_label = नया फ़ोन नंबर या ईमेल पता
account_address_submit = कोड भेजें
account_address_title = नए पते की पुष्टि करें
account_address_confirm = पुष्टि करें
account_address_remove_text = इसके बाद आप इससे साइन इन नहीं कर पाएँगे। आप हर जगह से साइन आउट हो जाएँगे, और जिन डिवाइस से आप साइन इन करते हैं उन्हें फिर से सेट करना होगा।
account_address_removed_title = आपके खाते से हटाया गया
account_address_last = यह आपके खाते में आने का एकमात्र तरीका है, इसलिए इसे हटाया नहीं जा सकता।
account_error_address_code = यह कोड सही नहीं है। हमारा सबसे नया संदेश देखें और फिर कोशिश करें।
account_undo_title = यह बदलाव वापस लें?
account_undo_text = आपके खाते के पते पहले जैसे हो जाएँगे। सभी लोग साइन आउट हो जाएँगे और पासकी और डिवाइस हटा दिए जाएँगे।
account_undo_submit = बदलाव वापस लें
account_undone_title = बदलाव वापस लिया गया
account_undone_text = सभी लोग साइन आउट हो गए हैं। अपना खाता जाँचने के लिए फिर से साइन इन करें।
account_undo_dead = यह बदलाव अब वापस नहीं लिया जा सकता। अगर यह आपने नहीं किया, तो सहायता टीम से संपर्क करें।
account_passkeys_title = आपकी पासकी
account_passkeys_none = आपके पास कोई पासकी नहीं है।
account_passkey_synced = आपके उन सभी डिवाइस पर, जो पासकी साझा करते हैं
account_passkey_bound = केवल एक डिवाइस पर
account_passkey_add = पासकी जोड़ें
account_passkey_name_label = पासकी का नाम
account_passkey_last = यह पासकी आपके खाते में आने का एकमात्र तरीका है, इसलिए इसे हटाया नहीं जा सकता।
account_passkey_remove_text = इसके बाद आप इससे साइन इन नहीं कर पाएँगे।
account_devices_title = आपको साइन इन करने वाले डिवाइस
account_device_touch_id = Touch ID से, किसी पुराने ऐप में
account_device_name_label = डिवाइस का नाम
account_device_last = यह डिवाइस आपके खाते में आने का एकमात्र तरीका है, इसलिए इसे हटाया नहीं जा सकता।
account_device_remove_text = इसके ऐप से साइन आउट हो जाएगा, और वह इस डिवाइस पर आपको साइन इन नहीं कर पाएगा।
account_device_until = { $time } तक काम करेगा
account_rename = नाम बदलें
account_remove = हटाएँ
account_added = जोड़ने का समय: { $time }
account_used = पिछला इस्तेमाल: { $time }
account_sessions_title = आप कहाँ साइन इन हैं
account_session_this = यह ब्राउज़र
account_sessions_end_others = बाकी हर जगह से साइन आउट करें
account_apps_title = आपके खाते का ऐक्सेस रखने वाले ऐप
account_apps_none = किसी ऐप के पास आपके खाते का स्थायी ऐक्सेस नहीं है।
account_app_since = ऐक्सेस कब से: { $time }
account_app_revoke = ऐक्सेस वापस लें
account_history_title = आपके हाल के साइन इन
account_history_none = दिखाने के लिए कोई साइन इन नहीं है।
account_way_sms = मैसेज से मिला कोड
account_way_email = ईमेल से मिला कोड या लिंक
account_way_passkey = पासकी से
account_way_touch_id = Touch ID से
account_way_device = डिवाइस से
account_way_password = पासवर्ड से
account_data_title = आपका डेटा
account_export_text = यहाँ आपके बारे में रखी गई सारी जानकारी की फ़ाइल डाउनलोड करें।
account_export_submit = अपना डेटा डाउनलोड करें
account_delete_title = अपना खाता मिटाएँ
account_delete_text = आपका खाता और उसमें मौजूद सब कुछ हमेशा के लिए मिटा दिया जाएगा और आप हर जगह से साइन आउट हो जाएँगे। इसे कोई वापस नहीं ला सकता।
account_delete_label = पुष्टि के लिए { $word } लिखें
account_deleted_title = खाता मिटा दिया गया
account_deleted_text = आपका खाता मिटा दिया गया है। आप यह पेज बंद कर सकते हैं।
account_left_text = आपने साइन इन नहीं किया। आप यह पेज बंद कर सकते हैं।
account_error_name = इस नाम का इस्तेमाल नहीं हो सकता। छोटा नाम लिखें।
account_error_word = पुष्टि के लिए ठीक { $word } लिखें।
account_error_gone = वह अब मौजूद नहीं है।

## Errors. Each says what to do

error_title = यह नहीं हो सका
error_wrong_code_phone = यह कोड सही नहीं है। हमारा सबसे नया SMS देखें और फिर से कोशिश करें।
error_wrong_code_email = यह कोड सही नहीं है। हमारा सबसे नया ईमेल देखें और फिर से कोशिश करें।
error_code_expired = इस कोड की समय-सीमा समाप्त हो गई है। नया कोड माँगें।
error_no_tries_left = बहुत बार गलत कोड डाला गया, इसलिए यह कोड अब काम नहीं करता। नया कोड माँगें।
error_wrong_signs = दूसरे डिवाइस पर यह नहीं दिख रहा है। फिर से देखें और उसके तीन अक्षर डालें।
error_wrong_user_code = यह कोड सही नहीं है या इसकी समय-सीमा समाप्त हो गई है। देखें कि डिवाइस पर क्या दिख रहा है या वहाँ फिर से शुरू करें।
error_passkey = पासकी स्वीकार नहीं हुई। फिर से कोशिश करें या कोड इस्तेमाल करें।
error_no_passkey = कोई पासकी इस्तेमाल नहीं हुई। फिर से कोशिश करें या कोड इस्तेमाल करें।
error_passkey_alone = कोई पासकी स्वीकार नहीं हुई। फिर से कोशिश करें या कोई दूसरा डिवाइस इस्तेमाल करें।
error_new_passkey = कोई पासकी नहीं बनी। फिर से कोशिश करें।
error_stronger = आपका खाता आपकी पासकी माँगता है। वापस जाएँ और उसे इस्तेमाल करें।
error_too_many_attempts =
    { $minutes ->
        [one] बहुत ज़्यादा कोशिशें हो गईं। { $minutes } मिनट रुकें और फिर से कोशिश करें।
       *[other] बहुत ज़्यादा कोशिशें हो गईं। { $minutes } मिनट रुकें और फिर से कोशिश करें।
    }
error_bad_phone = देश कोड के साथ फ़ोन नंबर डालें, जैसे +1 415 555 0100।
error_bad_email = पूरा ईमेल पता डालें, जैसे name@example.com।
error_number_without_texts = इस नंबर पर SMS नहीं मिल सकते। कोई दूसरा नंबर डालें।
error_country_not_allowed = हम इस देश के नंबरों पर संदेश नहीं भेजते। कोई दूसरा नंबर डालें।
error_not_sent = हम संदेश नहीं भेज सके। कुछ मिनट बाद फिर से कोशिश करें।
error_no_answer = सर्वर से जवाब नहीं मिल रहा है। अपना इंटरनेट कनेक्शन जाँचें और फिर से कोशिश करें।
error_page_expired = इस पेज की समय-सीमा समाप्त हो गई है। ऐप पर वापस जाएँ और फिर से शुरू करें।
error_cookies_needed = साइन इन करने के लिए कुकी ज़रूरी हैं। अपने ब्राउज़र की सेटिंग में इस साइट के लिए कुकी की अनुमति दें, फिर ऐप पर वापस जाकर दोबारा शुरू करें।
error_unknown_app = जिस ऐप ने आपको यहाँ भेजा, उसे हम नहीं पहचानते। ऐप पर वापस जाकर फिर से कोशिश करें। अगर इससे बात न बने, तो ऐप की सहायता टीम को बताएँ।
error_bad_redirect = ऐप ने आपको ऐसे पते पर भेजने को कहा जो उसने रजिस्टर नहीं किया है। कृपया ऐप की सहायता टीम को बताएँ।
error_no_way_in = इस समय इस ऐप में साइन इन करने का कोई तरीका नहीं है। कृपया ऐप की सहायता टीम को बताएँ।
error_server = हमारी ओर से कोई गड़बड़ी हुई। थोड़ी देर में फिर से कोशिश करें। अगर ऐसा बार-बार हो, तो सहायता टीम को यह संदर्भ संख्या बताएँ: { $request_id }
error_sign_up_closed = यहाँ आपका खाता नहीं है और फ़िलहाल नए खाते नहीं बनाए जा सकते। ऐक्सेस के लिए ऐप की सहायता टीम से कहें।
error_blocked = यह खाता ब्लॉक है। ऐप की सहायता टीम से संपर्क करें।
error_back_to_app = ऐप पर वापस जाएँ
support_label = मदद चाहिए?

## Mails

mail_code_subject = { $code }: { $app } के लिए आपका कोड
mail_link_subject = { $app } में साइन इन करें
mail_heading = { $app } में साइन इन करें
mail_code_lead = साइन इन पेज पर यह कोड डालें:
mail_code_lifetime =
    { $minutes ->
        [one] यह कोड { $minutes } मिनट तक मान्य है।
       *[other] यह कोड { $minutes } मिनट तक मान्य है।
    }
mail_link_lead = साइन इन करने के लिए यह लिंक खोलें:
mail_link_button = साइन इन करें
mail_link_copy = अगर बटन काम न करे, तो यह पता अपने ब्राउज़र में कॉपी करें:
mail_link_or_code = या यह कोड डालें
mail_link_lifetime =
    { $minutes ->
        [one] यह लिंक केवल एक बार काम करता है और { $minutes } मिनट तक मान्य है।
       *[other] यह लिंक केवल एक बार काम करता है और { $minutes } मिनट तक मान्य है।
    }
mail_link_lifetime_hours =
    { $hours ->
        [one] यह लिंक केवल एक बार काम करता है और { $hours } घंटे तक मान्य है।
       *[other] यह लिंक केवल एक बार काम करता है और { $hours } घंटे तक मान्य है।
    }
mail_asked_from = जिस डिवाइस से अनुरोध हुआ: { $device }
mail_not_you = अगर यह आपने नहीं किया, तो इस ईमेल को अनदेखा करें: इसके बिना कोई साइन इन नहीं कर सकता।
mail_keep_secret = यह कोड कभी किसी को न बताएँ।
mail_footer = { $app } की ओर से भेजा गया

## Notices

notice_passkey_added = { $app } के आपके खाते में एक पासकी जोड़ी गई
notice_passkey_removed = { $app } के आपके खाते से एक पासकी हटाई गई
notice_device_key_added = { $app } के आपके खाते में एक डिवाइस जोड़ा गया
notice_device_key_removed = { $app } के आपके खाते से एक डिवाइस हटाया गया
notice_address_added = { $app } के आपके खाते में एक फ़ोन नंबर या ईमेल पता जोड़ा गया
notice_address_changed = { $app } के आपके खाते का एक फ़ोन नंबर या ईमेल पता बदला गया
notice_address_removed = { $app } के आपके खाते से एक फ़ोन नंबर या ईमेल पता हटाया गया
notice_account_linked = { $app } का आपका खाता एक दूसरे खाते से जोड़ दिया गया
notice_account_deleted = { $app } का आपका खाता मिटा दिया गया
notice_name = नाम: { $name }
notice_time = समय: { $time }
notice_was_you = अगर यह आपने किया, तो कुछ करने की ज़रूरत नहीं है।
notice_not_you = अगर यह आपने नहीं किया, तो साइन इन करें, अपने खाते से वह सब हटाएँ जिसे आप नहीं पहचानते, और बाकी हर जगह से साइन आउट करें।
notice_not_you_deleted = अगर यह आपने नहीं किया, तो तुरंत सहायता टीम से संपर्क करें।
notice_undo = अगर यह आपने नहीं किया, तो आप इसे 72 घंटे तक वापस ले सकते हैं। यह पेज खोलें:
address_code_subject = { $code } { $app } के लिए इस पते की पुष्टि करने का आपका कोड है
address_code_heading = { $app } के लिए इस पते की पुष्टि करें
address_code_lead = यह कोड अपने खाते के पेज पर डालें:
address_code_not_you = अगर यह आपने नहीं किया, तो इस संदेश को अनदेखा करें और कोड कभी किसी को न बताएँ।
notice_codes_refused = { $app } के आपके खाते के लिए बहुत ज़्यादा गलत कोड
notice_codes_refused_text = कोई अंदर नहीं आया। फ़िलहाल वहाँ से और कोड स्वीकार नहीं किए जाते। अगर यह आपने नहीं किया, तो कुछ करने की ज़रूरत नहीं है। अगर यह आप थे, तो किसी दूसरे नेटवर्क से साइन इन करें या अनब्लॉक करने के लिए कहें।
address_taken_heading = इस पते का { $app } पर पहले से खाता है
address_taken_text = किसी दूसरे खाते में साइन इन किए हुए व्यक्ति ने वहाँ यह पता जोड़ने की कोशिश की। कुछ नहीं बदला है। अगर यह आप थे, तो इस पते से साइन इन करें।

## Lengths of time that stand by themselves

unit_seconds =
    { $seconds ->
        [one] { $seconds } सेकंड
       *[other] { $seconds } सेकंड
    }
unit_minutes =
    { $minutes ->
        [one] { $minutes } मिनट
       *[other] { $minutes } मिनट
    }
unit_hours =
    { $hours ->
        [one] { $hours } घंटा
       *[other] { $hours } घंटे
    }
