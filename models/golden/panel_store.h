#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "models/golden/pass_map.h"
#include "models/golden/stream_reader.h"

namespace tensordash::golden {

/// Neighbouring side-A streams side by side: place p of column c at values[p * columns + c], with
/// one place of zeros after the last.
struct Panel {
  std::size_t columns = 0;
  std::vector<float> values;
};

/// Side-A streams of an operation in panels, laid out when first asked for and shared by all
/// threads. As many panels of a section stay as `most_values` floats can hold; those beyond are
/// laid out again each time. Panels of other sections make way.
class PanelStore {
 public:
  static constexpr std::int64_t panel_columns = 16;

  PanelStore(const PassMap& map, const StreamReader& reader, std::size_t lanes,
             std::size_t most_values)
      : map_(map), reader_(reader), lanes_(lanes), most_values_(most_values) {}

  /// Streams j from `panel` * panel_columns on of a section. May be called by several threads.
  std::shared_ptr<const Panel> get(std::size_t section, std::int64_t panel);

  /// Floats held now.
  std::size_t values() const;

 private:
  using Key = std::pair<std::size_t, std::int64_t>;
  struct Entry {
    std::once_flag laid;
    Panel panel;
  };

  std::shared_ptr<Entry> entry_of(const Key& key, std::size_t size);
  void make_way(std::size_t section, std::size_t size);
  void lay(Panel& panel, const Section& section, std::int64_t first_column) const;

  const PassMap& map_;
  const StreamReader& reader_;
  std::size_t lanes_;
  std::size_t most_values_;
  mutable std::mutex mutex_;  // of the two below
  std::size_t values_ = 0;
  std::map<Key, std::pair<std::shared_ptr<Entry>, std::size_t>> entries_;
};

}  // namespace tensordash::golden
