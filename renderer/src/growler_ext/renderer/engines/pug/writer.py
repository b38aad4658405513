"""Collects what a template shows, as nodes of Jinja's tree: text in one piece, values, and statements between them."""

from __future__ import annotations

from jinja2 import nodes


class Writer:
    """One body. What is text never becomes source, so nothing in it can be taken for Jinja."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._pieces: list[nodes.Expr] = []
        self._body: list[nodes.Node] = []

    def text(self, text: str) -> None:
        self._texts.append(text)

    def show(self, value: nodes.Expr) -> None:
        self._end_text()
        self._pieces.append(value)

    def add(self, statement: nodes.Node) -> None:
        self._end_output()
        self._body.append(statement)

    def take(self) -> list[nodes.Node]:
        self._end_output()
        return self._body

    def _end_text(self) -> None:
        text = "".join(self._texts)
        self._texts = []
        if text:
            self._pieces.append(nodes.TemplateData(text))

    def _end_output(self) -> None:
        self._end_text()
        if self._pieces:
            self._body.append(nodes.Output(self._pieces))
            self._pieces = []
