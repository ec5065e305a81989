"""What platform/registers/generate.py makes of tables: wrong ones are refused, right ones are not."""

import copy
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

ROOT = pathlib.Path(__file__).resolve().parents[3]
REGISTERS = ROOT / "platform" / "registers"
sys.path.insert(0, str(REGISTERS))

try:
    import yaml
except ModuleNotFoundError:
    print("SKIPPED: python3-yaml is not installed (apt-get install python3-yaml)")
    sys.exit(77)

from generator import c_header, cpp_header, readme, table  # noqa: E402

DATA = yaml.safe_load((REGISTERS / "register_map.yaml").read_text())


class WrongTables(unittest.TestCase):
    """Each test changes one thing in the table that is there."""

    def setUp(self):
        self.data = copy.deepcopy(DATA)

    def register(self, name):
        return next(each for each in self.data["registers"] if each["name"] == name)

    def word(self, name):
        return next(each for each in self.data["descriptor"]["words"] if each["name"] == name)

    def refused(self, text):
        with self.assertRaisesRegex(table.TableError, text):
            table.parse(self.data)

    def test_the_table_itself_is_right(self):
        table.parse(self.data)

    def test_two_registers_at_one_place(self):
        self.register("VERSION")["offset"] = 0
        self.refused("VERSION: overlaps ID")

    def test_a_register_in_the_counters(self):
        self.register("COUNTER_CONTROL")["offset"] = 0x1EC
        self.refused("CONNECTIVITY: overlaps COUNTER_CONTROL")

    def test_counters_beyond_the_window(self):
        self.data["counters"]["offset"] = 0xF18
        self.refused("CONNECTIVITY: lies outside")

    def test_offsets(self):
        self.register("COUNTER_CONTROL")["offset"] = 0x82
        self.refused("COUNTER_CONTROL: offset 0x82 is not a multiple of 4")

    def test_a_register_beyond_the_window(self):
        self.register("COUNTER_CONTROL")["offset"] = 4096
        self.refused("COUNTER_CONTROL: 4096 is not in")

    def test_order(self):
        self.data["registers"].reverse()
        self.refused("ascending")

    def test_names(self):
        self.register("VERSION")["name"] = "ID"
        self.refused("register ID twice")

    def test_fields_that_overlap(self):
        self.register("CONTROL")["fields"][1]["bits"] = [1, 0]
        self.refused("CONTROL.STOP_ON_ERROR: overlaps ENABLE")

    def test_bits_out_of_range(self):
        for bits in ([32, 31], [0, 1], [3], "3"):
            self.register("CONTROL")["fields"][1]["bits"] = bits
            self.refused("CONTROL.STOP_ON_ERROR: ")

    def test_unknown_access(self):
        self.register("ID")["access"] = "wo"
        self.refused("ID: unknown access wo")
        self.setUp()
        self.register("CONTROL")["fields"][0]["access"] = "w0c"
        self.refused("CONTROL.ENABLE: unknown access w0c")

    def test_resets(self):
        self.register("CONTROL")["reset"] = 0x100
        self.refused("CONTROL: reset sets bits that read 0")
        self.register("CONTROL")["reset"] = 1 << 32
        self.refused("CONTROL: 4294967296 is not in")

    def test_only_rw_is_locked(self):
        self.register("RING_HEAD")["locked"] = True
        self.refused("RING_HEAD: locked, but not rw")

    def test_keys(self):
        self.register("ID")["acess"] = "ro"
        self.refused("ID: unknown key acess")
        self.setUp()
        del self.register("ID")["help"]
        self.refused("ID: has no help")

    def test_words_that_overlap(self):
        self.word("A_DIRECTORY")["word"] = 21
        self.refused("A_DIRECTORY: word 21 is taken by A_DATA")

    def test_words_beyond_the_descriptor(self):
        self.word("RESULT_DIRECTORY")["word"] = 63
        self.refused("RESULT_DIRECTORY: 63 is not in")

    def test_alignment(self):
        self.word("A_DATA")["align"] = 48
        self.refused("A_DATA: align is no power of two")
        del self.word("A_DATA")["align"]
        self.refused("A_DATA: an address has an align")

    def test_values(self):
        self.data["errors"][3]["value"] = 2
        self.refused("errors: value 2 twice")
        self.data["errors"][3]["value"] = 256
        self.refused("errors.TYPE: 256 is not in")

    def test_names_that_meet_in_c(self):
        self.register("CONTROL")["fields"].append(
            {"name": "ENABLE_MASK", "bits": [4, 4], "help": "x"})
        self.register("CONTROL")["fields"].append(
            {"name": "ENABLE_MASK_MASK", "bits": [5, 5], "help": "x"})
        c_header.text(table.parse(self.data))  # these do not meet
        self.data["registers"][1]["fields"][0]["name"] = "RESET"
        c_header.text(table.parse(self.data))
        self.data["counters"]["list"][0]["name"] = "COUNT"
        with self.assertRaisesRegex(table.TableError, "COUNTER_COUNT: two things"):
            c_header.text(table.parse(self.data))


class Files(unittest.TestCase):
    def test_what_is_made_depends_on_the_table_alone(self):
        one, other = table.parse(DATA), table.parse(copy.deepcopy(DATA))
        self.assertEqual(c_header.text(one), c_header.text(other))
        self.assertEqual(cpp_header.text(one), cpp_header.text(other))

    def test_lines_fit(self):
        made = table.parse(DATA)
        for line in (c_header.text(made) + cpp_header.text(made)).splitlines():
            self.assertLessEqual(len(line), 100, line)

    def test_tables_need_their_markers(self):
        with self.assertRaises(table.TableError):
            readme.replaced("no markers", table.parse(DATA))
        text = readme.replaced(f"a {readme.BEGIN} former text {readme.END} z", table.parse(DATA))
        self.assertTrue(text.startswith(f"a {readme.BEGIN}\n") and text.endswith(f"{readme.END} z"))
        self.assertNotIn("former text", text)

    def test_check_finds_a_file_that_was_changed(self):
        with tempfile.TemporaryDirectory() as folder:
            copy_of = pathlib.Path(folder) / "registers"
            driver = pathlib.Path(folder) / "driver"
            subprocess.run(["cp", "-r", str(REGISTERS), str(copy_of)], check=True)

            def run(*words):
                command = [sys.executable, str(copy_of / "generate.py"), *words]
                return subprocess.run(command, capture_output=True, text=True, check=False)

            self.assertIn("tensordash_registers.h", run("--check").stderr)
            self.assertFalse(driver.exists())
            self.assertEqual(run().returncode, 0)
            self.assertEqual(run("--check").returncode, 0)
            for path in (copy_of / "README.md", copy_of / "register_map.h",
                         driver / "tensordash_registers.h"):
                path.write_text(path.read_text().replace("RING_TAIL", "RING_END"))
                stale = run("--check")
                self.assertEqual(stale.returncode, 1)
                self.assertIn(str(path), stale.stderr)
                self.assertEqual(run().returncode, 0)
            (copy_of / "register_map.yaml").write_text("format: none\n")
            self.assertEqual(run("--check").returncode, 2)


if __name__ == "__main__":
    unittest.main()
