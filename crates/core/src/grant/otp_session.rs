//! The passwordless OTP grant with the session of an `/otp/challenge`: a code on a database connection
//! becomes tokens (protocol 2.9.1, flow F17).

use latchkey_wire::token::{OtpSessionRequest, TokenResponse};

use super::ExchangeError;
use crate::caller::Caller;
use crate::channel::DatabaseOptions;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::authenticate_client::ProvenClient;
use crate::flow::device_key::RightCode;
use crate::flow::redeem::{Presented, RedeemError, Redemption};
use crate::model::{EventKind, Strategy};

impl Engine {
    pub(super) async fn otp_session(
        &self,
        who: &ProvenClient,
        request: OtpSessionRequest,
        caller: &Caller,
    ) -> Result<TokenResponse, ExchangeError> {
        let client = &*who.client;
        let session = self
            .open_auth_session(&request.auth_session)
            .filter(|session| session.client == client.id)
            .ok_or(ExchangeError::AuthSessionRefused)?;
        let connection = self
            .connection(&session.connection)
            .await?
            .filter(|connection| connection.strategy == Strategy::Database)
            .ok_or(ExchangeError::AuthSessionRefused)?;
        // An operator may have switched such codes off since.
        let options = DatabaseOptions::read(&connection).map_err(|error| Fault::Sender {
            connection: connection.name.clone(),
            reason: error.to_string(),
        })?;
        options.sender(session.channel).ok_or(ExchangeError::AuthSessionRefused)?;
        let key = self.key_beside_code(who, request.device_key.as_ref(), caller).await?;
        let wanted =
            self.wanted(client, &connection.name, request.scope, request.audience.as_deref()).await?;
        let signed_in = self
            .redeem(Redemption {
                client,
                connection: &connection,
                username: session.address.as_str(),
                presented: Presented::CodeOf(&session, &request.otp),
                ip: who.user_ip(caller),
                refresh: wanted.refresh.clone(),

                on_success: EventKind::OtpExchanged,
                on_failure: EventKind::OtpExchangeFailed,
            })
            .await
            .map_err(|error| match error {
                RedeemError::Fault(fault) => ExchangeError::Fault(fault),
                error => ExchangeError::SessionCode(error),
            })?;
        let code = RightCode::of(&signed_in, self.now());
        let tokens = self.issue_for_code(client, signed_in, wanted).await?;
        Ok(self.with_key(tokens, key, (who, &connection.name, code), caller).await?)
    }
}
