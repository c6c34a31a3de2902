from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix.composed import composed
from bot.core.markdown import inline, parse
from bot.core.model import MemberId
from bot.core.text import (
    Bullets,
    Code,
    CodeBlock,
    Emphasis,
    Inline,
    LineBreak,
    Link,
    Mention,
    Paragraph,
    Plain,
    Quote,
    Strong,
    Text,
    bullets,
    inlines_of,
    paragraph,
)
from tests.matrix.trees import seen

ZOE = Mention(MemberId("@zoe:x.org"))
BREAK = LineBreak()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("Ça va\u202f? &lt;b&gt; &amp; &#x27;", ("Ça va\u202f? <b> & '",)),
        ("a <strong>b <em>c</em></strong> <code>x &lt; y</code>", inline("a **b *c*** `x < y`")),
        ("<b>a</b><i>b</i> <del>c</del><u>d</u><span data-mx-spoiler='x'>e</span><font color=red>f</font>", None),
        ("a<br>b<br />\nc", ("a", BREAK, "b", BREAK, "c")),
        (" a \n  b\u00a0 <b> </b>c ", ("a b\u00a0 c",)),
        ("<code>a  b\nc<b>d</b></code>", (Code("a b cd"),)),
        ("<code>a<br>b</code>", (Code("a"), BREAK, Code("b"))),
        ("<a href='https://x.org/?a&amp;b'>x</a>", (Link((Plain("x"),), "https://x.org/?a&b"),)),
        ("<a href='mailto:a@b.org'></a>", (Link((Plain("mailto:a@b.org"),), "mailto:a@b.org"),)),
        ("<a href='javascript:alert(1)'>x</a><a>y</a>", ("x (javascript:alert(1))y",)),
        ("<a href='/x'>y</a> <a href='x'>x</a>", ("y (/x) x",)),
        ("<a href='https://a.org'>a<a href='https://b.org'>b</a></a>", inline("[a](https://a.org)[b](https://b.org)")),
        ('<a href="https://matrix.to/#/@zoe:x.org">Zoé</a>: oui', (ZOE, ": oui")),
        ('<a href="https://matrix.to/#/%40zoe%3Ax.org?via=x.org"></a> <b>!</b>', (ZOE, " ", Strong((Plain("!"),)))),
        ('<a href="matrix:u/zoe:x.org?action=chat"><i>Zoé</i></a>', (ZOE,)),
        (
            '<a href="https://matrix.to/#/!abc?via=x.org">Salon</a>',
            (Link((Plain("Salon"),), "https://matrix.to/#/!abc"),),
        ),
        (
            '<a href="matrix:r/salon:x.org">#salon</a>',
            (Link((Plain("#salon"),), "https://matrix.to/#/%23salon:x.org"),),
        ),
        (
            '<a href="matrix:roomid/abc/e/ev%2Fent">là</a>',
            (Link((Plain("là"),), "https://matrix.to/#/!abc/$ev%2Fent"),),
        ),
        ('<a href="https://matrix.to/#/zoe">z</a>', (Link((Plain("z"),), "https://matrix.to/#/zoe"),)),
        ('<a href="matrix:u/zo%00e:x.org">z</a>', ("z (matrix:u/zo%00e:x.org)",)),
        ('<a href="matrix:x/zoe">z</a>', ("z (matrix:x/zoe)",)),
        ("<img src=x alt='Le &quot;plan&quot;'><img title=t><img>", ('Le "plan"t',)),
        ("a<!-- <b> --> <script>b<i></script><style>c</style>d", ("a d",)),
        ("<mx-reply><blockquote>a<mx-reply>b</mx-reply></blockquote></mx-reply>c</mx-reply>", ("c",)),
        (
            "1 < 2 > 0 <3 </ <!doctype> <?php?> <![CDATA[x]]> <b",
            ("1 < 2 > 0 <3 </ <!doctype> <?php?> <![CDATA[x]]> <b",),
        ),
        ("<b title='a > b'>a</b>", (Strong((Plain("a"),)),)),
        ("<b>a<i>b</b>c</i></b></u>d", (Strong((Plain("a"), Emphasis((Plain("b"),)))), "cd")),
    ],
)
def test_what_is_within_a_paragraph_becomes_nodes(html: str, expected: tuple[Inline | str, ...] | None) -> None:
    nodes = (Strong((Plain("a"),)), Emphasis((Plain("b"),)), " cdef") if expected is None else expected
    assert composed(html).text == paragraph(*nodes)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p>\n<p>b<br><br>c</p>d<div>e</div>", parse("a\n\nb\n\nc\n\nd\n\ne")),
        ("<p>a<b>b<p>c</b>d", parse("a**b**\n\ncd")),
        ("<h1>a <i>b</i></h1>c<h3>d", parse("# a *b*\n\nc\n\n### d")),
        ("<blockquote>\n<p>a</p>\n<ul><li>b</li></ul></blockquote>c", parse("> a\n>\n> - b\n\nc")),
        ("<ul>\n<li>a\n<ol><li><p>b</p><p>c</p></li></ol></li>\n<li>d</li></ul>", parse("- a\n  1. b\n\n     c\n- d")),
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>e", parse("- a\n- b\n  - c\n- d\n\ne")),
        ("<ul>a<li>b</li>c<ul><li>d</li></ul></ul>", bullets(paragraph("a"), parse("b\n\nc\n\n- d"))),
        ("<ul></ul><ol> <li></li></ol><blockquote></blockquote>", Text((Bullets(((),), ordered=True),))),
        ('<ol start="3"><li>a</li><li>b</li></ol>', parse("3. a\n4. b")),
        ('<ol start="x"><li>a</li></ol>', parse("1. a")),
        ("a<li>b</li>c</ul></blockquote>", parse("a\n\nb\n\nc")),
        ("<ul><li>a<blockquote>b</li>c</ul>", parse("- a\n  > b\n\n  c")),
        (
            '<pre><code class="language-py">\na <b>b</b>&lt;\n<br><img alt="i"> c\n</code></pre>d',
            Text((CodeBlock("a b<\n\ni c"), *paragraph("d").blocks)),
        ),
        ("<pre> \n</pre><pre>a<ul><li>b</ul><hr><h1>c", Text((CodeBlock("abc"),))),
        ("a<hr>b", parse("a\n\n---\n\nb")),
        (
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tr><td>c</td><td><b>d</b></td></tr></table>e",
            parse("a | b\nc | **d**\n\ne"),
        ),
        ("<details><summary>a</summary>b</details>", parse("a\n\nb")),
        (" \n<p> </p><br>", Text()),
        ("<mx-reply>a", Text()),
        ("", Text()),
    ],
)
def test_blocks_become_blocks(html: str, expected: Text) -> None:
    assert composed(html).text == expected


def test_what_nests_too_deep_keeps_its_words() -> None:
    html = "<blockquote>" * 500 + "<ul><li>" * 500 + "<b><i>" * 500 + "a" + "</i></b>" * 500 + "b" + "</li></ul>c" * 500
    said = composed(html + "</blockquote>" * 500 + "d").text
    assert seen(said) == "ab" + "c" * 500 + "d"
    assert said.blocks[-1] == Paragraph((Plain("d"),))
    assert isinstance(said.blocks[0], Quote)


@pytest.mark.parametrize(
    "unit",
    [
        "<", "<a ", "<!", "<!--", "<![CDATA[", "&", "</", "<b>", "<br>", "<ul>", "<li>", "<ul><p>a", "<blockquote>",
        "&#0;", "<script>", "<pre>", "<a href='https://matrix.to/#/@a:b'>", '<a b="x>', "<mx-reply>", "<tr><td>", "<?",
        "<code><b>", "<h1>", " ", "<hr>", "<ol start=3><li>", *("<a " + "".join(q) for q in product("'\"", repeat=3)),
    ],
)  # fmt: skip
def test_whatever_is_repeated_is_read(unit: str) -> None:
    said = composed(unit * (60_000 // len(unit))).text
    assert len(list(inlines_of(said))) <= 60_000


def test_people_and_rooms_are_told_in_their_order() -> None:
    html = (
        '<b><a href="https://matrix.to/#/@zoe:x.org">Zoé <i>L</i></a></b> <a href="https://matrix.to/#/!abc">s</a> '
        '<a href="https://matrix.to/#/!abc/$e">là</a><a href="https://x.org">x</a>'
    )
    assert [(pill.place.id, pill.label, pill.first) for pill in composed(html).pills] == [
        ("@zoe:x.org", "Zoé L", True),
        ("!abc", "s", False),
    ]


_TAGS = ("p", "b", "i", "u", "code", "pre", "ul", "ol start=2", "li", "blockquote", "h1", "table", "tr", "td")
_elements = st.lists(
    st.sampled_from(
        ["mot", "été\u202f!", " ", "\n", "&lt;", "< ", ">", "'", '"', "</ ", "<!--x-->", "<br>", "<hr>"]
        + [f"<{end}{tag}>" for end in ("", "/") for tag in (*_TAGS, "a href='https://x.org'")]
    ),
    max_size=40,
).map("".join)


@given(st.text() | st.text("<>&!-/'\"ab =;#[]?", max_size=60) | _elements)
def test_no_html_is_too_strange_to_read(html: str) -> None:
    composed(html)


@given(_elements)
def test_no_word_is_lost(html: str) -> None:
    said = seen(composed(html).text)
    assert (said.count("mot"), said.count("été")) == (html.count("mot"), html.count("été"))
