"""The paper in miniature: real training on two cores, then a page with figures and plots.

python -m bench.mini [--seeds 0 1 2] [--page-only]
"""

import argparse

from bench.mini.experiments import SEEDS
from bench.mini.page import write_page
from bench.mini.runs import train_all, write_data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--page-only", action="store_true", help="write the page of runs that are there")
    options = parser.parse_args()
    if not options.page_only:
        write_data()
        train_all(options.seeds)
    print(write_page(options.seeds))


if __name__ == "__main__":
    main()
