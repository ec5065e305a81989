#include "tests/vcd/vcd_dump.h"

#include <fstream>
#include <stdexcept>
#include <vector>

namespace tensordash::testing {
namespace {

void read_header(std::istream& stream, VcdDump& dump) {
  std::vector<std::string> scopes{""};
  std::string word;
  while (stream >> word && word != "$enddefinitions") {
    if (word == "$upscope") scopes.pop_back();
    if (word == "$scope") {
      stream >> word >> word;
      scopes.push_back(scopes.back() + word + ".");
    }
    if (word == "$var") {
      std::string type, bits, code, name, range;
      stream >> type >> bits >> code >> name >> range;
      dump.signals.insert(scopes.back() + name + (range == "$end" ? "" : range));
    }
  }
  if (!stream) throw std::runtime_error("the header of the dump does not end");
}

}  // namespace

VcdDump read_vcd(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  VcdDump dump;
  read_header(stream, dump);
  bool found = false;
  for (std::string line; std::getline(stream, line);) {
    if (line.empty() || line[0] != '#') continue;
    dump.last = std::stoll(line.substr(1));
    if (!found) dump.first = dump.last;
    found = true;
  }
  return dump;
}

}  // namespace tensordash::testing
