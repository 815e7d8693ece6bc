use super::*;

fn variables() -> Variables {
    Variables {
        code: Secret::new("482913"),
        link: None,
        phone_number: Some(String::from("+14155550100")),
        application_name: String::from("Acme"),
        request_language: String::from("fr-CA,fr;q=0.9"),
        locale: String::from("fr-CA"),
        send: "code",
        tenant: String::from("acme"),
        connection_name: String::from("sms"),
        operation: None,
        friendly_name: String::from("acme"),
        minutes: 3,
        ..Variables::default()
    }
}

fn render_with(syntax: Syntax, template: &str, variables: &Variables) -> String {
    match Templates::new().render(syntax, template, variables) {
        Ok(text) => text.expose().to_owned(),
        Err(e) => format!("error: {e}"),
    }
}

fn macros(template: &str) -> String {
    render_with(Syntax::MdWithMacros, template, &variables())
}

fn liquid(template: &str) -> String {
    render_with(Syntax::Liquid, template, &variables())
}

fn check_liquid(template: &str) -> Result<(), String> {
    Templates::new().check(Syntax::Liquid, template).map_err(|e| e.to_string())
}

/// P-194
#[test]
fn macros_are_replaced_and_unknown_ones_stay() {
    for (template, text) in [
        ("@@password@@ @@code@@ @@application.name@@", "482913 482913 Acme"),
        ("@@unknown@@ @@code@@", "@@unknown@@ 482913"),
        ("a@@b @@code@@", "a@@b 482913"),
        ("@@@@code@@", "@@482913"),
        ("@@code@", "@@code@"),
        ("@@link@@", "@@link@@"),
        ("**@@code@@** {{ code }}", "**482913** {{ code }}"),
    ] {
        assert_eq!(macros(template), text, "{template}");
    }
}

/// P-195
#[test]
fn liquid_sees_every_variable() {
    for (template, text) in [
        ("{{ code }} {{ password }}", "482913 482913"),
        ("{{ phone_number }}", "+14155550100"),
        (
            "{{ application.name }} {{ connection.name }} {{ tenant }} {{ friendly_name }}",
            "Acme sms acme acme",
        ),
        ("{{ request_language }} {{ locale }} {{ send }}", "fr-CA,fr;q=0.9 fr-CA code"),
        ("[{{ link }}{{ support_email }}{{ support_url }}{{ user.email }}{{ organization.name }}]", "[]"),
    ] {
        assert_eq!(liquid(template), text, "{template}");
    }
}

/// P-195
#[test]
fn liquid_templates_choose_by_language_with_contains() {
    let template = "{% if request_language contains 'de' %}Dein Code{% elsif request_language contains 'fr' %}\
                    Votre code{% else %}Your code{% endif %}: {{ code }}";
    assert_eq!(liquid(template), "Votre code: 482913");
    assert_eq!(check_liquid(template), Ok(()));
    let case = "{% case locale %}{% when 'fr-CA' %}C{% else %}E{% endcase %}{{ code }}";
    assert_eq!(liquid(case), "C482913");
    let pick = "{% assign tags = request_language | split: ',' %}\
                {% for tag in tags reversed %}{{ forloop.index }}{{ tag | slice: 0, 2 }} {% endfor %}{{ code }}";
    assert_eq!(liquid(pick), "1fr 2fr 482913");
    assert_eq!(check_liquid(pick), Ok(()));
}

/// P-196
#[test]
fn operation_is_null_at_sign_in() {
    for template in [
        "{% if operation == nil %}yes{% endif %}",
        "{% if operation == null %}yes{% endif %}",
        "{% unless operation %}yes{% endunless %}",
        "{% if operation == 'change_email' %}no{% else %}yes{% endif %}",
        "{{ operation }}yes",
    ] {
        assert_eq!(liquid(template), "yes", "{template}");
    }
}

/// P-195: a variable that does not exist prints nothing.
#[test]
fn missing_variables_print_nothing_however_deep() {
    for template in [
        "{{ missing }}",
        "{{ missing.deeper.still }}",
        "{{ code.deeper }}",
        "{{ application.missing }}",
        "{{ missing[0] }}",
        "{% if missing contains 'x' %}no{% endif %}",
        "{% if missing.deeper == 'x' %}no{% endif %}",
        "{% if missing == true %}no{% endif %}",
        "{% if missing > 3 %}no{% endif %}",
        "{% for x in missing %}no{% endfor %}",
        "{% assign x = missing %}{{ x.deeper }}{% if x %}no{% endif %}",
        "{{ missing | upcase | append: missing }}",
    ] {
        assert_eq!(liquid(template), "", "{template}");
    }
    assert_eq!(liquid("{{ missing | default: 'x' }}"), "x");
}

/// S-138
#[test]
fn values_are_data_and_never_read_as_template() {
    let attack = "{{code}} {%raw%} @@code@@ @@password@@".to_owned();
    let variables = Variables { tenant: attack.clone(), application_name: attack.clone(), ..variables() };
    for template in ["{{ tenant }}|{{ application.name }}", "{% assign x = tenant %}{{ x | append: tenant }}"]
    {
        let text = render_with(Syntax::Liquid, template, &variables);
        assert!(!text.contains("482913") && !text.contains('@') && !text.contains('{'), "{text}");
    }
    let text = render_with(Syntax::MdWithMacros, "@@application.name@@", &variables);
    assert_eq!(text, "code raw code password");
    // Past the cleaning, at the engines themselves.
    let raw = macros::render("@@application.name@@!", &variables, &MESSAGE).unwrap();
    assert_eq!(raw, format!("{attack}!"));
    let raw =
        Language::new(Output::Text).parse("{{ tenant }}!").unwrap().render(&variables, &MESSAGE).unwrap();
    assert_eq!(raw, format!("{attack}!"));
}

/// S-141
#[test]
fn names_and_languages_bring_no_links_into_a_message() {
    let evil = String::from("Win http://evil.example/ now");
    let variables = Variables {
        application_name: evil.clone(),
        request_language: evil.clone(),
        tenant: evil,
        ..variables()
    };
    let template = "{{ application.name }} {{ request_language }} {{ tenant }} {{ friendly_name }}";
    let text = render_with(Syntax::Liquid, template, &variables);
    assert!(!text.contains("://") && !text.contains("evil.example"), "{text}");
}

/// S-138, B-MG: refused when saved.
#[test]
fn templates_that_cannot_be_read_are_refused() {
    for template in [
        "{{ code",
        "{{ code }} {% if %}x{% endif %}",
        "{{ code }} {% if code %}",
        "{{ code }} {% endif %}",
        "{{ code }} {% unknown %}",
        "{{ code | unknown }}",
        "{{ code }} {% include 'x' %}",
        "{{ code }} {% render 'x' %}",
        "{{ code }} {{ 'now' | date: '%Y' }}",
        "{{ code }} {% tablerow x in (1..3) %}{% endtablerow %}",
        "{{ code }} {{ code | times: 'x' }}",
    ] {
        assert!(check_liquid(template).is_err(), "{template}");
    }
    assert!(check_liquid("{{ code").unwrap_err().starts_with("the template cannot be read"));
}

#[test]
fn templates_without_the_code_are_refused_for_any_language() {
    for template in
        ["", "Hello", "{{ link }}", "{% if request_language contains 'da' %}x{% else %}{{ code }}{% endif %}"]
    {
        assert!(check_liquid(template).unwrap_err().contains("no code"), "{template}");
    }
    let macros = |template| Templates::new().check(Syntax::MdWithMacros, template);
    assert!(macros("Your code is: {{ code }}").is_err());
    assert!(macros("Your code is: @@password@@").is_ok());
    assert!(check_liquid("{% if send == 'link' %}{{ link }}{% else %}{{ code }}{% endif %}").is_ok());
}

/// S-138
#[test]
fn bombs_are_refused_before_they_go_off() {
    let doubling = "{% assign a = a | append: a %}".repeat(60);
    let nested = "{% for a in (1..400) %}".repeat(3) + "x" + &"{% endfor %}".repeat(3);
    let quiet = "{% for a in (1..400) %}".repeat(3) + &"{% endfor %}".repeat(3);
    for (what, bomb) in [
        ("range", String::from("{% for i in (1..9999999999) %}x{% endfor %}")),
        ("hidden range", String::from("{% assign n = 9999999999 %}{% for i in (1..n) %}{% endfor %}")),
        ("nested loops", nested),
        ("nested empty loops", quiet),
        ("doubling", format!("{{% assign a = 'xxxxxxxx' %}}{doubling}")),
        ("replace", format!("{{{{ '{0}' | replace: 'x', '{0}' | replace: 'x', '{0}' }}}}", "x".repeat(3000))),
        ("join", format!("{{{{ '{0}' | split: '' | join: '{0}' }}}}", "x".repeat(4000))),
        (
            "capture",
            format!(
                "{{% for i in (1..400) %}}{{% capture x %}}{{{{ x }}}}{0}{{% endcapture %}}{{% endfor %}}",
                "x".repeat(99)
            ),
        ),
        ("output", "x".repeat(5000)),
        ("length", "x".repeat(1024 * 1024)),
        (
            "work",
            format!(
                "{{% for i in (1..99) %}}{{% assign x = '{0}' {1} %}}{{% endfor %}}",
                "x".repeat(3000),
                "|upcase".repeat(900)
            ),
        ),
        (
            "search",
            format!(
                "{{% assign x = '{0}' %}}{{% for i in (1..99) %}}{{% if x contains 'y' {1} %}}{{% endif %}}{{% endfor %}}",
                "x".repeat(4000),
                "or x contains 'y' ".repeat(400)
            ),
        ),
        ("deep", "{% if code %}".repeat(500)),
        ("chain", format!("{{% if code {} %}}x{{% endif %}}", "or code ".repeat(1000))),
        ("brackets", format!("{{{{ {} }}}}", "a[".repeat(1000))),
    ] {
        assert!(check_liquid(&format!("{bomb}{{{{ code }}}}")).is_err(), "{what}");
        let refused = liquid(&bomb);
        let bounds = ["longer than", "more than", "computes too much"];
        assert!(bounds.iter().any(|bound| refused.contains(bound)), "{what}: {refused:.100}");
    }
}

/// S-138
#[test]
fn the_deepest_templates_that_are_allowed_fit_a_small_stack() {
    let ifs = "{% if code %}".repeat(100) + "{{ code }}" + &"{% endif %}".repeat(100);
    let elsifs = format!(
        "{{% if missing %}}{}{{% else %}}{{{{ code }}}}{{% endif %}}",
        "{% elsif missing %}".repeat(197)
    );
    let chain =
        format!("{{% if missing {} or code %}}{{{{ code }}}}{{% endif %}}", "or missing ".repeat(490));
    let brackets = format!("{{{{ {}'x'{} }}}}{{{{ code }}}}", "a[".repeat(50), "]".repeat(50));
    for (template, fits) in [(ifs, true), (elsifs, true), (chain, true), (brackets, false)] {
        let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
        let checked = thread.spawn(move || check_liquid(&template)).unwrap().join().unwrap();
        assert_eq!(checked.is_ok(), fits, "{checked:?}");
    }
}

/// S-144
#[test]
fn errors_quote_no_value() {
    let text = liquid("{{ code | times: phone_number }}{% for x in code %}{% endfor %}");
    assert!(text.starts_with("error") && !text.contains("482913") && !text.contains("4155550100"), "{text}");
}

#[test]
fn arithmetic_at_the_edge_is_an_error_or_a_number_but_never_a_panic() {
    for template in [
        "{{ 1 | divided_by: 0 }}",
        "{{ 1 | modulo: 0 }}",
        "{{ -9223372036854775808 | abs }}",
        "{{ -9223372036854775808 | divided_by: -1 }}",
        "{{ 9223372036854775807 | times: 9223372036854775807 }}",
        "{{ 'é' | slice: 1, 1 }}{{ 'é' | slice: -5, 9 }}{{ 'é' | truncate: 0 }}",
        "{{ 99999999999999999999 }}",
    ] {
        let _ = liquid(template);
    }
}

/// M-042
#[test]
fn names_that_stand_for_nothing_are_told_and_those_of_other_messages_are_not() {
    let unknown = |syntax, template: &str| Templates::new().unknown(syntax, template).join(" ");
    for (template, names) in [
        ("{{ code }} {{ link }} {{ support_email }} {{ operation }} {{ user.email }}", ""),
        ("{{ cod }} {{ application.nmae }}", "application.nmae cod"),
        ("{% if request_language contains 'de' %}{{ kode }}{% else %}{{ code }}{% endif %}", "kode"),
        ("{% assign x = code %}{{ x }}{% for t in (1..2) %}{{ t }}{{ forloop.index }}{% endfor %}", ""),
        ("{% if cod == 'x' %}{% endif %}", "cod"),
        ("{{ code", ""),
    ] {
        assert_eq!(unknown(Syntax::Liquid, template), names, "{template}");
    }
    let template = "@@code@@ @@link@@ @@cod@@ me@@home @@application.name@@";
    assert_eq!(unknown(Syntax::MdWithMacros, template), "@@cod@@");
}
