#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "platform/run/run_report.h"

namespace tensordash {

/// What a run has found so far, beside the report that it will write: FILE.journal for FILE. The
/// first line tells which run it is, every other one is a finished operation. Lines are on the disk
/// before the next operation begins, so whatever ends the run, it can go on from there.
class RunJournal {
 public:
  struct Entry {
    std::string layer;
    OperationReport report;
    std::uint64_t clock = 0;  ///< of the level, after the operation
  };

  /// Opens the journal of a run that `identity` tells from others. With `resume`, its entries are
  /// taken over; a last line that a crash cut short is dropped. Throws RequestError
  /// (platform/run/run_request.h): finished operations in a journal that is not to be resumed, a
  /// journal of another run (naming what differs), one that another process writes, a file that is
  /// no journal, or that cannot be written.
  RunJournal(const std::filesystem::path& report, const nlohmann::json& identity, bool resume);
  /// Leaves the journal when keep() was called and it has an entry, or else removes it.
  ~RunJournal();
  RunJournal(const RunJournal&) = delete;
  RunJournal& operator=(const RunJournal&) = delete;

  const std::filesystem::path& file() const { return file_; }
  /// Those of the earlier run first.
  const std::vector<Entry>& entries() const { return entries_; }

  /// Adds an entry. Throws std::system_error when it cannot be written.
  void add(Entry entry);
  /// The run ends before its time: what is there is to be resumed.
  void keep() { kept_ = true; }

 private:
  void open();
  void read(const nlohmann::json& identity, bool resume);
  void write_line(const nlohmann::json& line);
  [[noreturn]] void refuse_foreign() const;
  [[noreturn]] void refuse(const std::string& what) const;

  std::filesystem::path file_;
  int descriptor_ = -1;
  std::vector<Entry> entries_;
  bool begun_ = false;  ///< by this run: nothing of another is lost with it
  bool kept_ = false;
};

}  // namespace tensordash
