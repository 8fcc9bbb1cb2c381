"""The styles held out, a third of all: reported alone, as numbers."""

from bench.factory import unseen_lists, unseen_threads

UNSEEN = (
    unseen_threads.microdata_answers,
    unseen_threads.hashed_react,
    unseen_threads.mailing_list,
    unseen_threads.smf_mybb,
    unseen_threads.quora_like,
    unseen_lists.nineties_tables,
    unseen_lists.wiki_exercises,
    unseen_lists.blogger_posts,
    unseen_lists.flashcards,
)
