//! `POST /otp/challenge` (protocol 2.5).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Secret;
use crate::error::ValidationError;
use crate::params::Params;

/// The request, checked for shape. Whether names exist and addresses are real is the rules' affair.
#[derive(Clone, Debug)]
pub struct ChallengeRequest {
    pub connection: String,
    pub to: Addressee,
    /// The right code may make a new user.
    pub allow_signup: bool,
}

/// Whom the code is for, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Addressee {
    Email(String),
    PhoneNumber(String),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChallengeResponse {
    pub auth_session: Secret,
}

/// What is wrong with a request: at least one parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BadChallengeRequest(pub Vec<ValidationError>);

const NO_ADDRESSEE: &str = "Either email or phone_number must be provided";
const TWO_ADDRESSEES: &str = "Only one of email and phone_number may be provided";
const NO_VOICE: &str = "Codes by voice are not offered: send text";
const DELIVERY_METHOD: &str = "must be text or voice";

impl ChallengeRequest {
    /// Reads everything but the client's own parameters, and says all at once what is wrong.
    pub fn parse(params: &Params) -> Result<Self, BadChallengeRequest> {
        let mut wrong = BadChallengeRequest::default();
        let connection = wrong.text(params, "connection");
        if connection.is_none() && !wrong.names("connection") {
            wrong.add("connection", "is required");
        }
        let (email, phone_number) = (wrong.text(params, "email"), wrong.text(params, "phone_number"));
        let to = match (email, phone_number) {
            (Some(email), None) => Some(Addressee::Email(email)),
            (None, Some(phone_number)) => Some(Addressee::PhoneNumber(phone_number)),
            (Some(_), Some(_)) => {
                wrong.0.push(ValidationError::new("phone_number", TWO_ADDRESSEES));
                None
            }
            (None, None) => {
                if !wrong.names("email") && !wrong.names("phone_number") {
                    wrong.0.push(ValidationError::new("email", NO_ADDRESSEE));
                }
                None
            }
        };
        let allow_signup = wrong.flag(params, "allow_signup");
        match wrong.text(params, "delivery_method").as_deref() {
            None | Some("text") => {}
            Some("voice") => wrong.0.push(ValidationError::new("delivery_method", NO_VOICE)),
            Some(_) => wrong.add("delivery_method", DELIVERY_METHOD),
        }
        match (connection, to) {
            (Some(connection), Some(to)) if wrong.0.is_empty() => Ok(Self { connection, to, allow_signup }),
            _ => Err(wrong),
        }
    }
}

impl BadChallengeRequest {
    fn add(&mut self, field: &'static str, what: &str) {
        self.0.push(ValidationError::new(field, format!("{field} {what}")));
    }

    fn names(&self, field: &str) -> bool {
        self.0.iter().any(|wrong| wrong.field == field)
    }

    /// An optional text of at most 320 characters, without controls, spaces around it trimmed.
    fn text(&mut self, params: &Params, name: &'static str) -> Option<String> {
        let text = match params.optional(name) {
            Ok(text) => text?,
            Err(_) => {
                self.add(name, "must be a string");
                return None;
            }
        };
        if text.len() > 320 || text.chars().any(char::is_control) {
            self.add(name, "is malformed");
            return None;
        }
        Some(text.trim().to_owned())
    }

    /// An optional boolean; forms have no other way than text.
    fn flag(&mut self, params: &Params, name: &'static str) -> bool {
        match params.value(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) if text == "true" => true,
            Some(Value::String(text)) if text == "false" || text.is_empty() => false,
            Some(_) => {
                self.add(name, "must be a boolean");
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<ChallengeRequest, BadChallengeRequest> {
        ChallengeRequest::parse(&Params::from_json(json.as_bytes()).unwrap())
    }

    fn wrong(json: &str) -> Vec<(String, String)> {
        let wrong = parse(json).unwrap_err();
        wrong.0.into_iter().map(|wrong| (wrong.field, wrong.message)).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let all =
            wrong(r#"{"connection":1,"phone_number":["+1"],"allow_signup":"yes","delivery_method":"fax"}"#);
        let fields: Vec<&str> = all.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["connection", "phone_number", "allow_signup", "delivery_method"]);
        assert_eq!(all[0].1, "connection must be a string");
    }

    #[test]
    fn one_address_is_needed_and_one_only() {
        assert_eq!(wrong(r#"{"connection":"db"}"#), [("email".into(), NO_ADDRESSEE.into())]);
        let two = r#"{"connection":"db","email":"a@example.com","phone_number":"+14155550100"}"#;
        assert_eq!(wrong(two), [("phone_number".into(), TWO_ADDRESSEES.into())]);
    }

    #[test]
    fn forms_spell_booleans_as_text() {
        let form = "connection=db&email=a%40example.com&allow_signup=true&delivery_method=text";
        let request = ChallengeRequest::parse(&Params::from_form(form.as_bytes()).unwrap()).unwrap();
        assert!(request.allow_signup);
        assert_eq!(request.to, Addressee::Email("a@example.com".into()));
    }
}
