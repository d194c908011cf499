"""Compares two versions of the standard, and says of each difference what it means for inputs of the older one."""

from opentokenomics.compatibility._change import Action, Change, Compatibility, compatibility_of
from opentokenomics.compatibility._compare import compare, is_permitted
from opentokenomics.compatibility._requirements import revived_identifiers

__all__ = [
    "Action",
    "Change",
    "Compatibility",
    "compare",
    "compatibility_of",
    "is_permitted",
    "revived_identifiers",
]
