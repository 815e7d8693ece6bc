### 简体中文。使用“您”。

## Every page

page_title_error = 错误：{ $title }
language_label = 语言
skip_to_content = 跳到主要内容
field_required = 必填
signed_in_as = 已登录：{ $address }

## Asking for the phone number or email address

identify_title = 登录
identify_lead = 以继续使用 { $app }
identify_phone_label = 手机号码
identify_phone_hint = 请包含国家/地区代码，例如 +1 415 555 0100
identify_email_label = 邮箱地址
identify_submit = 继续
identify_use_phone = 改用手机号码
identify_use_email = 改用邮箱地址
identify_use_passkey = 使用通行密钥
identify_have_code = 我已有验证码
identify_country_label = 国家或地区
identify_country_search = 搜索国家或地区
identify_close = 关闭
identify_link_lead = 请输入接收该链接的邮箱地址或电话号码。
identify_sign_up = 初次使用？创建账户
identify_remember = 记住此浏览器
identify_privacy = 我们会向您发送验证码，无需密码。

## Making a passkey

sign_up_title = 创建账户
passkey_about = 通行密钥保存在您的手机或电脑上。您可以像解锁设备一样使用它：指纹、面容或 PIN 码。无需记住任何内容。
sign_up_name_label = 您的名字
sign_up_submit = 创建通行密钥
sign_up_back = 我已有账户
passkey_unable = 此浏览器无法使用通行密钥。请换用其他浏览器或设备。
passkey_no_script = 通行密钥需要 JavaScript。请在浏览器设置中允许此网站使用 JavaScript，然后重新加载页面。
new_passkey_title = 下次登录无需验证码
new_passkey_later = 暂不

## Asking for the code

code_title = 输入验证码
code_lead = 我们已向 { $address } 发送 { $digits } 位验证码。
code_lead_careful = 如果 { $address } 可以接收消息，您很快就会收到验证码。
code_label = 验证码
code_submit = 登录
code_resend = 发送新验证码
code_resend_wait = { $seconds } 秒后可以获取新验证码
code_resent = 验证码已重新发送
code_change_phone = 更换号码
code_change_email = 更换邮箱地址
code_lifetime = 验证码在 { $minutes } 分钟内有效。

## A link that was opened in the browser that asked for it

link_title = 完成登录
link_lead = 以 { $address } 的身份登录 { $app }
link_asked = 请求时间：{ $time }，设备：{ $device }
device_named = { $system } 上的 { $browser }
device_unknown = 未知
link_submit = 登录

## A link that was opened in another browser

link_other_lead = 此链接是在另一个浏览器中请求的。是您本人操作的吗？
link_other_signs = 另一台设备上显示的三个字符
link_other_submit = 在另一台设备上完成登录
link_other_hint = 仅当您本人在另一台设备上开始登录时才继续。登录的将是另一台设备，而不是这台设备。
link_elsewhere_title = 已登录
link_elsewhere_text = 您已在另一台设备上登录，可以关闭此页面。
signed_in_text = 您已登录，可以关闭此页面。

## Waiting for a link to be opened

link_wait_title = 请查收邮件
link_wait_lead = 请在任意设备上打开我们发送至 { $address } 的邮件中的链接。此页面会自动继续。
link_wait_here = 如果 { $address } 可以接收消息，您很快就会收到一封含有链接的邮件。请在此浏览器中打开链接。
link_wait_app = 如果 { $address } 可以接收消息，您很快就会收到一封含有链接的邮件。请在此设备上打开链接。
link_wait_code = 或输入邮件中的验证码
link_wait_signs = 如果您在另一台设备上打开链接，请在那里输入这三个字符：
link_wait_not_yet = 链接尚未打开。请打开链接，或输入邮件中的验证码。

## A link that no longer works. One of the reasons follows the title

link_dead_title = 此链接已失效
link_dead_used = 链接已被使用。
link_dead_expired = 链接已过期。
link_dead_replaced = 链接已被更新的链接取代，请查看我们最新的邮件。
link_dead_resend = 向我发送新链接

## A link for the app on a phone, opened in a browser

app_link_title = 在 { $app } 中继续
app_link_lead = 此链接用于您手机上的应用，在此浏览器中不会登录任何账户。
app_link_submit = 打开 { $app }
app_link_code = 如果应用没有打开，请自行打开应用，并在其中输入此验证码：
app_link_no_code = 如果应用没有打开，请自行打开应用，并在其中输入我们最新消息中的验证码。

## Consent

consent_title = { $app } 希望
consent_scope_openid = 在您登录时识别您的身份
consent_scope_profile = 查看您的姓名和头像
consent_scope_email = 查看您的邮箱地址
consent_scope_address = 查看您的通信地址
consent_scope_phone = 查看您的手机号码
consent_scope_offline_access = 在您离开后保留此访问权限
consent_scope_other = 使用权限“{ $scope }”
consent_allow = 允许
consent_decline = 拒绝

## A device without a keyboard, which shows a code

activate_title = 连接设备
activate_lead = 请输入电视、游戏机或其他设备上显示的代码。
activate_label = 设备上的代码
activate_hint = 八个字母，例如 BCDF-GHJK
activate_confirm_title = 要在您的设备上登录 { $app } 吗？
activate_confirm_code = 您的设备必须显示完全相同的代码：
activate_asked = 请求时间：{ $time }，设备：{ $device }
activate_network_same = 请求来自您当前使用的网络。
activate_network_other = 请求来自其他网络：{ $ip }
activate_warning = 仅当这是您本人发起的操作，并且设备就在您面前时才继续。如果是别人将此代码或含有此代码的链接发给您，请拒绝：否则对方将进入您的账户。
activate_allow = 连接设备
activate_done_title = 设备已连接
activate_done_text = 您可以返回设备，并关闭此页面。
activate_declined_title = 设备未连接
activate_declined_text = 设备没有获得访问权限，可以关闭此页面。

## Signing out

sign_out_title = 要退出登录吗？
sign_out_text = 您可以随时重新登录。
sign_out_submit = 退出登录
sign_out_cancel = 保持登录
signed_out_title = 已退出登录
signed_out_text = 您已在此浏览器中退出登录，可以关闭此页面。

## The account page

account_title = 您的账户
account_prove_text = 在此更改任何内容之前，请先确认是您本人。
account_prove_submit = 确认是我本人
account_prove_device = 您的账户受到一台可为您登录的设备保护。要在此更改其他内容，请先在其应用中移除该设备。
account_done = 您的更改已保存。
account_name_title = 姓名
account_name_label = 您的姓名
account_name_submit = 保存
account_addresses_title = 电话号码和邮箱地址
account_address_proved = 已确认
account_address_unproved = 未确认
account_address_add = 添加电话号码或邮箱地址
account_address_change = 更改
account_address_label = 新的电话号码或邮箱地址
account_address_submit = 发送验证码
account_address_title = 确认新地址
account_address_confirm = 确认
account_address_remove_text = 之后您将无法再用它登录。您将在所有地方退出登录，用于登录的设备需要重新设置。
account_address_removed_title = 已从您的账户中移除
account_address_last = 这是进入您账户的唯一方式，因此不能移除。
account_error_address_code = 验证码不正确，请查看我们最新的消息后重试。
account_undo_title = 要撤销此更改吗？
account_undo_text = 您账户的地址将恢复为更改前的地址。所有人都将退出登录，通行密钥和设备也将被移除。
account_undo_submit = 撤销更改
account_undone_title = 更改已撤销
account_undone_text = 所有人都已退出登录。请重新登录以检查您的账户。
account_undo_dead = 此更改已无法撤销。如果不是您本人操作，请联系支持人员。
account_passkeys_title = 您的通行密钥
account_passkeys_none = 您没有通行密钥。
account_passkey_synced = 可在您所有共享通行密钥的设备上使用
account_passkey_bound = 仅限一台设备
account_passkey_add = 添加通行密钥
account_passkey_name_label = 通行密钥的名称
account_passkey_last = 此通行密钥是进入您账户的唯一方式，因此不能移除。
account_passkey_remove_text = 之后您将无法再用它登录。
account_devices_title = 可为您登录的设备
account_device_touch_id = 旧版应用中的触控 ID
account_device_name_label = 设备的名称
account_device_last = 此设备是进入您账户的唯一方式，因此不能移除。
account_device_remove_text = 该设备上的应用将被退出登录，之后无法再在此设备上为您登录。
account_device_until = 有效期至{ $time }
account_rename = 重命名
account_remove = 移除
account_added = 添加时间：{ $time }
account_used = 上次使用：{ $time }
account_sessions_title = 您已登录的位置
account_session_this = 此浏览器
account_sessions_end_others = 退出其他所有登录
account_apps_title = 可访问您账户的应用
account_apps_none = 没有应用可以持续访问您的账户。
account_app_since = 开始访问：{ $time }
account_app_revoke = 取消访问权限
account_history_title = 您最近的登录
account_history_none = 没有可显示的登录记录。
account_way_sms = 短信代码
account_way_email = 邮件代码或链接
account_way_passkey = 使用通行密钥登录
account_way_touch_id = 使用触控 ID 登录
account_way_device = 使用设备登录
account_way_password = 使用密码登录
account_data_title = 您的数据
account_export_text = 下载一个文件，其中包含这里保存的关于您的所有内容。
account_export_submit = 下载您的数据
account_delete_title = 删除您的账户
account_delete_text = 您的账户及其中的所有内容将被永久删除，您将在所有地方退出登录。任何人都无法撤销此操作。
account_delete_label = 请输入 { $word } 以确认
account_deleted_title = 账户已删除
account_deleted_text = 您的账户已删除，可以关闭此页面。
account_left_text = 您没有登录，可以关闭此页面。
account_error_name = 不能使用此名称。请输入较短的名称。
account_error_word = 请准确输入 { $word } 以确认。
account_error_gone = 该项目已不存在。

## Errors. Each says what to do

error_title = 操作未成功
error_wrong_code_phone = 验证码不正确。请查看我们最新的短信，然后重试。
error_wrong_code_email = 验证码不正确。请查看我们最新的邮件，然后重试。
error_code_expired = 验证码已过期，请获取新的验证码。
error_no_tries_left = 输错次数过多，此验证码已失效，请获取新的验证码。
error_wrong_signs = 与另一台设备上显示的不一致。请再看一下，然后输入那三个字符。
error_wrong_user_code = 代码不正确或已过期。请查看设备上显示的内容，或在设备上重新开始。
error_passkey = 通行密钥未被接受。请重试或使用代码。
error_no_passkey = 未使用通行密钥。请重试或使用代码。
error_passkey_alone = 没有通行密钥被接受。请重试或使用其他设备。
error_new_passkey = 未创建通行密钥。请重试。
error_stronger = 您的账户需要使用通行密钥。请返回并使用它。
error_too_many_attempts = 尝试次数过多。请等待 { $minutes } 分钟后重试。
error_bad_phone = 请输入包含国家/地区代码的手机号码，例如 +1 415 555 0100。
error_bad_email = 请输入完整的邮箱地址，例如 name@example.com。
error_number_without_texts = 此号码无法接收短信，请输入其他号码。
error_country_not_allowed = 我们不向该国家/地区的号码发送消息，请输入其他号码。
error_not_sent = 消息发送失败，请过几分钟再试。
error_no_answer = 服务器没有响应。请检查网络连接，然后重试。
error_page_expired = 此页面已过期。请返回应用，重新开始。
error_cookies_needed = 登录需要使用 Cookie。请在浏览器设置中允许此网站使用 Cookie，然后返回应用，重新开始。
error_unknown_app = 我们无法识别您来自的应用。请返回该应用重试。如果仍无法解决，请联系该应用的支持人员。
error_bad_redirect = 应用要求跳转到一个未登记的地址。请告知该应用的支持人员。
error_no_way_in = 目前无法登录此应用。请告知该应用的支持人员。
error_server = 我们这边出了问题，请稍后重试。如果问题持续出现，请将此参考编号告知支持人员：{ $request_id }
error_sign_up_closed = 您在此处没有账号，目前也无法创建新账号。请联系应用的支持人员获取访问权限。
error_blocked = 此账号已被停用，请联系应用的支持人员。
error_back_to_app = 返回应用
support_label = 需要帮助？

## Mails

mail_code_subject = { $code } 是您的 { $app } 验证码
mail_link_subject = 登录 { $app }
mail_heading = 登录 { $app }
mail_code_lead = 请在登录页面输入此验证码：
mail_code_lifetime = 验证码在 { $minutes } 分钟内有效。
mail_link_lead = 请打开此链接以登录：
mail_link_button = 登录
mail_link_copy = 如果按钮无法使用，请将此地址复制到浏览器中：
mail_link_or_code = 或输入此验证码
mail_link_lifetime = 链接只能使用一次，在 { $minutes } 分钟内有效。
mail_link_lifetime_hours = 链接只能使用一次，在 { $hours } 小时内有效。
mail_asked_from = 请求设备：{ $device }
mail_not_you = 如果不是您本人操作，请忽略此邮件：没有这封邮件，任何人都无法登录。
mail_keep_secret = 切勿将验证码告诉任何人。
mail_footer = 由 { $app } 发送

## Notices

notice_passkey_added = 您的 { $app } 账户新增了一个通行密钥
notice_passkey_removed = 您的 { $app } 账户移除了一个通行密钥
notice_device_key_added = 您的 { $app } 账户新增了一台设备
notice_device_key_removed = 您的 { $app } 账户移除了一台设备
notice_address_added = 您的 { $app } 账户新增了一个电话号码或邮箱地址
notice_address_changed = 您的 { $app } 账户的电话号码或邮箱地址已更改
notice_address_removed = 您的 { $app } 账户移除了一个电话号码或邮箱地址
notice_account_linked = 您的 { $app } 账户已与另一个账户合并
notice_account_deleted = 您的 { $app } 账户已被删除
notice_name = 名称：{ $name }
notice_time = 时间：{ $time }
notice_was_you = 如果是您本人操作，则无需任何处理。
notice_not_you = 如果不是您本人操作，请登录，从账户中移除您不认识的内容，并退出其他所有登录。
notice_not_you_deleted = 如果不是您本人操作，请立即联系支持人员。
notice_undo = 如果不是您本人操作，您可以在 72 小时内撤销。请打开此页面：
address_code_subject = { $code } 是您在 { $app } 确认此地址的验证码
address_code_heading = 在 { $app } 确认此地址
address_code_lead = 请在您的账户页面输入此验证码：
address_code_not_you = 如果不是您本人操作，请忽略此消息，切勿将验证码告诉任何人。
notice_codes_refused = 您的 { $app } 账户被多次输入错误验证码
notice_codes_refused_text = 没有人登录成功。目前不再接受来自该处的验证码。如果不是您本人操作，则无需任何处理。如果是您本人，请换用其他网络登录，或请求解除限制。
address_taken_heading = 此地址已有 { $app } 账户
address_taken_text = 有人登录了另一个账户，并试图在那里添加此地址。没有任何更改。如果是您本人，请改用此地址登录。

## Lengths of time that stand by themselves

unit_seconds = { $seconds } 秒
unit_minutes = { $minutes } 分钟
unit_hours = { $hours } 小时
