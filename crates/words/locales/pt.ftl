### Português do Brasil, que também serve a quem pede outro português. Tratamento: você.

## Every page

page_title_error = Erro: { $title }
language_label = Idioma
skip_to_content = Ir para o conteúdo principal
field_required = obrigatório
signed_in_as = Você entrou como { $address }

## Asking for the phone number or email address

identify_title = Entrar
identify_lead = para continuar em { $app }
identify_phone_label = Número de telefone
identify_phone_hint = Com o código do país, por exemplo, +1 415 555 0100
identify_email_label = Endereço de e-mail
identify_submit = Continuar
identify_use_phone = Usar um número de telefone
identify_use_email = Usar um endereço de e-mail
identify_use_passkey = Usar uma chave de acesso
identify_have_code = Já tenho um código
identify_country_label = País
identify_country_search = Procurar um país
identify_close = Fechar
identify_link_lead = Digite o endereço ou o número de telefone para o qual o link foi enviado.
identify_sign_up = Novo por aqui? Crie uma conta
identify_remember = Lembrar deste navegador
identify_privacy = Enviamos um código para você. Não é preciso ter senha.

## Making a passkey

sign_up_title = Criar uma conta
passkey_about = Uma chave de acesso fica no seu celular ou computador. Você a desbloqueia como desbloqueia o aparelho: com a digital, o rosto ou um PIN. Não há nada para lembrar.
sign_up_name_label = Seu nome
sign_up_submit = Criar uma chave de acesso
sign_up_back = Já tenho uma conta
passkey_unable = Este navegador não aceita chaves de acesso. Tente outro navegador ou dispositivo.
passkey_no_script = As chaves de acesso precisam de JavaScript. Permita-o para este site nas configurações do navegador e recarregue a página.
new_passkey_title = Entre sem código da próxima vez
new_passkey_later = Agora não

## Asking for the code

code_title = Digite o código
code_lead = Enviamos um código de { $digits } dígitos para { $address }.
code_lead_careful = Se { $address } puder receber mensagens, um código está a caminho.
code_label = Código
code_submit = Entrar
code_resend = Enviar um novo código
code_resend_wait =
    { $seconds ->
        [one] Você poderá pedir um novo código em { $seconds } segundo
       *[other] Você poderá pedir um novo código em { $seconds } segundos
    }
code_resent = Código enviado novamente
code_change_phone = Alterar número
code_change_email = Alterar endereço de e-mail
code_lifetime =
    { $minutes ->
        [one] O código vale por { $minutes } minuto.
       *[other] O código vale por { $minutes } minutos.
    }

## A link that was opened in the browser that asked for it

link_title = Conclua a entrada
link_lead = Entrar em { $app } como { $address }
link_asked = Solicitado: { $time }, dispositivo: { $device }
device_named = { $browser } no { $system }
device_unknown = desconhecido
link_submit = Entrar

## A link that was opened in another browser

link_other_lead = Este link foi solicitado em outro navegador. Foi você?
link_other_signs = Os três caracteres exibidos no outro dispositivo
link_other_submit = Concluir no outro dispositivo
link_other_hint = Continue somente se foi você quem começou a entrar por lá. O acesso será liberado no outro dispositivo, não neste.
link_elsewhere_title = Você entrou
link_elsewhere_text = Você entrou no outro dispositivo. Pode fechar esta página.
signed_in_text = Você entrou. Pode fechar esta página.

## Waiting for a link to be opened

link_wait_title = Verifique seu e-mail
link_wait_lead = Abra o link do e-mail que enviamos para { $address }, em qualquer dispositivo. Esta página continua sozinha.
link_wait_here = Se { $address } puder receber mensagens, um e-mail com um link está a caminho. Abra o link neste navegador.
link_wait_app = Se { $address } puder receber mensagens, um e-mail com um link está a caminho. Abra o link neste dispositivo.
link_wait_code = ou digite o código do e-mail
link_wait_signs = Se abrir o link em outro dispositivo, digite lá estes três caracteres:
link_wait_not_yet = O link ainda não foi aberto. Abra-o ou digite o código do e-mail.

## A link that no longer works. One of the reasons follows the title

link_dead_title = Este link não funciona mais
link_dead_used = Ele já foi usado.
link_dead_expired = Ele expirou.
link_dead_replaced = Ele foi substituído por um link mais recente. Procure nosso último e-mail.
link_dead_resend = Enviar um novo link

## A link for the app on a phone, opened in a browser

app_link_title = Continue em { $app }
app_link_lead = Este link é para o aplicativo no seu telefone. Neste navegador, ele não inicia a sessão de ninguém.
app_link_submit = Abrir { $app }
app_link_code = Se o aplicativo não abrir, abra-o você mesmo e digite este código nele:
app_link_no_code = Se o aplicativo não abrir, abra-o você mesmo e digite nele o código da nossa última mensagem.

## Consent

consent_title = { $app } gostaria de
consent_scope_openid = reconhecer você ao entrar
consent_scope_profile = ver seu nome e sua foto
consent_scope_email = ver seu endereço de e-mail
consent_scope_address = ver seu endereço postal
consent_scope_phone = ver seu número de telefone
consent_scope_offline_access = manter este acesso quando você estiver ausente
consent_scope_other = usar a permissão “{ $scope }”
consent_allow = Permitir
consent_decline = Recusar

## A device without a keyboard, which shows a code

activate_title = Conectar um dispositivo
activate_lead = Digite o código mostrado na sua TV, no seu console ou em outro dispositivo.
activate_label = Código no dispositivo
activate_hint = Oito letras, por exemplo BCDF-GHJK
activate_confirm_title = Entrar em { $app } no seu dispositivo?
activate_confirm_code = Seu dispositivo deve mostrar exatamente este código:
activate_asked = Solicitado: { $time }, dispositivo: { $device }
activate_network_same = O pedido veio da rede em que você está agora.
activate_network_other = O pedido veio de outra rede: { $ip }
activate_warning = Continue somente se foi você quem começou e o dispositivo está à sua frente. Se alguém enviou este código ou um link com ele, recuse: essa pessoa entraria na sua conta.
activate_allow = Conectar o dispositivo
activate_done_title = Dispositivo conectado
activate_done_text = Você pode voltar ao dispositivo e fechar esta página.
activate_declined_title = Dispositivo não conectado
activate_declined_text = O dispositivo não recebe acesso. Pode fechar esta página.

## Signing out

sign_out_title = Sair?
sign_out_text = Você pode entrar novamente quando quiser.
sign_out_submit = Sair
sign_out_cancel = Manter a sessão
signed_out_title = Você saiu
signed_out_text = Você saiu da sua conta neste navegador. Pode fechar esta página.

## The account page

account_title = Sua conta
account_prove_text = Antes de mudar algo aqui, confirme que é você.
account_prove_submit = Confirmar que sou eu
account_prove_device = Um dispositivo que faz você entrar protege sua conta. Para mudar outra coisa aqui, remova antes esse dispositivo no aplicativo dele.
account_done = Sua alteração foi salva.
account_name_title = Nome
account_name_label = Seu nome
account_name_submit = Salvar
account_addresses_title = Números de telefone e endereços de e-mail
account_address_proved = Confirmado
account_address_unproved = Não confirmado
account_address_add = Adicionar um número de telefone ou endereço de e-mail
account_address_change = Alterar
account_address_label = Novo número de telefone ou endereço de e-mail
account_address_submit = Enviar um código
account_address_title = Confirme o novo endereço
account_address_confirm = Confirmar
account_address_remove_text = Ele não servirá mais para entrar. Você sai em todos os lugares, e os dispositivos com que você entra precisam ser configurados de novo.
account_address_removed_title = Removido da sua conta
account_address_last = É a única forma de entrar na sua conta, por isso fica.
account_error_address_code = Esse código não está certo. Confira nossa última mensagem e tente de novo.
account_undo_title = Desfazer esta alteração?
account_undo_text = Os endereços da sua conta voltam a ser os de antes. Todos são desconectados, e as chaves de acesso e os dispositivos são removidos.
account_undo_submit = Desfazer a alteração
account_undone_title = Alteração desfeita
account_undone_text = Todos foram desconectados. Entre de novo para verificar sua conta.
account_undo_dead = Esta alteração não pode mais ser desfeita. Se não foi você quem a fez, fale com o suporte.
account_passkeys_title = Suas chaves de acesso
account_passkeys_none = Você não tem chaves de acesso.
account_passkey_synced = Em todos os seus dispositivos que compartilham chaves de acesso
account_passkey_bound = Em um único dispositivo
account_passkey_add = Adicionar uma chave de acesso
account_passkey_name_label = Nome da chave de acesso
account_passkey_last = Esta chave de acesso é a única forma de entrar na sua conta, por isso ela fica.
account_passkey_remove_text = Você não poderá mais entrar com ela.
account_devices_title = Dispositivos que fazem você entrar
account_device_touch_id = Com o Touch ID, em um aplicativo antigo
account_device_name_label = Nome do dispositivo
account_device_last = Este dispositivo é a única forma de entrar na sua conta, por isso ele fica.
account_device_remove_text = O aplicativo dele será desconectado e não poderá mais fazer você entrar neste dispositivo.
account_device_until = Funciona até { $time }
account_rename = Renomear
account_remove = Remover
account_added = Adicionada: { $time }
account_used = Último uso: { $time }
account_sessions_title = Onde sua conta está aberta
account_session_this = Este navegador
account_sessions_end_others = Sair em todos os outros lugares
account_apps_title = Aplicativos com acesso à sua conta
account_apps_none = Nenhum aplicativo tem acesso permanente à sua conta.
account_app_since = Acesso desde: { $time }
account_app_revoke = Retirar o acesso
account_history_title = Seus últimos acessos
account_history_none = Não há acessos para mostrar.
account_way_sms = Código por SMS
account_way_email = Código ou link por e-mail
account_way_passkey = Com uma chave de acesso
account_way_touch_id = Com o Touch ID
account_way_device = Com um dispositivo
account_way_password = Com uma palavra-passe
account_data_title = Seus dados
account_export_text = Baixe um arquivo com tudo o que é guardado aqui sobre você.
account_export_submit = Baixar seus dados
account_delete_title = Excluir sua conta
account_delete_text = Sua conta e tudo o que há nela são excluídos para sempre, e você sai em todos os lugares. Ninguém pode desfazer isso.
account_delete_label = Para confirmar, digite { $word }
account_deleted_title = Conta excluída
account_deleted_text = Sua conta foi excluída. Pode fechar esta página.
account_left_text = Você não entrou. Pode fechar esta página.
account_error_name = Este nome não pode ser usado. Digite um mais curto.
account_error_word = Digite exatamente { $word } para confirmar.
account_error_gone = Isso não existe mais.

## Errors. Each says what to do

error_title = Não deu certo
error_wrong_code_phone = O código não está correto. Confira nosso último SMS e tente novamente.
error_wrong_code_email = O código não está correto. Confira nosso último e-mail e tente novamente.
error_code_expired = Este código expirou. Peça um novo.
error_no_tries_left = Muitas tentativas erradas: este código não vale mais. Peça um novo.
error_wrong_signs = Não é isso que o outro dispositivo mostra. Confira e digite os três caracteres dele.
error_wrong_user_code = O código não está correto ou expirou. Confira o que o dispositivo mostra ou comece de novo nele.
error_passkey = A chave de acesso não foi aceita. Tente novamente ou use um código.
error_no_passkey = Nenhuma chave de acesso foi usada. Tente novamente ou use um código.
error_passkey_alone = Nenhuma chave de acesso foi aceita. Tente novamente ou use outro dispositivo.
error_new_passkey = Nenhuma chave de acesso foi criada. Tente novamente.
error_stronger = Sua conta pede a chave de acesso. Volte e use-a.
error_too_many_attempts =
    { $minutes ->
        [one] Muitas tentativas. Aguarde { $minutes } minuto e tente novamente.
       *[other] Muitas tentativas. Aguarde { $minutes } minutos e tente novamente.
    }
error_bad_phone = Digite um número de telefone com o código do país, por exemplo, +1 415 555 0100.
error_bad_email = Digite um endereço de e-mail completo, por exemplo, name@example.com.
error_number_without_texts = Este número não pode receber SMS. Digite outro número.
error_country_not_allowed = Não enviamos mensagens para números deste país. Digite outro número.
error_not_sent = Não foi possível enviar a mensagem. Tente novamente em alguns minutos.
error_no_answer = O servidor não responde. Verifique sua conexão com a internet e tente novamente.
error_page_expired = Esta página expirou. Volte ao aplicativo e comece de novo.
error_cookies_needed = Para entrar, é preciso usar cookies. Permita-os para este site nas configurações do navegador, volte ao aplicativo e comece de novo.
error_unknown_app = Não conhecemos o aplicativo que trouxe você até aqui. Volte a ele e tente novamente. Se não resolver, avise o suporte do aplicativo.
error_bad_redirect = O aplicativo pediu para levar você a um endereço que ele não registrou. Avise o suporte do aplicativo.
error_no_way_in = No momento, não há como entrar neste aplicativo. Avise o suporte do aplicativo.
error_server = Ocorreu um erro do nosso lado. Tente novamente em instantes. Se continuar, informe esta referência ao suporte: { $request_id }
error_sign_up_closed = Você não tem uma conta aqui, e no momento não é possível criar contas novas. Peça acesso ao suporte do aplicativo.
error_blocked = Esta conta está bloqueada. Fale com o suporte do aplicativo.
error_back_to_app = Voltar ao aplicativo
support_label = Precisa de ajuda?

## Mails

mail_code_subject = { $code } é o seu código para { $app }
mail_link_subject = Entrar em { $app }
mail_heading = Entrar em { $app }
mail_code_lead = Digite este código na página de entrada:
mail_code_lifetime =
    { $minutes ->
        [one] O código vale por { $minutes } minuto.
       *[other] O código vale por { $minutes } minutos.
    }
mail_link_lead = Para entrar, abra este link:
mail_link_button = Entrar
mail_link_copy = Se o botão não funcionar, copie este endereço para o navegador:
mail_link_or_code = ou digite este código
mail_link_lifetime =
    { $minutes ->
        [one] O link funciona uma única vez e vale por { $minutes } minuto.
       *[other] O link funciona uma única vez e vale por { $minutes } minutos.
    }
mail_link_lifetime_hours =
    { $hours ->
        [one] O link funciona uma única vez e vale por { $hours } hora.
       *[other] O link funciona uma única vez e vale por { $hours } horas.
    }
mail_asked_from = Solicitado no dispositivo: { $device }
mail_not_you = Se não foi você, ignore este e-mail: ninguém consegue entrar sem ele.
mail_keep_secret = Nunca informe o código a ninguém.
mail_footer = Enviado por { $app }

## Notices

notice_passkey_added = Uma chave de acesso foi adicionada à sua conta em { $app }
notice_passkey_removed = Uma chave de acesso foi removida da sua conta em { $app }
notice_device_key_added = Um dispositivo foi adicionado à sua conta em { $app }
notice_device_key_removed = Um dispositivo foi removido da sua conta em { $app }
notice_address_added = Um número de telefone ou endereço de e-mail foi adicionado à sua conta em { $app }
notice_address_changed = Um número de telefone ou endereço de e-mail da sua conta em { $app } foi alterado
notice_address_removed = Um número de telefone ou endereço de e-mail foi removido da sua conta em { $app }
notice_account_linked = Sua conta em { $app } foi unida a outra conta
notice_account_deleted = Sua conta em { $app } foi excluída
notice_name = Nome: { $name }
notice_time = Hora: { $time }
notice_was_you = Se foi você, não precisa fazer nada.
notice_not_you = Se não foi você, entre, remova da sua conta o que não reconhece e saia em todos os outros lugares.
notice_not_you_deleted = Se não foi você, fale com o suporte imediatamente.
notice_undo = Se não foi você, pode desfazer isso por 72 horas. Abra esta página:
address_code_subject = { $code } é seu código para confirmar este endereço em { $app }
address_code_heading = Confirme este endereço em { $app }
address_code_lead = Digite este código na página da sua conta:
address_code_not_you = Se não foi você, ignore esta mensagem e nunca informe o código a ninguém.
notice_codes_refused = Códigos errados demais para a sua conta em { $app }
notice_codes_refused_text = Ninguém entrou. Por enquanto, não se aceitam mais códigos vindos de lá. Se não foi você, não precisa fazer nada. Se foi você, entre por outra rede ou peça para ser desbloqueado.
address_taken_heading = Este endereço já tem uma conta em { $app }
address_taken_text = Alguém que entrou em outra conta tentou adicionar este endereço lá. Nada mudou. Se foi você, entre com este endereço.

## Lengths of time that stand by themselves

unit_seconds =
    { $seconds ->
        [one] { $seconds } segundo
       *[other] { $seconds } segundos
    }
unit_minutes =
    { $minutes ->
        [one] { $minutes } minuto
       *[other] { $minutes } minutos
    }
unit_hours =
    { $hours ->
        [one] { $hours } hora
       *[other] { $hours } horas
    }
