"""Documents: official forms, lists and internal papers of a record, as PDF, Word and pages.

A definition and a record become a `Sheet` (`form_sheet`, `document_sheet`): what stands on the paper, in order, all
words written out. `to_pdf` and `to_word` draw it; the page to print is drawn by the web from the same sheet. Who may
read a document is `may_read_document`, one that was made `may_read_paper`; what actions ordered, `make_papers` makes
after the commit. `compose` fills blocks from anything that is `Readable`.
"""

from .compose import compose, document_sheet, document_title, form_sheet
from .defined import Document, documents_of
from .making import Made, file_name, make_papers, read_all
from .model import Block, Heading, Listing, Official, Paragraph, Sheet, Signing, Table
from .pdf import PaperError, has_typeface, to_pdf, to_png
from .permission import may_read_document, may_read_paper, personal_in_document, personal_in_form
from .reading import Readable, Reading
from .shape import widths
from .word import to_word

__all__ = [
    "Block",
    "Document",
    "Heading",
    "Listing",
    "Made",
    "Official",
    "PaperError",
    "Paragraph",
    "Readable",
    "Reading",
    "Sheet",
    "Signing",
    "Table",
    "compose",
    "document_sheet",
    "document_title",
    "documents_of",
    "file_name",
    "form_sheet",
    "has_typeface",
    "make_papers",
    "may_read_document",
    "may_read_paper",
    "personal_in_document",
    "personal_in_form",
    "read_all",
    "to_pdf",
    "to_png",
    "to_word",
    "widths",
]
