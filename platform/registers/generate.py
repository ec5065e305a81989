#!/usr/bin/env python3
"""Writes what follows from register_map.yaml: the headers for C++ and C and the tables of README.md.

    generate.py           write the files that are not current
    generate.py --check   write nothing; exit status 1 and a list when files are not current

Needs python3-yaml. Exit status 2: the table is wrong; 77: there is no python3-yaml.
"""

import pathlib
import sys

sys.dont_write_bytecode = True  # no folders of caches beside the source

FOLDER = pathlib.Path(__file__).resolve().parent
SKIPPED = 77  # what CTest takes for a skipped test

try:
    from generator import c_header, cpp_header, readme, table
except ModuleNotFoundError as missing:
    if missing.name != "yaml":
        raise
    print("SKIPPED: python3-yaml is not installed (apt-get install python3-yaml)")
    sys.exit(SKIPPED)


def outputs(register_map):
    """The generated files: path and content."""
    readme_path = FOLDER / "README.md"
    return {
        FOLDER / "register_map.h": cpp_header.text(register_map),
        FOLDER.parent / "driver" / "tensordash_registers.h": c_header.text(register_map),
        readme_path: readme.replaced(readme_path.read_text(), register_map),
    }


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        files = outputs(table.load(FOLDER / "register_map.yaml"))
    except table.TableError as error:
        print(f"register_map.yaml: {error}", file=sys.stderr)
        return 2
    stale = [
        path for path, content in files.items() if not path.exists() or path.read_text() != content
    ]
    for path in stale:
        if arguments:
            print(f"{path} is not what generate.py makes of register_map.yaml", file=sys.stderr)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(files[path])
            print(f"wrote {path}")
    return 1 if arguments and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
