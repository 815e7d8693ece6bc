//! What messages cost, as the operator says in the tenant's `message_prices`; nothing is known otherwise.
//!
//! `{"currency": "EUR", "sms": {"default": 0.08, "US": 0.01}, "email": {"default": 0.0004}}`: countries are those
//! of ISO 3166-1 alpha-2.

use serde_json::{Map, Value};

/// The price of countries that have none of their own.
const DEFAULT: &str = "default";
const MOST: f64 = 1_000.0;

pub struct Prices<'a> {
    pub currency: &'a str,
    prices: &'a Map<String, Value>,
}

impl<'a> Prices<'a> {
    /// Of the settings of the tenant.
    pub fn of(tenant: &'a Map<String, Value>) -> Option<Self> {
        let prices = tenant.get("message_prices")?.as_object()?;
        Some(Self { currency: prices.get("currency")?.as_str()?, prices })
    }

    /// Of one message.
    pub fn find(&self, channel: &str, country: &str) -> Option<f64> {
        let prices = self.prices.get(channel)?;
        prices.get(country).or_else(|| prices.get(DEFAULT)).and_then(Value::as_f64)
    }
}

pub(super) fn are_prices(value: &Value) -> bool {
    let Some(prices) = value.as_object() else { return false };
    let is_currency = |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
    prices.get("currency").and_then(Value::as_str).is_some_and(is_currency)
        && prices.iter().all(|(name, value)| match name.as_str() {
            "currency" => true,
            "sms" | "email" => value.is_null() || value.as_object().is_some_and(are_by_country),
            _ => false,
        })
}

fn are_by_country(prices: &Map<String, Value>) -> bool {
    let is_country = |name: &str| name.len() == 2 && name.bytes().all(|b| b.is_ascii_uppercase());
    let is_price = |value: &Value| value.as_f64().is_some_and(|price| (0.0..=MOST).contains(&price));
    prices.len() <= 300
        && prices.iter().all(|(name, value)| (name == DEFAULT || is_country(name)) && is_price(value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_country_has_its_own_price_or_the_default() {
        let tenant = json!({"message_prices": {"currency": "EUR", "sms": {"default": 0.08, "US": 0.01}}});
        let prices = Prices::of(tenant.as_object().unwrap()).unwrap();
        assert_eq!(prices.currency, "EUR");
        assert_eq!(prices.find("sms", "US"), Some(0.01));
        assert_eq!(prices.find("sms", "DE"), Some(0.08));
        assert_eq!(prices.find("email", ""), None);
        assert!(Prices::of(&Map::new()).is_none());
    }

    #[test]
    fn prices_are_numbers_by_country_in_one_currency() {
        assert!(are_prices(&json!({"currency": "USD", "sms": {"default": 0, "DE": 0.1}, "email": null})));
        for wrong in [
            json!([]),
            json!({"sms": {}}),
            json!({"currency": "usd"}),
            json!({"currency": "USD", "fax": {}}),
            json!({"currency": "USD", "sms": {"Germany": 1}}),
            json!({"currency": "USD", "sms": {"DE": -1}}),
            json!({"currency": "USD", "sms": {"DE": "1"}}),
        ] {
            assert!(!are_prices(&wrong), "{wrong}");
        }
    }
}
