//! Public keys of Ed25519 (RFC 8032) that are none to sign in by. Signatures are the library's to verify; it takes these
//! points for keys.

use data_encoding::HEXLOWER;

/// Points of which eight times is nothing, in every spelling, without the bit of their sign.
const SMALL: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// Whether signatures that nobody made hold for a key, which is given as 32 bytes.
pub fn is_small(point: &[u8]) -> bool {
    let mut point = point.to_vec();
    if let Some(last) = point.last_mut() {
        *last &= 0x7f;
    }
    SMALL.contains(&HEXLOWER.encode(&point).as_str())
}
