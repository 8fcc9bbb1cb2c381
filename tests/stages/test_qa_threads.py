import pytest

from stages._page_reader import read_page
from stages._qa_found import Found
from stages._qa_threads import thread_pairs
from stages._threads import find_threads
from tests.limits import bounded
from tests.stages import thread_pages as pages
from tests.stages.thread_pages import ANSWER, OTHER, QUESTION, TITLE

ASKED = f"{TITLE}\n{QUESTION}"


def pairs(html: str) -> list[Found]:
    page = read_page(html)
    assert page is not None
    return list(thread_pairs(page, find_threads(page)))


def test_the_accepted_answer_goes_before_the_one_with_more_votes() -> None:
    (pair,) = pairs(pages.stackexchange(accepted=1))
    assert (pair.question, pair.answer) == (ASKED, ANSWER)
    assert (pair.is_accepted, pair.votes, pair.author) == (True, 4, "user1")


def test_without_acceptance_votes_decide() -> None:
    (pair,) = pairs(pages.stackexchange())
    assert (pair.answer, pair.votes, pair.is_accepted) == (OTHER, 9, None)


def test_spans_lead_back_to_the_page() -> None:
    page = read_page(pages.stackexchange())
    assert page is not None
    (pair,) = thread_pairs(page, find_threads(page))
    assert pair.question_span is not None
    assert pair.answer_span is not None
    assert page.cut(pair.question_span) == QUESTION
    assert page.cut(pair.answer_span) == OTHER


def test_comments_answer_nothing_where_the_site_has_answers() -> None:
    html = pages.stackexchange()
    unanswered = html[: html.index('<div id="answers">')] + html[html.index('<div id="sidebar">') :]
    assert pairs(unanswered) == []


def test_a_board_gives_its_first_reply_that_answers() -> None:
    html = pages.phpbb(
        ("bob", "What have you tried so far? Please show us your work."),
        ("zed", "Sorry, I should have said that I am new to this."),
        ("eve", "Same problem here, any news?"),
        ("ann", ANSWER),
        ("zed", "Thanks a lot!"),
    )
    (pair,) = pairs(html)
    assert (pair.question, pair.answer, pair.author) == (ASKED, ANSWER, "ann")


def test_the_answer_that_the_asker_says_has_worked_goes_first() -> None:
    html = pages.phpbb(("bob", OTHER), ("ann", ANSWER), ("zed", "That worked, many thanks to both of you!"))
    (pair,) = pairs(html)
    assert (pair.answer, pair.author) == (ANSWER, "ann")


def test_the_answer_that_failed_the_asker_goes_last() -> None:
    html = pages.phpbb(("bob", OTHER), ("zed", "Unfortunately that is what I did, and no luck."), ("ann", ANSWER))
    (pair,) = pairs(html)
    assert (pair.answer, pair.author) == (ANSWER, "ann")


@pytest.mark.parametrize(
    "reply",
    [
        "Hello, this is a strange problem indeed. Could you please send us your project so that we can look into it?",
        "I am having the same problem as the one above, and it is like this: the sum never comes out as it should.",
    ],
)
def test_who_asks_for_more_or_has_the_same_trouble_answers_nothing(reply: str) -> None:
    (pair,) = pairs(pages.phpbb(("bob", reply), ("ann", ANSWER)))
    assert pair.author == "ann"


def test_comments_of_the_questions_own_class_are_its_answers() -> None:
    question = f'<div class="question-box"><a class="author">zed</a><div class="post-content">{QUESTION}</div></div>'
    answer = f'<li class="comment"><a class="author">ann</a><div class="post-content">{ANSWER}</div></li>'
    html = f'<h1>{TITLE}</h1>{question}<ul class="comment-list">{answer}</ul>'
    (pair,) = pairs(pages.page(html))
    assert (pair.question, pair.answer) == (ASKED, ANSWER)


def test_chinese_is_counted_by_characters() -> None:
    answer = "请先看一下这里的项目模块依赖关系 https://example.org/wiki 然后增加相关的文件，这样就可以运行了。"
    (pair,) = pairs(pages.phpbb(("ann", answer)))
    assert pair.answer == answer


def test_quotes_of_earlier_posts_and_signatures_are_left_out() -> None:
    quote = f"<blockquote><div><cite>zed wrote:</cite>{QUESTION}</div></blockquote>"
    (pair,) = pairs(pages.phpbb(("ann", f"{quote}{ANSWER}")))
    assert pair.answer == ANSWER


def test_the_askers_own_solution_is_one() -> None:
    solution = "I solved it in the end: multiply the exponents, each raised by one, which gives 24 divisors here."
    (pair,) = pairs(pages.phpbb(("zed", solution)))
    assert pair.answer == solution


@pytest.mark.parametrize(
    "html",
    [
        pages.generated_names(),
        pages.generated_names(answers=1),
        pages.board_of_tables(),
        pages.mail_archive(),
        pages.talk_page(),
    ],
    ids=["generated names", "one answer", "tables", "mail", "talk page"],
)
def test_pages_without_telling_names(html: str) -> None:
    (pair,) = pairs(html)
    assert (pair.question.removeprefix("[list] "), pair.answer) == (ASKED, ANSWER)


@pytest.mark.parametrize(
    "replies",
    [
        [],
        [("bob", "Bump! Anybody?")],
        [("bob", "This belongs in the homework section, a moderator should move it.")],
        [("zed", "Still stuck, any help would be appreciated.")],
        [("bob", "See https://example.org/divisors")],
        [("bob", "I will have a look at it tonight.")],
    ],
)
def test_a_thread_that_nobody_answers_gives_nothing(replies: list[tuple[str, str]]) -> None:
    assert pairs(pages.phpbb(*replies)) == []


def test_who_announces_something_asks_nothing() -> None:
    html = pages.phpbb(("bob", "Great news, congratulations to all of you who made this."))
    told = html.replace(QUESTION, "We are happy to announce our new site. What are you waiting for? Check it out.")
    assert pairs(told.replace(TITLE, "Introducing our new site")) == []


def test_an_article_with_comments_is_no_thread() -> None:
    comments = "".join(
        f'<li class="comment"><div class="comment-content"><p>{text}</p></div></li>' for text in (OTHER, ANSWER)
    )
    article = (
        f'<article><h1>{TITLE}</h1><div class="entry-content"><p>{QUESTION}</p></div></article><ol>{comments}</ol>'
    )
    assert pairs(pages.page(article)) == []


def test_a_blog_of_several_posts_is_no_thread() -> None:
    posts = "".join(
        f'<div class="post"><h3>{title}</h3><div class="post-body">{text}</div><div>Posted by Zed at 10:20</div></div>'
        for title, text in (("How many divisors does it have", QUESTION), ("An answer to a question of mine", ANSWER))
    )
    assert pairs(pages.page(posts, title="Maths blog")) == []


def test_an_article_with_unsigned_notes_below_is_no_thread() -> None:
    article = "The bridge was built by my father's firm, and is it not beautiful? " * 60
    notes = "".join(
        f'<div class="x{n} story-text"><p>{n}. What a bridge that is, and how long it has stood.</p></div>'
        for n in "ab"
    )
    assert (
        pairs(pages.page(f'<h1>The bridge</h1><div class="story-text">{article}</div>{notes}', title="The bridge"))
        == []
    )


@pytest.mark.parametrize("rank", ["Vote Up", "Log in", "262 Posts", "567", "Senior Member", "Participant"])
def test_ranks_and_buttons_are_no_authors(rank: str) -> None:
    html = pages.phpbb(("ann", ANSWER)).replace(">ann<", f">{rank}<")
    (pair,) = pairs(html)
    assert pair.author is None


def test_a_writers_count_of_posts_is_no_vote() -> None:
    html = pages.phpbb(("bob", ANSWER), ("ann", OTHER)).replace("Posts: 12", "Posts 16,947 Thanks 844 Likes 12")
    (pair,) = pairs(html)
    assert (pair.answer, pair.votes) == (ANSWER, None)


def test_the_sites_name_is_no_title() -> None:
    html = pages.phpbb(("ann", ANSWER)).replace("<h2", "<h1>Askly</h1><h2")
    (pair,) = pairs(html)
    assert pair.question == ASKED


@pytest.mark.parametrize("text", ["-\n" * 20_000, "\n" * 100_000, "answers -\n" * 10_000])
def test_tables_drawn_with_signs_cost_little(text: str) -> None:
    with bounded():
        assert pairs(pages.page(f"<pre>{text}</pre>")) == []


def test_many_posts_that_only_quote_other_pages_cost_little() -> None:
    quoted = (" ".join(f"w{number}x{word}" for word in range(300)) for number in range(500))
    posts = "".join(f"<div class='post-content'><blockquote cite='x'>{text}</blockquote>ok</div>" for text in quoted)
    with bounded():
        assert pairs(pages.page(f"<h1>{TITLE}</h1>{posts}")) == []
