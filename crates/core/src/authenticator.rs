//! What well-known models of authenticators are called, by the AAGUID that they say of themselves. A hint for people,
//! never proof: without an attestation anything can say so.

/// Providers of passkeys as <https://github.com/passkeydeveloper/passkey-authenticator-aaguids> lists them, and
/// security keys as their vendors do.
const NAMES: [(&str, &str); 38] = [
    ("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "iCloud Keychain"),
    ("dd4ec289-e01d-41c9-bb89-70fa845d4bf2", "iCloud Keychain"),
    ("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "Google Password Manager"),
    ("08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"),
    ("9ddd1817-af5a-4672-a2b9-3e3dd95000a9", "Windows Hello"),
    ("6028b017-b1d4-4c02-b4b3-afcdafc96bb2", "Windows Hello"),
    ("d3452668-01fd-4c12-926c-83a4204853aa", "Microsoft Password Manager"),
    ("53414d53-554e-4700-0000-000000000000", "Samsung Pass"),
    ("adce0002-35bc-c60a-648b-0b25f1f05503", "Chrome on Mac"),
    ("771b48fd-d3d4-4f74-9232-fc157ab0507a", "Edge on Mac"),
    ("bada5566-a7aa-401f-bd96-45619a55120d", "1Password"),
    ("d548826e-79b4-db40-a3d8-11116f7e8349", "Bitwarden"),
    ("531126d6-e717-415c-9320-3d9aa6981239", "Dashlane"),
    ("b84e4048-15dc-4dd0-8640-f4f60813c8af", "NordPass"),
    ("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6", "Keeper"),
    ("f3809540-7f14-49c1-a8b3-8f813b225541", "Enpass"),
    ("50726f74-6f6e-5061-7373-50726f746f6e", "Proton Pass"),
    ("fdb141b2-5d84-443e-8a35-4698c205a502", "KeePassXC"),
    ("eaecdef2-1c31-5634-8639-f1cbd9c00a08", "KeePassDX"),
    ("b78a0a55-6ef8-d246-a042-ba0f6d55050c", "LastPass"),
    ("b35a26b2-8f6e-4697-ab1d-d44db4da28c6", "Zoho Vault"),
    ("cb69481e-8ff7-4039-93ec-0a2729a154a8", "YubiKey 5"),
    ("ee882879-721c-4913-9775-3dfcce97072a", "YubiKey 5"),
    ("19083c3d-8383-4b18-bc03-8f1c9ab2fd1b", "YubiKey 5"),
    ("fa2b99dc-9e39-4257-8f92-4a30d23c4118", "YubiKey 5 NFC"),
    ("2fc0579f-8113-47ea-b116-bb5a8db9202a", "YubiKey 5 NFC"),
    ("a25342c0-3cdc-4414-8e46-f4807fca511c", "YubiKey 5 NFC"),
    ("c5ef55ff-ad9a-4b9f-b580-adebafe026d0", "YubiKey 5Ci"),
    ("a02167b9-ae71-4ac7-9a07-06432ebb6f1c", "YubiKey 5Ci"),
    ("73bb0cd4-e502-49b8-9c6f-b59445bf720b", "YubiKey 5 FIPS"),
    ("c1f9a0bc-1dd2-404a-b27f-8e29047a43fd", "YubiKey 5 NFC FIPS"),
    ("85203421-48f9-4355-9bc8-8a53846e5083", "YubiKey 5Ci FIPS"),
    ("d8522d9f-575b-4866-88a9-ba99fa02f35b", "YubiKey Bio"),
    ("f8a011f3-8c0a-4d15-8006-17111f9edc7d", "Security Key by Yubico"),
    ("b92c3f9a-c014-4056-887f-140a2501163b", "Security Key by Yubico"),
    ("6d44ba9b-f6ec-2e49-b930-0c8fe920cb73", "Security Key NFC by Yubico"),
    ("149a2021-8ef6-4133-96b8-81f8d5b7f1f5", "Security Key NFC by Yubico"),
    ("42b4fb4a-2866-43b2-9bf7-6c6669c2e5d3", "Titan Security Key"),
];

/// `None` for a model that is not known here. `aaguid` is a UUID in small letters.
pub fn name(aaguid: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == aaguid).map(|(_, name)| *name)
}

/// The name itself, or where it is taken the name with the first number that is free: people tell two of one model
/// apart by it.
pub fn numbered<'a>(name: &str, taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let is_free = |name: &String| !taken.clone().any(|other| other == name);
    let others = (2..u32::MAX).map(|number| format!("{name} {number}"));
    std::iter::once(name.to_owned()).chain(others).find(is_free).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_stands_once_and_as_authenticators_say_it() {
        for (at, (aaguid, _)) in NAMES.iter().enumerate() {
            assert!(NAMES.iter().skip(at + 1).all(|(other, _)| other != aaguid), "{aaguid}");
            let is_uuid = |(place, c): (usize, char)| match place {
                8 | 13 | 18 | 23 => c == '-',
                _ => matches!(c, '0'..='9' | 'a'..='f'),
            };
            assert!(aaguid.len() == 36 && aaguid.chars().enumerate().all(is_uuid), "{aaguid}");
        }
        assert_eq!(name("bada5566-a7aa-401f-bd96-45619a55120d"), Some("1Password"));
        assert_eq!(name("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"), None);
    }

    #[test]
    fn the_second_one_of_a_model_has_a_number() {
        assert_eq!(numbered("YubiKey 5", std::iter::empty()), "YubiKey 5");
        assert_eq!(numbered("YubiKey 5", ["YubiKey 5"].into_iter()), "YubiKey 5 2");
        assert_eq!(numbered("Keeper", ["Keeper", "Keeper 3", "Keeper 2"].into_iter()), "Keeper 4");
    }
}
