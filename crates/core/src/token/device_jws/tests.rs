use super::*;

/// What SDKs are tested against, too.
const VECTORS: &str = include_str!("../../../../wire/vectors/device-key-v1.json");

fn vectors() -> Value {
    jwt::install();
    serde_json::from_str(VECTORS).unwrap()
}

fn each<'a>(vectors: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    vectors[list].as_array().unwrap().iter()
}

fn public(vectors: &Value, algorithm: &Value) -> DevicePublicKey {
    let key = each(vectors, "keys").find(|key| key["algorithm"] == *algorithm).unwrap();
    DevicePublicKey::read(&key["public_jwk"]).unwrap()
}

#[test]
fn the_vectors_that_are_right_are_taken() {
    let vectors = vectors();
    let now = Timestamp(vectors["now"].as_i64().unwrap());
    let audiences = ["https://login.example/", "https://login.example/oauth/token"];
    for vector in each(&vectors, "enrolments") {
        let (key, claims) = enrolment(vector["jws"].as_str().unwrap()).unwrap();
        assert_eq!(key, public(&vectors, &vector["algorithm"]));
        assert_eq!(claims.challenge, vector["claims"]["challenge"].as_str().unwrap());
        assert_eq!(claims.fault(audiences, "native", now), None);
    }
    for vector in each(&vectors, "assertions") {
        let token = vector["jws"].as_str().unwrap();
        assert_eq!(key_named(token).as_deref(), vector["header"]["kid"].as_str());
        let claims = public(&vectors, &vector["algorithm"]).asserted(token).unwrap();
        assert_eq!(claims.iss, vector["claims"]["iss"].as_str().unwrap());
        assert_eq!(claims.statement.fault(audiences, "native", now), None);
    }
}

#[test]
fn the_vectors_that_are_wrong_are_refused() {
    let vectors = vectors();
    for vector in each(&vectors, "refused") {
        let token = vector["jws"].as_str().unwrap();
        let key = public(&vectors, &vector["algorithm"]);
        let is_taken = match vector["of"].as_str().unwrap() {
            "enrolment" => enrolment(token).is_some(),
            "assertion" => key_named(token).is_some() && key.asserted(token).is_some(),
            other => panic!("{other}"),
        };
        assert!(!is_taken, "{}", vector["why"]);
    }
}

#[test]
fn keys_are_kept_as_they_are_named() {
    let vectors = vectors();
    for key in each(&vectors, "keys") {
        let read = DevicePublicKey::read(&key["public_jwk"]).unwrap();
        assert_eq!(read.algorithm.as_str(), key["algorithm"]);
        assert_eq!(read.thumbprint().as_deref(), key["thumbprint"].as_str());
        assert_eq!(DevicePublicKey::from_stored(&read.to_stored().unwrap()), Some(read));
        assert_eq!(DevicePublicKey::read(&key["private_jwk"]), None, "a private key is refused");
    }
}
