"""Keys that stand in for a phone's: a passkey of no company, and a key behind no finger."""

import base64
import hashlib
import json
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from latchkey import Authenticator, AuthenticatorError, SignatureAlgorithm, Signer


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cbor(value):
    """What of CBOR a passkey needs."""

    def head(kind, number):
        if number < 24:
            return bytes([kind << 5 | number])
        size = 1 if number < 256 else 2
        return bytes([kind << 5 | 23 + size]) + number.to_bytes(size, "big")

    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value)) + value.encode()
    return head(5, len(value)) + b"".join(cbor(key) + cbor(of) for key, of in value.items())


class SoftPasskeys(Authenticator):
    """Passkeys in memory. `refuses` is the error of a person who says no."""

    def __init__(self, origin):
        self.origin = origin
        self.passkeys = []
        self.refuses = None

    def _client_data(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, domain, flags, more=b""):
        return hashlib.sha256(domain.encode()).digest() + bytes([flags]) + bytes(4) + more

    async def create(self, options_json):
        if self.refuses is not None:
            raise self.refuses
        options = json.loads(options_json)
        assert -7 in [parameter["alg"] for parameter in options["pubKeyCredParams"]]
        key, identity = ec.generate_private_key(ec.SECP256R1()), secrets.token_bytes(16)
        domain = options["rp"]["id"]
        self.passkeys.append((identity, key, domain, options["user"]["id"]))
        point = key.public_key().public_numbers()
        cose = cbor({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        attested = bytes(16) + len(identity).to_bytes(2, "big") + identity + cose
        made = cbor({"fmt": "none", "attStmt": {}, "authData": self._data(domain, 0x45, attested)})
        response = {
            "clientDataJSON": b64(self._client_data("webauthn.create", options["challenge"])),
            "attestationObject": b64(made),
            "transports": ["internal"],
        }
        return self._answer(identity, response)

    async def get(self, options_json):
        if self.refuses is not None:
            raise self.refuses
        options = json.loads(options_json)
        for identity, key, domain, user in self.passkeys:
            if domain == options["rpId"]:
                client_data = self._client_data("webauthn.get", options["challenge"])
                data = self._data(domain, 0x05)
                signed = data + hashlib.sha256(client_data).digest()
                response = {
                    "clientDataJSON": b64(client_data),
                    "authenticatorData": b64(data),
                    "signature": b64(key.sign(signed, ec.ECDSA(hashes.SHA256()))),
                    "userHandle": user,
                }
                return self._answer(identity, response)
        raise AuthenticatorError.NoKey("no passkey of this domain")

    def _answer(self, identity, response):
        return json.dumps(
            {
                "id": b64(identity),
                "rawId": b64(identity),
                "type": "public-key",
                "authenticatorAttachment": "platform",
                "clientExtensionResults": {},
                "response": response,
            }
        )


class SoftKey(Signer):
    """A key on P-256, as a Secure Enclave has them."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())

    def algorithm(self):
        return SignatureAlgorithm.ES256

    async def public_key(self):
        point = self.key.public_key().public_numbers()
        x, y = (b64(number.to_bytes(32, "big")) for number in (point.x, point.y))
        return json.dumps({"kty": "EC", "crv": "P-256", "x": x, "y": y})

    async def key_id(self):
        raise AuthenticatorError.NoKey("no key of 2014")

    async def sign(self, data):
        r, s = utils.decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
