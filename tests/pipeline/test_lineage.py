from pipeline.lineage import Survey
from pipeline.store import Store
from tests.pipeline.workshop import SOURCE, Workshop, node


def test_an_ancestor_names_the_nodes_that_its_rows_and_side_inputs_come_from(shop: Workshop) -> None:
    nodes = {
        "src": SOURCE,
        "sums": node("total"),
        "first": {**node("publish", name="first"), "side": {"total": "sums"}},
        "last": {**node("publish", name="last"), "side": {"total": "first"}},
    }
    shop.run(**nodes)
    recipe = shop.recipe(**nodes)
    survey = Survey(recipe, Store(recipe.store))
    survey.walk()
    above = {one.node: (tuple(one.needs), dict(one.side)) for one in survey.ancestors(recipe.nodes["last"])}
    assert above == {"src": ((), {}), "sums": (("src",), {}), "first": (("src",), {"total": ("sums",)})}
    given = {one.node: (one.is_folder, tuple(one.given_as)) for one in survey.ancestors(recipe.nodes["last"])}
    assert given == {"src": (False, ("needs",)), "sums": (True, ()), "first": (True, ("total",))}
