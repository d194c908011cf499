"""Judging tables where they are: one SQL query for each dataset, in the dialect of a warehouse.

The rules are those of the published trees. Nothing here connects to a warehouse or runs a query.
"""

from opentokenomics.warehouse._columns import Table
from opentokenomics.warehouse._names import parts_of
from opentokenomics.warehouse._query import Request, query
from opentokenomics.warehouse._storage import STORAGES, Storage

__all__ = ["STORAGES", "Request", "Storage", "Table", "parts_of", "query"]
