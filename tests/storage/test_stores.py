"""The storage is one store for each subject, found by the name of its file."""

from __future__ import annotations

from dataclasses import fields
from typing import get_type_hints

from bot.storage.stores import Storage


def test_each_store_has_the_name_of_its_file_and_says_what_its_methods_do() -> None:
    hints = get_type_hints(Storage)
    stores = {field.name: hints[field.name] for field in fields(Storage) if field.name != "database"}

    for name, store in stores.items():
        assert store.__module__.rpartition(".")[2] == name
        methods = [method for key, method in vars(store).items() if not key.startswith("_")]
        assert methods, name
        assert all(method.__doc__ for method in methods), name
    assert len(set(stores.values())) == len(stores)
