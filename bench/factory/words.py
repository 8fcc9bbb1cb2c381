"""What stands on pages beside questions and answers: people, chatter, news, adverts, labels."""

from random import Random

GIVEN = [
    "alex",
    "bella",
    "carlos",
    "dmitri",
    "emma",
    "fatima",
    "george",
    "hana",
    "ivan",
    "julia",
    "kofi",
    "lena",
    "marco",
    "nadia",
    "oscar",
    "priya",
    "quinn",
    "rosa",
    "sam",
    "tara",
]
FAMILY = [
    "adams",
    "brandt",
    "chen",
    "diaz",
    "evans",
    "fischer",
    "gupta",
    "hughes",
    "ito",
    "jones",
    "keller",
    "lopez",
    "moore",
    "novak",
    "olsen",
    "park",
    "reyes",
    "smith",
]
HANDLES = [
    "mathwiz",
    "physlover",
    "number_cruncher",
    "lost_in_algebra",
    "primeTime",
    "sigma",
    "tangent_space",
    "x-ray",
    "integralist",
    "bluebird",
]
RANKS = [
    "Member",
    "Junior Member",
    "Senior Member",
    "Regular",
    "Moderator",
    "New poster",
    "Full Member",
    "Advanced user",
]
PLACES = ["Leeds, UK", "Ohio", "Toronto", "Bangalore", "Cape Town", "Sydney", "Berlin", "Texas", "Manila", "Oslo"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
SIGNATURES = [
    "Mathematics is the art of giving the same name to different things.",
    "Please read the forum rules before you post!",
    "My blog: www.sums-and-differences.example",
    '"If I have seen further it is by standing on the shoulders of giants."',
    "I am not a tutor, just an enthusiast.",
    "Sent from my phone using ForumApp",
    "Currently reading: Calculus, 3rd edition",
]
THANKS = [
    "Thanks a lot!",
    "Thank you so much, that was really helpful!",
    "Got it now. Thanks!",
    "Great explanation, thank you.",
    "Oh I see, that makes sense. Thanks for taking the time.",
    "Awesome, I was stuck on this one for ages. Cheers!",
]
CHATTER = [
    "What have you tried so far? Please show us your work.",
    "Welcome to the forum! Please read the sticky about posting homework questions first.",
    "Same question here, following.",
    "I have the same problem, did you ever find out?",
    "Bump! Anybody?",
    "Which textbook is this from?",
    "Did you draw a picture? Where exactly are you stuck?",
    "This belongs in the homework section, a moderator should move it.",
    "me too",
    "Could you post the whole statement? I am not sure I read it correctly.",
    "No idea, sorry. Maybe somebody else can help.",
    "Interesting problem, I will have a look at it tonight when I am back from work.",
]
OWN_CHATTER = [
    "Sorry, I should have said that I have been at this for two hours and my attempts went nowhere.",
    "Anyone? My test is on Friday.",
    "Still stuck, any help would be appreciated.",
    "It is from last year's worksheet, no key was handed out.",
]
GREETINGS = ["Hi everyone,", "Hello all,", "Hi,", "Good evening,"]
CLOSINGS = ["Any help is appreciated.", "Thanks in advance!", "I do not know where to start.", "How would you do it?"]
ALSO = [
    "I get {short} as well.",
    "The answer is {short}.",
    "Worked it out another way and arrived at {short} too, so that must be right.",
    "{short}. Check it by putting the numbers back in.",
]
REMARKS = [
    "Nice one. I would only add that a sketch helps here.",
    "+1 for the clear steps.",
    "Is this from a contest? It looks familiar.",
    "Please use the proper formatting for formulas.",
    "Possible duplicate, we had one like this last week.",
    "You could also do this with a table.",
    "Small typo in the second line, fixed it.",
    "Welcome to the site! Take the tour when you have time.",
]
NEWS = [
    "The school board voted on Tuesday to extend the summer programme for another two years.",
    "More than four hundred pupils took part in the regional science fair at the weekend.",
    "The new laboratory opened its doors after three years of construction.",
    "Teachers say the revised curriculum leaves more room for projects and discussion.",
    "Funding for the library was approved with a narrow majority.",
    "A spokeswoman said that details would be published before the end of the month.",
    "Parents had asked for smaller classes and longer opening hours.",
    "The museum shows instruments from the collection of a retired clockmaker.",
    "Visitors can try the exhibits themselves, and guided tours start on the hour.",
    "In the long run the committee hopes to bring more students into technical professions.",
    "The team travelled by train and arrived late on Thursday evening.",
    "Its members meet every second week to talk about books, games and the history of science.",
    "The report compares results from twelve cities and warns against simple rankings.",
    "For many years the old observatory stood empty on the hill above the town.",
    "Volunteers have repainted the dome and repaired the roof.",
    "On clear nights the public may look through the telescope.",
    "The lecture series begins in October and is free of charge.",
    "Good notes are worth more than good intentions, as every student finds out sooner or later.",
    "I have been keeping a study diary since my first term and still read it now and then.",
    "Nobody learns to swim by watching swimmers, and the same holds for this subject.",
    "My favourite part of the week is the hour in which nothing is planned.",
    "After the break we moved into the larger room, which has better light and worse chairs.",
]
EXPOSITION = [
    "In this section we collect the rules that are used throughout the chapter.",
    "The idea goes back to merchants who had to share profits among partners of unequal means.",
    "It is good practice to estimate a result before working it out in detail.",
    "A quantity is called constant if it keeps its value during the whole discussion.",
    "We shall return to this point in the next chapter, where a more general method is developed.",
    "Units should be carried along in every step, for they reveal many mistakes at once.",
    "The reader is encouraged to redraw the diagrams by hand.",
    "Historically the two notions were developed independently of each other.",
    "What follows is a summary of the definitions that have been introduced so far.",
    "There is more than one way to organise such a calculation, and none is best in every case.",
]
ADVERTS = [
    "Study smarter: get 50% off your first month of Tutorly Premium",
    "Compare student laptops from $299",
    "Earn your degree online. Request information today!",
    "Doctors hate this one weird trick",
    "Free trial: unlimited textbook help, cancel anytime",
    "Book your summer course now - places are limited",
    "Which online tutor is right for you? Take the 2-minute quiz",
]
NAV = [
    "Home",
    "Questions",
    "Forums",
    "Subjects",
    "Blog",
    "About",
    "Contact",
    "Help",
    "Members",
    "Search",
    "Shop",
    "Log in",
]
NAV += [
    "Register",
    "Courses",
    "Tags",
    "Users",
    "Library",
    "Worksheets",
    "Calculators",
    "Glossary",
    "Videos",
    "Downloads",
]
FOOTER = ["Privacy Policy", "Terms of Service", "Cookie settings", "Imprint", "Advertise", "Accessibility", "Sitemap"]
SITE = [
    "math",
    "learn",
    "study",
    "homework",
    "physics",
    "school",
    "brain",
    "number",
    "campus",
    "tutor",
    "exam",
    "solve",
    "science",
    "class",
]
SITE_END = ["hub", "lab", "zone", "corner", "central", "space", "nest", "base", "help", "room", "desk", "spot"]


def person(rng: Random) -> str:
    """A display name or handle."""
    form = rng.randrange(4)
    if form == 0:
        return f"{rng.choice(GIVEN).title()} {rng.choice(FAMILY).title()}"
    if form == 1:
        return f"{rng.choice(HANDLES)}{rng.randrange(2, 99)}"
    if form == 2:
        return f"{rng.choice(GIVEN)}{rng.randrange(1970, 2010)}"
    return f"{rng.choice(GIVEN).title()}{rng.choice(FAMILY)[0].upper()}."


def people(rng: Random, count: int) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        names[person(rng)] = None
    return list(names)


def date(rng: Random) -> str:
    year, month, day = rng.randrange(2005, 2025), rng.randrange(12), rng.randrange(1, 29)
    return rng.choice(
        (f"{MONTHS[month]} {day}, {year}", f"{year}-{month + 1:02d}-{day:02d}", f"{day} {MONTHS[month]} {year}")
    )


def news(rng: Random, sentences: int) -> str:
    return " ".join(rng.sample(NEWS, sentences))
