//! The roots of the vendors, as DER. Taken on 2026-11-27 from public copies of what the vendors publish, and found to be
//! signed by themselves; each is named by the SHA-256 that it has, so that anybody can compare it with its source. A root
//! counts by its name and key; a vendor may have given it other dates since.

/// Apple's, then Android's.
pub const ROOTS: [&[u8]; 3] = [
    // "Apple App Attestation Root CA", P-384, 2020-03-18 to 2045-03-15,
    // https://www.apple.com/certificateauthority/Apple_App_Attestation_Root_CA.pem
    // 1cb9823ba28ba6ad2d33a006941de2ae4f513ef1d4e831b9f7e0fa7b6242c932
    include_bytes!("../../roots/apple-app-attestation-root.der"),
    // Serial number f92009e853b6b045, RSA 4096, 2019-11-22 to 2034-11-18,
    // https://developer.android.com/privacy-and-security/security-key-attestation
    // 1ef1a04b8ba58ab94589ac498c8982a783f24ea7307e0159a0c3a73b377d87cc
    include_bytes!("../../roots/google-hardware-attestation-root-rsa.der"),
    // "Key Attestation CA1", P-384, 2025-07-17 to 2035-07-15, of the same page.
    // 6d9db4ce6c5c0b293166d08986e05774a8776ceb525d9e4329520de12ba4bcc0
    include_bytes!("../../roots/google-hardware-attestation-root-ec.der"),
];
