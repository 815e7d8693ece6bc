"""No Swift compiler runs on the machine that tests the server. What can be checked without one: that every file of the
package parses, and that it calls the generated Swift by the names, labels and cases that are there."""

import os
import re
from pathlib import Path

import pytest
import tree_sitter_swift
from tree_sitter import Language, Parser

PACKAGE = Path(__file__).parent.parent
SOURCES = sorted(
    file for file in PACKAGE.rglob("*.swift") if not {"Generated", ".build", "Native"} & set(file.parts)
)
GENERATED = Path(os.environ["LATCHKEY_GENERATED_SWIFT"]).read_text()
PARSER = Parser(Language(tree_sitter_swift.language()))

GUIDES = [PACKAGE / "README.md", PACKAGE.parent.parent / "docs/guide/swift.md", PACKAGE.parent.parent / "docs/guide/ios.md"]
SNIPPETS = [
    pytest.param(block, id=f"{guide.name}, {number}")
    for guide in GUIDES
    for number, block in enumerate(re.findall(r"^```swift\n(.*?)^```", guide.read_text(), re.MULTILINE | re.DOTALL), 1)
]

# What a variable is called that holds a record, and which.
HOLDERS = {
    "view": "SignInView",
    "model.view": "SignInView",
    "field": ("SignInField", "SignInCountry"),
    "country": ("SignInCountry", "Country"),
    "resend": "SignInResend",
    "other": "SignInChoice",
    "failure": "Failure",
}


def broken(node):
    """The places that do not parse."""
    if node.type == "ERROR" or node.is_missing:
        yield f"line {node.start_point[0] + 1}"
    elif node.has_error:
        for child in node.children:
            yield from broken(child)


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_every_file_parses(file):
    assert list(broken(PARSER.parse(file.read_bytes()).root_node)) == []


@pytest.mark.parametrize("block", SNIPPETS)
def test_the_lines_of_the_guides_parse_and_call_what_is_there(block):
    # "…" stands for what an app does.
    assert list(broken(PARSER.parse(block.replace("…", "").encode()).root_node)) == []
    check_calls(block)


def test_every_guide_has_lines_of_swift():
    assert len(SNIPPETS) >= len(GUIDES)


def test_a_file_that_is_broken_does_not_parse():
    assert list(broken(PARSER.parse(b"func one() { let }\n}\n").root_node))


def declared(source, head):
    """The body of a declaration, up to the brace that closes it."""
    start = re.search(head, source)
    assert start, f"the generated Swift has no {head}"
    depth = 0
    for place in range(source.index("{", start.end() - 1), len(source)):
        depth += {"{": 1, "}": -1}.get(source[place], 0)
        if depth == 0:
            return source[start.end() : place]
    raise AssertionError(f"{head} has no end")


def labels(parameters):
    """`a b: C, _ d: E` are `a` and `_`."""
    flat = re.sub(r"[\[(<][^\])>]*[\])>]", "", parameters)
    return tuple(part.split(":")[0].split()[0] for part in flat.split(",") if ":" in part)


def functions(source):
    """Each function's name and labels."""
    pattern = r"\bfunc (\w+)\(((?:[^()]|\([^()]*\))*)\)"
    return {(name, *labels(parameters)) for name, parameters in re.findall(pattern, source)}


def fields(record):
    body = declared(GENERATED, rf"public struct {record}\b[^{{]*\{{")
    return re.findall(r"public (?:let|var) (\w+):", body)


def cases(enum):
    body = declared(GENERATED, rf"enum {enum}\b[^{{]*\{{")
    return {
        name: re.findall(r"(\w+):", of) for name, of in re.findall(r"^\s+case (\w+)(?:\(([^)]*))?", body, re.MULTILINE)
    }


def package(*folders):
    return "\n".join(
        file.read_text() for file in SOURCES if not folders or {*file.parts} & {*folders}
    )


@pytest.mark.parametrize("protocol", ["Transport", "Authenticator", "Signer", "CredentialStore"])
def test_what_the_package_brings_has_every_method_of_its_protocol(protocol):
    wanted = functions(declared(GENERATED, rf"public protocol {protocol}\b[^{{]*\{{"))
    assert wanted
    bodies = re.findall(rf"class (\w+)\s*:[^{{]*\b{protocol}\b[^{{]*\{{", package())
    assert bodies
    for name in bodies:
        body = declared(package(), rf"class {name}\s*:[^{{]*\{{")
        assert wanted <= functions(body), f"{name} lacks {wanted - functions(body)}"


def test_every_kind_of_error_has_its_facts():
    body = declared(package("Latchkey"), r"public var failure: Failure \{")
    assert set(re.findall(r"\.(\w+)\(let failure\)", body)) == set(cases("LatchkeyError"))


def test_every_effect_is_done_and_every_event_exists():
    source = package("LatchkeyUI")
    done = set(re.findall(r"case \.(\w+)", declared(source, r"for effect in effects \{")))
    assert done == set(cases("SignInEffect"))
    events = cases("SignInEvent")
    for event, of in re.findall(r"send\([^)]*?\.(\w+)(?:\(((?:[^()]|\([^()]*\))*)\))?\)", source):
        assert event in events, event
        assert re.findall(r"(\w+):", of) == events[event], event


def test_records_are_made_with_fields_that_they_have_in_their_order():
    made = 0
    for record in re.findall(r"public struct (\w+)", GENERATED):
        if record.startswith("FfiConverter") or record == "NoHandle":
            continue
        for arguments in re.findall(rf"\b{record}\(((?:[^()]|\([^()]*\))*)\)", package()):
            given = list(labels(re.sub(r"\?[^:,]*:", "", arguments)))
            assert [field for field in fields(record) if field in given] == given, f"{record}({arguments})"
            made += 1
    assert made > 8


def test_fields_that_are_read_are_there():
    read = 0
    for holder, records in HOLDERS.items():
        records = (records,) if isinstance(records, str) else records
        known = {field for record in records for field in fields(record)} | {"localizedName", "map", "description"}
        for name in re.findall(rf"(?<![\w.]){re.escape(holder)}\??\.(\w+)", package("LatchkeyUI", "LatchkeyTests")):
            assert name in known, f"{holder}.{name}"
            read += 1
    assert read > 40


def test_calls_of_the_client_have_the_labels_that_it_has():
    assert check_calls(package()) > 12


def check_calls(source):
    """How many calls of the client there are, all of which fit."""
    ours = functions(GENERATED) | functions(package())
    names = {name for name, *_ in functions(declared(GENERATED, r"open class Client\b[^{]*\{"))}
    names |= {"keep", "renewed", "tokensFor", "handle", "perform", "isSignedIn", "searchCountries"}
    called = 0
    for name, arguments in re.findall(r"\b(\w+)\(((?:[^()]|\([^()]*\))*)\)", re.sub(r"func \w+", "", source)):
        if name not in names:
            continue
        given = tuple(part.split(":")[0].strip() if ":" in part else "_" for part in top_level(arguments))
        fitting = [of for known, *of in ours if known == name and is_subsequence(given, of)]
        assert fitting, f"{name}({arguments})"
        called += 1
    return called


def top_level(arguments):
    """The arguments, each without what is inside of brackets."""
    flat = re.sub(r"\([^()]*\)|\"[^\"]*\"|\[[^\]]*\]", "x", arguments)
    return [part for part in flat.split(",") if part.strip()]


def is_subsequence(given, of):
    """Arguments may be left out where they have a default; the order stays."""
    rest = iter(of)
    return all(label in rest for label in given)
