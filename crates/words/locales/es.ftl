### Español, para todos los países. Tratamiento: usted.

## Every page

page_title_error = Error: { $title }
language_label = Idioma
skip_to_content = Ir al contenido principal
field_required = obligatorio
signed_in_as = Sesión iniciada como { $address }

## Asking for the phone number or email address

identify_title = Iniciar sesión
identify_lead = para continuar en { $app }
identify_phone_label = Número de teléfono
identify_phone_hint = Con el prefijo del país, por ejemplo, +1 415 555 0100
identify_email_label = Correo electrónico
identify_submit = Continuar
identify_use_phone = Usar un número de teléfono
identify_use_email = Usar un correo electrónico
identify_use_passkey = Usar una clave de acceso
identify_have_code = Ya tengo un código
identify_country_label = País
identify_country_search = Buscar un país
identify_close = Cerrar
identify_link_lead = Escriba la dirección o el número de teléfono al que se envió su enlace.
identify_sign_up = ¿No tiene cuenta? Cree una
identify_remember = Recordar este navegador
identify_privacy = Le enviamos un código. No necesita contraseña.

## Making a passkey

sign_up_title = Crear una cuenta
passkey_about = Una clave de acceso se guarda en su teléfono u ordenador. Se desbloquea igual que el dispositivo: con la huella, la cara o un PIN. No hay nada que recordar.
sign_up_name_label = Su nombre
sign_up_submit = Crear una clave de acceso
sign_up_back = Ya tengo una cuenta
passkey_unable = Este navegador no admite claves de acceso. Pruebe con otro navegador o dispositivo.
passkey_no_script = Las claves de acceso necesitan JavaScript. Permítalo para este sitio en los ajustes del navegador y vuelva a cargar la página.
new_passkey_title = Inicie sesión sin código la próxima vez
new_passkey_later = Ahora no

## Asking for the code

code_title = Escriba el código
code_lead = Hemos enviado un código de { $digits } dígitos a { $address }.
code_lead_careful = Si { $address } puede recibir mensajes, el código ya está en camino.
code_label = Código
code_submit = Iniciar sesión
code_resend = Enviar un código nuevo
code_resend_wait =
    { $seconds ->
        [one] Podrá pedir un código nuevo dentro de { $seconds } segundo
       *[other] Podrá pedir un código nuevo dentro de { $seconds } segundos
    }
code_resent = Código enviado de nuevo
code_change_phone = Cambiar el número
code_change_email = Cambiar el correo electrónico
code_lifetime =
    { $minutes ->
        [one] El código es válido durante { $minutes } minuto.
       *[other] El código es válido durante { $minutes } minutos.
    }

## A link that was opened in the browser that asked for it

link_title = Termine de iniciar sesión
link_lead = Iniciar sesión en { $app } como { $address }
link_asked = Solicitado: { $time }, desde { $device }
device_named = { $browser } en { $system }
device_unknown = un dispositivo desconocido
link_submit = Iniciar sesión

## A link that was opened in another browser

link_other_lead = Este enlace se solicitó en otro navegador. ¿Fue usted?
link_other_signs = Los tres caracteres que muestra el otro dispositivo
link_other_submit = Terminar en el otro dispositivo
link_other_hint = Continúe solo si fue usted quien empezó a iniciar sesión allí. La sesión se iniciará en el otro dispositivo, no en este.
link_elsewhere_title = Sesión iniciada
link_elsewhere_text = Ha iniciado sesión en el otro dispositivo. Puede cerrar esta página.
signed_in_text = Ha iniciado sesión. Puede cerrar esta página.

## Waiting for a link to be opened

link_wait_title = Revise su correo
link_wait_lead = Abra el enlace del correo que enviamos a { $address }, en cualquier dispositivo. Esta página continuará sola.
link_wait_here = Si { $address } puede recibir mensajes, un correo con un enlace ya está en camino. Abra el enlace en este navegador.
link_wait_app = Si { $address } puede recibir mensajes, un correo con un enlace ya está en camino. Abra el enlace en este dispositivo.
link_wait_code = o escriba el código del correo
link_wait_signs = Si abre el enlace en otro dispositivo, escriba allí estos tres caracteres:
link_wait_not_yet = El enlace aún no se ha abierto. Ábralo o escriba el código del correo.

## A link that no longer works. One of the reasons follows the title

link_dead_title = Este enlace ya no funciona
link_dead_used = Ya se ha utilizado.
link_dead_expired = Ha caducado.
link_dead_replaced = Lo sustituye un enlace más reciente. Busque nuestro último correo.
link_dead_resend = Enviarme uno nuevo

## A link for the app on a phone, opened in a browser

app_link_title = Continúe en { $app }
app_link_lead = Este enlace es para la aplicación de su teléfono. En este navegador no inicia la sesión de nadie.
app_link_submit = Abrir { $app }
app_link_code = Si la aplicación no se abre, ábrala usted y escriba en ella este código:
app_link_no_code = Si la aplicación no se abre, ábrala usted y escriba en ella el código de nuestro último mensaje.

## Consent

consent_title = { $app } quiere
consent_scope_openid = reconocerle al iniciar sesión
consent_scope_profile = ver su nombre y su foto
consent_scope_email = ver su correo electrónico
consent_scope_address = ver su dirección postal
consent_scope_phone = ver su número de teléfono
consent_scope_offline_access = conservar este acceso cuando usted no esté
consent_scope_other = usar el permiso «{ $scope }»
consent_allow = Permitir
consent_decline = Rechazar

## A device without a keyboard, which shows a code

activate_title = Conectar un dispositivo
activate_lead = Escriba el código que muestra su televisor, su consola u otro dispositivo.
activate_label = Código del dispositivo
activate_hint = Ocho letras, por ejemplo BCDF-GHJK
activate_confirm_title = ¿Iniciar sesión en { $app } en su dispositivo?
activate_confirm_code = Su dispositivo debe mostrar exactamente este código:
activate_asked = Solicitado: { $time }, desde { $device }
activate_network_same = La solicitud viene de la red en la que está usted ahora.
activate_network_other = La solicitud viene de otra red: { $ip }
activate_warning = Continúe solo si lo ha empezado usted y tiene el dispositivo delante. Si alguien le ha enviado este código o un enlace con él, rechácelo: entraría en su cuenta.
activate_allow = Conectar el dispositivo
activate_done_title = Dispositivo conectado
activate_done_text = Puede volver a su dispositivo y cerrar esta página.
activate_declined_title = Dispositivo no conectado
activate_declined_text = El dispositivo no obtiene acceso. Puede cerrar esta página.

## Signing out

sign_out_title = ¿Cerrar sesión?
sign_out_text = Podrá volver a iniciar sesión cuando quiera.
sign_out_submit = Cerrar sesión
sign_out_cancel = Mantener la sesión
signed_out_title = Sesión cerrada
signed_out_text = Ha cerrado la sesión en este navegador. Puede cerrar esta página.

## The account page

account_title = Su cuenta
account_prove_text = Antes de cambiar algo aquí, confirme que es usted.
account_prove_submit = Confirmar que soy yo
account_prove_device = Un dispositivo que inicia su sesión protege su cuenta. Para cambiar algo más aquí, quite antes ese dispositivo en su aplicación.
account_done = El cambio se ha guardado.
account_name_title = Nombre
account_name_label = Su nombre
account_name_submit = Guardar
account_addresses_title = Números de teléfono y direcciones de correo
account_address_proved = Confirmado
account_address_unproved = Sin confirmar
account_address_add = Añadir un número de teléfono o una dirección de correo
account_address_change = Cambiar
account_address_label = Nuevo número de teléfono o dirección de correo
account_address_submit = Enviar un código
account_address_title = Confirme la nueva dirección
account_address_confirm = Confirmar
account_address_remove_text = Ya no le servirá para iniciar sesión. Se cierra su sesión en todas partes, y hay que volver a configurar los dispositivos con los que inicia sesión.
account_address_removed_title = Se ha quitado de su cuenta
account_address_last = Es la única forma de entrar en su cuenta, así que se queda.
account_error_address_code = Ese código no es correcto. Compruebe nuestro último mensaje e inténtelo de nuevo.
account_undo_title = ¿Deshacer este cambio?
account_undo_text = Las direcciones de su cuenta vuelven a ser las de antes. Se cierran todas las sesiones y se quitan las claves de acceso y los dispositivos.
account_undo_submit = Deshacer el cambio
account_undone_title = Cambio deshecho
account_undone_text = Se han cerrado todas las sesiones. Inicie sesión de nuevo para revisar su cuenta.
account_undo_dead = Este cambio ya no se puede deshacer. Si no lo hizo usted, póngase en contacto con el soporte.
account_passkeys_title = Sus claves de acceso
account_passkeys_none = No tiene claves de acceso.
account_passkey_synced = En todos sus dispositivos que comparten claves de acceso
account_passkey_bound = En un solo dispositivo
account_passkey_add = Añadir una clave de acceso
account_passkey_name_label = Nombre de la clave de acceso
account_passkey_last = Esta clave de acceso es la única forma de entrar en su cuenta, así que se queda.
account_passkey_remove_text = Ya no podrá iniciar sesión con ella.
account_devices_title = Dispositivos que inician su sesión
account_device_touch_id = Con Touch ID, en una aplicación antigua
account_device_name_label = Nombre del dispositivo
account_device_last = Este dispositivo es la única forma de entrar en su cuenta, así que se queda.
account_device_remove_text = Se cerrará la sesión de su aplicación, que ya no podrá iniciar su sesión en este dispositivo.
account_device_until = Funciona hasta { $time }
account_rename = Cambiar el nombre
account_remove = Eliminar
account_added = Añadida: { $time }
account_used = Último uso: { $time }
account_sessions_title = Dónde tiene la sesión iniciada
account_session_this = Este navegador
account_sessions_end_others = Cerrar sesión en todos los demás
account_apps_title = Aplicaciones con acceso a su cuenta
account_apps_none = Ninguna aplicación tiene acceso permanente a su cuenta.
account_app_since = Acceso desde: { $time }
account_app_revoke = Retirar el acceso
account_history_title = Sus últimos inicios de sesión
account_history_none = No hay inicios de sesión que mostrar.
account_way_sms = Código por SMS
account_way_email = Código o enlace por correo
account_way_passkey = Con una clave de acceso
account_way_touch_id = Con Touch ID
account_way_device = Con un dispositivo
account_way_password = Con una contraseña
account_data_title = Sus datos
account_export_text = Descargue un archivo con todo lo que se guarda aquí sobre usted.
account_export_submit = Descargar sus datos
account_delete_title = Eliminar su cuenta
account_delete_text = Su cuenta y todo lo que contiene se eliminan para siempre, y se cierra su sesión en todas partes. Nadie puede deshacerlo.
account_delete_label = Para confirmar, escriba { $word }
account_deleted_title = Cuenta eliminada
account_deleted_text = Su cuenta se ha eliminado. Puede cerrar esta página.
account_left_text = No ha iniciado sesión. Puede cerrar esta página.
account_error_name = No se puede usar este nombre. Escriba uno más corto.
account_error_word = Escriba exactamente { $word } para confirmar.
account_error_gone = Eso ya no existe.

## Errors. Each says what to do

error_title = No ha funcionado
error_wrong_code_phone = El código no es correcto. Revise nuestro último SMS e inténtelo de nuevo.
error_wrong_code_email = El código no es correcto. Revise nuestro último correo e inténtelo de nuevo.
error_code_expired = Este código ha caducado. Pida uno nuevo.
error_no_tries_left = Demasiados intentos fallidos: este código ya no es válido. Pida uno nuevo.
error_wrong_signs = Eso no es lo que muestra el otro dispositivo. Mire de nuevo y escriba sus tres caracteres.
error_wrong_user_code = El código no es correcto o ha caducado. Compruebe lo que muestra el dispositivo o empiece de nuevo en él.
error_passkey = No se ha aceptado la clave de acceso. Inténtelo de nuevo o use un código.
error_no_passkey = No se ha usado ninguna clave de acceso. Inténtelo de nuevo o use un código.
error_passkey_alone = No se ha aceptado ninguna clave de acceso. Inténtelo de nuevo o use otro dispositivo.
error_new_passkey = No se ha creado ninguna clave de acceso. Inténtelo de nuevo.
error_stronger = Su cuenta pide la clave de acceso. Vuelva atrás y úsela.
error_too_many_attempts =
    { $minutes ->
        [one] Demasiados intentos. Espere { $minutes } minuto y vuelva a intentarlo.
       *[other] Demasiados intentos. Espere { $minutes } minutos y vuelva a intentarlo.
    }
error_bad_phone = Escriba un número de teléfono con el prefijo del país, por ejemplo, +1 415 555 0100.
error_bad_email = Escriba una dirección de correo completa, por ejemplo, name@example.com.
error_number_without_texts = Este número no puede recibir SMS. Escriba otro número.
error_country_not_allowed = No enviamos mensajes a números de este país. Escriba otro número.
error_not_sent = No hemos podido enviar el mensaje. Inténtelo de nuevo dentro de unos minutos.
error_no_answer = El servidor no responde. Compruebe su conexión a internet e inténtelo de nuevo.
error_page_expired = Esta página ha caducado. Vuelva a la aplicación y empiece de nuevo.
error_cookies_needed = Para iniciar sesión se necesitan cookies. Permítalas para este sitio en los ajustes del navegador, vuelva a la aplicación y empiece de nuevo.
error_unknown_app = No conocemos la aplicación desde la que ha llegado. Vuelva a ella e inténtelo de nuevo. Si no funciona, avise al soporte de la aplicación.
error_bad_redirect = La aplicación quería enviarle a una dirección que no tiene registrada. Avise al soporte de la aplicación.
error_no_way_in = En este momento no hay forma de iniciar sesión en esta aplicación. Avise al soporte de la aplicación.
error_server = Se ha producido un error en nuestro servicio. Inténtelo de nuevo en un momento. Si se repite, indique esta referencia al soporte: { $request_id }
error_sign_up_closed = No tiene una cuenta aquí y por ahora no se pueden crear cuentas nuevas. Pida acceso al soporte de la aplicación.
error_blocked = Esta cuenta está bloqueada. Póngase en contacto con el soporte de la aplicación.
error_back_to_app = Volver a la aplicación
support_label = ¿Necesita ayuda?

## Mails

mail_code_subject = { $code } es su código para { $app }
mail_link_subject = Iniciar sesión en { $app }
mail_heading = Iniciar sesión en { $app }
mail_code_lead = Escriba este código en la página de inicio de sesión:
mail_code_lifetime =
    { $minutes ->
        [one] El código es válido durante { $minutes } minuto.
       *[other] El código es válido durante { $minutes } minutos.
    }
mail_link_lead = Para iniciar sesión, abra este enlace:
mail_link_button = Iniciar sesión
mail_link_copy = Si el botón no funciona, copie esta dirección en su navegador:
mail_link_or_code = o escriba este código
mail_link_lifetime =
    { $minutes ->
        [one] El enlace sirve una sola vez y es válido durante { $minutes } minuto.
       *[other] El enlace sirve una sola vez y es válido durante { $minutes } minutos.
    }
mail_link_lifetime_hours =
    { $hours ->
        [one] El enlace sirve una sola vez y es válido durante { $hours } hora.
       *[other] El enlace sirve una sola vez y es válido durante { $hours } horas.
    }
mail_asked_from = Solicitado desde { $device }
mail_not_you = Si no ha sido usted, ignore este correo: nadie puede iniciar sesión sin él.
mail_keep_secret = No le diga el código a nadie.
mail_footer = Enviado por { $app }

## Notices

notice_passkey_added = Se ha añadido una clave de acceso a su cuenta de { $app }
notice_passkey_removed = Se ha quitado una clave de acceso de su cuenta de { $app }
notice_device_key_added = Se ha añadido un dispositivo a su cuenta de { $app }
notice_device_key_removed = Se ha quitado un dispositivo de su cuenta de { $app }
notice_address_added = Se ha añadido un número de teléfono o una dirección de correo a su cuenta de { $app }
notice_address_changed = Se ha cambiado un número de teléfono o una dirección de correo de su cuenta de { $app }
notice_address_removed = Se ha quitado un número de teléfono o una dirección de correo de su cuenta de { $app }
notice_account_linked = Su cuenta de { $app } se ha unido a otra cuenta
notice_account_deleted = Se ha eliminado su cuenta de { $app }
notice_name = Nombre: { $name }
notice_time = Hora: { $time }
notice_was_you = Si ha sido usted, no tiene que hacer nada.
notice_not_you = Si no ha sido usted, inicie sesión, quite de su cuenta lo que no reconozca y cierre la sesión en todos los demás sitios.
notice_not_you_deleted = Si no ha sido usted, póngase en contacto con el soporte de inmediato.
notice_undo = Si no ha sido usted, puede deshacerlo durante 72 horas. Abra esta página:
address_code_subject = { $code } es su código para confirmar esta dirección en { $app }
address_code_heading = Confirme esta dirección en { $app }
address_code_lead = Introduzca este código en la página de su cuenta:
address_code_not_you = Si no ha sido usted, ignore este mensaje y no le diga el código a nadie.
notice_codes_refused = Demasiados códigos incorrectos para su cuenta de { $app }
notice_codes_refused_text = Nadie ha entrado. Por ahora no se aceptan más códigos desde ese lugar. Si no ha sido usted, no tiene que hacer nada. Si ha sido usted, inicie sesión desde otra red o pida que se le desbloquee.
address_taken_heading = Esta dirección ya tiene una cuenta en { $app }
address_taken_text = Alguien que ha iniciado sesión en otra cuenta ha intentado añadir esta dirección allí. No ha cambiado nada. Si ha sido usted, inicie sesión con esta dirección.

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
