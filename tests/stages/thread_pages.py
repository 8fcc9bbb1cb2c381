"""Small pages in the manner of boards, question sites, mail archives and wikis, for the tests of threads."""

QUESTION = "How many positive divisors does 360 have? I can factor it but I am not sure how to go on."
ANSWER = (
    "Write 360 = 2^3 * 3^2 * 5. Every divisor picks an exponent for each prime, so there are 4 * 3 * 2 = 24 of them."
)
OTHER = "The number of divisors is (3+1)(2+1)(1+1) = 24."
TITLE = "Number of divisors of 360"

_MENU = '<div class="m"><a href="/">Home</a> <a href="/q">Questions</a> <a href="/login">Log in</a></div>'


def page(body: str, *, title: str = f"{TITLE} | Askly") -> str:
    return f"<html><head><title>{title}</title></head><body>{_MENU}{body}<footer>© Askly</footer></body></html>"


def stackexchange(*, accepted: int | None = None, comment: str = "Nice one.") -> str:
    def answer(number: int, text: str, votes: int) -> str:
        names = "answer accepted-answer js-accepted-answer" if number == accepted else "answer"
        return f"""<div id="answer-{number}" class="{names}" itemprop="suggestedAnswer"><div class="post-layout">
          <div class="votecell"><div class="js-vote-count" data-value="{votes}">{votes}</div></div>
          <div class="answercell"><div class="s-prose js-post-body"><p>{text}</p></div>
          <div class="user-info"><div class="user-details"><a href="/users/{number}/u">user{number}</a>
          <span class="reputation-score">2,310</span></div></div></div>
          <ul><li class="comment"><span class="comment-copy">{comment}</span></li></ul></div></div>"""

    return page(f"""<h1 class="fs-headline1"><a class="question-hyperlink">{TITLE}</a></h1>
      <div id="question" class="question"><div class="votecell"><div class="js-vote-count" data-value="3">3</div></div>
      <div class="postcell"><div class="s-prose js-post-body"><p>{QUESTION}</p></div></div>
      <ul><li class="comment"><span class="comment-copy">Did you try {OTHER}</span></li></ul></div>
      <div id="answers"><h2>2 Answers</h2>{answer(1, ANSWER, 4)}{answer(2, OTHER, 9)}</div>
      <div id="sidebar"><h4>Related</h4><a href="/q/2">What is a prime?</a></div>""")


def phpbb(*replies: tuple[str, str]) -> str:
    def post(number: int, who: str, text: str) -> str:
        return f"""<div id="p{number}" class="post has-profile bg1"><div class="inner"><dl class="postprofile"><dt>
          <a class="username" href="./memberlist.php?mode=viewprofile&u={number}">{who}</a></dt>
          <dd>Posts: 12</dd></dl><div class="postbody"><div id="post_content{number}"><h3><a>Re: {TITLE}</a></h3>
          <p class="author">by <strong>{who}</strong> » 4 Jan 2009, 10:20</p>
          <div class="content">{text}</div>
          <div id="sig{number}" class="signature">My signature is long and longer.</div></div></div></div></div>"""

    posts = "".join(post(number, *reply) for number, reply in enumerate([("zed", QUESTION), *replies]))
    return page(f'<div id="page-body"><h2 class="topic-title"><a>{TITLE}</a></h2>{posts}</div>')


def generated_names(*, answers: int = 2) -> str:
    """A React application: classes say nothing, a heading counts the answers."""

    def answer(who: str, text: str, votes: int) -> str:
        return f"""<div class="css-8f"><div class="css-p0"><a href="/profile/{who}">{who}</a>
          <span>2 days ago</span></div>
          <div class="css-t3"><p>{text}</p></div><div class="css-ac"><button>Upvote · {votes}</button></div></div>"""

    cards = "".join([answer("bob", ANSWER, 12), answer("ann", OTHER, 3)][:answers])
    heading = f"{answers} Answer{'s' * (answers != 1)}"
    return page(f"""<main class="css-mn"><h1 class="css-h1">{TITLE}</h1><div class="css-md">Asked by
      <a href="/profile/zed">zed</a> · 3 days ago</div><div class="css-bd"><p>{QUESTION}</p></div>
      <h2 class="css-h2">{heading}</h2>{cards}<h3>Your answer</h3></main>""")


def board_of_tables() -> str:
    def post(who: str, date: str, text: str) -> str:
        return f"""<tr><td width="18%"><font size="2"><b>{who}</b></font><br><font size="1">Member</font></td><td>
          <font size="1">posted {date}</font><hr><font size="2">{text}</font></td></tr>"""

    posts = post("Zed", "01-04-1999 10:20 PM", QUESTION) + post("Bob", "01-05-1999 08:11 AM", ANSWER)
    head = "<tr><td><font><b>Author</b></font></td><td><font><b>Topic</b></font></td></tr>"
    thanks = post("Zed", "01-05-1999 09:00 AM", "Thanks Bob!")
    return page(f"<h2>{TITLE}</h2><p>Post a reply in the thread</p><table>{head}{posts}{thanks}</table>")


def mail_archive() -> str:
    def message(who: str, text: str) -> str:
        return f"<hr><b>From:</b> {who} at list.org<br><b>Date:</b> 4 Jan 1999 10:00:00<br><pre>{text}</pre>"

    quoted = "\n".join(f"&gt; {line}" for line in QUESTION.split("? "))
    reply = f"On Mon, 4 Jan 1999, Zed wrote:\n{quoted}\n\n{ANSWER}\n\n--\nBob\nDept. of Maths"
    return page(f"<h1>[list] {TITLE}</h1>" + message("Zed", QUESTION) + message("Bob", reply), title=f"[list] {TITLE}")


def talk_page() -> str:
    def signed(text: str, who: str, time: str) -> str:
        user = f'<a href="/wiki/User:{who}">{who}</a> (<a href="/wiki/User_talk:{who}">talk</a>)'
        return f"{text} — {user} {time} (UTC)"

    def section(title: str, question: str, reply: str) -> str:
        return f"""<h2><span class="mw-headline">{title}</span><span class="mw-editsection">[edit]</span></h2>
          <p>{question}</p><dl><dd>{reply}</dd></dl>"""

    asked = signed(QUESTION, "Zed", "10:20, 4 January 2009")
    answered = signed(ANSWER, "Bob", "11:00, 4 January 2009")
    told = signed("This page is archived by a bot.", "Bot", "10:20, 5 January 2009")
    noted = signed("Noted.", "Zed", "10:30, January 5, 2009")
    return page(section(TITLE, asked, answered) + section("Archive", told, noted), title="Talk:Numbers - Wiki")
