#include "platform/run/run_journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

#include "platform/run/operation_record.h"
#include "platform/run/run_request.h"

namespace tensordash {
namespace {

using nlohmann::json;

/// One line; text that is not UTF-8 (a file's name) is replaced, alike in every run.
std::string line_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

/// A file's complete lines, and how many bytes they take.
struct Lines {
  std::vector<std::string> texts;
  std::vector<std::size_t> ends;
};

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Lines lines_of(const std::string& bytes) {
  Lines lines;
  for (std::size_t at = 0, end = 0; (end = bytes.find('\n', at)) != std::string::npos;
       at = end + 1) {
    lines.texts.push_back(bytes.substr(at, end - at));
    lines.ends.push_back(end + 1);
  }
  return lines;
}

/// What differs first between two identities, in words; empty when nothing does.
std::string difference(const json& there, const json& here) {
  const json flat_there = there.flatten();
  const json flat_here = here.flatten();
  const auto text = [](const json& flat, const std::string& key) {
    return flat.contains(key) ? flat.at(key).dump() : std::string("nothing");
  };
  for (const json* flat : {&flat_here, &flat_there}) {
    for (const auto& [key, value] : flat->items()) {
      const std::string one = text(flat_there, key);
      const std::string other = text(flat_here, key);
      if (one != other) return fmt::format("{} is {} there and {} here", key.substr(1), one, other);
    }
  }
  return {};
}

RunJournal::Entry entry_of(const json& line) {
  return {line.at("layer"), operation_of_record(line.at("report")), line.at("clock")};
}

}  // namespace

RunJournal::RunJournal(const std::filesystem::path& report, const json& identity, bool resume)
    : file_(report.string() + ".journal") {
  open();
  try {
    read(json::parse(line_of(identity)), resume);
  } catch (...) {
    if (begun_) ::unlink(file_.c_str());
    ::close(descriptor_);
    throw;
  }
}

RunJournal::~RunJournal() {
  // Removed before the lock is given up, so that never another run's journal is.
  if (!kept_ || entries_.empty()) ::unlink(file_.c_str());
  ::close(descriptor_);
}

void RunJournal::open() {
  descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    refuse(fmt::format("cannot be written: {}", std::generic_category().message(errno)));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  ::close(descriptor_);
  refuse("is being written by another run");
}

void RunJournal::read(const json& identity, bool resume) {
  const std::string bytes = bytes_of(file_);
  begun_ = bytes.empty();
  if (!begun_ && bytes.front() != '{') refuse_foreign();
  const Lines lines = lines_of(bytes);
  std::size_t whole = 0;  // bytes of the lines that count
  for (std::size_t at = 0; at < lines.texts.size(); ++at) {
    const bool last = at + 1 == lines.texts.size();
    try {
      const json line = json::parse(lines.texts[at]);
      if (at > 0) {
        entries_.push_back(entry_of(line));
      } else if (line.at("format") != identity.at("format")) {
        refuse_foreign();
      } else if (const std::string what = difference(line, identity); resume && !what.empty()) {
        refuse(fmt::format("is of another run: {}", what));
      }
      whole = lines.ends[at];
    } catch (const json::exception&) {
      if (at == 0) refuse_foreign();
      // A crash of the machine may leave the length of a line without its bytes.
      if (!last) refuse(fmt::format("is damaged in line {}; remove it to start anew", at + 1));
    }
  }
  if (!entries_.empty() && !resume) {
    refuse(
        fmt::format("holds {} finished operations of a run that did not end; continue it with "
                    "--resume, or remove it to start anew",
                    entries_.size()));
  }
  if (entries_.empty()) {
    whole = 0;
    begun_ = true;
  }
  if (::ftruncate(descriptor_, static_cast<off_t>(whole)) != 0) {
    refuse(fmt::format("cannot be written: {}", std::generic_category().message(errno)));
  }
  if (whole == 0) write_line(identity);
}

void RunJournal::add(Entry entry) {
  write_line({{"layer", entry.layer}, {"report", record_of(entry.report)}, {"clock", entry.clock}});
  entries_.push_back(std::move(entry));
}

void RunJournal::write_line(const json& line) {
  const std::string text = line_of(line);
  const char* next = text.data();
  std::size_t left = text.size();
  while (left > 0) {
    const ssize_t written = ::write(descriptor_, next, left);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    next += written;
    left -= static_cast<std::size_t>(written);
  }
  if (left == 0 && ::fsync(descriptor_) == 0) return;
  throw std::system_error(errno, std::generic_category(),
                          fmt::format("cannot write {}", file_.string()));
}

void RunJournal::refuse_foreign() const {
  refuse("is no journal of this program; allowed: another --json, or that file out of the way");
}

void RunJournal::refuse(const std::string& what) const {
  throw RequestError(fmt::format("journal {} {}", file_.string(), what));
}

}  // namespace tensordash
