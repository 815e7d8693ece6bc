### العربية الفصحى المعاصرة.
###
### The program isolates the variables. Numbers and addresses that stand in a text itself are put
### between {"\u2066"} and {"\u2069"} here, so that they read from left to right.

## Every page

page_title_error = خطأ: { $title }
language_label = اللغة
skip_to_content = الانتقال إلى المحتوى الرئيسي
field_required = مطلوب
signed_in_as = تم تسجيل الدخول باسم { $address }

## Asking for the phone number or email address

identify_title = تسجيل الدخول
identify_lead = للمتابعة إلى { $app }
identify_phone_label = رقم الهاتف
identify_phone_hint = مع رمز البلد، مثل {"\u2066"}+1 415 555 0100{"\u2069"}
identify_email_label = عنوان البريد الإلكتروني
identify_submit = متابعة
identify_use_phone = استخدام رقم هاتف بدلاً من ذلك
identify_use_email = استخدام عنوان بريد إلكتروني بدلاً من ذلك
identify_use_passkey = استخدام مفتاح مرور
identify_have_code = لديّ رمز بالفعل
identify_country_label = البلد
identify_country_search = البحث عن بلد
identify_close = إغلاق
identify_link_lead = أدخِل العنوان أو رقم الهاتف الذي أُرسل إليه الرابط.
identify_sign_up = جديد هنا؟ أنشئ حسابًا
identify_remember = تذكُّر هذا المتصفح
identify_privacy = سنرسل إليك رمزًا. لا حاجة إلى كلمة مرور.

## Making a passkey

sign_up_title = إنشاء حساب
passkey_about = يُحفظ مفتاح المرور على هاتفك أو حاسوبك. تفتحه كما تفتح جهازك: ببصمة الإصبع أو الوجه أو رمز PIN. لا شيء عليك تذكّره.
sign_up_name_label = اسمك
sign_up_submit = إنشاء مفتاح مرور
sign_up_back = لدي حساب بالفعل
passkey_unable = لا يدعم هذا المتصفح مفاتيح المرور. جرِّب متصفحًا أو جهازًا آخر.
passkey_no_script = تحتاج مفاتيح المرور إلى JavaScript. اسمح به لهذا الموقع في إعدادات المتصفح، ثم أعِد تحميل الصفحة.
new_passkey_title = سجِّل الدخول دون رمز في المرة القادمة
new_passkey_later = ليس الآن

## Asking for the code

code_title = أدخِل الرمز
code_lead =
    { $digits ->
        [zero] أرسلنا إلى { $address } رمزًا من { $digits } رقم.
        [one] أرسلنا إلى { $address } رمزًا من رقم واحد.
        [two] أرسلنا إلى { $address } رمزًا من رقمين.
        [few] أرسلنا إلى { $address } رمزًا من { $digits } أرقام.
        [many] أرسلنا إلى { $address } رمزًا من { $digits } رقمًا.
       *[other] أرسلنا إلى { $address } رمزًا من { $digits } رقم.
    }
code_lead_careful = إذا كان بإمكان { $address } استقبال الرسائل، فسيصلك رمز بعد قليل.
code_label = الرمز
code_submit = تسجيل الدخول
code_resend = إرسال رمز جديد
code_resend_wait =
    { $seconds ->
        [zero] يمكنك طلب رمز جديد بعد { $seconds } ثانية
        [one] يمكنك طلب رمز جديد بعد ثانية واحدة
        [two] يمكنك طلب رمز جديد بعد ثانيتين
        [few] يمكنك طلب رمز جديد بعد { $seconds } ثوانٍ
        [many] يمكنك طلب رمز جديد بعد { $seconds } ثانية
       *[other] يمكنك طلب رمز جديد بعد { $seconds } ثانية
    }
code_resent = تمت إعادة إرسال الرمز
code_change_phone = تغيير الرقم
code_change_email = تغيير عنوان البريد الإلكتروني
code_lifetime =
    { $minutes ->
        [zero] الرمز صالح لمدة { $minutes } دقيقة.
        [one] الرمز صالح لمدة دقيقة واحدة.
        [two] الرمز صالح لمدة دقيقتين.
        [few] الرمز صالح لمدة { $minutes } دقائق.
        [many] الرمز صالح لمدة { $minutes } دقيقة.
       *[other] الرمز صالح لمدة { $minutes } دقيقة.
    }

## A link that was opened in the browser that asked for it

link_title = إكمال تسجيل الدخول
link_lead = تسجيل الدخول إلى { $app } باسم { $address }
link_asked = وقت الطلب: { $time }، الجهاز: { $device }
device_named = متصفح { $browser } على نظام { $system }
device_unknown = غير معروف
link_submit = تسجيل الدخول

## A link that was opened in another browser

link_other_lead = طُلب هذا الرابط من متصفح آخر. هل كان ذلك منك؟
link_other_signs = الأحرف الثلاثة المعروضة على الجهاز الآخر
link_other_submit = الإكمال على الجهاز الآخر
link_other_hint = لا تتابع إلا إذا بدأت تسجيل الدخول هناك بنفسك. سيتم تسجيل الدخول على الجهاز الآخر، وليس على هذا الجهاز.
link_elsewhere_title = تم تسجيل الدخول
link_elsewhere_text = تم تسجيل دخولك على الجهاز الآخر. يمكنك إغلاق هذه الصفحة.
signed_in_text = تم تسجيل دخولك. يمكنك إغلاق هذه الصفحة.

## Waiting for a link to be opened

link_wait_title = تحقَّق من بريدك الإلكتروني
link_wait_lead = افتح الرابط الموجود في الرسالة التي أرسلناها إلى { $address }، على أي جهاز. ستتابع هذه الصفحة تلقائيًا.
link_wait_here = إذا كان بإمكان { $address } استقبال الرسائل، فستصلك رسالة تتضمن رابطًا بعد قليل. افتح الرابط في هذا المتصفح.
link_wait_app = إذا كان بإمكان { $address } استقبال الرسائل، فستصلك رسالة تتضمن رابطًا بعد قليل. افتح الرابط على هذا الجهاز.
link_wait_code = أو أدخِل الرمز الموجود في الرسالة
link_wait_signs = إذا فتحت الرابط على جهاز آخر، فاكتب هناك هذه الأحرف الثلاثة:
link_wait_not_yet = لم يُفتح الرابط بعد. افتحه أو أدخِل الرمز الموجود في الرسالة.

## A link that no longer works. One of the reasons follows the title

link_dead_title = لم يعد هذا الرابط صالحًا
link_dead_used = سبق استخدامه.
link_dead_expired = انتهت صلاحيته.
link_dead_replaced = حلَّ محله رابط أحدث. ابحث عن أحدث رسالة منا.
link_dead_resend = إرسال رابط جديد إليّ

## A link for the app on a phone, opened in a browser

app_link_title = المتابعة في { $app }
app_link_lead = هذا الرابط مخصص للتطبيق على هاتفك، ولن يسجل دخول أحد في هذا المتصفح.
app_link_submit = فتح { $app }
app_link_code = إذا لم يُفتح التطبيق، فافتحه بنفسك واكتب فيه هذا الرمز:
app_link_no_code = إذا لم يُفتح التطبيق، فافتحه بنفسك واكتب فيه الرمز الوارد في أحدث رسالة منا.

## Consent

consent_title = يطلب تطبيق { $app } الإذن بما يلي
consent_scope_openid = التعرُّف عليك عند تسجيل الدخول
consent_scope_profile = الاطلاع على اسمك وصورتك
consent_scope_email = الاطلاع على عنوان بريدك الإلكتروني
consent_scope_address = الاطلاع على عنوانك البريدي
consent_scope_phone = الاطلاع على رقم هاتفك
consent_scope_offline_access = الاحتفاظ بهذا الوصول أثناء غيابك
consent_scope_other = استخدام الإذن «{ $scope }»
consent_allow = سماح
consent_decline = رفض

## A device without a keyboard, which shows a code

activate_title = ربط جهاز
activate_lead = أدخِل الرمز الذي يعرضه التلفزيون أو جهاز الألعاب أو أي جهاز آخر لديك.
activate_label = الرمز المعروض على الجهاز
activate_hint = ثمانية أحرف، مثل {"\u2066"}BCDF-GHJK{"\u2069"}
activate_confirm_title = هل تريد تسجيل الدخول إلى { $app } على جهازك؟
activate_confirm_code = يجب أن يعرض جهازك هذا الرمز نفسه تمامًا:
activate_asked = وقت الطلب: { $time }، الجهاز: { $device }
activate_network_same = جاء الطلب من الشبكة التي تستخدمها الآن.
activate_network_other = جاء الطلب من شبكة أخرى: { $ip }
activate_warning = لا تتابع إلا إذا بدأت ذلك بنفسك وكان الجهاز أمامك. إذا أرسل إليك أحد هذا الرمز أو رابطًا يتضمنه، فارفض: وإلا فسيدخل إلى حسابك.
activate_allow = ربط الجهاز
activate_done_title = تم ربط الجهاز
activate_done_text = يمكنك العودة إلى جهازك وإغلاق هذه الصفحة.
activate_declined_title = لم يتم ربط الجهاز
activate_declined_text = لن يحصل الجهاز على أي وصول. يمكنك إغلاق هذه الصفحة.

## Signing out

sign_out_title = هل تريد تسجيل الخروج؟
sign_out_text = يمكنك تسجيل الدخول مرة أخرى في أي وقت.
sign_out_submit = تسجيل الخروج
sign_out_cancel = إبقاء الجلسة مفتوحة
signed_out_title = تم تسجيل الخروج
signed_out_text = تم تسجيل خروجك في هذا المتصفح. يمكنك إغلاق هذه الصفحة.

## The account page

account_title = حسابك
account_prove_text = قبل تغيير أي شيء هنا، أكّد أنك صاحب الحساب.
account_prove_submit = تأكيد أنني صاحب الحساب
account_prove_device = جهاز يسجّل دخولك يحمي حسابك. لتغيير أي شيء آخر هنا، أزِل هذا الجهاز أولًا في تطبيقه.
account_done = تم حفظ التغيير.
account_name_title = الاسم
account_name_label = اسمك
account_name_submit = حفظ
account_addresses_title = أرقام الهاتف وعناوين البريد الإلكتروني
account_address_proved = مؤكَّد
account_address_unproved = غير مؤكَّد
account_address_add = إضافة رقم هاتف أو عنوان بريد إلكتروني
account_address_change = تغيير
account_address_label = رقم الهاتف أو عنوان البريد الإلكتروني الجديد
account_address_submit = إرسال رمز
account_address_title = تأكيد العنوان الجديد
account_address_confirm = تأكيد
account_address_remove_text = لن تتمكن بعد ذلك من تسجيل الدخول به. سيُسجَّل خروجك من كل مكان، ويجب إعداد الأجهزة التي تسجّل دخولك من جديد.
account_address_removed_title = أُزيل من حسابك
account_address_last = هذا هو الطريق الوحيد إلى حسابك، ولذلك يبقى.
account_error_address_code = هذا الرمز غير صحيح. راجِع أحدث رسالة منا وحاوِل مرة أخرى.
account_undo_title = هل تريد التراجع عن هذا التغيير؟
account_undo_text = تعود عناوين حسابك إلى ما كانت عليه. يُسجَّل خروج الجميع، وتُزال مفاتيح المرور والأجهزة.
account_undo_submit = التراجع عن التغيير
account_undone_title = تم التراجع عن التغيير
account_undone_text = تم تسجيل خروج الجميع. سجّل الدخول مرة أخرى لتتحقق من حسابك.
account_undo_dead = لم يعد من الممكن التراجع عن هذا التغيير. إذا لم تُجرِه أنت، فتواصَل مع فريق الدعم.
account_passkeys_title = مفاتيح المرور الخاصة بك
account_passkeys_none = ليس لديك مفاتيح مرور.
account_passkey_synced = على كل أجهزتك التي تتشارك مفاتيح المرور
account_passkey_bound = على جهاز واحد فقط
account_passkey_add = إضافة مفتاح مرور
account_passkey_name_label = اسم مفتاح المرور
account_passkey_last = مفتاح المرور هذا هو الطريق الوحيد إلى حسابك، ولذلك يبقى.
account_passkey_remove_text = لن تتمكن بعد ذلك من تسجيل الدخول به.
account_devices_title = الأجهزة التي تسجّل دخولك
account_device_touch_id = عبر Touch ID، في تطبيق أقدم
account_device_name_label = اسم الجهاز
account_device_last = هذا الجهاز هو الطريق الوحيد إلى حسابك، ولذلك يبقى.
account_device_remove_text = سيُسجَّل خروج تطبيقه، ولن يتمكن بعد ذلك من تسجيل دخولك على هذا الجهاز.
account_device_until = يعمل حتى { $time }
account_rename = إعادة التسمية
account_remove = إزالة
account_added = تاريخ الإضافة: { $time }
account_used = آخر استخدام: { $time }
account_sessions_title = أين سجّلت الدخول
account_session_this = هذا المتصفح
account_sessions_end_others = تسجيل الخروج من كل مكان آخر
account_apps_title = التطبيقات التي يمكنها الوصول إلى حسابك
account_apps_none = لا يملك أي تطبيق وصولًا دائمًا إلى حسابك.
account_app_since = الوصول منذ: { $time }
account_app_revoke = سحب إذن الوصول
account_history_title = آخر عمليات تسجيل الدخول
account_history_none = لا توجد عمليات تسجيل دخول لعرضها.
account_way_sms = رمز برسالة نصية
account_way_email = رمز أو رابط بالبريد الإلكتروني
account_way_passkey = بمفتاح مرور
account_way_touch_id = عبر Touch ID
account_way_device = عبر جهاز
account_way_password = بكلمة مرور
account_data_title = بياناتك
account_export_text = نزّل ملفًا يتضمن كل ما يُحفظ عنك هنا.
account_export_submit = تنزيل بياناتك
account_delete_title = حذف حسابك
account_delete_text = سيُحذف حسابك وكل ما فيه نهائيًا، وسيتم تسجيل خروجك من كل مكان. لا يستطيع أحد التراجع عن ذلك.
account_delete_label = للتأكيد، اكتب { $word }
account_deleted_title = تم حذف الحساب
account_deleted_text = تم حذف حسابك. يمكنك إغلاق هذه الصفحة.
account_left_text = لم تسجّل الدخول. يمكنك إغلاق هذه الصفحة.
account_error_name = لا يمكن استخدام هذا الاسم. أدخل اسمًا أقصر.
account_error_word = اكتب { $word } بالضبط للتأكيد.
account_error_gone = لم يعد ذلك موجودًا.

## Errors. Each says what to do

error_title = لم تنجح العملية
error_wrong_code_phone = الرمز غير صحيح. راجِع أحدث رسالة نصية منا وحاوِل مرة أخرى.
error_wrong_code_email = الرمز غير صحيح. راجِع أحدث رسالة بريد إلكتروني منا وحاوِل مرة أخرى.
error_code_expired = انتهت صلاحية هذا الرمز. اطلب رمزًا جديدًا.
error_no_tries_left = محاولات خاطئة كثيرة: لم يعد هذا الرمز صالحًا. اطلب رمزًا جديدًا.
error_wrong_signs = ليس هذا ما يعرضه الجهاز الآخر. تحقَّق مرة أخرى واكتب أحرفه الثلاثة.
error_wrong_user_code = الرمز غير صحيح أو انتهت صلاحيته. راجِع ما يعرضه الجهاز أو ابدأ عليه من جديد.
error_passkey = لم ينجح مفتاح المرور. حاوِل مرة أخرى أو استخدم رمزًا.
error_no_passkey = لم يُستخدم أي مفتاح مرور. حاوِل مرة أخرى أو استخدم رمزًا.
error_passkey_alone = لم يُقبل أي مفتاح مرور. حاوِل مرة أخرى أو استخدم جهازًا آخر.
error_new_passkey = لم يُنشأ مفتاح مرور. حاوِل مرة أخرى.
error_stronger = حسابك يطلب مفتاح المرور. ارجع واستخدمه.
error_too_many_attempts =
    { $minutes ->
        [zero] محاولات كثيرة جدًا. انتظر { $minutes } دقيقة، ثم حاوِل مرة أخرى.
        [one] محاولات كثيرة جدًا. انتظر دقيقة واحدة، ثم حاوِل مرة أخرى.
        [two] محاولات كثيرة جدًا. انتظر دقيقتين، ثم حاوِل مرة أخرى.
        [few] محاولات كثيرة جدًا. انتظر { $minutes } دقائق، ثم حاوِل مرة أخرى.
        [many] محاولات كثيرة جدًا. انتظر { $minutes } دقيقة، ثم حاوِل مرة أخرى.
       *[other] محاولات كثيرة جدًا. انتظر { $minutes } دقيقة، ثم حاوِل مرة أخرى.
    }
error_bad_phone = أدخِل رقم هاتف مع رمز البلد، مثل {"\u2066"}+1 415 555 0100{"\u2069"}.
error_bad_email = أدخِل عنوان بريد إلكتروني كاملاً، مثل {"\u2066"}name@example.com{"\u2069"}.
error_number_without_texts = لا يمكن لهذا الرقم استقبال الرسائل النصية. أدخِل رقمًا آخر.
error_country_not_allowed = لا نرسل رسائل إلى أرقام في هذا البلد. أدخِل رقمًا آخر.
error_not_sent = تعذَّر إرسال الرسالة. حاوِل مرة أخرى بعد بضع دقائق.
error_no_answer = لا يستجيب الخادم. تحقَّق من اتصالك بالإنترنت ثم حاوِل مرة أخرى.
error_page_expired = انتهت صلاحية هذه الصفحة. ارجع إلى التطبيق وابدأ من جديد.
error_cookies_needed = يتطلب تسجيل الدخول ملفات تعريف الارتباط. اسمح بها لهذا الموقع في إعدادات المتصفح، ثم ارجع إلى التطبيق وابدأ من جديد.
error_unknown_app = لا نعرف التطبيق الذي وجَّهك إلى هنا. ارجع إليه وحاوِل مرة أخرى. إذا لم يُفِد ذلك، فأبلِغ فريق دعم التطبيق.
error_bad_redirect = طلب التطبيق توجيهك إلى عنوان غير مسجَّل لديه. يُرجى إبلاغ فريق دعم التطبيق.
error_no_way_in = لا توجد حاليًا طريقة لتسجيل الدخول إلى هذا التطبيق. يُرجى إبلاغ فريق دعم التطبيق.
error_server = حدث خطأ من جانبنا. حاوِل مرة أخرى بعد قليل. إذا تكرر ذلك، فأعطِ فريق الدعم هذا المرجع: { $request_id }
error_sign_up_closed = ليس لديك حساب هنا، ولا يمكن إنشاء حسابات جديدة حاليًا. اطلب من فريق دعم التطبيق منحك حق الوصول.
error_blocked = هذا الحساب محظور. تواصَل مع فريق دعم التطبيق.
error_back_to_app = الرجوع إلى التطبيق
support_label = هل تحتاج إلى مساعدة؟

## Mails

mail_code_subject = { $code } هو رمزك للدخول إلى { $app }
mail_link_subject = تسجيل الدخول إلى { $app }
mail_heading = تسجيل الدخول إلى { $app }
mail_code_lead = أدخِل هذا الرمز في صفحة تسجيل الدخول:
mail_code_lifetime =
    { $minutes ->
        [zero] الرمز صالح لمدة { $minutes } دقيقة.
        [one] الرمز صالح لمدة دقيقة واحدة.
        [two] الرمز صالح لمدة دقيقتين.
        [few] الرمز صالح لمدة { $minutes } دقائق.
        [many] الرمز صالح لمدة { $minutes } دقيقة.
       *[other] الرمز صالح لمدة { $minutes } دقيقة.
    }
mail_link_lead = لتسجيل الدخول، افتح هذا الرابط:
mail_link_button = تسجيل الدخول
mail_link_copy = إذا لم يعمل الزر، فانسخ هذا العنوان إلى متصفحك:
mail_link_or_code = أو أدخِل هذا الرمز
mail_link_lifetime =
    { $minutes ->
        [zero] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة { $minutes } دقيقة.
        [one] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة دقيقة واحدة.
        [two] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة دقيقتين.
        [few] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة { $minutes } دقائق.
        [many] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة { $minutes } دقيقة.
       *[other] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة { $minutes } دقيقة.
    }
mail_link_lifetime_hours =
    { $hours ->
        [zero] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة { $hours } ساعة.
        [one] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة ساعة واحدة.
        [two] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة ساعتين.
        [few] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة { $hours } ساعات.
        [many] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة { $hours } ساعة.
       *[other] يعمل الرابط مرة واحدة فقط، وهو صالح لمدة { $hours } ساعة.
    }
mail_asked_from = الجهاز الذي صدر منه الطلب: { $device }
mail_not_you = إذا لم يكن ذلك منك، فتجاهل هذه الرسالة: لا يمكن لأحد تسجيل الدخول من دونها.
mail_keep_secret = لا تُطلِع أحدًا على الرمز أبدًا.
mail_footer = مرسَل من { $app }

## Notices

notice_passkey_added = أُضيف مفتاح مرور إلى حسابك لدى { $app }
notice_passkey_removed = أُزيل مفتاح مرور من حسابك لدى { $app }
notice_device_key_added = أُضيف جهاز إلى حسابك لدى { $app }
notice_device_key_removed = أُزيل جهاز من حسابك لدى { $app }
notice_address_added = أُضيف رقم هاتف أو عنوان بريد إلكتروني إلى حسابك لدى { $app }
notice_address_changed = تم تغيير رقم هاتف أو عنوان بريد إلكتروني في حسابك لدى { $app }
notice_address_removed = أُزيل رقم هاتف أو عنوان بريد إلكتروني من حسابك لدى { $app }
notice_account_linked = دُمج حسابك لدى { $app } مع حساب آخر
notice_account_deleted = حُذف حسابك لدى { $app }
notice_name = الاسم: { $name }
notice_time = الوقت: { $time }
notice_was_you = إذا كان ذلك منك، فلا داعي لفعل أي شيء.
notice_not_you = إذا لم يكن ذلك منك، فسجّل الدخول، وأزِل من حسابك ما لا تعرفه، وسجّل الخروج من كل مكان آخر.
notice_not_you_deleted = إذا لم يكن ذلك منك، فتواصَل مع فريق الدعم فورًا.
notice_undo = إذا لم يكن ذلك منك، فيمكنك التراجع عنه خلال 72 ساعة. افتح هذه الصفحة:
address_code_subject = { $code } هو رمزك لتأكيد هذا العنوان لدى { $app }
address_code_heading = تأكيد هذا العنوان لدى { $app }
address_code_lead = أدخِل هذا الرمز في صفحة حسابك:
address_code_not_you = إذا لم يكن ذلك منك، فتجاهل هذه الرسالة ولا تُطلِع أحدًا على الرمز أبدًا.
notice_codes_refused = رموز خاطئة كثيرة لحسابك لدى { $app }
notice_codes_refused_text = لم يدخل أحد. لن تُقبل رموز أخرى من ذلك المكان في الوقت الحالي. إذا لم يكن ذلك منك، فلا داعي لفعل أي شيء. وإذا كان منك، فسجّل الدخول من شبكة أخرى أو اطلب رفع الحظر.
address_taken_heading = لهذا العنوان حساب بالفعل لدى { $app }
address_taken_text = حاول شخص سجّل الدخول إلى حساب آخر إضافة هذا العنوان هناك. لم يتغيّر شيء. إذا كان ذلك منك، فسجّل الدخول بهذا العنوان.

## Lengths of time that stand by themselves

unit_seconds =
    { $seconds ->
        [zero] { $seconds } ثانية
        [one] ثانية واحدة
        [two] ثانيتان
        [few] { $seconds } ثوانٍ
        [many] { $seconds } ثانية
       *[other] { $seconds } ثانية
    }
unit_minutes =
    { $minutes ->
        [zero] { $minutes } دقيقة
        [one] دقيقة واحدة
        [two] دقيقتان
        [few] { $minutes } دقائق
        [many] { $minutes } دقيقة
       *[other] { $minutes } دقيقة
    }
unit_hours =
    { $hours ->
        [zero] { $hours } ساعة
        [one] ساعة واحدة
        [two] ساعتان
        [few] { $hours } ساعات
        [many] { $hours } ساعة
       *[other] { $hours } ساعة
    }
