"""Pages made to hang, swell or crash what reads them."""

from collections.abc import Callable, Mapping

PAGE = "<!DOCTYPE html><html lang='en'><head><title>t</title>{head}</head><body>{body}</body></html>"
QUESTION = "<p><b>Problem.</b> What is two and two?</p><p><b>Solution.</b> Two and two is four.</p>"
TYPE = "<script type='application/ld+json'>"


def page(body: str, *, head: str = "") -> str:
    return PAGE.format(head=head, body=body)


def nested_tags(megabytes: float, tag: str = "div") -> str:
    depth = int(megabytes * 1_000_000 / (2 * len(tag) + 5))
    return page(f"<{tag}>" * depth + "deep" + f"</{tag}>" * depth)


def unclosed_tags(megabytes: float) -> str:
    return page("<b><i><p>" * int(megabytes * 1_000_000 / 9) + "deep")


def attributes(count: int) -> str:
    return page(f"<div {' '.join(f'a{n}={n}' for n in range(count))}>{QUESTION}</div>")


def long_attribute(megabytes: int) -> str:
    return page(f"<div class='{'x y ' * (megabytes * 250_000)}' style='{'a:b;' * 250_000}'>{QUESTION}</div>")


def one_text(megabytes: float) -> str:
    return page("<p>" + "lots of words, " * int(megabytes * 66_667) + "</p>")


def entity_bomb(levels: int = 12) -> str:
    """Each entity is ten of the one before."""
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(levels))
    return (
        f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e0 "ha">{entities}]>'
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>&e{levels};</p>{QUESTION}</body></html>'
    )


def outside_entity() -> str:
    return (
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % y SYSTEM "http://127.0.0.1:9/y.dtd"> %y;]>'
        f"<html><body><p>&x;</p>{QUESTION}</body></html>"
    )


def json_ld(value: str) -> str:
    return page(QUESTION, head=f"{TYPE}{value}</script>")


def nested_arrays(depth: int) -> str:
    return json_ld("[" * depth + "]" * depth)


def nested_objects(depth: int) -> str:
    return json_ld('{"@graph":' * depth + "1" + "}" * depth)


def nested_answers(depth: int) -> str:
    """Answers of answers of answers; the outermost is a question."""
    inner = '{"@type":"Question","name":"q","acceptedAnswer":' * depth
    return json_ld(f'{{"@type":"QAPage","mainEntity":{inner}1{"}" * depth}}}')


def script_in_json_ld() -> str:
    inner = '<p>four</p><script>alert("</script><script>while(1){}</script>'
    return json_ld(
        '{"@type":"QAPage","mainEntity":{"@type":"Question","name":"What is two and two, in words?",'
        f'"acceptedAnswer":{{"@type":"Answer","text":"{inner}"}}}}}}'
    )


def broken_json_ld() -> str:
    values = ['{"@type":', "NaN", '"\\ud800"', "1e999", "[1,]", "{" * 1000, '{"@type":["Question",7,null]}', "\0", ""]
    return page(QUESTION, head="".join(f"{TYPE}{value}</script>" for value in values))


def nested_tables(depth: int) -> str:
    return page("<table><tr><td>" * depth + QUESTION + "</td></tr></table>" * depth)


def wide_table(cells: int) -> str:
    return page(f"<table><tr>{'<td>1</td>' * cells}</tr></table>{QUESTION}")


def nested_mathml(depth: int) -> str:
    return page(f"<math>{'<msqrt><mrow>' * depth}<mi>x</mi>{'</mrow></msqrt>' * depth}</math>{QUESTION}")


def many_formulas(count: int) -> str:
    return page("<p>" + "<script type='math/tex'>x^2</script> and " * count + "</p>" + QUESTION)


def labels(count: int) -> str:
    return page("".join(f"<p>Question {n}: what?</p><p>Answer:</p>" for n in range(count)))


def colons(count: int) -> str:
    """What a careless pattern for labels tries again at every place."""
    return page("<p>" + "Problem " * count + "</p><p>" + "Q: " * count + "</p><p>" + " " * count + "</p>")


def exercises(count: int) -> str:
    """Every one answers every other."""
    return page("".join(f"<p>{n}. What is {n} and {n}?</p>" for n in range(count)) * 2)


def unterminated(opening: str, megabytes: float = 1) -> str:
    return page(QUESTION + opening + "while(1){} <p> & <b " * int(megabytes * 50_000))


def broken_text() -> str:
    """NULs, half surrogates, control characters, a byte order mark in the middle, a direction turned over."""
    strange = "\0\ud800\udfff\x01\x1b\ufeff\u202e\uffff\x85\u2028"
    return strange + page(f"<p title='{strange}'>{strange}</p>{QUESTION}{strange}<p>&#0;&#xD800;&#x110000;&#-1;</p>")


QUICK: Mapping[str, Callable[[], str]] = {
    "nested tags": lambda: nested_tags(2),
    "nested spans": lambda: nested_tags(1, "span"),
    "nested lists": lambda: nested_tags(1, "ol"),
    "unclosed tags": lambda: unclosed_tags(0.3),
    "a hundred thousand attributes": lambda: attributes(100_000),
    "long attributes": lambda: long_attribute(5),
    "one text": lambda: one_text(9),
    "entity bomb": entity_bomb,
    "entities from outside": outside_entity,
    "nested arrays": lambda: nested_arrays(1_000_000),
    "nested objects": lambda: nested_objects(100_000),
    "nested answers": lambda: nested_answers(900),
    "script in JSON-LD": script_in_json_ld,
    "broken JSON-LD": broken_json_ld,
    "nested tables": lambda: nested_tables(20_000),
    "wide table": lambda: wide_table(200_000),
    "nested MathML": lambda: nested_mathml(20_000),
    "many formulas": lambda: many_formulas(30_000),
    "labels": lambda: labels(20_000),
    "colons": lambda: colons(100_000),
    "exercises": lambda: exercises(20_000),
    "unterminated script": lambda: unterminated("<script>"),
    "unterminated comment": lambda: unterminated("<!-- "),
    "unterminated tag": lambda: unterminated("<a href='"),
    "unterminated CDATA": lambda: unterminated("<![CDATA["),
    "broken text": broken_text,
    "nothing": lambda: "",
    "no element": lambda: "<!-- a --><?php ?>",
}
