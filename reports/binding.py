"""Many tagged PDFs bound into one that is as accessible (PDF/UA-1) as each of them.

Every paper keeps its pages and its look. Its tree of structure hangs under that of the front, as a
part with a title and a language of its own; what is numbered or named per file (the parents of
marked content, places to go to) is numbered on, or named apart.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pikepdf
from fontTools.pens.basePen import BasePen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from .pdf import STATIC

# What the contents link to, as WeasyPrint is given it, which knows no pages but its own.
PLACE = "urn:kompas:part:"
# Where the number of a page stands, in points: at the top right, where a paper prints nothing.
RIGHT, TOP, SIZE = 68.0, 38.0, 10.0


@dataclass(frozen=True)
class Bound:
    """One paper of a bundle: what its bookmark says, its language, and its PDF."""

    title: str
    language: str
    content: bytes


def count_pages(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as one:
        return len(one.pages)


def bind(front: bytes, papers: Iterable[Bound]) -> bytes:
    """One PDF: the front, its pages in Roman numbers, then each paper, numbered on from 1.

    A link in the front to PLACE and a number leads to the paper of that place, counted from 0.
    """
    binder = _Binder(front)
    for paper in papers:
        binder.add(paper)
    return binder.done()


class _Binder:
    def __init__(self, front: bytes):
        self.out = pikepdf.open(io.BytesIO(front))
        self.front = len(self.out.pages)
        self.tree = self.out.Root.StructTreeRoot
        self.parents = _parents(self.tree)
        self.dests = _dests(self.out)
        self.papers: list[tuple[Bound, int]] = []  # each with its first page, counted from 0
        self.bookmarks: list[list[_Mark]] = []

    def add(self, paper: Bound) -> None:
        # Closed and forgotten before the next: open files are half of what binding takes.
        with pikepdf.open(io.BytesIO(paper.content)) as source:
            self._add(paper, source)

    def _add(self, paper: Bound, source: pikepdf.Pdf) -> None:
        first, number = len(self.out.pages), len(self.papers)
        self.papers.append((paper, first))
        self.bookmarks.append(_marks(source, first))
        _slim(source)
        beyond = max((key for key, _value in self.parents), default=-1) + 1
        _number_on(source, beyond, f"{number}/")
        dests = [(f"{number}/{name}", *_place(dest)) for name, dest in _dests(source)]
        # Pages come first: what points at them, or at what stands on them, then finds the copies.
        with warnings.catch_warnings():
            # That named places are left behind: they follow below.
            warnings.simplefilter("ignore", pikepdf.PageCopyWarning)
            self.out.pages.extend(source.pages)
        theirs = self.out.copy_foreign(source.Root.StructTreeRoot)
        for element in theirs.K:
            element.S, element.P = Name.Part, self.tree.K[0]
            element.T, element.Lang = String(paper.title), String(paper.language)
            self.tree.K[0].K.append(element)
        self.parents += [(key + beyond, value) for key, value in _parents(theirs)]
        if "/RoleMap" in theirs:
            roles = self.tree.get("/RoleMap", Dictionary())
            for name, role in theirs.RoleMap.items():
                roles[name] = role
            self.tree.RoleMap = roles
        for name, number, rest in dests:
            self.dests.append((name, _goal(self.out, first + number, rest)))
        for page in self.out.pages[first:]:
            _stamp(self.out, page, page.index + 1 - self.front)

    def done(self) -> bytes:
        out = self.out
        self.tree.ParentTree = out.make_indirect(Dictionary(Nums=Array(_flat(self.parents))))
        self.tree.ParentTreeNextKey = max((key for key, _value in self.parents), default=-1) + 1
        if self.dests:
            names = out.Root.get("/Names", Dictionary())
            dests = sorted(self.dests, key=lambda one: one[0].encode())
            names.Dests = Dictionary(Names=Array(_flat((String(a), b) for a, b in dests)))
            out.Root.Names = names
        labels = [0, Dictionary(S=Name.r)]
        if self.papers:
            labels += [self.front, Dictionary(S=Name.D)]
        out.Root.PageLabels = Dictionary(Nums=Array(labels))
        self._lead()
        with out.open_outline() as outline:
            for (paper, first), marks in zip(self.papers, self.bookmarks, strict=True):
                item = _item(out, _Mark(paper.title, first, ("/Fit",), marks))
                outline.root.append(item)
        made = io.BytesIO()
        out.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
        return made.getvalue()

    def _lead(self) -> None:
        """Let the links of the contents go to the papers, and say where they go."""
        for page in self.out.pages[: self.front]:
            for link in page.get("/Annots", ()):
                target = str(link.A.URI) if "/A" in link and "/URI" in link.A else ""
                if not target.startswith(PLACE):
                    continue
                paper, first = self.papers[int(target.removeprefix(PLACE))]
                del link["/A"]
                link.Dest = Array([self.out.pages[first].obj, Name.Fit])
                link.Contents = String(paper.title)


@dataclass(frozen=True)
class _Mark:
    """A bookmark: its words, its page counted from 0, where on it, and what stands below it."""

    title: str
    page: int
    place: Place
    below: list[_Mark]


def _parents(tree: Any) -> list[tuple[int, Any]]:
    """The tree of parents as WeasyPrint writes it: one flat list of numbers and what they mean."""
    nums = list(tree.ParentTree.Nums)
    return [(int(nums[at]), nums[at + 1]) for at in range(0, len(nums), 2)]


def _flat(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    return [one for pair in pairs for one in pair]


def _dests(pdf: pikepdf.Pdf) -> list[tuple[str, Any]]:
    if "/Names" not in pdf.Root or "/Dests" not in pdf.Root.Names:
        return []
    names = list(pdf.Root.Names.Dests.Names)
    return [(str(names[at]), names[at + 1]) for at in range(0, len(names), 2)]


Place = tuple[str | float, ...]  # where on a page: the way of showing it, and its numbers


def _place(dest: Any) -> tuple[int, Place]:
    """The page of a place to go to, counted from 0, and where on it."""
    where = [str(one) if isinstance(one, Name) else float(one) for one in list(dest)[1:]]
    return pikepdf.Page(dest[0]).index, tuple(where)


def _goal(out: pikepdf.Pdf, page: int, place: Place) -> Array:
    """The same as a PDF writes it."""
    where = [Name(one) if isinstance(one, str) else one for one in place]
    return Array([out.pages[page].obj, *where])


def _number_on(source: pikepdf.Pdf, beyond: int, apart: str) -> None:
    """Number what has parents on from `beyond`, and begin each named place with `apart`."""
    for page in source.pages:
        page.obj.StructParents = int(page.obj.StructParents) + beyond
        for link in page.get("/Annots", ()):
            if "/StructParent" in link:
                link.StructParent = int(link.StructParent) + beyond
            if "/Dest" in link and not isinstance(link.Dest, Array):
                link.Dest = String(apart + str(link.Dest))


def _marks(source: pikepdf.Pdf, first: int) -> list[_Mark]:
    """The bookmarks of a paper, from page `first` on."""

    def of(parent: Any) -> list[_Mark]:
        found, item = [], parent.get("/First")
        while item is not None:
            page, place = _place(item.Dest)
            found.append(_Mark(str(item.Title), first + page, place, of(item)))
            item = item.get("/Next")
        return found

    # The first is the paper's own title, which its place in the bundle says already.
    marks = of(source.Root.Outlines) if "/Outlines" in source.Root else []
    return marks[0].below if len(marks) == 1 else marks


def _item(out: pikepdf.Pdf, mark: _Mark) -> OutlineItem:
    item = OutlineItem(mark.title, _goal(out, mark.page, mark.place))
    item.is_closed = bool(mark.below)
    item.children.extend(_item(out, below) for below in mark.below)
    return item


# What may hold words itself, and what a span around them says when it says nothing.
_HOLDS = frozenset(
    ("/P", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6", "/LBody", "/Lbl", "/TD", "/TH", "/Span")
)
_VOID = frozenset(("/Type", "/S", "/K", "/Pg", "/P"))


def _slim(source: pikepdf.Pdf) -> None:
    """Take out of the tree of structure what says nothing: half of it, and so of the memory.

    A span that only holds words gives them to what it stands in; one of anything needs no list.
    """
    tree = source.Root.StructTreeRoot
    parents = dict(_parents(tree))
    of_page = {page.obj.objgen: parents[int(page.obj.StructParents)] for page in source.pages}

    def kids_of(element: Any) -> list[Any]:
        kids = element.get("/K", ())
        return list(kids) if isinstance(kids, Array | tuple) else [kids]

    def visit(element: Any) -> list[Any]:
        kept: list[Any] = []
        holds = str(element.S) in _HOLDS and "/Pg" in element
        page = element.Pg.objgen if holds else None
        for kid in kids_of(element):
            if not isinstance(kid, Dictionary) or "/S" not in kid:
                kept.append(kid)
                continue
            words = visit(kid)
            if (
                holds
                and str(kid.S) == "/Span"
                and _VOID.issuperset(kid.keys())
                and all(isinstance(one, int) for one in words)
                and kid.Pg.objgen == page
            ):
                for one in words:
                    of_page[page][one] = element
                kept += words
            else:
                kept.append(kid)
        if len(kept) == 1:
            element.K = kept[0]
        elif kept:
            element.K = Array(kept)
        if "/Type" in element:
            del element["/Type"]  # it can be nothing else
        if (
            "/Pg" in element
            and kept
            and all(isinstance(one, Dictionary) and "/S" in one for one in kept)
        ):
            del element["/Pg"]  # which says where its own words are
        return kept

    for element in tree.K:
        visit(element)
        element.K = Array(kids_of(element))


# The number of a page in the bundle, drawn: so it needs no font, and no screen reader reads it
# aloud amidst the words. The labels of the pages say the same.


class _Strokes(BasePen):
    """The outline of a letter as a PDF draws it."""

    def __init__(self, letters: Any):
        super().__init__(letters)
        self.drawn: list[str] = []

    def _say(self, letter: str, *points: tuple[float, float]) -> None:
        self.drawn.append(" ".join([*(f"{x:.0f} {y:.0f}" for x, y in points), letter]))

    def _moveTo(self, pt):
        self._say("m", pt)

    def _lineTo(self, pt):
        self._say("l", pt)

    def _curveToOne(self, pt1, pt2, pt3):
        self._say("c", pt1, pt2, pt3)

    def _closePath(self):
        self.drawn.append("h")


@cache
def _digits() -> tuple[float, dict[str, tuple[str, float]]]:
    """How many units go in the size of the letter, and of each digit how it is drawn, how wide."""
    font = TTFont(STATIC / "fonts" / "atkinson-hyperlegible-next-bold.woff2")
    letters, names, found = font.getGlyphSet(), font.getBestCmap(), {}
    for digit in "0123456789":
        pen = _Strokes(letters)
        letters[names[ord(digit)]].draw(pen)
        found[digit] = "\n".join(pen.drawn), float(letters[names[ord(digit)]].width)
    return float(font["head"].unitsPerEm), found


def _stamp(out: pikepdf.Pdf, page: pikepdf.Page, number: int) -> None:
    """Draw `number` at the top right of a page, as something that is not its content."""
    units, digits = _digits()
    scale, word = SIZE / units, str(number)
    width, height = float(page.mediabox[2]), float(page.mediabox[3])
    left = width - RIGHT - scale * sum(digits[digit][1] for digit in word)
    drawn = ["/Artifact <</Type /Pagination /Subtype /Header>> BDC q 0.29 g"]
    drawn.append(f"{scale:.6f} 0 0 {scale:.6f} {left:.3f} {height - TOP:.3f} cm")
    for digit in word:
        shape, wide = digits[digit]
        drawn += [shape, "f", f"1 0 0 1 {wide:.0f} 0 cm"]
    drawn.append("Q EMC")
    # Around what stands there: it leaves the page turned over.
    page.contents_add(out.make_stream(b"q"), prepend=True)
    page.contents_add(out.make_stream("\n".join(["Q", *drawn]).encode()))
