"""The benchmarks that rows are checked against: where each is on the hub, and which columns hold what.

Names and columns of the hub were written down from how public evaluation code loads them and could not be tried against
the hub itself; a column that is not there is named with those that are. `note` says where even that was not to be had.
Only the question is compared; the options of multiple-choice items are left out.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Columns of the rows: question parts are joined by a space; `id` None where rows have no id of their own.

    `options` is a list whose member the answer names by letter or number; the item's answer is then its text.
    """

    question: tuple[str, ...] = ("question",)
    answer: str = "answer"
    id: str | None = None
    options: str | None = None

    @property
    def needed(self) -> frozenset[str]:
        """What a copy must have; answers are not compared, so it may be one without them."""
        return frozenset({*self.question, *filter(None, (self.id, self.options))})

    @property
    def columns(self) -> frozenset[str]:
        return self.needed | {self.answer}


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """`shape` is that of the hub; `files` are those of local files understood besides, the first that fits is taken."""

    dataset: str
    config: str | None = None
    split: str = "test"
    shape: Shape
    files: tuple[Shape, ...] = ()
    licence: str | None
    note: str = ""

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """For a local file; of columns that are all there the more are better, so that an id is not passed over."""
        return (self.shape, *self.files)


_PROBLEM = Shape(question=("problem",))
_PROBLEM_ID = Shape(question=("problem",), id="id")
_QUESTION_ID = Shape(id="id")
_MAA = "problems (c) Mathematical Association of America"

BENCHMARKS: dict[str, Benchmark] = {
    "math500": Benchmark(
        dataset="HuggingFaceH4/MATH-500", shape=Shape(question=("problem",), id="unique_id"), licence="MIT"
    ),
    "math_test": Benchmark(
        dataset="DigitalLearningGmbH/MATH-lighteval",
        shape=Shape(question=("problem",), answer="solution"),
        files=(Shape(question=("problem",), id="unique_id"), _PROBLEM),
        licence="MIT",
        note="the 5,000 of the official test split, MATH-500 among them; the answer is the whole solution on the hub",
    ),
    "aime_1983_2023": Benchmark(
        dataset="gneubig/aime-1983-2024",
        split="train",
        shape=Shape(question=("Question",), answer="Answer", id="ID"),
        files=(_PROBLEM,),
        licence=None,
        note=f"{_MAA}; the hub's rows go up to 2024",
    ),
    "aime24": Benchmark(dataset="HuggingFaceH4/aime_2024", split="train", shape=_PROBLEM_ID, licence=None, note=_MAA),
    "aime25": Benchmark(dataset="math-ai/aime25", shape=_PROBLEM_ID, files=(Shape(),), licence=None, note=_MAA),
    "gsm8k_test": Benchmark(dataset="openai/gsm8k", config="main", shape=Shape(), licence="MIT"),
    "theoremqa": Benchmark(
        dataset="TIGER-Lab/TheoremQA",
        shape=Shape(question=("Question",), answer="Answer"),
        files=(Shape(question=("Question",), answer="Answer", id="id"),),
        licence="MIT",
    ),
    "mmlu_pro": Benchmark(
        dataset="TIGER-Lab/MMLU-Pro", shape=Shape(id="question_id", options="options"), licence="MIT"
    ),
    "scibench": Benchmark(
        dataset="xw27/scibench",
        split="train",
        shape=Shape(question=("problem_text",), answer="answer_number"),
        licence="MIT",
        note="problems of textbooks (c) their publishers; a problem's own id is not unique",
    ),
    "olympiadbench": Benchmark(
        dataset="Hothan/OlympiadBench",
        config="OE_TO_maths_en_COMP",
        split="train",
        shape=Shape(answer="final_answer", id="id"),
        licence="Apache-2.0",
        note="open-ended text-only mathematics in English; name `OE_TO_physics_en_COMP` by read_datasets for physics",
    ),
    "minerva": Benchmark(
        dataset="math-ai/minervamath",
        shape=Shape(),
        files=(Shape(question=("problem",), answer="solution", id="idx"),),
        licence=None,
        note="from MIT OpenCourseWare courses (CC BY-NC-SA)",
    ),
    "college_math": Benchmark(
        dataset="realtreetune/college_math",
        shape=_PROBLEM,
        files=(Shape(),),
        licence=None,
        note="rows of the files carry their own licence; hub name and columns from memory",
    ),
    "amc23": Benchmark(dataset="math-ai/amc23", shape=_QUESTION_ID, licence=None, note=_MAA),
    "gaokao2023en": Benchmark(
        dataset="MARIO-Math-Reasoning/Gaokao2023-Math-En",
        split="train",
        shape=Shape(),
        licence="MIT",
        note="hub name, split and columns from memory",
    ),
    "mmlu_stem": Benchmark(
        dataset="TIGER-Lab/MMLU-STEM",
        shape=Shape(options="choices"),
        licence="MIT",
        note="hub name from memory",
    ),
    "sat_math": Benchmark(
        dataset="mcaleste/sat_multiple_choice_math_may_23",
        split="train",
        shape=Shape(answer="Answer", id="id"),
        licence=None,
        note="hub name, split and columns from memory",
    ),
    "aqua": Benchmark(dataset="deepmind/aqua_rat", config="raw", shape=Shape(answer="correct"), licence="Apache-2.0"),
    "asdiv": Benchmark(
        dataset="EleutherAI/asdiv",
        split="validation",
        shape=Shape(question=("body", "question")),
        files=(Shape(question=("body", "question"), id="idx"),),
        licence="CC BY-NC 4.0",
    ),
    "svamp": Benchmark(
        dataset="ChilleD/SVAMP", shape=Shape(question=("Body", "Question"), answer="Answer", id="ID"), licence="MIT"
    ),
    "mawps": Benchmark(
        dataset="MU-NLPC/Calc-mawps",
        shape=Shape(answer="result", id="id"),
        files=(Shape(question=("input",), answer="target"),),
        licence="MIT",
    ),
}
