#include "models/golden/panel_store.h"

#include <algorithm>

namespace tensordash::golden {

std::shared_ptr<const Panel> PanelStore::get(std::size_t section, std::int64_t panel) {
  const Section& of = map_.sections()[section];
  const std::int64_t first = panel * panel_columns;
  const auto columns = static_cast<std::size_t>(std::min(panel_columns, of.column_streams - first));
  const std::size_t places = static_cast<std::size_t>(of.stream_rows) * lanes_ + 1;
  const std::shared_ptr<Entry> entry = entry_of({section, panel}, places * columns);
  std::call_once(entry->laid, [&] {
    entry->panel.columns = columns;
    entry->panel.values.assign(places * columns, 0.0f);
    lay(entry->panel, of, first);
  });
  return {entry, &entry->panel};
}

std::size_t PanelStore::values() const {
  const std::lock_guard lock(mutex_);
  return values_;
}

/// The stored entry; or, when there is no room, one that only the caller knows.
std::shared_ptr<PanelStore::Entry> PanelStore::entry_of(const Key& key, std::size_t size) {
  const std::lock_guard lock(mutex_);
  if (const auto found = entries_.find(key); found != entries_.end()) return found->second.first;
  make_way(key.first, size);
  auto entry = std::make_shared<Entry>();
  if (values_ + size <= most_values_) {
    entries_[key] = {entry, size};
    values_ += size;
  }
  return entry;
}

void PanelStore::make_way(std::size_t section, std::size_t size) {
  for (auto entry = entries_.begin(); entry != entries_.end() && values_ + size > most_values_;) {
    if (entry->first.first == section) {
      ++entry;
      continue;
    }
    values_ -= entry->second.second;
    entry = entries_.erase(entry);
  }
}

void PanelStore::lay(Panel& panel, const Section& section, std::int64_t first_column) const {
  for (std::size_t column = 0; column < panel.columns; ++column) {
    reader_.read_column(section, first_column + static_cast<std::int64_t>(column),
                        panel.values.data() + column, panel.columns);
  }
}

}  // namespace tensordash::golden
