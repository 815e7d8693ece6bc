### 日本語。です・ます調。

## Every page

page_title_error = エラー: { $title }
language_label = 言語
skip_to_content = メインコンテンツへ移動
field_required = 必須
signed_in_as = { $address } でサインイン中

## Asking for the phone number or email address

identify_title = サインイン
identify_lead = { $app } に進みます
identify_phone_label = 電話番号
identify_phone_hint = 国番号を付けて入力してください（例: +1 415 555 0100）
identify_email_label = メールアドレス
identify_submit = 続ける
identify_use_phone = 代わりに電話番号を使う
identify_use_email = 代わりにメールアドレスを使う
identify_use_passkey = パスキーを使う
identify_have_code = コードをお持ちの方
identify_country_label = 国または地域
identify_country_search = 国または地域を検索
identify_close = 閉じる
identify_link_lead = リンクが送信されたメールアドレスまたは電話番号を入力してください。
identify_sign_up = はじめての方はアカウントを作成
identify_remember = このブラウザーを記憶する
identify_privacy = 確認コードをお送りします。パスワードは必要ありません。

## Making a passkey

sign_up_title = アカウントを作成
passkey_about = パスキーはスマートフォンやパソコンに保存されます。指紋、顔、PIN など、端末のロックを解除するのと同じ方法で使えます。覚えるものはありません。
sign_up_name_label = お名前
sign_up_submit = パスキーを作成
sign_up_back = アカウントを持っています
passkey_unable = このブラウザーではパスキーを使えません。別のブラウザーまたは端末でお試しください。
passkey_no_script = パスキーを使うには JavaScript が必要です。ブラウザーの設定でこのサイトの JavaScript を許可してから、ページを再読み込みしてください。
new_passkey_title = 次回からコードなしでサインイン
new_passkey_later = 今はしない

## Asking for the code

code_title = 確認コードを入力してください
code_lead = { $address } に { $digits } 桁の確認コードを送信しました。
code_lead_careful = { $address } でメッセージを受信できる場合は、まもなく確認コードが届きます。
code_label = 確認コード
code_submit = サインイン
code_resend = 新しいコードを送信
code_resend_wait = 新しいコードは { $seconds } 秒後にリクエストできます
code_resent = コードを再送信しました
code_change_phone = 電話番号を変更
code_change_email = メールアドレスを変更
code_lifetime = コードの有効期間は { $minutes } 分です。

## A link that was opened in the browser that asked for it

link_title = サインインを完了してください
link_lead = { $address } として { $app } にサインインします
link_asked = リクエスト日時: { $time }、端末: { $device }
device_named = { $system } の { $browser }
device_unknown = 不明
link_submit = サインイン

## A link that was opened in another browser

link_other_lead = このリンクは別のブラウザーからリクエストされました。ご本人による操作ですか？
link_other_signs = もう一方の端末に表示されている 3 文字
link_other_submit = もう一方の端末で完了する
link_other_hint = ご自身でもう一方の端末からサインインを始めた場合にのみ、続けてください。サインインされるのはこの端末ではなく、もう一方の端末です。
link_elsewhere_title = サインインしました
link_elsewhere_text = もう一方の端末でサインインしました。このページを閉じてかまいません。
signed_in_text = サインインしました。このページを閉じてかまいません。

## Waiting for a link to be opened

link_wait_title = メールをご確認ください
link_wait_lead = { $address } に送信したメールのリンクを開いてください。どの端末でもかまいません。このページは自動的に進みます。
link_wait_here = { $address } でメッセージを受信できる場合は、まもなくリンクを記載したメールが届きます。リンクはこのブラウザーで開いてください。
link_wait_app = { $address } でメッセージを受信できる場合は、まもなくリンクを記載したメールが届きます。リンクはこの端末で開いてください。
link_wait_code = または、メールに記載されたコードを入力してください
link_wait_signs = 別の端末でリンクを開く場合は、その端末で次の 3 文字を入力してください:
link_wait_not_yet = リンクはまだ開かれていません。リンクを開くか、メールに記載されたコードを入力してください。

## A link that no longer works. One of the reasons follows the title

link_dead_title = このリンクは無効になりました
link_dead_used = すでに使用されています。
link_dead_expired = 有効期限が切れています。
link_dead_replaced = より新しいリンクが発行されています。最新のメールをご確認ください。
link_dead_resend = 新しいリンクを送信

## A link for the app on a phone, opened in a browser

app_link_title = { $app } で続ける
app_link_lead = このリンクはお使いのスマートフォンのアプリ用です。このブラウザーではサインインは行われません。
app_link_submit = { $app } を開く
app_link_code = アプリが開かない場合は、ご自分でアプリを開き、次のコードを入力してください:
app_link_no_code = アプリが開かない場合は、ご自分でアプリを開き、最新のメッセージに記載されたコードを入力してください。

## Consent

consent_title = { $app } が次の許可を求めています
consent_scope_openid = サインイン時にあなたを識別すること
consent_scope_profile = 名前と写真の閲覧
consent_scope_email = メールアドレスの閲覧
consent_scope_address = 住所の閲覧
consent_scope_phone = 電話番号の閲覧
consent_scope_offline_access = あなたが利用していない間もこのアクセスを維持すること
consent_scope_other = 権限「{ $scope }」の利用
consent_allow = 許可する
consent_decline = 許可しない

## A device without a keyboard, which shows a code

activate_title = 端末を接続
activate_lead = テレビやゲーム機などの端末に表示されているコードを入力してください。
activate_label = 端末に表示されたコード
activate_hint = 8 文字の英字（例: BCDF-GHJK）
activate_confirm_title = 端末で { $app } にサインインしますか？
activate_confirm_code = 端末に次のコードがそのまま表示されている必要があります:
activate_asked = リクエスト日時: { $time }、端末: { $device }
activate_network_same = リクエストは、現在お使いのネットワークから送信されました。
activate_network_other = リクエストは別のネットワークから送信されました: { $ip }
activate_warning = ご自身で始めた操作であり、その端末が目の前にある場合にのみ、続けてください。このコードやリンクを誰かから受け取った場合は、許可しないでください。その人があなたのアカウントに入れてしまいます。
activate_allow = 端末を接続する
activate_done_title = 端末を接続しました
activate_done_text = 端末に戻って、このページを閉じてかまいません。
activate_declined_title = 端末は接続されていません
activate_declined_text = 端末はアクセスできません。このページを閉じてかまいません。

## Signing out

sign_out_title = サインアウトしますか？
sign_out_text = いつでも再びサインインできます。
sign_out_submit = サインアウト
sign_out_cancel = サインインしたままにする
signed_out_title = サインアウトしました
signed_out_text = このブラウザーでサインアウトしました。このページを閉じてかまいません。

## The account page

account_title = あなたのアカウント
account_prove_text = ここで変更する前に、ご本人であることを確認してください。
account_prove_submit = 本人確認をする
account_prove_device = サインインに使う端末がアカウントを保護しています。ここでほかの変更をするには、先にその端末をアプリで削除してください。
account_done = 変更を保存しました。
account_name_title = 名前
account_name_label = あなたの名前
account_name_submit = 保存
account_addresses_title = 電話番号とメールアドレス
account_address_proved = 確認済み
account_address_unproved = 未確認
account_address_add = 電話番号またはメールアドレスを追加
account_address_change = 変更
account_address_label = 新しい電話番号またはメールアドレス
account_address_submit = コードを送信
account_address_title = 新しい宛先の確認
account_address_confirm = 確認
account_address_remove_text = これではサインインできなくなります。すべての場所でサインアウトされ、サインインに使う端末は設定し直す必要があります。
account_address_removed_title = アカウントから削除しました
account_address_last = これはアカウントに入る唯一の方法なので、削除できません。
account_error_address_code = コードが正しくありません。最新のメッセージを確認して、もう一度お試しください。
account_undo_title = この変更を取り消しますか？
account_undo_text = アカウントの宛先が変更前に戻ります。すべての場所でサインアウトされ、パスキーと端末も削除されます。
account_undo_submit = 変更を取り消す
account_undone_title = 変更を取り消しました
account_undone_text = すべての場所でサインアウトされました。もう一度サインインしてアカウントを確認してください。
account_undo_dead = この変更は取り消せなくなりました。お心当たりがない場合は、サポートにお問い合わせください。
account_passkeys_title = あなたのパスキー
account_passkeys_none = パスキーはありません。
account_passkey_synced = パスキーを共有するすべての端末で使えます
account_passkey_bound = 1 台の端末のみ
account_passkey_add = パスキーを追加
account_passkey_name_label = パスキーの名前
account_passkey_last = このパスキーはアカウントに入る唯一の方法なので、削除できません。
account_passkey_remove_text = このパスキーではサインインできなくなります。
account_devices_title = サインインできる端末
account_device_touch_id = 古いアプリの Touch ID
account_device_name_label = 端末の名前
account_device_last = この端末はアカウントに入る唯一の方法なので、削除できません。
account_device_remove_text = この端末のアプリはサインアウトされ、この端末ではサインインできなくなります。
account_device_until = { $time }まで有効
account_rename = 名前を変更
account_remove = 削除
account_added = 追加日時: { $time }
account_used = 最終使用: { $time }
account_sessions_title = サインイン中の場所
account_session_this = このブラウザー
account_sessions_end_others = ほかのすべての場所でサインアウト
account_apps_title = アカウントにアクセスできるアプリ
account_apps_none = 継続的にアクセスできるアプリはありません。
account_app_since = アクセス開始: { $time }
account_app_revoke = アクセスを取り消す
account_history_title = 最近のサインイン
account_history_none = 表示できるサインインはありません。
account_way_sms = SMS のコード
account_way_email = メールのコードまたはリンク
account_way_passkey = パスキー
account_way_touch_id = Touch ID
account_way_device = 端末
account_way_password = パスワード
account_data_title = あなたのデータ
account_export_text = ここに保存されているあなたに関するすべてのデータをファイルでダウンロードできます。
account_export_submit = データをダウンロード
account_delete_title = アカウントを削除
account_delete_text = アカウントとその内容はすべて完全に削除され、すべての場所でサインアウトされます。誰にも元に戻せません。
account_delete_label = 確認のため { $word } と入力してください
account_deleted_title = アカウントを削除しました
account_deleted_text = アカウントは削除されました。このページを閉じてかまいません。
account_left_text = サインインしませんでした。このページを閉じてかまいません。
account_error_name = この名前は使えません。もっと短い名前を入力してください。
account_error_word = 確認のため { $word } と正確に入力してください。
account_error_gone = それはもうありません。

## Errors. Each says what to do

error_title = 処理を完了できませんでした
error_wrong_code_phone = コードが正しくありません。最新の SMS を確認して、もう一度お試しください。
error_wrong_code_email = コードが正しくありません。最新のメールを確認して、もう一度お試しください。
error_code_expired = このコードは有効期限が切れています。新しいコードをリクエストしてください。
error_no_tries_left = 入力の誤りが多すぎるため、このコードは無効になりました。新しいコードをリクエストしてください。
error_wrong_signs = もう一方の端末の表示と一致しません。もう一度確認して、3 文字を入力してください。
error_wrong_user_code = コードが正しくないか、有効期限が切れています。端末の表示を確認するか、端末で最初からやり直してください。
error_passkey = パスキーを確認できませんでした。もう一度試すか、コードを使ってください。
error_no_passkey = パスキーは使用されませんでした。もう一度試すか、コードを使ってください。
error_passkey_alone = パスキーを確認できませんでした。もう一度試すか、別の端末をお使いください。
error_new_passkey = パスキーは作成されませんでした。もう一度お試しください。
error_stronger = このアカウントではパスキーが必要です。戻ってパスキーを使ってください。
error_too_many_attempts = 試行回数が多すぎます。{ $minutes } 分待ってから、もう一度お試しください。
error_bad_phone = 国番号を付けた電話番号を入力してください（例: +1 415 555 0100）。
error_bad_email = メールアドレスを正しく入力してください（例: name@example.com）。
error_number_without_texts = この番号では SMS を受信できません。別の番号を入力してください。
error_country_not_allowed = この国の番号にはメッセージを送信していません。別の番号を入力してください。
error_not_sent = メッセージを送信できませんでした。数分後にもう一度お試しください。
error_no_answer = サーバーから応答がありません。インターネット接続を確認して、もう一度お試しください。
error_page_expired = このページは有効期限が切れています。アプリに戻り、最初からやり直してください。
error_cookies_needed = サインインには Cookie が必要です。ブラウザーの設定でこのサイトの Cookie を許可してから、アプリに戻り、最初からやり直してください。
error_unknown_app = 移動元のアプリを確認できません。アプリに戻って、もう一度お試しください。解決しない場合は、アプリのサポートにお知らせください。
error_bad_redirect = アプリが、登録されていないアドレスへの移動を要求しました。アプリのサポートにお知らせください。
error_no_way_in = 現在、このアプリにサインインする方法がありません。アプリのサポートにお知らせください。
error_server = こちら側で問題が発生しました。しばらくしてから、もう一度お試しください。繰り返し発生する場合は、この参照番号をサポートにお伝えください: { $request_id }
error_sign_up_closed = アカウントが見つかりません。現在、新しいアカウントは作成できません。ご利用については、アプリのサポートにお問い合わせください。
error_blocked = このアカウントはブロックされています。アプリのサポートにお問い合わせください。
error_back_to_app = アプリに戻る
support_label = お困りの場合はこちら:

## Mails

mail_code_subject = { $code } は { $app } の確認コードです
mail_link_subject = { $app } へのサインイン
mail_heading = { $app } へのサインイン
mail_code_lead = サインインページで次のコードを入力してください:
mail_code_lifetime = コードの有効期間は { $minutes } 分です。
mail_link_lead = サインインするには、次のリンクを開いてください:
mail_link_button = サインイン
mail_link_copy = ボタンが機能しない場合は、次のアドレスをブラウザーにコピーしてください:
mail_link_or_code = または、次のコードを入力してください
mail_link_lifetime = リンクは 1 回だけ使用でき、有効期間は { $minutes } 分です。
mail_link_lifetime_hours = リンクは 1 回だけ使用でき、有効期間は { $hours } 時間です。
mail_asked_from = リクエスト元の端末: { $device }
mail_not_you = お心当たりがない場合は、このメールを無視してください。このメールがなければ、誰もサインインできません。
mail_keep_secret = コードは決して誰にも教えないでください。
mail_footer = 送信元: { $app }

## Notices

notice_passkey_added = { $app } のアカウントにパスキーが追加されました
notice_passkey_removed = { $app } のアカウントからパスキーが削除されました
notice_device_key_added = { $app } のアカウントに端末が追加されました
notice_device_key_removed = { $app } のアカウントから端末が削除されました
notice_address_added = { $app } のアカウントに電話番号またはメールアドレスが追加されました
notice_address_changed = { $app } のアカウントの電話番号またはメールアドレスが変更されました
notice_address_removed = { $app } のアカウントから電話番号またはメールアドレスが削除されました
notice_account_linked = { $app } のアカウントが別のアカウントと統合されました
notice_account_deleted = { $app } のアカウントが削除されました
notice_name = 名前: { $name }
notice_time = 日時: { $time }
notice_was_you = お心当たりがある場合は、何もする必要はありません。
notice_not_you = お心当たりがない場合は、サインインして、見覚えのないものをアカウントから削除し、ほかのすべての場所でサインアウトしてください。
notice_not_you_deleted = お心当たりがない場合は、すぐにサポートにお問い合わせください。
notice_undo = お心当たりがない場合は、72 時間以内なら取り消せます。このページを開いてください:
address_code_subject = { $code } は { $app } でこの宛先を確認するためのコードです
address_code_heading = { $app } でこの宛先を確認
address_code_lead = アカウントのページにこのコードを入力してください:
address_code_not_you = お心当たりがない場合は、このメッセージを無視し、コードを誰にも教えないでください。
notice_codes_refused = { $app } のアカウントに対して誤ったコードが何度も入力されました
notice_codes_refused_text = サインインした人はいません。当面、その場所からのコードは受け付けません。お心当たりがない場合は、何もする必要はありません。ご本人の場合は、別のネットワークからサインインするか、ブロックの解除を依頼してください。
address_taken_heading = この宛先にはすでに { $app } のアカウントがあります
address_taken_text = 別のアカウントにサインインしている人が、この宛先を追加しようとしました。何も変更されていません。ご本人の場合は、この宛先でサインインしてください。

## Lengths of time that stand by themselves

unit_seconds = { $seconds } 秒
unit_minutes = { $minutes } 分
unit_hours = { $hours } 時間
