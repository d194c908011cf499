"""The standard as value objects: datasets, columns and requirements, read from schemas and catalogue.

This package is the only code that reads those files. It knows nothing of engines, readers or reports.
"""

from opentokenomics.standard._checks import (
    NAMED,
    Bundle,
    BundleFault,
    Check,
    Encoding,
    Excluded,
    Fault,
    Group,
    GroupRule,
    NoOverlap,
    Predicate,
    ReferenceRule,
    References,
    Row,
    Schema,
    Tree,
    Unique,
)
from opentokenomics.standard._library import DIGESTS, Library, documents, library, load, using, versions
from opentokenomics.standard._load import Texts, read_standard
from opentokenomics.standard._model import (
    BASE_URI,
    Column,
    Dataset,
    Facet,
    Keyword,
    Kind,
    Profile,
    Requirement,
    Shape,
    Standard,
)
from opentokenomics.standard._version import VersionName

__all__ = [
    "BASE_URI",
    "DIGESTS",
    "NAMED",
    "Bundle",
    "BundleFault",
    "Check",
    "Column",
    "Dataset",
    "Encoding",
    "Excluded",
    "Facet",
    "Fault",
    "Group",
    "GroupRule",
    "Keyword",
    "Kind",
    "Library",
    "NoOverlap",
    "Predicate",
    "Profile",
    "ReferenceRule",
    "References",
    "Requirement",
    "Row",
    "Schema",
    "Shape",
    "Standard",
    "Texts",
    "Tree",
    "Unique",
    "VersionName",
    "documents",
    "library",
    "load",
    "read_standard",
    "using",
    "versions",
]
