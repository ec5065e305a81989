#include "tests/vcd/save_file.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tensordash::testing {
namespace {

constexpr std::uint32_t group_begins_flag = 0x800000, group_ends_flag = 0x1000000;

std::ifstream open(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return stream;
}

std::string quoted(const std::string& line) {
  const std::size_t first = line.find('"');
  const std::size_t last = line.rfind('"');
  return first == last ? "" : line.substr(first + 1, last - first - 1);
}

std::string after_blank(const std::string& line) {
  const std::size_t blank = line.find(' ');
  return blank == std::string::npos ? "" : line.substr(blank + 1);
}

/// Goes through the lines of a save file; flags and filter hold until they are changed.
class Reader {
 public:
  void take(const std::string& line) {
    switch (line[0]) {
      case '[':
        take_attribute(line);
        break;
      case '*':
        take_marks(line);
        break;
      case '@':
        flags_ = static_cast<std::uint32_t>(std::stoul(line.substr(1), nullptr, 16));
        break;
      case '^':
        filter_ = after_blank(line);
        break;
      case '-':
        take_label(line.substr(1));
        break;
      default:
        // "+{alias} name" or just the name.
        file_.signals.push_back(
            {line[0] == '+' ? line.substr(line.find("} ") + 2) : line, flags_, filter_});
    }
  }

  SaveFile finish() {
    for (const std::string& group : groups_) file_.broken_groups.push_back(group);
    return std::move(file_);
  }

 private:
  void take_attribute(const std::string& line) {
    if (line.rfind("[dumpfile]", 0) == 0) file_.dump_file = quoted(line);
    if (line.rfind("[timestart]", 0) == 0) file_.start = std::stoll(after_blank(line));
  }

  void take_marks(const std::string& line) {
    std::istringstream words(after_blank(line));
    for (std::int64_t time = 0; words >> time;) file_.marks.push_back(time);
  }

  void take_label(const std::string& label) {
    if ((flags_ & group_begins_flag) != 0) groups_.push_back(label);
    if ((flags_ & group_ends_flag) == 0) return;
    if (groups_.empty() || groups_.back() != label) {
      file_.broken_groups.push_back(label);
    } else {
      groups_.pop_back();
    }
  }

  SaveFile file_;
  std::uint32_t flags_ = 0;
  std::string filter_;
  std::vector<std::string> groups_;
};

}  // namespace

SaveFile read_save_file(const std::filesystem::path& file) {
  std::ifstream stream = open(file);
  Reader reader;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) reader.take(line);
  }
  return reader.finish();
}

std::map<std::string, std::string> read_filter(const std::filesystem::path& file) {
  std::ifstream stream = open(file);
  std::map<std::string, std::string> texts;
  for (std::string line; std::getline(stream, line);) {
    if (line.empty() || line[0] == '#') continue;
    // "value text" or "value ?colour?text".
    std::string text = after_blank(line);
    if (!text.empty() && text[0] == '?') text.erase(0, text.find('?', 1) + 1);
    if (text.empty()) throw std::runtime_error(file.string() + ": no text: " + line);
    if (!texts.emplace(line.substr(0, line.find(' ')), text).second) {
      throw std::runtime_error(file.string() + ": given twice: " + line);
    }
  }
  return texts;
}

}  // namespace tensordash::testing
