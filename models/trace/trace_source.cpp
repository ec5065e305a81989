#include "models/trace/trace_source.h"

#include <fmt/format.h>

#include <algorithm>

namespace tensordash {
namespace {

void require_known(const Trace& trace, const std::set<std::string>& only) {
  std::string known;
  for (const TraceEntry& entry : trace.entries()) {
    known += fmt::format("{}{}", known.empty() ? "" : ", ", entry.name);
  }
  for (const std::string& name : only) {
    const bool exists = std::any_of(trace.entries().begin(), trace.entries().end(),
                                    [&](const TraceEntry& entry) { return entry.name == name; });
    if (exists) continue;
    throw TraceError(fmt::format("no layer '{}' in trace {}; allowed: {}", name,
                                 trace.folder().string(), known));
  }
}

}  // namespace

TraceSource::TraceSource(const std::filesystem::path& place, const std::set<std::string>& only)
    : place_(place.string()), trace_(place) {
  require_known(trace_, only);
  for (const TraceEntry& entry : trace_.entries()) {
    if (!only.empty() && only.count(entry.name) == 0) continue;
    entries_.push_back(entry);
    outlines_.push_back({entry.name, trace_.shape(entry), entry.output_gradients.has_value()});
  }
}

}  // namespace tensordash
