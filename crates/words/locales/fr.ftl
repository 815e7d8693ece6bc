### Français. Vouvoiement. Espaces insécables devant les signes doubles.

## Every page

page_title_error = Erreur : { $title }
language_label = Langue
skip_to_content = Aller au contenu principal
field_required = obligatoire
signed_in_as = Session ouverte avec { $address }

## Asking for the phone number or email address

identify_title = Se connecter
identify_lead = pour continuer vers { $app }
identify_phone_label = Numéro de téléphone
identify_phone_hint = Avec l’indicatif du pays, par exemple +1 415 555 0100
identify_email_label = Adresse e-mail
identify_submit = Continuer
identify_use_phone = Utiliser plutôt un numéro de téléphone
identify_use_email = Utiliser plutôt une adresse e-mail
identify_use_passkey = Utiliser une clé d’accès
identify_have_code = J’ai déjà un code
identify_country_label = Pays
identify_country_search = Rechercher un pays
identify_close = Fermer
identify_link_lead = Saisissez l’adresse ou le numéro de téléphone auquel votre lien a été envoyé.
identify_sign_up = Première visite ? Créer un compte
identify_remember = Mémoriser ce navigateur
identify_privacy = Nous vous envoyons un code. Aucun mot de passe n’est nécessaire.

## Making a passkey

sign_up_title = Créer un compte
passkey_about = Une clé d’accès est conservée sur votre téléphone ou votre ordinateur. Elle se déverrouille comme l’appareil : avec l’empreinte, le visage ou un code PIN. Il n’y a rien à retenir.
sign_up_name_label = Votre nom
sign_up_submit = Créer une clé d’accès
sign_up_back = J’ai déjà un compte
passkey_unable = Ce navigateur ne prend pas en charge les clés d’accès. Essayez avec un autre navigateur ou appareil.
passkey_no_script = Les clés d’accès nécessitent JavaScript. Autorisez-le pour ce site dans les réglages de votre navigateur, puis rechargez la page.
new_passkey_title = Se connecter sans code la prochaine fois
new_passkey_later = Pas maintenant

## Asking for the code

code_title = Saisissez votre code
code_lead = Nous avons envoyé à { $address } un code à { $digits } chiffres.
code_lead_careful = Si { $address } peut recevoir des messages, un code est en route.
code_label = Code
code_submit = Se connecter
code_resend = Envoyer un nouveau code
code_resend_wait =
    { $seconds ->
        [one] Vous pourrez demander un nouveau code dans { $seconds } seconde
       *[other] Vous pourrez demander un nouveau code dans { $seconds } secondes
    }
code_resent = Code renvoyé
code_change_phone = Changer de numéro
code_change_email = Changer d’adresse e-mail
code_lifetime =
    { $minutes ->
        [one] Le code est valable { $minutes } minute.
       *[other] Le code est valable { $minutes } minutes.
    }

## A link that was opened in the browser that asked for it

link_title = Terminez la connexion
link_lead = Se connecter à { $app } avec { $address }
link_asked = Demandé : { $time }, depuis { $device }
device_named = { $browser } sous { $system }
device_unknown = un appareil inconnu
link_submit = Se connecter

## A link that was opened in another browser

link_other_lead = Ce lien a été demandé dans un autre navigateur. Était-ce vous ?
link_other_signs = Les trois caractères affichés sur l’autre appareil
link_other_submit = Terminer sur l’autre appareil
link_other_hint = Ne continuez que si vous y avez vous-même commencé la connexion. C’est l’autre appareil qui sera connecté, pas celui-ci.
link_elsewhere_title = Connexion réussie
link_elsewhere_text = La connexion est établie sur l’autre appareil. Vous pouvez fermer cette page.
signed_in_text = La connexion est établie. Vous pouvez fermer cette page.

## Waiting for a link to be opened

link_wait_title = Consultez vos e-mails
link_wait_lead = Ouvrez le lien de l’e-mail envoyé à { $address }, sur n’importe quel appareil. Cette page continuera d’elle-même.
link_wait_here = Si { $address } peut recevoir des messages, un e-mail contenant un lien est en route. Ouvrez le lien dans ce navigateur.
link_wait_app = Si { $address } peut recevoir des messages, un e-mail contenant un lien est en route. Ouvrez le lien sur cet appareil.
link_wait_code = ou saisissez le code reçu par e-mail
link_wait_signs = Si vous ouvrez le lien sur un autre appareil, saisissez-y ces trois caractères :
link_wait_not_yet = Le lien n’a pas encore été ouvert. Ouvrez-le ou saisissez le code reçu par e-mail.

## A link that no longer works. One of the reasons follows the title

link_dead_title = Ce lien ne fonctionne plus
link_dead_used = Il a déjà été utilisé.
link_dead_expired = Il a expiré.
link_dead_replaced = Un lien plus récent l’a remplacé. Consultez notre dernier e-mail.
link_dead_resend = M’en envoyer un nouveau

## A link for the app on a phone, opened in a browser

app_link_title = Continuer dans { $app }
app_link_lead = Ce lien est destiné à l’application de votre téléphone. Dans ce navigateur, il ne connecte personne.
app_link_submit = Ouvrir { $app }
app_link_code = Si l’application ne s’ouvre pas, ouvrez-la vous-même et saisissez-y ce code :
app_link_no_code = Si l’application ne s’ouvre pas, ouvrez-la vous-même et saisissez-y le code de notre dernier message.

## Consent

consent_title = { $app } souhaite
consent_scope_openid = vous reconnaître lors de la connexion
consent_scope_profile = voir votre nom et votre photo
consent_scope_email = voir votre adresse e-mail
consent_scope_address = voir votre adresse postale
consent_scope_phone = voir votre numéro de téléphone
consent_scope_offline_access = conserver cet accès en votre absence
consent_scope_other = utiliser l’autorisation « { $scope } »
consent_allow = Autoriser
consent_decline = Refuser

## A device without a keyboard, which shows a code

activate_title = Connecter un appareil
activate_lead = Saisissez le code qu’affiche votre téléviseur, votre console ou un autre appareil.
activate_label = Code affiché sur l’appareil
activate_hint = Huit lettres, par exemple BCDF-GHJK
activate_confirm_title = Vous connecter à { $app } sur votre appareil ?
activate_confirm_code = Votre appareil doit afficher exactement ce code :
activate_asked = Demandé : { $time }, depuis { $device }
activate_network_same = La demande vient du réseau que vous utilisez en ce moment.
activate_network_other = La demande vient d’un autre réseau : { $ip }
activate_warning = Ne continuez que si vous avez vous-même commencé et que l’appareil est devant vous. Si quelqu’un vous a envoyé ce code ou un lien qui le contient, refusez : cette personne accéderait à votre compte.
activate_allow = Connecter l’appareil
activate_done_title = Appareil connecté
activate_done_text = Vous pouvez revenir à votre appareil et fermer cette page.
activate_declined_title = Appareil non connecté
activate_declined_text = L’appareil n’obtient aucun accès. Vous pouvez fermer cette page.

## Signing out

sign_out_title = Se déconnecter ?
sign_out_text = Vous pourrez vous reconnecter à tout moment.
sign_out_submit = Se déconnecter
sign_out_cancel = Garder la session ouverte
signed_out_title = Déconnexion réussie
signed_out_text = La session est fermée dans ce navigateur. Vous pouvez fermer cette page.

## The account page

account_title = Votre compte
account_prove_text = Avant de modifier quoi que ce soit ici, confirmez que c’est bien vous.
account_prove_submit = Confirmer que c’est moi
account_prove_device = Un appareil qui vous connecte protège votre compte. Pour modifier autre chose ici, retirez d’abord cet appareil dans son application.
account_done = Votre modification est enregistrée.
account_name_title = Nom
account_name_label = Votre nom
account_name_submit = Enregistrer
account_addresses_title = Numéros de téléphone et adresses e-mail
account_address_proved = Confirmé
account_address_unproved = Non confirmé
account_address_add = Ajouter un numéro de téléphone ou une adresse e-mail
account_address_change = Modifier
account_address_label = Nouveau numéro de téléphone ou nouvelle adresse e-mail
account_address_submit = Envoyer un code
account_address_title = Confirmer la nouvelle adresse
account_address_confirm = Confirmer
account_address_remove_text = Vous ne pourrez plus vous en servir pour vous connecter. Vous serez déconnecté partout, et les appareils qui vous connectent devront être configurés à nouveau.
account_address_removed_title = Supprimé de votre compte
account_address_last = C’est le seul moyen d’accéder à votre compte, il reste donc en place.
account_error_address_code = Ce code n’est pas correct. Vérifiez notre dernier message et réessayez.
account_undo_title = Annuler cette modification ?
account_undo_text = Les adresses de votre compte redeviennent celles d’avant. Tout le monde est déconnecté, et les clés d’accès et les appareils sont supprimés.
account_undo_submit = Annuler la modification
account_undone_title = Modification annulée
account_undone_text = Tout le monde est déconnecté. Connectez-vous à nouveau pour vérifier votre compte.
account_undo_dead = Cette modification ne peut plus être annulée. Si vous ne l’avez pas faite, contactez l’assistance.
account_passkeys_title = Vos clés d’accès
account_passkeys_none = Vous n’avez aucune clé d’accès.
account_passkey_synced = Sur tous vos appareils qui partagent des clés d’accès
account_passkey_bound = Sur un seul appareil
account_passkey_add = Ajouter une clé d’accès
account_passkey_name_label = Nom de la clé d’accès
account_passkey_last = Cette clé d’accès est le seul moyen d’accéder à votre compte, elle reste donc en place.
account_passkey_remove_text = Vous ne pourrez plus vous connecter avec elle.
account_devices_title = Appareils qui vous connectent
account_device_touch_id = Avec Touch ID, dans une ancienne application
account_device_name_label = Nom de l’appareil
account_device_last = Cet appareil est le seul moyen d’accéder à votre compte, il reste donc en place.
account_device_remove_text = Son application sera déconnectée et ne pourra plus vous connecter sur cet appareil.
account_device_until = Valable jusqu’à { $time }
account_rename = Renommer
account_remove = Supprimer
account_added = Ajoutée : { $time }
account_used = Dernière utilisation : { $time }
account_sessions_title = Où vous êtes connecté
account_session_this = Ce navigateur
account_sessions_end_others = Se déconnecter partout ailleurs
account_apps_title = Applications ayant accès à votre compte
account_apps_none = Aucune application n’a d’accès durable à votre compte.
account_app_since = Accès depuis : { $time }
account_app_revoke = Retirer l’accès
account_history_title = Vos dernières connexions
account_history_none = Il n’y a aucune connexion à afficher.
account_way_sms = Code par SMS
account_way_email = Code ou lien par e-mail
account_way_passkey = Avec une clé d’accès
account_way_touch_id = Avec Touch ID
account_way_device = Avec un appareil
account_way_password = Avec un mot de passe
account_data_title = Vos données
account_export_text = Téléchargez un fichier contenant tout ce qui est conservé ici à votre sujet.
account_export_submit = Télécharger vos données
account_delete_title = Supprimer votre compte
account_delete_text = Votre compte et tout ce qu’il contient seront supprimés définitivement, et vous serez déconnecté partout. Personne ne peut annuler cela.
account_delete_label = Pour confirmer, saisissez { $word }
account_deleted_title = Compte supprimé
account_deleted_text = Votre compte est supprimé. Vous pouvez fermer cette page.
account_left_text = Vous ne vous êtes pas connecté. Vous pouvez fermer cette page.
account_error_name = Ce nom ne peut pas être utilisé. Saisissez-en un plus court.
account_error_word = Saisissez exactement { $word } pour confirmer.
account_error_gone = Cet élément n’existe plus.

## Errors. Each says what to do

error_title = Cela n’a pas fonctionné
error_wrong_code_phone = Ce code n’est pas le bon. Consultez notre dernier SMS et réessayez.
error_wrong_code_email = Ce code n’est pas le bon. Consultez notre dernier e-mail et réessayez.
error_code_expired = Ce code a expiré. Demandez-en un nouveau.
error_no_tries_left = Trop d’essais erronés : ce code n’est plus valable. Demandez-en un nouveau.
error_wrong_signs = Ce n’est pas ce qu’affiche l’autre appareil. Vérifiez et saisissez ses trois caractères.
error_wrong_user_code = Ce code n’est pas le bon ou a expiré. Vérifiez ce qu’affiche l’appareil ou recommencez sur celui-ci.
error_passkey = La clé d’accès n’a pas été acceptée. Réessayez ou utilisez un code.
error_no_passkey = Aucune clé d’accès n’a été utilisée. Réessayez ou utilisez un code.
error_passkey_alone = Aucune clé d’accès n’a été acceptée. Réessayez ou utilisez un autre appareil.
error_new_passkey = Aucune clé d’accès n’a été créée. Réessayez.
error_stronger = Votre compte demande votre clé d’accès. Revenez en arrière et utilisez-la.
error_too_many_attempts =
    { $minutes ->
        [one] Trop de tentatives. Patientez { $minutes } minute, puis réessayez.
       *[other] Trop de tentatives. Patientez { $minutes } minutes, puis réessayez.
    }
error_bad_phone = Saisissez un numéro de téléphone avec l’indicatif du pays, par exemple +1 415 555 0100.
error_bad_email = Saisissez une adresse e-mail complète, par exemple name@example.com.
error_number_without_texts = Ce numéro ne peut pas recevoir de SMS. Saisissez un autre numéro.
error_country_not_allowed = Nous n’envoyons pas de messages aux numéros de ce pays. Saisissez un autre numéro.
error_not_sent = Nous n’avons pas pu envoyer le message. Réessayez dans quelques minutes.
error_no_answer = Le serveur ne répond pas. Vérifiez votre connexion internet, puis réessayez.
error_page_expired = Cette page a expiré. Revenez à l’application et recommencez.
error_cookies_needed = La connexion nécessite des cookies. Autorisez-les pour ce site dans les réglages de votre navigateur, puis revenez à l’application et recommencez.
error_unknown_app = Nous ne connaissons pas l’application qui vous envoie ici. Revenez-y et réessayez. Si cela ne suffit pas, prévenez l’assistance de l’application.
error_bad_redirect = L’application voulait vous renvoyer vers une adresse qu’elle n’a pas enregistrée. Veuillez prévenir l’assistance de l’application.
error_no_way_in = Il n’est pas possible de se connecter à cette application pour le moment. Veuillez prévenir l’assistance de l’application.
error_server = Une erreur s’est produite de notre côté. Réessayez dans un instant. Si elle persiste, communiquez cette référence à l’assistance : { $request_id }
error_sign_up_closed = Vous n’avez pas de compte ici et il n’est pas possible d’en créer pour le moment. Demandez un accès à l’assistance de l’application.
error_blocked = Ce compte est bloqué. Contactez l’assistance de l’application.
error_back_to_app = Retour à l’application
support_label = Besoin d’aide ?

## Mails

mail_code_subject = { $code } est votre code pour { $app }
mail_link_subject = Connexion à { $app }
mail_heading = Connexion à { $app }
mail_code_lead = Saisissez ce code sur la page de connexion :
mail_code_lifetime =
    { $minutes ->
        [one] Le code est valable { $minutes } minute.
       *[other] Le code est valable { $minutes } minutes.
    }
mail_link_lead = Pour vous connecter, ouvrez ce lien :
mail_link_button = Se connecter
mail_link_copy = Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :
mail_link_or_code = ou saisissez ce code
mail_link_lifetime =
    { $minutes ->
        [one] Le lien ne sert qu’une fois et reste valable { $minutes } minute.
       *[other] Le lien ne sert qu’une fois et reste valable { $minutes } minutes.
    }
mail_link_lifetime_hours =
    { $hours ->
        [one] Le lien ne sert qu’une fois et reste valable { $hours } heure.
       *[other] Le lien ne sert qu’une fois et reste valable { $hours } heures.
    }
mail_asked_from = Demandé depuis { $device }
mail_not_you = Si ce n’était pas vous, ignorez cet e-mail : personne ne peut se connecter sans lui.
mail_keep_secret = Ne communiquez jamais le code à personne.
mail_footer = Envoyé par { $app }

## Notices

notice_passkey_added = Une clé d’accès a été ajoutée à votre compte { $app }
notice_passkey_removed = Une clé d’accès a été supprimée de votre compte { $app }
notice_device_key_added = Un appareil a été ajouté à votre compte { $app }
notice_device_key_removed = Un appareil a été supprimé de votre compte { $app }
notice_address_added = Un numéro de téléphone ou une adresse e-mail a été ajouté à votre compte { $app }
notice_address_changed = Un numéro de téléphone ou une adresse e-mail de votre compte { $app } a été modifié
notice_address_removed = Un numéro de téléphone ou une adresse e-mail a été supprimé de votre compte { $app }
notice_account_linked = Votre compte { $app } a été réuni avec un autre compte
notice_account_deleted = Votre compte { $app } a été supprimé
notice_name = Nom : { $name }
notice_time = Heure : { $time }
notice_was_you = Si c’était vous, vous n’avez rien à faire.
notice_not_you = Si ce n’était pas vous, connectez-vous, supprimez de votre compte ce que vous ne reconnaissez pas et déconnectez-vous partout ailleurs.
notice_not_you_deleted = Si ce n’était pas vous, contactez immédiatement l’assistance.
notice_undo = Si ce n’était pas vous, vous pouvez l’annuler pendant 72 heures. Ouvrez cette page :
address_code_subject = { $code } est votre code pour confirmer cette adresse pour { $app }
address_code_heading = Confirmez cette adresse pour { $app }
address_code_lead = Saisissez ce code sur la page de votre compte :
address_code_not_you = Si ce n’était pas vous, ignorez ce message et ne communiquez jamais le code à personne.
notice_codes_refused = Trop de codes incorrects pour votre compte { $app }
notice_codes_refused_text = Personne n’est entré. Pour l’instant, plus aucun code n’est accepté depuis cet endroit. Si ce n’était pas vous, vous n’avez rien à faire. Si c’était vous, connectez-vous depuis un autre réseau ou demandez à être débloqué.
address_taken_heading = Cette adresse a déjà un compte { $app }
address_taken_text = Une personne connectée à un autre compte a essayé d’y ajouter cette adresse. Rien n’a changé. Si c’était vous, connectez-vous plutôt avec cette adresse.

## Lengths of time that stand by themselves

unit_seconds =
    { $seconds ->
        [one] { $seconds } seconde
       *[other] { $seconds } secondes
    }
unit_minutes =
    { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }
unit_hours =
    { $hours ->
        [one] { $hours } heure
       *[other] { $hours } heures
    }
