#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/layer/operation.h"
#include "models/mapping/memory_parameters.h"
#include "platform/config/settings.h"

namespace tensordash {

/// How one operation of one layer is mapped.
struct OperationMapping {
  MappingChoice memory;
  unsigned reduction_rows = 0;  ///< stream rows of a block of a reduction; 0: not blocked
};

/// The mapping of every operation: what the keys mapping.* say for all of them, and over it the
/// file that mapping.file names, its `default` first, then a layer's:
///
///     default: {a: round}
///     layers:
///       conv2_1.conv3:
///         scratchpad_b: stream                  # all operations
///         backward_weights: {reduction_rows: 196}
///
/// The words are those of the keys without `mapping.`; what stands under an operation goes over
/// what stands beside it.
class MappingTable {
 public:
  /// `settings` has the keys mapping.*. Throws ConfigError naming file and word.
  explicit MappingTable(const Settings& settings);

  /// Of a layer by its name.
  OperationMapping of(const std::string& layer, Operation operation) const;

  /// Throws ConfigError when a reduction of the operation, which is accumulated exactly, would be
  /// cut into blocks: the state of an exact accumulator is not kept in CM.
  void require_whole(const std::string& layer, Operation operation) const;

  const std::string& file() const { return file_; }
  /// Layers that the file names.
  std::set<std::string> layers() const;
  /// All that the file says, in one order whatever its own.
  std::string text() const;

 private:
  using Assignments = std::vector<std::pair<std::string, std::string>>;
  struct Entry {
    Assignments all;                           ///< operations
    std::map<Operation, Assignments> special;  ///< of one
  };
  class Reader;

  void read();
  static void apply(const Entry& entry, Operation operation, Settings& settings);

  Settings keys_;
  std::string file_;
  Entry default_;
  std::map<std::string, Entry> layers_;
};

}  // namespace tensordash
