#pragma once

#include <filesystem>
#include <set>

#include "models/trace/layer_source.h"

namespace tensordash {

/// The layers of a recorded trace. Shapes come from the headers of the files; a layer's tensors are
/// read when they are asked for.
class TraceSource : public LayerSource {
 public:
  /// Reads and checks the trace.json of `place` and the headers and sizes of the layers' files.
  /// With `only`, the other layers are left out and not looked at. Throws TraceError: what Trace
  /// and Trace::read throw, or a name in `only` that no layer has.
  explicit TraceSource(const std::filesystem::path& place, const std::set<std::string>& only = {});

  const std::string& model() const override { return trace_.model(); }
  std::int64_t epoch() const override { return trace_.epoch(); }
  std::string name() const override { return place_; }
  std::string synthetic() const override { return {}; }

  const std::vector<LayerOutline>& layers() const override { return outlines_; }
  TraceLayer read(std::size_t index) const override { return trace_.read(entries_.at(index)); }

 private:
  std::string place_;
  Trace trace_;
  std::vector<TraceEntry> entries_;  ///< of the outlines
  std::vector<LayerOutline> outlines_;
};

}  // namespace tensordash
