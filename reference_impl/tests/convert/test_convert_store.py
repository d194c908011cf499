"""What a conversion remembers is the same in memory and in a temporary file."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.convert._store import Entry, Store

keys = st.sampled_from([b"a", b"b", b"c", b"\x00\xff"])
entries = st.builds(Entry, st.integers(0, 10**18), st.text(max_size=3).filter(str.isprintable))


@settings(max_examples=50)
@given(puts=st.lists(st.tuples(keys, entries), max_size=12), most=st.integers(0, 4))
def test_a_store_is_a_dictionary_wherever_it_is_kept(puts: list[tuple[bytes, Entry]], most: int) -> None:
    store, model = Store(most), {}
    for key, entry in puts:
        store.put(key, entry)
        model[key] = entry
        assert {each: store.get(each) for each in model} == model
    assert list(store.entries()) == list(model.values())
    assert store.get(b"never") is None
