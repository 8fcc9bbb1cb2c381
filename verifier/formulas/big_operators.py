"""Sums and products over an index, and determinants."""

from verifier.formulas.names import Names
from verifier.formulas.tree import INFINITY, Node, UnparsableError, UnsupportedError

MATRICES = tuple(rf"\begin{{{kind}}}" for kind in ("vmatrix", "pmatrix", "bmatrix", "matrix"))
MAX_ORDER = 6


class BigOperators(Names):
    def arguments(self, closing: str) -> tuple[Node, ...]:
        raise NotImplementedError

    def series(self, op: str) -> Node:
        r"""`\sum_{k=1}^{n} k^2`; without its bounds an unknown function of the term."""
        index = low = None
        if self.accept("_"):
            self.accept("{")
            index = self.group()
            low = self.sum() if self.accept("=") else None
            self.accept("}")
        high = self.upper_bound() if self.accept("^") else None
        if index is None or (low is None and high is None):
            return Node("call", (self.product(),), name="\\" + op)
        if low is None or high is None:
            raise UnsupportedError("a sum with one bound")
        outer, self.bound = self.bound, (*self.bound, index)
        term = self.product()
        self.bound = outer
        return Node(op, (low, high, term), name=index)

    def upper_bound(self) -> Node:
        if self.accept(r"\infty") or self.accept_run("{", r"\infty", "}"):
            return INFINITY
        return self.argument()

    def determinant(self) -> Node:
        for kind in MATRICES[1:]:
            if self.accept(kind):
                return self.matrix(kind)
        if self.accept("("):
            for kind in MATRICES:
                if self.accept(kind):
                    node = self.matrix(kind)
                    self.expect(")")
                    return node
            return Node("call", self.arguments(")"), name=r"\det")
        return Node("call", (self.power(),), name=r"\det")

    def determinant_in_bars(self, name: str) -> Node:
        if name == "begin{vmatrix}":
            return self.matrix(MATRICES[0])
        raise UnsupportedError(f"\\{name} is not understood")

    def matrix(self, kind: str) -> Node:
        cells, widths = [self.sum()], [1]
        while not self.accept(kind.replace("begin", "end")):
            if self.accept("&"):
                widths[-1] += 1
            elif self.accept("\\\\"):
                if self.accept(kind.replace("begin", "end")):
                    break
                widths.append(1)
            else:
                raise UnparsableError("a matrix that does not end")
            cells.append(self.sum())
        if set(widths) != {len(widths)} or len(widths) > MAX_ORDER:
            raise UnparsableError("a determinant of what is no small square")
        return Node("det", tuple(cells))
