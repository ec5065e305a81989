#include "platform/player/script.h"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <istream>
#include <sstream>
#include <system_error>

#include "platform/player/script_parser.h"

namespace tensordash {
namespace {

std::vector<ScriptCommand> parse(std::istream& stream, const std::string& name,
                                 const std::filesystem::path& folder) {
  ScriptParser parser(folder);
  std::string line;
  for (unsigned number = 1; std::getline(stream, line); ++number) {
    try {
      parser.take(line, number);
    } catch (const std::runtime_error& problem) {
      throw ScriptError(fmt::format("{}:{}: {}", name, number, problem.what()));
    }
  }
  if (stream.bad()) throw ScriptError(fmt::format("{}: could not be read to its end", name));
  return std::move(parser).commands();
}

}  // namespace

Script::Script(const std::filesystem::path& file) : name_(file.string()) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    throw ScriptError(fmt::format("{}: is a folder; allowed: a script", name_));
  }
  std::ifstream stream(file);
  if (!stream) {
    throw ScriptError(fmt::format("{}: {}", name_, std::generic_category().message(errno)));
  }
  commands_ = parse(stream, name_, file.parent_path());
}

Script::Script(const std::string& text, const std::string& name,
               const std::filesystem::path& folder)
    : name_(name) {
  std::istringstream stream(text);
  commands_ = parse(stream, name, folder);
}

}  // namespace tensordash
